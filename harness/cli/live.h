/* live.h - the view of a run under way.
 *
 * On a terminal: one line that is overwritten, and the events of the run
 * above. Elsewhere: plain lines. The source is the engine's progress, a JSON
 * object per line.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum live_style {
    LIVE_TERMINAL,
    LIVE_PLAIN,
    LIVE_JSON,  /* print the engine's lines unchanged */
    LIVE_QUIET, /* print nothing */
};

struct live {
    enum live_style style;
    bool colour;
    int width;
    bool shown; /* the terminal shows the live line now */
    char phase[32];
    int64_t run_us;   /* time of the run in the last message ... */
    int64_t heard_us; /* ... and our monotonic time then */
    char buf[65536];  /* the line that is not yet complete */
    size_t len;
    char broken[512]; /* why the engine could not write run.json; "": no such
                         message */
};

void live_init(struct live *l, enum live_style style);

/* Take bytes from the engine, cut at any place. */
void live_feed(struct live *l, const char *bytes, size_t len);

/* After a second without a message: advance the clock of the live line, so
 * that a long start does not look like a hang. */
void live_tick(struct live *l);

/* Print a line of the outer program above the live line. */
void live_say(struct live *l, const char *text);

/* Remove the live line. */
void live_end(struct live *l);

#endif
