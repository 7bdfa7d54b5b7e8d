/* side_by_side.h - several runs at a time, each in a process of its own. */
#ifndef CLI_SIDE_BY_SIDE_H
#define CLI_SIDE_BY_SIDE_H

#include <jansson.h>
#include <stddef.h>

struct side_by_side {
    /* Called in a child process: do run number i and return run.json, new;
     * NULL: the run could not take place. Output on stdout is kept for
     * ended(). */
    json_t *(*run)(void *ctx, size_t i);
    void (*began)(void *ctx, size_t i);
    /* Called in the parent. `run`: as returned by run(); NULL also if the
     * process died. `printed`: the output on stdout. */
    void (*ended)(void *ctx, size_t i, const json_t *run, const char *printed);
    void *ctx;
};

/* Do n runs, `jobs` at a time. SIGINT and SIGTERM are forwarded once to all
 * runs under way, and no further run begins. runs[0..n): the documents, new.
 * Returns how many runs began. Call while the process has one thread. */
size_t side_by_side(const struct side_by_side *s, size_t n, size_t jobs,
                    json_t **runs);

#endif
