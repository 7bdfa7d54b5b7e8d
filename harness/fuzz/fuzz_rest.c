/* fuzz_rest.c - a worker's answers over HTTP, from the status line on. */
#include <assert.h>
#include <stdio.h>

#include "base/own.h"
#include "client/connect.h"
#include "fuzz/fuzz.h"

enum { PATIENCE_US = 2000000 };

static void ask(const json_t *answer)
{
    static const char *const states[] = {"RUNNING", "STOPPED", "FAILED"};

    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        const char *trace = NULL;

        (void)connect_all_in_state(answer, states[i], &trace);
    }
    for (int task = -1; task < 3; task++)
        (void)connect_worker_of(answer, task);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    AUTO_JSON json_t *answer = NULL;
    struct err err = {0};
    char url[64];
    int rc;

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d",
                   answer_with(data, len));
    rc = connect_request_to(url, "GET", "/connectors/x/status", NULL,
                            PATIENCE_US, &answer, &err);
    answer_settle();
    assert(rc >= 0 || (err.code == rc && err.text[0]));
    if (rc >= 0 && answer)
        ask(answer);
    return 0;
}
