/* connect_watch.c - keeps the facts from Connect's internal topics. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/secrets.h"
#include "base/utf8.h"
#include "client/internal.h"
#include "observe/watch.h"

/* A status record: the time, the task, and the worker that wrote the record. */
struct status_note {
    int64_t wall_us;
    int task; /* -1: the connector */
    int worker_number;
};

struct task_state {
    int task; /* -1: the connector */
    bool deleted;
    struct task_seen seen;
};

struct connector_state {
    char *name;
    struct task_state *tasks;
    size_t tasks_len;
    struct status_note *notes;
    size_t notes_len;
    struct failure_seen *failures;
    size_t failures_len;
    uint64_t changes;
    uint64_t commits;
    json_t *offsets; /* canonical partition -> {partition, offset, commits} */
};

struct connect_watch {
    struct observer_spec spec;
    pthread_mutex_t lock;
    struct connector_state *at;
    size_t len;
};

struct connect_watch *connect_watch_new(const struct observer_spec *spec)
{
    struct connect_watch *w = must_calloc(1, sizeof(*w));

    w->spec = *spec;
    pthread_mutex_init(&w->lock, NULL);
    return w;
}

void connect_watch_free(struct connect_watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->len; i++) {
        free(w->at[i].name);
        free(w->at[i].tasks);
        free(w->at[i].notes);
        free(w->at[i].failures);
        json_decref(w->at[i].offsets);
    }
    free(w->at);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static struct connector_state *find(struct connect_watch *w, const char *name)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcmp(w->at[i].name, name) == 0)
            return &w->at[i];
    return NULL;
}

static struct connector_state *find_or_make(struct connect_watch *w,
                                            const char *name)
{
    struct connector_state *c = find(w, name);

    if (c)
        return c;
    w->at = must_realloc(w->at, w->len + 1, sizeof(*w->at));
    c = &w->at[w->len++];
    *c = (struct connector_state){.name = must_strdup(name),
                                  .offsets = json_object()};
    return c;
}

static struct task_state *task_or_make(struct connector_state *c, int task)
{
    for (size_t i = 0; i < c->tasks_len; i++)
        if (c->tasks[i].task == task)
            return &c->tasks[i];
    c->tasks = must_realloc(c->tasks, c->tasks_len + 1, sizeof(*c->tasks));
    c->tasks[c->tasks_len] = (struct task_state){
        .task = task, .seen = {.worker_number = -1, .since_us = -1}};
    return &c->tasks[c->tasks_len++];
}

static void keep_note(struct connector_state *c, const struct status_note *n)
{
    c->notes = must_realloc(c->notes, c->notes_len + 1, sizeof(*c->notes));
    c->notes[c->notes_len++] = *n;
}

static void keep_failure(struct connector_state *c, const struct task_state *t)
{
    const struct task_seen *seen = &t->seen;

    c->failures =
        must_realloc(c->failures, c->failures_len + 1, sizeof(*c->failures));
    c->failures[c->failures_len++] = (struct failure_seen){
        seen->since_us, seen->written_us, t->task, seen->worker_number};
}

static void tell(struct connect_watch *w, const struct connect_record *r,
                 const struct task_seen *seen)
{
    char text[512];

    if (r->task < 0)
        (void)snprintf(text, sizeof(text), "connector %s %s on %s",
                       r->connector, seen->state, seen->worker);
    else
        (void)snprintf(text, sizeof(text), "task %s/%d %s on %s%s%.200s",
                       r->connector, r->task, seen->state, seen->worker,
                       seen->trace[0] ? ": " : "", seen->trace);
    utf8_mend(text); /* JSON refuses a text cut within a character */
    event_put(w->spec.events, -1, r->connector, "status",
              json_pack("{s:i, s:s, s:s, s:s}", "task", r->task, "state",
                        seen->state, "worker", seen->worker, "text", text));
}

/* Copy the first line of `text`, cut to `size` without leaving a half
 * character, which JSON would refuse. */
/* Secrets are replaced before the cut: half a secret is not found later. */
static void keep_first_line(char *to, size_t size, const char *text)
{
    size_t len = text ? strcspn(text, "\n") : 0;
    AUTO_FREE char *shown = secrets_shown(text ? text : "", len, NULL);

    (void)snprintf(to, size, "%s", shown);
    utf8_mend(to);
}

/* The run clock is read here and not taken from the record: a worker's clock
 * may differ. Both times are kept. */
