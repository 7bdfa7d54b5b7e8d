/* watching.h - shared by the tests of observe/: a jumping clock, a sink
 * counting events, workers known by address.
 */
#ifndef TESTS_OBSERVE_WATCHING_H
#define TESTS_OBSERVE_WATCHING_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "observe/watch.h"

struct watching {
    int64_t now_us;
    struct clk clk;
    struct event_sink events;
    int events_len;
    char last_event[600]; /* "<actor> <what>: <text>" */
    struct observer_spec spec;
};

static inline int64_t watching_now(void *ctx)
{
    return ((struct watching *)ctx)->now_us;
}

static inline void watching_sleep(void *ctx, int64_t at_us)
{
    ((struct watching *)ctx)->now_us = at_us;
}

static inline void watching_put(void *ctx, int64_t at_us, const char *actor,
                                const char *what, json_t *body)
{
    struct watching *w = ctx;
    const char *text = json_string_value(json_object_get(body, "text"));

    (void)at_us;
    w->events_len++;
    (void)snprintf(w->last_event, sizeof(w->last_event), "%.40s %.40s: %.500s",
                   actor, what, text ? text : "");
    json_decref(body);
}

/* Worker n lives at 10.0.0.n. */
static inline int watching_worker(void *ctx, const char *address)
{
    int n = -1;

    (void)ctx;
    if (sscanf(address + (address[0] == '/'), "10.0.0.%d", &n) != 1)
        return -1;
    return n;
}

static inline void watching_init(struct watching *w)
{
    *w = (struct watching){.now_us = 5000000};
    w->clk = (struct clk){watching_now, watching_sleep, w};
    w->events = (struct event_sink){watching_put, w};
    w->spec = (struct observer_spec){
        .clk = &w->clk,
        .events = &w->events,
        .worker_at = watching_worker,
        .ctx = w,
    };
}

#endif
