/* live.h - what is seen while a run goes on.
 *
 * On a terminal one line that is written over, and above it the telling
 * events; else plain lines. Fed with the engine's progress lines.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum live_style {
    LIVE_TERMINAL,
    LIVE_PLAIN,
    LIVE_JSON,  /* the engine's lines as they are */
    LIVE_QUIET, /* nothing */
};

struct live {
    enum live_style style;
    bool colour;
    int width;
    bool shown; /* a live line stands on the terminal */
    char phase[32];
    int64_t run_us;   /* the run's clock, as last heard ... */
    int64_t heard_us; /* ... and our own then */
    char buf[65536];  /* of a line not yet whole */
    size_t len;
    char broken[512]; /* why the engine could not write its evidence */
};

void live_init(struct live *l, enum live_style style);

/* Bytes from the engine, cut anywhere. */
void live_feed(struct live *l, const char *bytes, size_t len);

/* Nothing was heard for a while: the live line goes on by our own clock, so
 * that a long start does not look like a hang. */
void live_tick(struct live *l);

/* A line of the outer program's own, above the live line. */
void live_say(struct live *l, const char *text);

/* Take the live line away. */
void live_end(struct live *l);

#endif
