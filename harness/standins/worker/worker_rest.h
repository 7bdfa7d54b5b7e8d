/* worker_rest.h - Connect's REST API (KIP-26, 475, 477, 745, 875), by
 * libmicrohttpd.
 *
 * One const table of routes. Every answer but an empty one is JSON; errors are
 * {"error_code","message"} in Connect's words where its clients look at them.
 */
#ifndef STANDINS_WORKER_WORKER_REST_H
#define STANDINS_WORKER_WORKER_REST_H

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker.h"

struct rest;

/* Listen where the settings say; fills in w->id. Says on the standard output
 * "rest ADDRESS:PORT" for each. */
MUST_USE int rest_start(struct worker *w, struct rest **ret, struct err *err);
/* Answers no more; waits for those that are being answered. NULL is fine. */
void rest_stop(struct rest *r);

#endif
