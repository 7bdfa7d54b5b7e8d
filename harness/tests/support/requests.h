/* requests.h - reads the log of ordeal-http, for tests of its clients. */
#ifndef SUPPORT_REQUESTS_H
#define SUPPORT_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/request_log.h"

struct request {
    struct request_row row;
    const char *source, *body; /* within the log, not NUL-terminated */
};

/* Read the row at *at and advance *at to the next row. Returns false at the end
 * of the log; a cut or invalid row fails the test. */
bool request_next(const char *log, size_t len, size_t *at, struct request *ret);

#endif
