/* rest_own.h - the interface between the table of routes (worker_rest.c) and
 * the handlers of requests.
 *
 * Every handler answers by call_answer(), call_refuse() or call_fail(). args[]
 * holds the path segments that stand for {} in the route.
 */
#ifndef STANDINS_WORKER_REST_OWN_H
#define STANDINS_WORKER_REST_OWN_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/route.h"
#include "standins/worker/worker.h"

/* One request and its answer. */
struct call {
    struct worker *w;
    struct MHD_Connection *connection;
    char args[ROUTE_ARGS][ROUTE_ARG_MAX];
    json_t *body;    /* borrowed; NULL: the request has no body */
    unsigned status; /* HTTP status of the answer */
    json_t *answer;  /* NULL: an empty body */
};

/* Answer with `status` and `body` (NULL: empty), which is taken over. */
void call_answer(struct call *c, unsigned status, json_t *body);
/* Answer with Connect's error object and a message. */
void call_refuse(struct call *c, unsigned status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Answer with err->text, and 400 for -EINVAL, 404 for -ENOENT, else 500. */
void call_fail(struct call *c, const struct err *err);

/* Whether the query holds "name=true". */
bool call_flag(const struct call *c, const char *name);

/* Under the lock: the connector named by args[0]. NULL: the connector does not
 * exist, and the request was answered with 404. */
const struct connector_state *call_connector(struct call *c);

/* ---- rest_read.c ---- */

void get_root(struct call *c);
void get_connectors(struct call *c);
void get_connector(struct call *c);
void get_config(struct call *c);
void get_status(struct call *c);
void get_tasks(struct call *c);
void get_task_status(struct call *c);
void get_plugins(struct call *c);
void put_validate(struct call *c);

/* Under the lock: a connector as GET shows the connector, and its status (NULL:
 * no status yet). Both are new. */
json_t *connector_json(const struct connector_state *c);
json_t *status_json(const struct worker *w, const struct connector_state *c);

/* ---- rest_write.c ---- */

void post_connector(struct call *c);
void put_config(struct call *c);
void patch_config(struct call *c);
void put_pause(struct call *c);
void put_resume(struct call *c);
void put_stop(struct call *c);
void post_restart(struct call *c);
void post_task_restart(struct call *c);
void delete_connector(struct call *c);

/* ---- rest_offsets.c ---- */

void get_offsets(struct call *c);
void patch_offsets(struct call *c);
void delete_offsets(struct call *c);

#endif
