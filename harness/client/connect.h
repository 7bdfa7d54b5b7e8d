/* connect.h - a client of the REST API of Kafka Connect (KIP-26; KIP-745
 * restart with tasks, KIP-875 offsets and the state STOPPED).
 *
 * A request may go to any worker of the cluster. The worker that answered last
 * is asked first. After status 409 (rebalance in progress, but not "already
 * exists"), without a connection, or after 10 s without an answer, the next
 * worker is asked, until the time-out: -ETIMEDOUT, with the last reason in err.
 * A refused certificate ends the call at once: -EACCES. Time-outs are for the
 * whole call. Thread-safe.
 */
#ifndef CLIENT_CONNECT_H
#define CLIENT_CONNECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/access.h"

struct connect;

/* How to reach the REST API of a worker. All borrowed. */
struct connect_access {
    const char *url; /* the root: "http://10.1.2.3:8083" */
    const struct access_security *security; /* HTTPS, basic authentication; NULL
                                               or as for http_ask() */
};

/* A client without workers, to be freed by connect_free(). */
struct connect *connect_new(void);
void connect_free(struct connect *c); /* NULL is fine */

/* Replace the list of workers by `n` others; URLs are copied, the security is
 * borrowed for the life of the client. May be called while requests are under
 * way. */
void connect_workers(struct connect *c, const struct connect_access *at,
                     size_t n);

/* Send any method and path ("/connectors/x/status"). `body` is borrowed, or
 * NULL. *ret_json: the answer, new, or NULL for an empty answer. Returns the
 * HTTP status, also of 4xx and 5xx, or a negative errno value. -ENOENT: no
 * worker is known. */
MUST_USE int connect_request(struct connect *c, const char *method,
                             const char *path, const json_t *body,
                             int64_t timeout_us, json_t **ret_json,
                             struct err *err);

/* As connect_request(), but to the worker `worker_url` only, and only once. */
MUST_USE int connect_request_to(const char *worker_url, const char *method,
                                const char *path, const json_t *body,
                                int64_t timeout_us, json_t **ret_json,
                                struct err *err);

/* The functions below are about the connector `name` and return 0 or a negative
 * errno value. Status 4xx and 5xx are errors, with Connect's message in err:
 * -ENOENT for 404, -EINVAL for 400 and 422, -EACCES for 401 and 403, -EEXIST
 * for 409, else -EIO. */

/* Create the connector or change the config (PUT /connectors/NAME/config). Read
 * the config, delete the connector, read the status; *ret is new. */
MUST_USE int connect_put(struct connect *c, const char *name,
                         const json_t *config, int64_t timeout_us,
                         struct err *err);
MUST_USE int connect_config(struct connect *c, const char *name, json_t **ret,
                            int64_t timeout_us, struct err *err);
MUST_USE int connect_delete(struct connect *c, const char *name,
                            int64_t timeout_us, struct err *err);
MUST_USE int connect_status(struct connect *c, const char *name, json_t **ret,
                            int64_t timeout_us, struct err *err);
/* `verb`: "pause", "resume", "stop", or "restart" (connector and all tasks).
 * Connect only accepts the wish; the status tells when the change is done. */
MUST_USE int connect_do(struct connect *c, const char *name, const char *verb,
                        int64_t timeout_us, struct err *err);
MUST_USE int connect_restart_task(struct connect *c, const char *name, int task,
                                  int64_t timeout_us, struct err *err);
/* Read, alter (PATCH) or reset (DELETE) the committed offsets, in the form
 * {"offsets": [{"partition": {...}, "offset": {...}}]} of KIP-875. Altering and
 * resetting need a stopped connector. */
MUST_USE int connect_offsets(struct connect *c, const char *name, json_t **ret,
                             int64_t timeout_us, struct err *err);
MUST_USE int connect_alter_offsets(struct connect *c, const char *name,
                                   const json_t *offsets, int64_t timeout_us,
                                   struct err *err);
MUST_USE int connect_reset_offsets(struct connect *c, const char *name,
                                   int64_t timeout_us, struct err *err);

/* Whether a status object shows the connector and all tasks, at least one, in
 * `state`; for STOPPED: the connector in `state` and no tasks. *ret_trace, if
 * ret_trace is not NULL: the first trace of a failure, borrowed, or NULL. */
bool connect_all_in_state(const json_t *status, const char *state,
                          const char **ret_trace);

/* The worker id ("10.1.2.3:8083") of `task` in a status object, borrowed; task
 * -1: of the connector. NULL: the status has none. */
const char *connect_worker_of(const json_t *status, int task);

#endif
