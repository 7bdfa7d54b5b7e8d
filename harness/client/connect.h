/* connect.h - the Connect REST API (KIP-26, 475, 875, 980), against any of a
 * cluster's workers.
 *
 * Requests go to the workers until one answers, beginning with the one that
 * answered last; 409 (rebalance in progress, not "already exists") and a worker
 * that is not there or hangs for 10 s are tried again, with the next worker,
 * until the time-out: -ETIMEDOUT, with what was said last. Thread-safe.
 */
#ifndef CLIENT_CONNECT_H
#define CLIENT_CONNECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct connect;

struct connect *connect_new(void);
void connect_free(struct connect *c); /* NULL is fine */

/* The workers' REST roots ("http://10.1.2.3:8083"); replaces the list.
 * Thread-safe against requests. */
void connect_workers(struct connect *c, const char *const *urls, size_t n);

/* One request, any method and path ("/connectors/x/status"). `body` is
 * borrowed or NULL. *ret_json: the answer, or NULL if it had none (new).
 * Returns the HTTP status, or negative errno. An answer of 4xx or 5xx is not
 * an error here. */
MUST_USE int connect_request(struct connect *c, const char *method,
                             const char *path, const json_t *body,
                             int64_t timeout_us, json_t **ret_json,
                             struct err *err);

/* The same to one worker only, tried once. */
MUST_USE int connect_request_to(const char *worker_url, const char *method,
                                const char *path, const json_t *body,
                                int64_t timeout_us, json_t **ret_json,
                                struct err *err);

/* What follows takes 4xx and 5xx for errors, which hold Connect's own message:
 * 404 -ENOENT, 400 and 422 -EINVAL, 401 and 403 -EACCES, 409 -EEXIST, else
 * -EIO. */

/* PUT /connectors/NAME/config. */
MUST_USE int connect_put(struct connect *c, const char *name,
                         const json_t *config, int64_t timeout_us,
                         struct err *err);
MUST_USE int connect_config(struct connect *c, const char *name, json_t **ret,
                            int64_t timeout_us, struct err *err);
MUST_USE int connect_delete(struct connect *c, const char *name,
                            int64_t timeout_us, struct err *err);
MUST_USE int connect_status(struct connect *c, const char *name, json_t **ret,
                            int64_t timeout_us, struct err *err);
/* "pause", "resume", "stop", "restart" (with tasks, all of them). */
MUST_USE int connect_do(struct connect *c, const char *name, const char *verb,
                        int64_t timeout_us, struct err *err);
MUST_USE int connect_restart_task(struct connect *c, const char *name, int task,
                                  int64_t timeout_us, struct err *err);
/* {"offsets": [...]}; PATCH and DELETE need a stopped connector. */
MUST_USE int connect_offsets(struct connect *c, const char *name, json_t **ret,
                             int64_t timeout_us, struct err *err);
MUST_USE int connect_alter_offsets(struct connect *c, const char *name,
                                   const json_t *offsets, int64_t timeout_us,
                                   struct err *err);
MUST_USE int connect_reset_offsets(struct connect *c, const char *name,
                                   int64_t timeout_us, struct err *err);

/* Of a status object: is the connector in `state` and every task (at least
 * one) too? When STOPPED it must have none. A failed task's trace goes to
 * *ret_trace (borrowed) if not NULL. */
bool connect_all_in_state(const json_t *status, const char *state,
                          const char **ret_trace);

/* The worker that runs a task ("10.1.2.3:8083"), borrowed from the status;
 * task -1: the connector itself. NULL: unknown. */
const char *connect_worker_of(const json_t *status, int task);

#endif
