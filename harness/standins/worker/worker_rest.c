/* worker_rest.c - the REST server: routes, requests, listeners. */
#include "standins/worker/worker_rest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/shared/address.h"
#include "standins/worker/rest_own.h"

enum {
    LISTENERS_MAX = 8,
    BACKLOG = 128,
    CONNECTIONS_MAX = 1024,
    THREAD_STACK = 512 << 10,
    BODY_MAX = 1 << 20,
    READ_LIMIT_US = 30000000,
    JOIN_LIMIT_US = 1000000,
};

/* Conditions for answering a request. */
enum needs {
    NEEDS_NOTHING,
    NEEDS_CONFIG, /* the config topic was read to its end */
    NEEDS_GROUP,  /* also, the worker holds its part of the slots */
};

static const struct route {
    const char *method, *pattern;
    void (*handle)(struct call *c);
    enum needs needs;
    bool body; /* a JSON object is required */
} routes[] = {
    {"GET", "/", get_root, NEEDS_NOTHING, false},
    {"GET", "/connectors", get_connectors, NEEDS_CONFIG, false},
    {"POST", "/connectors", post_connector, NEEDS_GROUP, true},
    {"GET", "/connectors/{}", get_connector, NEEDS_CONFIG, false},
    {"DELETE", "/connectors/{}", delete_connector, NEEDS_GROUP, false},
    {"GET", "/connectors/{}/config", get_config, NEEDS_CONFIG, false},
    {"PUT", "/connectors/{}/config", put_config, NEEDS_GROUP, true},
    {"PATCH", "/connectors/{}/config", patch_config, NEEDS_GROUP, true},
    {"GET", "/connectors/{}/status", get_status, NEEDS_CONFIG, false},
    {"PUT", "/connectors/{}/pause", put_pause, NEEDS_GROUP, false},
    {"PUT", "/connectors/{}/resume", put_resume, NEEDS_GROUP, false},
    {"PUT", "/connectors/{}/stop", put_stop, NEEDS_GROUP, false},
    {"POST", "/connectors/{}/restart", post_restart, NEEDS_GROUP, false},
    {"GET", "/connectors/{}/tasks", get_tasks, NEEDS_CONFIG, false},
    {"GET", "/connectors/{}/tasks/{}/status", get_task_status, NEEDS_CONFIG,
     false},
    {"POST", "/connectors/{}/tasks/{}/restart", post_task_restart, NEEDS_GROUP,
     false},
    {"GET", "/connectors/{}/offsets", get_offsets, NEEDS_CONFIG, false},
    {"PATCH", "/connectors/{}/offsets", patch_offsets, NEEDS_GROUP, true},
    {"DELETE", "/connectors/{}/offsets", delete_offsets, NEEDS_GROUP, false},
    {"GET", "/connector-plugins", get_plugins, NEEDS_NOTHING, false},
    {"PUT", "/connector-plugins/{}/config/validate", put_validate,
     NEEDS_NOTHING, true},
};

struct rest {
    struct worker *w;
    struct MHD_Daemon *daemons[LISTENERS_MAX];
    size_t len;
};

/* ---- a request ---- */

struct incoming {
    size_t len, cap;
    char *body;
};

static bool append(struct incoming *in, const char *data, size_t len)
{
    if (len > BODY_MAX - in->len)
        return false;
    if (in->len + len > in->cap) {
        size_t cap = 2 * (in->len + len);
        char *more = realloc(in->body, cap);

        if (!more)
            return false;
        in->body = more;
        in->cap = cap;
    }
    memcpy(in->body + in->len, data, len);
    in->len += len;
    return true;
}

/* Wait for the conditions, as Connect lets a request wait while a worker starts
 * or rebalances. false: answered with Connect's 503 or 409. */
static bool has_what_it_needs(struct call *c, enum needs needs)
{
    struct worker *w = c->w;
    int64_t now_us = clk_monotonic_us();
    int64_t read_us = now_us + READ_LIMIT_US, join_us = now_us + JOIN_LIMIT_US;
    bool read, joined;

    pthread_mutex_lock(&w->lock);
    while (needs >= NEEDS_CONFIG && !w->config_read && !w->stopping &&
           worker_wait(w, read_us))
        ;
    while (needs >= NEEDS_GROUP && !w->joined && !w->stopping &&
           worker_wait(w, join_us))
        ;
    read = w->config_read;
    joined = w->joined;
    pthread_mutex_unlock(&w->lock);
    if (needs >= NEEDS_CONFIG && !read) {
        call_refuse(c, 503,
                    "Request timed out. The worker is currently starting");
        return false;
    }
    if (needs >= NEEDS_GROUP && !joined) {
        call_refuse(c, 409,
                    "Cannot complete request because of a conflicting "
                    "operation (e.g. worker rebalance)");
        return false;
    }
    return true;
}

static void serve(struct call *c, const struct route *r,
                  const struct incoming *in)
{
    AUTO_JSON json_t *body = NULL;
    json_error_t e = {.text = ""};

    if (in->len > 0)
        body = json_loadb(in->body, in->len, JSON_REJECT_DUPLICATES, &e);
    if (r->body && !json_is_object(body)) {
        call_refuse(c, 400, "expected a JSON object%s%s", e.text[0] ? ": " : "",
                    e.text);
        return;
    }
    c->body = body;
    if (has_what_it_needs(c, r->needs))
        r->handle(c);
}

