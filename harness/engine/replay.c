/* replay.c - fresh readers read every station from its beginning. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "base/utf8.h"
#include "engine/state.h"

/* Does anything that writes into this topic use transactions, or may its log
 * be compacted or trimmed? Then holes among its offsets are no finding. */
static bool may_hole(struct run *r, size_t station)
{
    const struct plan *p = r->plan;
    const struct topic *t = p->stations[station].topic;
    const char *eos = NULL;

    if (t->config && (json_object_get(t->config, "cleanup.policy") ||
                      json_object_get(t->config, "retention.ms") ||
                      json_object_get(t->config, "retention.bytes")))
        return true;
    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].transaction > 0 &&
            strcmp(p->loads[i].into, t->name) == 0)
            return true;
    if (r->platform->ops->property)
        eos = r->platform->ops->property(r->platform, ROLE_WORKER,
                                         "exactly.once.source.support");
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].down == station && p->hops[i].connector &&
            p->hops[i].connector->is_source && eos &&
            strcmp(eos, "enabled") == 0)
            return true;
    return false;
}

/* An open transaction hides what follows: wait for it to end, as long as the
 * replay may take. */
static int read_station(struct run *r, size_t i, struct err *err)
{
    int64_t limit = r->plan->scenario.timeouts.replay_us;
    int64_t deadline = clk_now(&r->clk) + limit;
    struct station_run *s = &r->stations[i];

    for (;;) {
        struct err why = {0};
        int rc = endpoint_tally(s->endpoint, false, &s->spec,
                                deadline - clk_now(&r->clk), &s->tally,
                                &s->walks, &why);

        if (rc == 0)
            return 0;
        if (rc != -EINPROGRESS || clk_now(&r->clk) >= deadline ||
            run_interrupted())
            return err_set(err, rc, "%s", why.text);
        log_info("engine", "%s: %s", r->plan->stations[i].name, why.text);
        clk_sleep(&r->clk, US_PER_S);
    }
}

int run_read_ledger(struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", r->spec->dir);

    if (r->have_ledger)
        return 0;
    if (ledger_read(path, &r->ledger, err) < 0)
        return err->code;
    r->have_ledger = true;
    return 0;
}

void run_replay(struct run *r)
{
    struct err err = {0};

    run_phase(r, "replay", r->plan->scenario.timeouts.replay_us);
    if (run_read_ledger(r, &err) < 0)
        run_reason(r, "the ledger cannot be read: %s", err.text);
    for (size_t i = 0; i < r->plan->stations_len; i++) {
        struct station_run *s = &r->stations[i];

        err = (struct err){0};
        if (!s->endpoint) {
            (void)snprintf(s->why_not, sizeof(s->why_not),
                           "the run ended before it was there");
            continue;
        }
        if (r->plan->stations[i].topic)
            s->may_hole = may_hole(r, i);
        if (read_station(r, i, &err) == 0)
            continue;
        (void)snprintf(s->why_not, sizeof(s->why_not), "%.500s", err.text);
        utf8_mend(s->why_not);
        run_reason(r, "%s could not be read back: %s",
                   r->plan->stations[i].name, err.text);
    }
}
