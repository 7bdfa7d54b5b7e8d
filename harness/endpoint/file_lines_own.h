/* file_lines_own.h - the lines of a file, streamed. */
#ifndef ENDPOINT_FILE_LINES_OWN_H
#define ENDPOINT_FILE_LINES_OWN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "endpoint/endpoint.h"

/* What a last line without a newline is. */
enum last_line {
    LAST_LINE_COUNTS, /* a line like the others */
    LAST_LINE_TORN,   /* its writer was killed in it: no line */
};

/* Hand out every line that `path` holds now, without its newline; place.offset
 * is its number from 0. -EFBIG: a line longer than 64 MiB; -ETIMEDOUT after
 * timeout_us of `clk`; -EIO: it became shorter meanwhile. */
MUST_USE int file_lines(const char *path, enum last_line last, record_fn each,
                        void *ctx, const struct clk *clk, int64_t timeout_us,
                        struct err *err);

/* How many newlines there are, counted on from an earlier call. */
struct line_count {
    int64_t position; /* bytes counted */
    uint64_t lines;
};

/* A file that is not there holds none; one that became shorter is counted
 * anew. */
MUST_USE int file_count_lines(const char *path, struct line_count *c,
                              struct err *err);

#endif
