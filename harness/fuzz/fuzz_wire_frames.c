/* fuzz_wire_frames.c - a broker's bytes over a connection: a log-in by SASL,
 * ApiVersions with the fallback, DescribeQuorum.
 *
 * The first byte: bit 0 asks for SASL/PLAIN. Then pieces with a length of two
 * bytes, big-endian, in front. With the highest bit set a piece is sent
 * unchanged; other pieces are sent as frames with the right size and
 * correlation id, since no random input would get past both.
 */
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "client/access.h"
#include "client/wire/connection.h"
#include "client/wire/wire_messages.h"
#include "client/wire/wire_versions.h"
#include "fuzz/fuzz.h"

enum {
    PATIENCE_US = 2000000,
    ANSWER_MAX = 4096, /* small, so that the limit is met */
    ROOM = 1 << 17,
};

static size_t pieces(const uint8_t *data, size_t len, uint8_t *to)
{
    uint32_t correlation = 0x6f726465;
    size_t at = 0;

    while (len >= 2 && at + 8 < ROOM) {
        size_t n = (size_t)(data[0] & 0x7f) << 8 | data[1];
        bool raw = data[0] & 0x80;
        uint32_t head[2] = {htobe32((uint32_t)n + 4), htobe32(correlation++)};

        data += 2;
        len -= 2;
        if (n > len)
            n = len;
        if (n > ROOM - at - 8)
            n = ROOM - at - 8;
        if (!raw) {
            memcpy(to + at, head, sizeof(head));
            at += sizeof(head);
        }
        memcpy(to + at, data, n);
        at += n;
        data += n;
        len -= n;
    }
    return at;
}

static int talk(struct wire *w, struct err *err)
{
    struct wire_versions v;
    struct wire_in in;
    int32_t leader = -1;
    int rc = wire_ask_versions(w, PATIENCE_US, &v, err);

    if (rc == 0) {
        describe_quorum_put(wire_request(w, &describe_quorum));
        rc = wire_call(w, PATIENCE_US, &in, err);
    }
    if (rc == 0)
        rc = describe_quorum_take(&in, &leader, err);
    assert(rc < 0 || leader >= 0);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t sent[ROOM];
    struct access_security security = {.user = "me", .password = "open sesame"};
    char address[64];
    const struct wire_spec spec = {.address = address,
                                   .security = &security,
                                   .answer_max = ANSWER_MAX,
                                   .timeout_us = PATIENCE_US};
    struct wire *w = NULL;
    struct err err = {0};
    int rc;

    if (len == 0)
        return 0;
    if (data[0] & 1)
        security.protocol = ACCESS_SASL_PLAINTEXT;
    len = pieces(data + 1, len - 1, sent);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%d",
                   answer_with(sent, len));
    rc = wire_open(&spec, &w, &err);
    if (rc == 0)
        rc = talk(w, &err);
    assert(rc == 0 || (err.code == rc && err.text[0]));
    wire_close(w);
    answer_settle();
    return 0;
}
