/* http_server.c - ordeal-http as a node: started, told, asked, ended. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "client/http.h"
#include "endpoint/http_endpoint.h"

enum {
    LOOK_US = 20 * US_PER_MS,
    ASK_TIMEOUT_US = 5 * US_PER_S,
    UP_TIMEOUT_US = 30 * US_PER_S,
    END_TIMEOUT_US = 2 * US_PER_S,
};

/* A request to the control listener; the answer must be 200 with JSON. */
static int ask(const struct http *h, const char *method, const char *path,
               const json_t *body, json_t **ret, struct err *err)
{
    AUTO_FREE char *url = path_of("%s%s", h->control_url, path);
    AUTO_FREE char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct http_reply reply;
    int rc = http_request(method, url, text, ASK_TIMEOUT_US, &reply, err);

    if (rc < 0)
        return err_context(err, "endpoint %s", h->name);
    *ret = json_loadb(reply.body, reply.len, 0, NULL);
    if (reply.status != 200 || !*ret) {
        json_decref(*ret);
        rc = err_set(err, -EPROTO, "endpoint %s: %s %s: answered %ld: %s",
                     h->name, method, path, reply.status, reply.body);
    }
    http_reply_done(&reply);
    return rc;
}

/* ---- the process ---- */

static int server_answers(void *ctx, struct err *err)
{
    struct http *h = ctx;
    struct node_status status;
    AUTO_JSON json_t *ignored = NULL;
    char how[64];
    int rc = node_status(h->nodes, h->name, &status, err);

    if (rc < 0)
        return rc;
    if (status.state == NODE_ENDED) {
        wait_status_text(status.wait_status, how, sizeof(how));
        return err_set(err, -ECHILD, "it %s; see %s", how, h->output_path);
    }
    return ask(h, "GET", "/control", NULL, &ignored, err) == 0;
}

static int start_process(struct http *h, struct err *err)
{
    char *argv[2 * SENDERS_MAX + 8];
    char *env[] = {(char[]){"PATH=/usr/bin:/bin"}, NULL};
    AUTO_FREE char *control =
        path_of("%s:%d", h->node.observer_address, (int)h->settings.port + 1);
    struct node_process p = {
        .name = h->name,
        .argv = argv,
        .env = env,
        .cwd = h->work_dir,
        .log_path = h->output_path,
    };
    size_t owned, n = 0;
    pid_t pid;
    int rc;

    argv[n++] = path_of("%s", h->program);
    argv[n++] = path_of("--control=%s", control);
    argv[n++] = path_of("--log=%s", h->log_path);
    argv[n++] = path_of("--listen=%s:%s", h->node.address, h->port);
    if (h->credential_path)
        argv[n++] = path_of("--credential=%s", h->credential_path);
    for (size_t i = 0; i < h->senders.len; i++)
        if (h->senders.at[i].by_dialled)
            argv[n++] =
                path_of("--listen=%s:%s", h->senders.at[i].address, h->port);
    owned = n;
    argv[n] = NULL;
    rc = node_start(h->nodes, &p, &pid, err);
    for (size_t i = 0; i < owned; i++)
        free(argv[i]);
    return rc;
}

static int start(struct http *h, struct err *err)
{
    AUTO_FREE char *what = path_of("endpoint %s: ordeal-http answers", h->name);
    int rc = start_process(h, err);

    if (rc < 0)
        return err_context(err, "endpoint %s", h->name);
    rc = wait_until(h->clk, server_answers, h, LOOK_US,
                    clk_now(h->clk) + UP_TIMEOUT_US, what, err);
    if (rc == 0)
        event_put(h->events, -1, h->name, "endpoint.started", event_no_body());
    return rc;
}

int http_server_make(struct http *h, struct err *err)
{
    int rc = node_add(h->nodes, h->name, &h->node, err);

    if (rc < 0)
        return err_context(err, "endpoint %s", h->name);
    (void)snprintf(h->control_url, sizeof(h->control_url), "http://%s:%d",
                   h->node.observer_address, (int)h->settings.port + 1);
    return start(h, err);
}

static int server_ended(void *ctx, struct err *err)
{
    struct http *h = ctx;
    struct node_status status;
    int rc = node_status(h->nodes, h->name, &status, err);

    return rc < 0 ? rc
                  : status.state == NODE_ENDED ||
                        status.state == NODE_NEVER_STARTED;
}

void http_server_end(struct http *h)
{
    static const int signals[] = {SIGTERM, SIGKILL};

    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        struct err ignored = {0};

        if (node_signal(h->nodes, h->name, signals[i], &ignored) < 0)
            return;
        if (wait_until(h->clk, server_ended, h, LOOK_US,
                       clk_now(h->clk) + END_TIMEOUT_US, "end", &ignored) == 0)
            return;
    }
}

/* ---- behaviour ---- */

