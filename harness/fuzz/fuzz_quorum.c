/* fuzz_quorum.c - a broker's answers to DescribeQuorum and ApiVersions, the
 * requests that client/ encodes itself. */
#include <assert.h>
#include <stdio.h>

#include "client/access.h"
#include "client/quorum.h"
#include "fuzz/fuzz.h"

enum { PATIENCE_US = 2000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char address[64];
    const struct kafka_access access = {.bootstrap = address};
    int32_t leader = -1;
    struct err err = {0}, other = {0};
    int rc;

    (void)snprintf(address, sizeof(address), "127.0.0.1:%d",
                   answer_with(data, len));
    rc = quorum_leader(&access, PATIENCE_US, &leader, &err);
    answer_settle();
    assert(rc == 0 ? leader >= 0 : err.text[0] != 0);
    (void)answer_with(data, len);
    rc = broker_answers(NULL, address, PATIENCE_US, &other);
    answer_settle();
    assert(rc == 0 || other.text[0]);
    return 0;
}
