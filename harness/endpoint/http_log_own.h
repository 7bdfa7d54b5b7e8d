/* http_log_own.h - reading the log of ordeal-http. The file alone is the whole
 * truth about the server's answers, also after the death of the server. */
#ifndef ENDPOINT_HTTP_LOG_OWN_H
#define ENDPOINT_HTTP_LOG_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/request_log.h"

/* A request; the texts are not NUL-terminated, `row` has the lengths. Valid
 * during the callback only. */
struct request {
    const struct request_row *row;
    const char *method, *path, *source, *body;
};

/* Return < 0 to stop. */
typedef int (*request_fn)(void *ctx, const struct request *r, struct err *err);

/* Hand out the rows that begin at byte *position or later, in order, and move
 * *position behind the last whole row. The next call reads a row that is torn
 * or still being written. A missing log holds no rows. -EBADMSG: a spoilt row,
 * with its place; otherwise the return value of `each`, or -errno. */
MUST_USE int http_log_read(const char *path, int64_t *position, request_fn each,
                           void *ctx, struct err *err);

/* Whether a request with this method may bring a record; GET, HEAD and OPTIONS
 * do not. */
bool request_brings_record(const struct request *r);

#endif
