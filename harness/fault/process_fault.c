/* process_fault.c - common steps of faults on the process of a node. */
#include "fault/process_fault_own.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/own.h"

enum {
    METADATA_US =
        500 * US_PER_MS, /* asked once at proof time, without waiting */
    BROKERS_SEEN_MAX = 64,
    JVM_ENDED_BY_SIGTERM = 128 + SIGTERM,
};

const struct platform_node *field_node(const struct field *f, const char *name)
{
    size_t n;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

void tell_workers_changed(const struct fault_call *c)
{
    c->field->workers_changed(c->field->ctx);
}

void process_holds(const struct target *t, char *out, size_t size)
{
    (void)snprintf(out, size, "process %s", t->name);
}

static int status_of(const struct field *f, const char *node,
                     struct node_status *ret, struct err *err)
{
    return f->platform->ops->status(f->platform, node, ret, err);
}

static bool has_ended(const struct node_status *s)
{
    return s->state == NODE_ENDED || s->state == NODE_NEVER_STARTED;
}

int process_capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    const char *node = c->target->name;
    struct node_status s;
    int rc = status_of(c->field, node, &s, err);

    if (rc < 0)
        return rc;
    if (has_ended(&s))
        return err_set(err, -ESRCH, "%s: no process of it runs", node);
    if (s.state == NODE_STOPPED)
        return err_set(err, -EBUSY, "%s: process %d stands still already", node,
                       (int)s.pid);
    *ret = json_pack("{s:s, s:i, s:I}", "node", node, "pid", (int)s.pid,
                     "starts", (json_int_t)s.starts);
    return 0;
}

static int send(const struct fault_call *c, int sig, struct err *err)
{
    return c->field->platform->ops->signal(c->field->platform, c->target->name,
                                           sig, err);
}

static int end(const struct fault_call *c, int sig, struct err *err)
{
    struct process_state *state = c->state;

    state->told_to_end = true; /* before: the signal cannot be taken back */
    return send(c, sig, err);
}

int process_kill(const struct fault_call *c, struct err *err)
{
    return end(c, SIGKILL, err);
}

int process_stop(const struct fault_call *c, struct err *err)
{
    return end(c, SIGTERM, err);
}

int process_pause(const struct fault_call *c, struct err *err)
{
    return send(c, SIGSTOP, err);
}

/* ---- proofs ---- */

static uint64_t captured_starts(const struct fault_call *c)
{
    return (uint64_t)json_integer_value(json_object_get(c->captured, "starts"));
}

/* The status of the captured life. -ESTALE: another has begun. */
static int same_life(const struct fault_call *c, struct node_status *ret,
                     struct err *err)
{
    uint64_t captured = captured_starts(c);
    int rc = status_of(c->field, c->target->name, ret, err);

    if (rc < 0)
        return rc;
    if (ret->starts == captured)
        return 0;
    return err_set(err, -ESTALE,
                   "%s: was started again before the proof was seen (%" PRIu64
                   " starts, %" PRIu64 " when asked)",
                   c->target->name, ret->starts, captured);
}

/* A note beside the proof: brokers notice the death of a broker later, and the
 * proof does not wait. */
static void note_metadata(const struct fault_call *c, json_t *proof)
{
    const struct platform_node *n = field_node(c->field, c->target->name);
    int32_t ids[BROKERS_SEEN_MAX];
    struct err ignored = {0};
    bool there = false;
    size_t len = 0;

    if (c->target->ops != &target_broker || !n || !c->field->admin ||
        kafka_brokers(c->field->admin, ids, ARRAY_LEN(ids), &len, METADATA_US,
                      &ignored) < 0)
        return;
    for (size_t i = 0; i < len; i++)
        there |= ids[i] == n->number;
    if (!there)
        (void)json_object_set_new(proof, "left_metadata", json_true());
}

static void note_process(const struct fault_call *c,
                         const struct node_status *s, json_t *proof)
{
    (void)json_object_set_new(proof, "node", json_string(c->target->name));
    (void)json_object_set_new(proof, "pid", json_integer(s->pid));
    (void)json_object_set_new(proof, "starts",
                              json_integer((json_int_t)s->starts));
}

/* 1: the captured life has ended, *ret says how. */
static int ended(const struct fault_call *c, struct node_status *ret,
                 struct err *err)
{
    int rc = same_life(c, ret, err);

    if (rc < 0)
        return rc;
    if (ret->state == NODE_ENDED)
        return 1;
    err_set(err, -EAGAIN, "%s: process %d has not ended", c->target->name,
            (int)ret->pid);
    return 0;
}

static void note_end(const struct fault_call *c, const struct node_status *s,
                     json_t *proof)
{
    char how[64];

    wait_status_text(s->wait_status, how, sizeof(how));
    note_process(c, s, proof);
    (void)json_object_set_new(proof, "ended", json_string(how));
    note_metadata(c, proof);
}

