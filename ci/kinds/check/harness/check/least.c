/* least.c - at least so many records came over the connectors' hops.
 *
 *   - least: {records: 1000}
 *   - least: {records: 1000, connector: orders-to-shop}
 *
 * A run in which next to nothing flowed proves little, however clean.
 */
#include "check/evidence_look_own.h"
#include "check/hops_own.h"

struct least {
    int64_t records;
    const char *connector;
};

static const struct arg args_of[] = {
    {.name = "records",
     .type = ARG_INT,
     .at = offsetof(struct least, records),
     .min = 1,
     .max = INT64_MAX,
     .help = "records delivered, over all hops together"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct least, connector),
     .dflt = "",
     .help = "over this connector's hops only"},
};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct least *l = args;
    const struct hop_choice c = {.connector = l->connector};
    struct hops_sum sum;

    (void)logs_dir;
    if (!hops_whole(run, &c, &sum, ret))
        return;
    check_say(ret, sum.delivered < l->records ? CHECK_FAILED : CHECK_HELD,
              "expected at least %s records delivered, got %s on %zu hop%s",
              count_of(l->records).text, count_of(sum.delivered).text, sum.hops,
              sum.hops == 1 ? "" : "s");
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct least *)args)->connector, s, err);
}

const struct check_ops check_least = {
    .name = "least",
    .help = "at least so many records came over the connectors' hops",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct least),
    .refuse = refuse,
    .judge = judge,
};
