/* watching.h - for tests of observers: a jumping clock, a sink counting
 * events, workers known by address.
 */
#ifndef TESTS_OBSERVE_WATCHING_H
#define TESTS_OBSERVE_WATCHING_H

#include "observe/watch.h"

struct watching {
    int64_t now_us;
    struct clk clk;
    struct event_sink events;
    int events_len;
    char last_event[600]; /* "<actor> <what>: <text>" */
    struct observer_spec spec;
};

/* Set up at 5 s of a clock advanced by sleeps alone, for an observer_open()
 * with spec. Worker n has the address 10.0.0.n. */
void watching_init(struct watching *w);

#endif