static void dispatch(struct call *c, const char *method, const char *url,
                     const struct incoming *in)
{
    bool path_known = false;

    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!route_meets(routes[i].pattern, url, c->args))
            continue;
        path_known = true;
        if (strcmp(method, routes[i].method) == 0) {
            serve(c, &routes[i], in);
            return;
        }
    }
    call_refuse(c, path_known ? 405 : 404, "HTTP %d %s", path_known ? 405 : 404,
                path_known ? "Method Not Allowed" : "Not Found");
}

static enum MHD_Result send_answer(struct call *c)
{
    char *text = c->answer ? json_dumps(c->answer, JSON_COMPACT) : strdup("");
    struct MHD_Response *r;
    enum MHD_Result rc;

    json_decref(c->answer);
    if (!text)
        return MHD_NO;
    r = MHD_create_response_from_buffer(strlen(text), text,
                                        MHD_RESPMEM_MUST_FREE);
    if (!r)
        return MHD_NO;
    if (*text)
        (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
                                      "application/json");
    rc = MHD_queue_response(c->connection, c->status, r);
    MHD_destroy_response(r);
    return rc;
}

/* The eight parameters of a libmicrohttpd handler. cls: the worker. */
#define HANDLER(name)                                                          \
    static enum MHD_Result name(void *cls, struct MHD_Connection *connection,  \
                                const char *url, const char *method,           \
                                const char *version, const char *upload_data,  \
                                size_t *upload_data_size, void **request_cls)

HANDLER(handle)
{
    struct incoming *in = *request_cls;
    struct call c = {.w = cls, .connection = connection, .status = 500};

    (void)version;
    if (!in) {
        *request_cls = must_calloc(1, sizeof(*in));
        return MHD_YES;
    }
    if (*upload_data_size > 0) {
        if (!append(in, upload_data, *upload_data_size))
            return MHD_NO;
        *upload_data_size = 0;
        return MHD_YES;
    }
    dispatch(&c, method, url, in);
    log_line(c.status < 400 ? LOG_DEBUG : LOG_INFO, "rest", "%s %s: %u", method,
             url, c.status);
    return send_answer(&c);
}

static void done(void *cls, struct MHD_Connection *connection,
                 void **request_cls, enum MHD_RequestTerminationCode why)
{
    struct incoming *in = *request_cls;

    (void)cls;
    (void)connection;
    (void)why;
    if (in)
        free(in->body);
    free(in);
    *request_cls = NULL;
}

/* Keep escapes: a connector name may hold an escaped slash, so paths are split
 * first and unescaped segment by segment (route.c). */
static size_t leave_escaped(void *cls, struct MHD_Connection *c, char *text)
{
    (void)cls;
    (void)c;
    return strlen(text);
}

/* ---- listening ---- */

static int listen_at(struct rest *r, struct sockaddr_in *at, struct err *err)
{
    struct MHD_Daemon *d;
    int fd = -1;

    if (r->len == LISTENERS_MAX)
        return err_set(err, -EINVAL, "more than %d", LISTENERS_MAX);
    if (address_listen(at, BACKLOG, &fd, err) < 0)
        return err->code;
    d = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            MHD_USE_POLL | MHD_USE_ERROR_LOG,
        0, NULL, NULL, handle, r->w, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, done, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)THREAD_STACK, MHD_OPTION_END);
    if (!d) /* libmicrohttpd has taken over the socket, also on failure */
        return err_set(err, -EIO, "the HTTP server does not start");
    r->daemons[r->len++] = d;
    return 0;
}

/* The worker's id is its address for others: the advertised host and port or,
 * where not set, those of the first listener. */
static void name_worker(struct worker *w, const struct sockaddr_in *at)
{
    const struct settings *s = &w->settings;
    char address[INET_ADDRSTRLEN];

    (void)inet_ntop(AF_INET, &at->sin_addr, address, sizeof(address));
    (void)snprintf(w->id, sizeof(w->id), "%.250s:%u",
                   s->advertised_host ? s->advertised_host : address,
                   s->advertised_port ? (unsigned)s->advertised_port
                                      : (unsigned)ntohs(at->sin_port));
}

/* Listen at "http://ADDRESS:PORT", with blanks around. */
static int listen_by(struct rest *r, char *listener, struct err *err)
{
    static const char scheme[] = "http://";
    char text[ADDRESS_TEXT];
    struct sockaddr_in at;
    size_t len;

    listener += strspn(listener, " ");
    for (len = strlen(listener); len > 0 && listener[len - 1] == ' '; len--)
        listener[len - 1] = 0;
    if (strncmp(listener, scheme, strlen(scheme)) != 0)
        return err_set(err, -EINVAL,
                       "listeners: %s: expected http://ADDRESS:PORT", listener);
    if (address_read(listener + strlen(scheme), &at, err) < 0 ||
        listen_at(r, &at, err) < 0)
        return err_context(err, "listeners");
    if (r->len == 1)
        name_worker(r->w, &at);
    address_write(&at, text);
    (void)printf("rest %s\n", text);
    return 0;
}

int rest_start(struct worker *w, struct rest **ret, struct err *err)
{
    struct rest *r = must_calloc(1, sizeof(*r));
    AUTO_FREE char *list = must_strdup(w->settings.listeners);
    char *rest = list, *one;

    r->w = w;
    while ((one = strsep(&rest, ",")) && err->code == 0)
        (void)listen_by(r, one, err);
    (void)fflush(stdout);
    if (err->code) {
        rest_stop(r);
        return err->code;
    }
    *ret = r;
    return 0;
}

void rest_stop(struct rest *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->len; i++)
        MHD_stop_daemon(r->daemons[i]);
    free(r);
}
