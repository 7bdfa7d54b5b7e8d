/* ops.c - the operations that the keeper performs for the engine, by a table.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "node/keep_own.h"
#include "node/keeper_wire_own.h"
#include "node/process_own.h"
#include "node/sandbox_own.h"
#include "node/spawn.h"

/* An operation by the name in the request. */
struct op {
    const char *name;

    /* Performs `request` and puts values into the object `reply`. 0 or negative
     * errno. */
    int (*run)(struct keep *k, const json_t *request, json_t *reply,
               struct err *err);
};

static const char *text_of(const json_t *request, const char *key)
{
    return json_string_value(json_object_get(request, key));
}

static struct member *find(struct keep *k, const char *name)
{
    for (size_t i = 0; name && i < k->nodes_len; i++)
        if (strcmp(k->nodes[i].info.name, name) == 0)
            return &k->nodes[i];
    return NULL;
}

static int known(struct keep *k, const json_t *request, struct member **ret,
                 struct err *err)
{
    const char *name = text_of(request, "name");

    *ret = find(k, name);
    if (!*ret)
        return err_set(err, -ENOENT, "%s: no such node",
                       name ? name : "(no name)");
    return 0;
}

static int fill(json_t *reply, json_t *values, struct err *err)
{
    AUTO_JSON json_t *v = values;

    if (!v || json_object_update(reply, v) < 0)
        return err_set(err, -EINVAL, "the reply cannot be written as JSON");
    return 0;
}

/* Node names become host names, and stand in hosts files. */
static int check_name(const char *name, struct err *err)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

    if (!name || !*name || strlen(name) >= NODE_NAME_MAX ||
        name[strspn(name, good)])
        return err_set(err, -EINVAL,
                       "%s: a node's name has 1 to %d of a-z 0-9 - .",
                       name && *name ? name : "(no name)", NODE_NAME_MAX - 1);
    return 0;
}

static int make_member(struct keep *k, const char *name, struct err *err)
{
    struct member *m = &k->nodes[k->nodes_len];
    int rc = 0;

    *m = (struct member){
        .number = (unsigned)k->nodes_len + 1, .netns = -1, .pidfd = -1};
    memcpy(m->info.name, name, strlen(name) + 1);
    address_of_node(&k->addressing, m->number, m->info.address);
    address_observed(&k->addressing, m->number, m->info.observer_address);
    if (k->addressing.sandboxed) {
        rc = links_add_node(&k->links, m->number, &m->netns, err);
        if (rc == 0)
            rc = sandbox_add_host(k->work_dir, m->info.observer_address, name,
                                  err);
    }
    if (rc < 0) {
        if (m->netns >= 0)
            (void)close(m->netns);
        return err_context(err, "%s", name);
    }
    k->nodes_len++;
    return keep_record(k, err);
}

static int add(struct keep *k, const json_t *request, json_t *reply,
               struct err *err)
{
    const char *name = text_of(request, "name");
    struct member *m = find(k, name);
    int rc = 0;

    if (!m) {
        if (k->nodes_len == NODES_MAX)
            return err_set(err, -ENOSPC, "%s: a run has at most %d nodes",
                           name ? name : "(no name)", NODES_MAX);
        rc = check_name(name, err);
        if (rc == 0)
            rc = make_member(k, name, err);
        if (rc < 0)
            return rc;
        m = find(k, name);
    }
    return fill(reply,
                json_pack("{s:s,s:s}", "address", m->info.address,
                          "observer_address", m->info.observer_address),
                err);
}

static int add_address(struct keep *k, const json_t *request, json_t *reply,
                       struct err *err)
{
    char address[NODE_ADDRESS_MAX];
    struct member *m;
    int rc = known(k, request, &m, err);

    if (rc < 0)
        return rc;
    if (k->further == FURTHER_ADDRESSES_MAX)
        return err_set(err, -ENOSPC,
                       "%s: a run has at most %d further addresses",
                       m->info.name, FURTHER_ADDRESSES_MAX);
    address_further(&k->addressing, k->further + 1, address);
    if (k->addressing.sandboxed)
        rc = links_add_address(&k->links, m->netns, address, err);
    if (rc < 0)
        return err_context(err, "%s", m->info.name);
    k->further++;
    if (keep_record(k, err) < 0)
        return err->code;
    return fill(reply, json_pack("{s:s}", "address", address), err);
}

/* The strings of an array, borrowed from the array, as a NULL-terminated row,
 * which the caller frees. */
