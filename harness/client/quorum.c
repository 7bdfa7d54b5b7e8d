/* quorum.c - two questions to brokers, over connections of our own. */
#include "client/quorum.h"

#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "client/wire/connection.h"
#include "client/wire/wire_messages.h"
#include "client/wire/wire_versions.h"

enum { ANSWER_MAX = 65536 };

static int open_to(const struct access_security *s, const char *address,
                   int64_t timeout_us, struct wire **ret, struct err *err)
{
    const struct wire_spec spec = {.address = address,
                                   .security = s,
                                   .answer_max = ANSWER_MAX,
                                   .timeout_us = timeout_us};

    return wire_open(&spec, ret, err);
}

static int ask_leader(const struct access_security *s, const char *address,
                      int64_t timeout_us, int32_t *ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    struct wire *w = NULL;
    struct wire_in in;
    int rc = open_to(s, address, timeout_us, &w, err);

    if (rc == 0) {
        describe_quorum_put(wire_request(w, &describe_quorum));
        rc = wire_call(w, deadline_us - clk_monotonic_us(), &in, err);
    }
    if (rc == 0 && describe_quorum_take(&in, ret, err) < 0)
        rc = err_context(err, "%s", address);
    wire_close(w);
    return rc;
}

int quorum_leader(const struct kafka_access *a, int64_t timeout_us,
                  int32_t *ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    AUTO_FREE char *list = must_strdup(a->bootstrap);
    struct err last = {0};
    char *rest = list;
    size_t left = 1;

    for (const char *c = list; *c; c++)
        left += *c == ',';
    for (char *one; (one = strsep(&rest, ",")) != NULL; left--) {
        /* an equal share of the time left for each broker left */
        int64_t left_us = deadline_us - clk_monotonic_us();

        last = (struct err){0};
        if (ask_leader(&a->security, one, left_us / (int64_t)left, ret,
                       &last) == 0)
            return 0;
    }
    return err_set(err, last.code, "%s", last.text);
}

int broker_answers(const struct access_security *s, const char *address,
                   int64_t timeout_us, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    struct wire_versions versions;
    struct wire *w = NULL;
    int rc = open_to(s, address, timeout_us, &w, err);

    if (rc == 0)
        rc = wire_ask_versions(w, deadline_us - clk_monotonic_us(), &versions,
                               err);
    wire_close(w);
    return rc;
}
