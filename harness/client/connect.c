/* connect.c - requests to Connect's REST API, with other workers as a fallback.
 */
#include "client/connect.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/stop.h"
#include "client/http.h"

enum {
    PAUSE_US = 100000,
    /* Limit of a request to one of several workers: a hanging worker must leave
     * time for the others, yet a slow plugin may take seconds to validate a
     * config. */
    ONE_WORKER_US = 10000000,
};

struct connect {
    pthread_mutex_t lock;           /* guards the rest */
    struct connect_access *workers; /* URLs owned */
    size_t workers_len;
    size_t turn; /* index of the next worker, modulo workers_len */
};

struct connect *connect_new(void)
{
    struct connect *c = must_calloc(1, sizeof(*c));

    pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void drop_workers(struct connect *c)
{
    for (size_t i = 0; i < c->workers_len; i++)
        free((char *)c->workers[i].url);
    free(c->workers);
    c->workers = NULL;
    c->workers_len = 0;
}

void connect_free(struct connect *c)
{
    if (!c)
        return;
    drop_workers(c);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void connect_workers(struct connect *c, const struct connect_access *at,
                     size_t n)
{
    pthread_mutex_lock(&c->lock);
    drop_workers(c);
    c->workers = must_calloc(n, sizeof(*c->workers));
    for (size_t i = 0; i < n; i++)
        c->workers[i] =
            (struct connect_access){must_strdup(at[i].url), at[i].security};
    c->workers_len = n;
    pthread_mutex_unlock(&c->lock);
}

/* The URL of the worker in turn, new, and the security for the worker; NULL: no
 * worker is known. *ret_len: the number of workers. With `next` the turn first
 * moves on by a worker. */
static char *pick(struct connect *c, bool next,
                  const struct access_security **ret_security, size_t *ret_len)
{
    const struct connect_access *w;
    char *url = NULL;

    pthread_mutex_lock(&c->lock);
    if (next)
        c->turn++;
    *ret_len = c->workers_len;
    if (c->workers_len > 0) {
        w = &c->workers[c->turn % c->workers_len];
        url = must_strdup(w->url);
        *ret_security = w->security;
    }
    pthread_mutex_unlock(&c->lock);
    return url;
}

/* ---- one request ---------------------------------------------------------*/

/* Send a question to a worker: at->url is the worker's root, the path comes
 * behind. */
static int ask_worker(const struct http_question *at, const char *path,
                      const json_t *body, json_t **ret_json, struct err *err)
{
    AUTO_FREE char *url = path_of("%s%s", at->url, path);
    AUTO_FREE char *text = body ? json_dumps(body, JSON_ENCODE_ANY) : NULL;
    struct http_question q = *at;
    struct http_reply reply;
    json_error_t why;
    long status;
    int rc;

    q.url = url;
    q.body = text;
    rc = http_ask(&q, &reply, err);
    if (rc < 0)
        return rc;
    status = reply.status;
    *ret_json = json_loadb(reply.body, reply.len, JSON_DECODE_ANY, &why);
    if (!*ret_json && reply.len > 0 && status < 300)
        rc = err_set(err, -EBADMSG, "%s %s: the answer is not JSON: %s",
                     q.method, url, why.text);
    http_reply_done(&reply);
    return rc < 0 ? rc : (int)status;
}

int connect_request_to(const char *worker_url, const char *method,
                       const char *path, const json_t *body, int64_t timeout_us,
                       json_t **ret_json, struct err *err)
{
    const struct http_question q = {
        .method = method, .url = worker_url, .timeout_us = timeout_us};

    return ask_worker(&q, path, body, ret_json, err);
}

/* The message in an error answer of Connect. */
static const char *message_of(const json_t *answer)
{
    const char *m = json_string_value(json_object_get(answer, "message"));

    return m ? m : "no message";
}

/* Whether an answer means that the worker group is rebalancing. Status 409 also
 * stands for "already exists", which no waiting will change. */
static bool rebalancing(int status, const json_t *answer)
{
    return status == 409 && !strstr(message_of(answer), "already exists");
}

/* Whether another worker may answer after a failure without an answer. */
static bool worth_another(int rc)
{
    return rc == -ECONNREFUSED || rc == -ETIMEDOUT || rc == -EIO;
}

/* Tries the workers in turn until the deadline. The first failure is kept for
 * the error text unless a later failure says more than "timed out". */
int connect_request(struct connect *c, const char *method, const char *path,
                    const json_t *body, int64_t timeout_us, json_t **ret_json,
                    struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    struct clk clk = clk_real_from(0);
    struct err last = {0};

    for (bool next = false;; next = true) {
        int64_t left_us = deadline_us - clk_monotonic_us();
        size_t n;
        struct http_question q = {.method = method};
        AUTO_FREE char *url = pick(c, next, &q.security, &n);
        struct err why = {0};
        json_t *answer = NULL;
        int rc;

        if (!url)
            return err_set(err, -ENOENT, "%s %s: no worker is known", method,
                           path);
        q.url = url;
        q.timeout_us =
            n > 1 && left_us > ONE_WORKER_US ? ONE_WORKER_US : left_us;
        rc = ask_worker(&q, path, body, &answer, &why);
        if (rc >= 0 && !rebalancing(rc, answer)) {
            *ret_json = answer;
            return rc;
        }
        if (rc >= 0)
            err_set(&why, -EBUSY, "%s: 409: %s", url, message_of(answer));
        json_decref(answer);
        if (rc < 0 && !worth_another(rc))
            return err_set(err, rc, "%s", why.text);
        if (!last.code || rc != -ETIMEDOUT)
            last = why;
        if (stop_check(path, err) < 0)
            return err->code;
        if (clk_monotonic_us() + PAUSE_US >= deadline_us)
            return err_set(err, -ETIMEDOUT, "%s %s: not within %.1fs: %s",
                           method, path, (double)timeout_us / US_PER_S,
                           last.text);
        log_debug("connect", "%s %s: again: %s", method, path, why.text);
        clk_sleep(&clk, PAUSE_US);
    }
}

/* ---- what is asked of a connector ----------------------------------------*/

/* "/connectors/NAME<rest>", new, with the name percent-encoded (RFC 3986). */
static char *path_for(const char *name, const char *rest)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    AUTO_FREE char *escaped = must_malloc(3 * strlen(name) + 1);
    char *to = escaped;

    for (const char *at = name; *at; at++) {
        if (strchr(plain, *at)) {
            *to++ = *at;
            continue;
        }
        (void)snprintf(to, 4, "%%%02X", (unsigned char)*at);
        to += 3;
    }
    *to = 0;
    return path_of("/connectors/%s%s", escaped, rest);
}

/* The negative errno value for a status of an error (connect.h). */
static int code_of(int status)
{
    switch (status) {
    case 400:
    case 422:
        return -EINVAL;
    case 401:
    case 403:
        return -EACCES;
    case 404:
        return -ENOENT;
    case 409:
        return -EEXIST;
    }
    return -EIO;
}

/* A request about a connector. */
struct request {
    const char *method;
    const char *name;
    const char *rest;   /* end of the path, behind the name */
    const json_t *body; /* NULL: none */
    json_t **ret;       /* NULL: the answer is dropped */
};

/* Send a request; an answer of 300 or above is an error. */
static int ask(struct connect *c, const struct request *r, int64_t timeout_us,
               struct err *err)
{
    AUTO_FREE char *path = path_for(r->name, r->rest);
    AUTO_JSON json_t *answer = NULL;
    int rc =
        connect_request(c, r->method, path, r->body, timeout_us, &answer, err);

