/* start_connectors.c - connectors, created and awaited until RUNNING. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "engine/may_go_on_own.h"
#include "engine/start_flow_own.h"
#include "engine/tell_own.h"

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
    if (connect_status(a->r->world.cluster.connect, a->connector->name, &status,
                       5 * US_PER_S, err) < 0)
        return 0; /* no answer yet; err has the reason if the time runs out */
    if (connect_all_in_state(status, "RUNNING", &trace))
        return 1;
    if (trace)
        return task_failed(trace, err);
    return 0;
}

struct configured {
    const char *name;
    const json_t *config;
};

static int put_connector(struct run *r, const void *what, int64_t timeout_us,
                         struct err *err)
{
    const struct configured *c = what;

    return connect_put(r->world.cluster.connect, c->name, c->config, timeout_us,
                       err);
}

static int start_connector(struct run *r, const struct connector *c,
                           struct err *err)
{
    AUTO_JSON json_t *config = run_filled_config(r, c, err);
    AUTO_FREE char *what = path_of("connector %s RUNNING", c->name);
    int64_t limit = r->given.plan->scenario.timeouts.connector_running_us;
    struct await a = {r, c};

    if (err->code)
        return err_context(err, "connector %s", c->name);
    if (run_ask_for(r, limit, &(struct configured){c->name, config},
                    put_connector, err) < 0)
        return err_context(err, "connector %s", c->name);
    return wait_until(&r->world.clk, is_running, &a, 100 * US_PER_MS,
                      clk_now(&r->world.clk) + limit, what, err);
}

int run_start_connectors(struct run *r, struct err *err)
{
    const struct scenario *s = &r->given.plan->scenario;

    for (size_t i = 0; i < s->connectors_len; i++)
        if (start_connector(r, &s->connectors[i], err) < 0)
            return err->code;
    return 0;
}