static char **strings_of(const json_t *array)
{
    size_t n = json_array_size(array);
    char **row = must_calloc(n + 1, sizeof(*row));

    for (size_t i = 0; i < n; i++)
        row[i] = (char *)json_string_value(json_array_get(array, i));
    return row;
}

static int launch(struct member *m, const struct spawn *s, struct err *err)
{
    int rc = spawn_process(s, &m->pid, err);

    if (rc < 0)
        return rc;
    m->starts++;
    m->pidfd = process_open(m->pid);
    if (m->pidfd >= 0)
        return 0;
    rc = err_errno(err, "pidfd_open");
    (void)kill(m->pid, SIGKILL); /* an unreaped child: the pid is not reused */
    m->wait_status = SIGKILL;
    return rc;
}

/* Everything is checked before the fork. keeper.json is written after, as the
 * record holds the new pid. */
static int start(struct keep *k, const json_t *request, json_t *reply,
                 struct err *err)
{
    AUTO_FREE char **argv = strings_of(json_object_get(request, "argv"));
    AUTO_FREE char **env = strings_of(json_object_get(request, "env"));
    struct spawn s = {.argv = argv,
                      .env = env,
                      .cwd = text_of(request, "cwd"),
                      .log_path = text_of(request, "log"),
                      .hosts_path = text_of(request, "hosts")};
    struct member *m;
    int rc = known(k, request, &m, err);

    if (rc < 0)
        return rc;
    if (!argv[0] || !s.cwd || !s.log_path)
        return err_set(err, -EINVAL, "%s: needs argv, cwd and log",
                       m->info.name);
    if (m->pidfd >= 0)
        return err_set(err, -EBUSY, "%s: process %d still runs there",
                       m->info.name, (int)m->pid);
    s.netns = m->netns;
    free(m->hosts_path);
    m->hosts_path = s.hosts_path ? must_strdup(s.hosts_path) : NULL;
    if (!k->addressing.sandboxed)
        s.hosts_path = NULL; /* no mount namespace here; enter.c tries again */
    rc = launch(m, &s, err);
    if (rc < 0)
        return err_context(err, "%s", m->info.name);
    log_info(m->info.name, "started %s as process %d", argv[0], (int)m->pid);
    rc = keep_record(k, err);
    return rc < 0 ? rc : fill(reply, json_pack("{s:i}", "pid", m->pid), err);
}

static int send_signal(struct keep *k, const json_t *request, json_t *reply,
                       struct err *err)
{
    json_int_t sig = json_integer_value(json_object_get(request, "signal"));
    struct member *m;
    int rc = known(k, request, &m, err);

    (void)reply;
    if (rc < 0)
        return rc;
    if (m->pidfd < 0)
        return err_set(err, -ESRCH, "%s: no process runs there", m->info.name);
    if (process_signal(m->pidfd, (int)sig) < 0)
        return err_errno(err, "%s: signal %d", m->info.name, (int)sig);
    return 0;
}

static enum node_state state_of(const struct member *m)
{
    struct process_stat p;

    if (m->pid == 0)
        return NODE_NEVER_STARTED;
    if (m->pidfd < 0)
        return NODE_ENDED;
    if (process_stat_of(m->pid, &p) == 0 && p.state == 'T')
        return NODE_STOPPED;
    return NODE_RUNNING;
}

static int status(struct keep *k, const json_t *request, json_t *reply,
                  struct err *err)
{
    struct member *m;
    int rc = known(k, request, &m, err);

    if (rc < 0)
        return rc;
    return fill(reply,
                json_pack("{s:i,s:i,s:i,s:I}", "state", (int)state_of(m), "pid",
                          (int)m->pid, "wait_status", m->wait_status, "starts",
                          (json_int_t)m->starts),
                err);
}

static const struct op ops[] = {
    {"add", add},     {"add_address", add_address}, {"signal", send_signal},
    {"start", start}, {"status", status},
};

json_t *keep_answer(struct keep *k, const json_t *request)
{
    const char *name = text_of(request, "op");
    json_t *reply = json_object();
    struct err why = {0};
    int rc;

    keep_reap(k); /* else a status could be older than the last death */
    for (size_t i = 0; name && i < ARRAY_LEN(ops); i++)
        if (strcmp(ops[i].name, name) == 0) {
            rc = ops[i].run(k, request, reply, &why);
            return wire_reply(rc, reply, &why);
        }
    rc = err_set(&why, -ENOSYS, "%s: the keeper has no such operation",
                 name ? name : "(no op)");
    return wire_reply(rc, reply, &why);
}