    if (rc < 0)
        return rc;
    if (rc >= 300)
        return err_set(err, code_of(rc), "%s %s: %d: %s%s", r->method, path, rc,
                       message_of(answer),
                       rc == 401 ? "; check user and password for the worker"
                                 : "");
    if (!r->ret)
        return 0;
    if (!json_is_object(answer))
        return err_set(err, -EBADMSG, "%s %s: expected an object", r->method,
                       path);
    *r->ret = TAKE(answer);
    return 0;
}

int connect_put(struct connect *c, const char *name, const json_t *config,
                int64_t timeout_us, struct err *err)
{
    return ask(c, &(struct request){"PUT", name, "/config", config, NULL},
               timeout_us, err);
}

int connect_config(struct connect *c, const char *name, json_t **ret,
                   int64_t timeout_us, struct err *err)
{
    return ask(c, &(struct request){"GET", name, "/config", NULL, ret},
               timeout_us, err);
}

int connect_delete(struct connect *c, const char *name, int64_t timeout_us,
                   struct err *err)
{
    return ask(c, &(struct request){"DELETE", name, "", NULL, NULL}, timeout_us,
               err);
}

int connect_status(struct connect *c, const char *name, json_t **ret,
                   int64_t timeout_us, struct err *err)
{
    return ask(c, &(struct request){"GET", name, "/status", NULL, ret},
               timeout_us, err);
}

int connect_do(struct connect *c, const char *name, const char *verb,
               int64_t timeout_us, struct err *err)
{
    static const struct {
        const char *verb, *method, *rest;
    } verbs[] = {
        {"pause", "PUT", "/pause"},
        {"resume", "PUT", "/resume"},
        {"stop", "PUT", "/stop"},
        {"restart", "POST", "/restart?includeTasks=true&onlyFailed=false"},
    };

    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (strcmp(verb, verbs[i].verb) == 0)
            return ask(c,
                       &(struct request){verbs[i].method, name, verbs[i].rest,
                                         NULL, NULL},
                       timeout_us, err);
    return err_set(err, -EINVAL,
                   "connector %s: %s: not pause, resume, stop or restart", name,
                   verb);
}

int connect_restart_task(struct connect *c, const char *name, int task,
                         int64_t timeout_us, struct err *err)
{
    AUTO_FREE char *rest = path_of("/tasks/%d/restart", task);

    return ask(c, &(struct request){"POST", name, rest, NULL, NULL}, timeout_us,
               err);
}

int connect_offsets(struct connect *c, const char *name, json_t **ret,
                    int64_t timeout_us, struct err *err)
{
    return ask(c, &(struct request){"GET", name, "/offsets", NULL, ret},
               timeout_us, err);
}

int connect_alter_offsets(struct connect *c, const char *name,
                          const json_t *offsets, int64_t timeout_us,
                          struct err *err)
{
    return ask(c, &(struct request){"PATCH", name, "/offsets", offsets, NULL},
               timeout_us, err);
}

int connect_reset_offsets(struct connect *c, const char *name,
                          int64_t timeout_us, struct err *err)
{
    return ask(c, &(struct request){"DELETE", name, "/offsets", NULL, NULL},
               timeout_us, err);
}

/* ---- reading a status ----------------------------------------------------*/

/* Whether a connector or task is in `state`. *ret_trace: the first trace met.
 */
static bool in_state(const json_t *part, const char *state,
                     const char **ret_trace)
{
    const char *is = json_string_value(json_object_get(part, "state"));
    const char *trace = json_string_value(json_object_get(part, "trace"));

    if (trace && ret_trace && !*ret_trace)
        *ret_trace = trace;
    return is && strcmp(is, state) == 0;
}

bool connect_all_in_state(const json_t *status, const char *state,
                          const char **ret_trace)
{
    const json_t *tasks = json_object_get(status, "tasks");
    bool stopped = strcmp(state, "STOPPED") == 0;
    bool all;

    if (ret_trace)
        *ret_trace = NULL;
    all = in_state(json_object_get(status, "connector"), state, ret_trace);
    for (size_t i = 0; i < json_array_size(tasks); i++)
        all &= in_state(json_array_get(tasks, i), state, ret_trace);
    /* A connector in the state STOPPED has no tasks. */
    return all && (json_array_size(tasks) > 0) != stopped;
}

const char *connect_worker_of(const json_t *status, int task)
{
    const json_t *tasks = json_object_get(status, "tasks");
    const json_t *part = task < 0 ? json_object_get(status, "connector") : NULL;

    for (size_t i = 0; task >= 0 && i < json_array_size(tasks); i++) {
        const json_t *id = json_object_get(json_array_get(tasks, i), "id");

        if (json_is_integer(id) && json_integer_value(id) == task)
            part = json_array_get(tasks, i);
    }
    return json_string_value(json_object_get(part, "worker_id"));
}
