/* watching.c - a clock, a sink of events and workers for observers. */
#include "watching.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"

static int64_t watching_now(void *ctx)
{
    return ((struct watching *)ctx)->now_us;
}

static void watching_sleep(void *ctx, int64_t at_us)
{
    ((struct watching *)ctx)->now_us = at_us;
}

static void watching_put(void *ctx, int64_t at_us, const char *actor,
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
static int watching_worker(void *ctx, const char *address)
{
    int n = -1;

    (void)ctx;
    if (sscanf(address + (address[0] == '/'), "10.0.0.%d", &n) != 1)
        return -1;
    return n;
}

void watching_init(struct watching *w)
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
