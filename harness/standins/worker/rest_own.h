/* rest_own.h - between the table of routes (worker_rest.c) and their handlers.
 *
 * A path's segments in braces are the handler's `args`.
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

/* One request, and what it is answered. */
struct call {
    struct worker *w;
    struct MHD_Connection *connection;
    char args[ROUTE_ARGS][ROUTE_ARG_MAX];
    json_t *body;    /* borrowed; NULL: there was none */
    unsigned status; /* of the answer */
    json_t *answer;  /* NULL: empty */
};

/* Takes `body`. */
void call_answer(struct call *c, unsigned status, json_t *body);
void call_refuse(struct call *c, unsigned status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* By what the error is: -EINVAL 400, -ENOENT 404, else 500. */
void call_fail(struct call *c, const struct err *err);

/* "?name=true" */
bool call_flag(const struct call *c, const char *name);

/* Under the lock: the connector of args[0]; NULL: there is none, and that has
 * been answered. */
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

/* Under the lock, new: as GET shows a connector; its status (NULL: none). */
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