int process_killed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct node_status s;
    char how[64];
    int rc = ended(c, &s, err);

    if (rc <= 0)
        return rc;
    wait_status_text(s.wait_status, how, sizeof(how));
    if (!WIFSIGNALED(s.wait_status) || WTERMSIG(s.wait_status) != SIGKILL)
        return err_set(err, -ECHILD, "%s: %s, not by our SIGKILL",
                       c->target->name, how);
    note_end(c, &s, proof);
    return 1;
}

int process_ended_well(const char *node, int wait_status, struct err *err)
{
    char how[64];

    if (WIFEXITED(wait_status) &&
        (WEXITSTATUS(wait_status) == JVM_ENDED_BY_SIGTERM ||
         WEXITSTATUS(wait_status) == 0))
        return 0;
    if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGTERM)
        return 0;
    wait_status_text(wait_status, how, sizeof(how));
    return err_set(err, -ECHILD, "%s: %s, not by our SIGTERM", node, how);
}

int process_stopped(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct node_status s;
    int rc = ended(c, &s, err);

    if (rc <= 0)
        return rc;
    rc = process_ended_well(c->target->name, s.wait_status, err);
    if (rc < 0)
        return rc;
    note_end(c, &s, proof);
    return 1;
}

/* How long the process must stand still before brokers or Connect take it for
 * dead. */
static void note_sessions(const struct fault_call *c, json_t *proof)
{
    static const struct {
        const struct target_ops *of;
        const char *property;
    } sessions[] = {
        {&target_broker, "broker.session.timeout.ms"},
        {&target_worker, "session.timeout.ms"},
        {&target_worker, "consumer.session.timeout.ms"},
    };
    struct platform *p = c->field->platform;
    json_t *notes = json_object();

    for (size_t i = 0; p->ops->property && i < ARRAY_LEN(sessions); i++) {
        const char *ms =
            sessions[i].of == c->target->ops
                ? p->ops->property(p, c->target->name, sessions[i].property)
                : NULL;

        if (ms)
            (void)json_object_set_new(notes, sessions[i].property,
                                      json_string(ms));
    }
    (void)json_object_set_new(proof, "taken_for_dead_after_ms", notes);
}

int process_paused(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct node_status s;
    char how[64];
    int rc = same_life(c, &s, err);

    if (rc < 0)
        return rc;
    if (has_ended(&s)) {
        wait_status_text(s.wait_status, how, sizeof(how));
        return err_set(err, -ECHILD, "%s: %s before it stood still",
                       c->target->name, how);
    }
    if (s.state != NODE_STOPPED) {
        err_set(err, -EAGAIN, "%s: process %d does not stand still",
                c->target->name, (int)s.pid);
        return 0;
    }
    note_process(c, &s, proof);
    (void)json_object_set_new(proof, "stopped",
                              json_string("stopped by SIGSTOP, as /proc says"));
    note_sessions(c, proof);
    return 1;
}

/* ---- reverts ---- */

int node_revive(const struct field *f, const char *node, struct err *err)
{
    struct platform *p = f->platform;
    struct node_status s;
    struct err gone = {0};
    int rc = status_of(f, node, &s, err);

    if (rc < 0)
        return rc;
    if (has_ended(&s))
        return p->ops->start(p, node, err);
    /* Harmless for a running process, and /proc may not show a SIGSTOP yet. */
    rc = p->ops->signal(p, node, SIGCONT, &gone);
    if (rc == -ESRCH)
        return p->ops->start(p, node, err);
    return rc < 0 ? err_set(err, rc, "%s", gone.text) : 0;
}

int process_revive(const struct fault_call *c, struct err *err)
{
    return node_revive(c->field, c->target->name, err);
}

int node_answers(const struct field *f, const char *node, struct err *err)
{
    struct platform *p = f->platform;
    struct node_status s;
    int rc = status_of(f, node, &s, err);

    if (rc < 0)
        return rc;
    if (s.state != NODE_RUNNING) {
        rc = node_revive(f, node, err);
        if (rc < 0)
            return rc;
        err_set(err, -EAGAIN, "%s: its process was %s", node,
                s.state == NODE_STOPPED ? "standing still" : "gone");
        return 0;
    }
    rc = p->ops->answers(p, node, err);
    if (rc == 0)
        err_set(err, -EAGAIN, "%s: process %d does not answer", node,
                (int)s.pid);
    return rc;
}

int process_answers(const struct fault_call *c, struct err *err)
{
    const struct process_state *state = c->state;
    struct node_status s;
    int rc = status_of(c->field, c->target->name, &s, err);

    if (rc < 0)
        return rc;
    if (state->told_to_end && s.state == NODE_RUNNING &&
        s.starts == captured_starts(c)) {
        err_set(err, -EAGAIN, "%s: process %d was told to end and still runs",
                c->target->name, (int)s.pid);
        return 0;
    }
    return node_answers(c->field, c->target->name, err);
}