/* Take the answer of /control apart; *ret_how is borrowed from the answer. */
static int read_control(const struct http *h, const json_t *j,
                        const json_t **ret_how, uint64_t *ret_applied,
                        struct err *err)
{
    const json_t *how = json_object_get(j, "behaviour");
    const json_t *applied = json_object_get(j, "applied");

    if (!json_is_object(how) || !json_is_integer(applied))
        return err_set(err, -EPROTO,
                       "endpoint %s: /control does not say how it behaves",
                       h->name);
    *ret_how = how;
    *ret_applied = (uint64_t)json_integer_value(applied);
    return 0;
}

static int tell(struct http *h, struct err *err)
{
    AUTO_JSON json_t *answer = NULL;
    const json_t *now = NULL;
    uint64_t applied;
    int rc = ask(h, "PUT", "/control", h->told, &answer, err);

    if (rc == 0)
        rc = read_control(h, answer, &now, &applied, err);
    if (rc == 0 && !json_equal(now, h->told))
        rc = err_set(err, -EPROTO,
                     "endpoint %s: it does not behave as it was told to",
                     h->name);
    return rc;
}

static int needs_server(const struct http *h, struct err *err)
{
    if (h->nodes)
        return 0;
    return err_set(err, -ENOTSUP, "endpoint %s: is only read back, no server",
                   h->name);
}

int http_misbehave(struct endpoint *e, const json_t *how, struct err *err)
{
    struct http *h = http_of(e);
    int rc = needs_server(h, err);

    if (rc < 0)
        return rc;
    pthread_mutex_lock(&h->orders);
    json_decref(h->told);
    h->told = json_deep_copy(how); /* also while the server is down: restart()
                                      tells the new server */
    rc = tell(h, err);
    pthread_mutex_unlock(&h->orders);
    return rc;
}

int http_misbehaving(struct endpoint *e, json_t **ret_how,
                     uint64_t *ret_applied, struct err *err)
{
    struct http *h = http_of(e);
    AUTO_JSON json_t *answer = NULL;
    const json_t *how = NULL;
    int rc = needs_server(h, err);

    if (rc == 0)
        rc = ask(h, "GET", "/control", NULL, &answer, err);
    if (rc == 0)
        rc = read_control(h, answer, &how, ret_applied, err);
    if (rc == 0)
        *ret_how = json_deep_copy(how);
    return rc;
}

int http_restart(struct endpoint *e, struct err *err)
{
    struct http *h = http_of(e);
    struct node_status status;
    int rc = needs_server(h, err);

    if (rc == 0)
        rc = node_status(h->nodes, h->name, &status, err);
    if (rc < 0)
        return rc;
    if (status.state == NODE_RUNNING || status.state == NODE_STOPPED)
        return 0;
    pthread_mutex_lock(&h->orders);
    rc = start(h, err);
    if (rc == 0 && json_object_size(h->told) > 0)
        rc = tell(h, err);
    pthread_mutex_unlock(&h->orders);
    return rc;
}

/* ---- workers that dial ---- */

/* Give a worker an address for itself, and let the server listen there. */
static int own_address(struct http *h, char ret[NODE_ADDRESS_MAX],
                       struct err *err)
{
    AUTO_JSON json_t *body = NULL;
    AUTO_JSON json_t *answer = NULL;
    int rc = node_add_address(h->nodes, h->name, ret, err);

    if (rc < 0)
        return err_context(err, "endpoint %s", h->name);
    body = json_pack("{s:s, s:I}", "address", ret, "port",
                     (json_int_t)h->settings.port);
    return ask(h, "PUT", "/listen", body, &answer, err);
}

static int add_sender(struct http *h, int worker, const char *worker_address,
                      struct err *err)
{
    bool sandboxed = nodes_sandboxed(h->nodes);
    char address[NODE_ADDRESS_MAX];
    int rc = 0;

    if (!sandboxed)
        rc = own_address(h, address, err);
    if (rc < 0)
        return rc;
    pthread_mutex_lock(&h->lock);
    rc = senders_add(&h->senders, worker, !sandboxed,
                     sandboxed ? worker_address : address, err);
    pthread_mutex_unlock(&h->lock);
    if (rc == 0)
        rc = senders_save(&h->senders, h->senders_path, err);
    return rc;
}

int http_sender(struct endpoint *e, int worker, const char *worker_address,
                char ret_dial[NODE_ADDRESS_MAX], struct err *err)
{
    struct http *h = http_of(e);
    const struct sender *known;
    int rc = needs_server(h, err);

    if (rc < 0)
        return rc;
    pthread_mutex_lock(&h->orders);
    if (!senders_of(&h->senders, worker))
        rc = add_sender(h, worker, worker_address, err);
    known = senders_of(&h->senders, worker);
    if (rc == 0)
        (void)snprintf(ret_dial, NODE_ADDRESS_MAX, "%s",
                       known->by_dialled ? known->address : h->node.address);
    pthread_mutex_unlock(&h->orders);
    return rc;
}
