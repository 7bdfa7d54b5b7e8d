/* side_by_side.h - several runs at a time, each in a process of its own. */
#ifndef CLI_SIDE_BY_SIDE_H
#define CLI_SIDE_BY_SIDE_H

#include <jansson.h>
#include <stddef.h>

struct side_by_side {
    /* In a process of its own: run number i, and return its run.json (new;
     * NULL: it could not be run). What it prints is kept for ended(). */
    json_t *(*run)(void *ctx, size_t i);
    void (*began)(void *ctx, size_t i);
    /* In this process. run: NULL as above, or where the process died. */
    void (*ended)(void *ctx, size_t i, const json_t *run, const char *printed);
    void *ctx;
};

/* Run n of them, `jobs` at a time. SIGINT and SIGTERM go on to all that run,
 * once each, and no further one is begun. runs[0..n): what they returned
 * (new). Call while this process has one thread only. How many were begun. */
size_t side_by_side(const struct side_by_side *s, size_t n, size_t jobs,
                    json_t **runs);

#endif
