/* start_connectors.c - connectors, created and awaited until RUNNING. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/beside.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/may_go_on_own.h"
#include "engine/start_flow_own.h"
#include "engine/tell_own.h"
#include "engine/workers_own.h"

struct await {
    struct run *r;
    const struct connector *connector;
};

/* The first line of a stack trace, and the innermost cause at the end of the
 * trace. */
static int task_failed(const char *trace, struct err *err)
{
    static const char mark[] = "Caused by: ";
    const char *cause = NULL;

    for (const char *at = trace; (at = strstr(at, mark)) != NULL;)
        cause = at += sizeof(mark) - 1;
    return err_set(err, -EPROTO, "a task failed: %.*s%s%.*s",
                   (int)strcspn(trace, "\r\n"), trace,
                   cause ? "; caused by " : "",
                   cause ? (int)strcspn(cause, "\r\n") : 0, cause ? cause : "");
}

/* Whether Connect reports the connector and all tasks as RUNNING. A task that
 * FAILED at the start will not recover by waiting. */
static int is_running(void *ctx, struct err *err)
{
    struct await *a = ctx;
    AUTO_JSON json_t *status = NULL;
    const char *trace = NULL;

    if (run_may_go_on(a->r, err) < 0)
        return err->code;
    run_progress(a->r);
    if (connect_status(run_connect(a->r, a->connector), a->connector->name,
                       &status, 5 * US_PER_S, err) < 0)
        return 0; /* no answer yet; err has the reason if the time runs out */
    if (connect_all_in_state(status, "RUNNING", &trace))
        return 1;
    if (trace)
        return task_failed(trace, err);
    return 0;
}

/* A connector to be created. */
struct birth {
    struct run *r;
    const struct connector *connector;
    json_t *config; /* owned */
    int rc;         /* of the first request */
    struct err err;
};

enum { FIRST_US = 10 * US_PER_S };

static int put_connector(struct run *r, const void *what, int64_t timeout_us,
                         struct err *err)
{
    const struct birth *b = what;

    return connect_put(run_connect(r, b->connector), b->connector->name,
                       b->config, timeout_us, err);
}

static void put_first(void *arg)
{
    struct birth *b = arg;

    b->rc = put_connector(b->r, b, FIRST_US, &b->err);
}

/* A first request without an answer is repeated, while the run looks whether an
 * answer can still come. */
static int await_connector(struct birth *b, struct err *err)
{
    struct run *r = b->r;
    AUTO_FREE char *what = path_of("connector %s RUNNING", b->connector->name);
    int64_t limit = r->given.plan->scenario.timeouts.connector_running_us;
    struct await a = {r, b->connector};

    if (b->rc == -ETIMEDOUT) {
        if (run_ask_for(r, limit, b, put_connector, err) < 0)
            return err_context(err, "connector %s", b->connector->name);
    } else if (b->rc < 0) {
        *err = b->err;
        return err_context(err, "connector %s", b->connector->name);
    }
    return wait_until(&r->world.clk, is_running, &a, 100 * US_PER_MS,
                      clk_now(&r->world.clk) + limit, what, err);
}

static int fill_all(struct birth *all, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        all[i].config = run_filled_config(all[i].r, all[i].connector, err);
        if (err->code)
            return err_context(err, "connector %s", all[i].connector->name);
    }
    return 0;
}

int run_start_connectors(struct run *r, struct err *err)
{
    const struct scenario *s = &r->given.plan->scenario;
    size_t n = s->connectors_len;
    AUTO_FREE struct birth *all = must_calloc(n, sizeof(*all));

    for (size_t i = 0; i < n; i++)
        all[i] = (struct birth){.r = r, .connector = &s->connectors[i]};
    if (fill_all(all, n, err) == 0) {
        /* Workers answer no request during a rebalance, and each new connector
         * starts a rebalance. A single rebalance serves requests made at the
         * same time. */
        beside(put_first, all, sizeof(*all), n);
        for (size_t i = 0; i < n && err->code == 0; i++)
            (void)await_connector(&all[i], err);
    }
    for (size_t i = 0; i < n; i++)
        json_decref(all[i].config);
    return err->code;
}
