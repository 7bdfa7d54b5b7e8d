/* nodes.c - the engine's side of node.h: requests to the keeper. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"
#include "node/keep_own.h"
#include "node/keeper_wire_own.h"

struct nodes {
    pthread_mutex_t lock; /* held for a request and its reply */
    int fd;
    bool sandboxed;
};

struct nodes *nodes_new(int fd, bool sandboxed)
{
    struct nodes *n = must_calloc(1, sizeof(*n));

    (void)pthread_mutex_init(&n->lock, NULL);
    n->fd = fd;
    n->sandboxed = sandboxed;
    return n;
}

void nodes_free(struct nodes *n)
{
    if (!n)
        return;
    (void)close(n->fd);
    (void)pthread_mutex_destroy(&n->lock);
    free(n);
}

bool nodes_sandboxed(const struct nodes *n)
{
    return n->sandboxed;
}

/* Send a request and wait for the reply; *ret, new, is the object of values in
 * the reply. Takes the reference `request`; NULL means that json_pack() refused
 * a text as not UTF-8. */
static int ask(struct nodes *n, json_t *request, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *r = request;
    json_t *reply = NULL;
    int rc;

    if (!r)
        return err_set(err, -EINVAL,
                       "keeper: a name, path, argument or environment "
                       "variable of the request is not UTF-8");
    (void)pthread_mutex_lock(&n->lock);
    rc = wire_send(n->fd, r, err);
    if (rc == 0)
        rc = wire_receive(n->fd, &reply, err);
    (void)pthread_mutex_unlock(&n->lock);
    if (rc < 0) {
        (void)err_context(err, "keeper");
        return rc;
    }
    return wire_unpack(reply, ret, err);
}

static int copy_text(const json_t *values, const char *key, char *out,
                     size_t size, struct err *err)
{
    const char *text = json_string_value(json_object_get(values, key));

    if (!text || strlen(text) >= size)
        return err_set(err, -EBADMSG, "keeper: reply without %s", key);
    memcpy(out, text, strlen(text) + 1);
    return 0;
}

int node_add(struct nodes *n, const char *name, struct node_info *ret,
             struct err *err)
{
    AUTO_JSON json_t *values = NULL;
    struct node_info info = {0};
    int rc =
        ask(n, json_pack("{s:s,s:s}", "op", "add", "name", name), &values, err);

    if (rc == 0)
        rc = copy_text(values, "address", info.address, sizeof(info.address),
                       err);
    if (rc == 0)
        rc = copy_text(values, "observer_address", info.observer_address,
                       sizeof(info.observer_address), err);
    if (rc < 0)
        return rc;
    (void)snprintf(info.name, sizeof(info.name), "%s", name);
    *ret = info;
    return 0;
}

int node_add_address(struct nodes *n, const char *name,
                     char ret[NODE_ADDRESS_MAX], struct err *err)
{
    AUTO_JSON json_t *values = NULL;
    int rc = ask(n, json_pack("{s:s,s:s}", "op", "add_address", "name", name),
                 &values, err);

    if (rc == 0)
        rc = copy_text(values, "address", ret, NODE_ADDRESS_MAX, err);
    return rc;
}

/* A NULL-terminated row of strings as a JSON array, new; NULL: some string is
 * not UTF-8. */
static json_t *array_of(char *const *row)
{
    json_t *array = json_array();

    for (; array && *row; row++)
        if (json_array_append_new(array, json_string(*row)) < 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

int node_start(struct nodes *n, const struct node_process *p, pid_t *ret_pid,
               struct err *err)
{
    AUTO_JSON json_t *values = NULL;
    json_t *request =
        json_pack("{s:s,s:s,s:o,s:o,s:s,s:s,s:s?}", "op", "start", "name",
                  p->name, "argv", array_of(p->argv), "env", array_of(p->env),
                  "cwd", p->cwd, "log", p->log_path, "hosts", p->hosts_path);
    int rc = ask(n, request, &values, err);

    if (rc == 0)
        *ret_pid = (pid_t)json_integer_value(json_object_get(values, "pid"));
    return rc;
}

int node_signal(struct nodes *n, const char *name, int sig, struct err *err)
{
    AUTO_JSON json_t *values = NULL;

    return ask(
        n,
        json_pack("{s:s,s:s,s:i}", "op", "signal", "name", name, "signal", sig),
        &values, err);
}

int node_status(struct nodes *n, const char *name, struct node_status *ret,
                struct err *err)
{
    AUTO_JSON json_t *values = NULL;
    json_int_t starts;
    int state, pid, wait_status;
    int rc = ask(n, json_pack("{s:s,s:s}", "op", "status", "name", name),
                 &values, err);

    if (rc < 0)
        return rc;
    if (json_unpack(values, "{s:i,s:i,s:i,s:I}", "state", &state, "pid", &pid,
                    "wait_status", &wait_status, "starts", &starts) < 0)
        return err_set(err, -EBADMSG, "keeper: reply without a status");
    *ret = (struct node_status){.state = (enum node_state)state,
                                .pid = pid,
                                .wait_status = wait_status,
                                .starts = (uint64_t)starts};
    return 0;
}

void wait_status_text(int wait_status, char *out, size_t size)
{
    const char *name;

    if (WIFEXITED(wait_status)) {
        (void)snprintf(out, size, "ended with exit code %d",
                       WEXITSTATUS(wait_status));
        return;
    }
    name =
        sigdescr_np(WTERMSIG(wait_status)); /* strsignal(): not thread-safe */
    (void)snprintf(out, size, "killed by signal %d (%s)", WTERMSIG(wait_status),
                   name ? name : "no name");
}