static void note_status(struct connect_watch *w, const struct connect_record *r,
                        int64_t wall_us)
{
    struct connector_state *c = find_or_make(w, r->connector);
    struct task_state *t =
        task_or_make(c, r->kind == CONNECT_STATUS ? -1 : r->task);
    struct task_seen *seen = &t->seen;

    c->changes++;
    seen->changes++;
    seen->since_us = clk_now(w->spec.clk);
    seen->written_us = wall_us;
    t->deleted = r->tombstone;
    if (r->tombstone) {
        seen->state[0] = 0;
        return;
    }
    keep_first_line(seen->state, sizeof(seen->state), r->state);
    keep_first_line(seen->worker, sizeof(seen->worker), r->worker);
    keep_first_line(seen->trace, sizeof(seen->trace), r->trace);
    seen->worker_number = w->spec.worker_at && r->worker
                              ? w->spec.worker_at(w->spec.ctx, r->worker)
                              : -1;
    keep_note(c, &(struct status_note){wall_us, t->task, seen->worker_number});
    if (strcmp(seen->state, "FAILED") == 0)
        keep_failure(c, t);
    tell(w, r, seen);
}

static void note_offset(struct connect_watch *w, const struct connect_record *r)
{
    struct connector_state *c = find_or_make(w, r->connector);
    char *key = json_dumps(r->source_partition,
                           JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    json_t *old;
    json_int_t commits;

    c->commits++;
    if (!key)
        return;
    old = json_object_get(c->offsets, key);
    commits = json_integer_value(json_object_get(old, "commits")) + 1;
    if (r->tombstone)
        json_object_del(c->offsets, key);
    else
        json_object_set_new(c->offsets, key,
                            json_pack("{s:O, s:O, s:I}", "partition",
                                      r->source_partition, "offset",
                                      r->source_offset, "commits", commits));
    free(key);
}

void connect_watch_note(struct connect_watch *w, const struct record *k)
{
    struct connect_record r;

    if (connect_record_parse(k->key, k->key_len, k->value, k->value_len, &r) <
        0) {
        log_warn("observer",
                 "a record of Connect's topics was not understood, "
                 "partition %d offset %lld",
                 (int)k->at.partition, (long long)k->at.offset);
        return;
    }
    pthread_mutex_lock(&w->lock);
    if (r.kind == CONNECT_STATUS || r.kind == CONNECT_TASK_STATUS)
        note_status(w, &r, k->at.time_us);
    else if (r.kind == CONNECT_OFFSET)
        note_offset(w, &r);
    pthread_mutex_unlock(&w->lock);
    connect_record_done(&r);
}

struct task_seen connect_watch_task(struct connect_watch *w,
                                    const char *connector, int task)
{
    struct task_seen seen = {.worker_number = -1, .since_us = -1};
    struct connector_state *c;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    for (size_t i = 0; c && i < c->tasks_len; i++)
        if (c->tasks[i].task == task)
            seen = c->tasks[i].seen;
    pthread_mutex_unlock(&w->lock);
    return seen;
}

size_t connect_watch_failures(struct connect_watch *w, const char *connector,
                              struct failure_seen **ret)
{
    struct connector_state *c;
    size_t n;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    n = c ? c->failures_len : 0;
    *ret = must_calloc(n, sizeof(**ret));
    if (n > 0)
        memcpy(*ret, c->failures, n * sizeof(**ret));
    pthread_mutex_unlock(&w->lock);
    return n;
}

int connect_watch_tasks(struct connect_watch *w, const char *connector)
{
    struct connector_state *c;
    int n = 0;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    for (size_t i = 0; c && i < c->tasks_len; i++)
        n += c->tasks[i].task >= 0 && !c->tasks[i].deleted;
    pthread_mutex_unlock(&w->lock);
    return n;
}

uint64_t connect_watch_changes(struct connect_watch *w, const char *connector)
{
    struct connector_state *c;
    uint64_t n;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    n = c ? c->changes : 0;
    pthread_mutex_unlock(&w->lock);
    return n;
}

uint64_t connect_watch_commits(struct connect_watch *w, const char *connector)
{
    struct connector_state *c;
    uint64_t n;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    n = c ? c->commits : 0;
    pthread_mutex_unlock(&w->lock);
    return n;
}

json_t *connect_watch_offsets(struct connect_watch *w, const char *connector)
{
    json_t *a = json_array();
    struct connector_state *c;
    const char *key;
    json_t *value;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    if (c)
        json_object_foreach (c->offsets, key, value)
            json_array_append_new(a, json_deep_copy(value));
    pthread_mutex_unlock(&w->lock);
    return a;
}

int connect_watch_worker_at(struct connect_watch *w, const char *connector,
                            int task, int64_t wall_us)
{
    struct connector_state *c;
    int number = -1;

    pthread_mutex_lock(&w->lock);
    c = find(w, connector);
    for (size_t i = 0; c && i < c->notes_len; i++)
        if (c->notes[i].task == task && c->notes[i].wall_us <= wall_us)
            number = c->notes[i].worker_number;
    pthread_mutex_unlock(&w->lock);
    return number;
}
