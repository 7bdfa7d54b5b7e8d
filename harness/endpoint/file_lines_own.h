/* file_lines_own.h - the lines of a file, streamed. */
#ifndef ENDPOINT_FILE_LINES_OWN_H
#define ENDPOINT_FILE_LINES_OWN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "endpoint/endpoint.h"

/* The meaning of a last line without a newline. */
enum last_line {
    LAST_LINE_COUNTS, /* a line like the others */
    LAST_LINE_TORN,   /* the writer was killed within the line: no line */
};

/* Hand out every line now in `path`, without the newline; place.offset is the
 * number of the line, from 0. -EFBIG: a line is longer than 64 MiB; -ETIMEDOUT:
 * after timeout_us of `clk`; -EIO: the file became shorter meanwhile. */
MUST_USE int file_lines(const char *path, enum last_line last, record_fn each,
                        void *ctx, const struct clk *clk, int64_t timeout_us,
                        struct err *err);

/* The number of newlines, counted on from an earlier call. */
struct line_count {
    int64_t position; /* bytes counted */
    uint64_t lines;
};

/* A missing file has no lines; a file that became shorter is counted anew. */
MUST_USE int file_count_lines(const char *path, struct line_count *c,
                              struct err *err);

#endif
