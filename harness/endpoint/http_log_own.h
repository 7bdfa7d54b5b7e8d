/* http_log_own.h - the log of ordeal-http, read. The file is the whole truth
 * about what the server answered: it needs no server that still lives. */
#ifndef ENDPOINT_HTTP_LOG_OWN_H
#define ENDPOINT_HTTP_LOG_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/request_log.h"

/* One request; the texts are not NUL-terminated, lengths are in `row`. Lives
 * while the callback runs. */
struct request {
    const struct request_row *row;
    const char *method, *path, *source, *body;
};

/* Return < 0 to stop. */
typedef int (*request_fn)(void *ctx, const struct request *r, struct err *err);

/* Hand out the rows that begin at byte *position or later, in their order, and
 * move *position behind the last whole one: a torn last row, or one that is
 * just being written, is left for the next call. A log that is not there holds
 * none. -EBADMSG: a spoilt row, naming its place; then what `each` returned,
 * or -errno. */
MUST_USE int http_log_read(const char *path, int64_t *position, request_fn each,
                           void *ctx, struct err *err);

/* May a request like this bring a record? GET, HEAD and OPTIONS do not. */
bool request_brings_record(const struct request *r);

#endif
