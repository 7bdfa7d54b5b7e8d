/* worker_rest.h - Connect's REST API (KIP-26, 475, 477, 745, 875), by
 * libmicrohttpd.
 *
 * A const table lists the routes. Answers are JSON or empty. Errors are
 * {"error_code","message"}, in Connect's words where clients of Connect compare
 * the words.
 */
#ifndef STANDINS_WORKER_WORKER_REST_H
#define STANDINS_WORKER_WORKER_REST_H

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker.h"

struct rest;

/* Listen at settings.listeners and set w->id. Prints "rest ADDRESS:PORT" per
 * listener on standard output. */
MUST_USE int rest_start(struct worker *w, struct rest **ret, struct err *err);
/* Stop serving; waits for requests being answered. NULL is fine. */
void rest_stop(struct rest *r);

#endif
