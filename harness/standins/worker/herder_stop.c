/* herder_stop.c - stops connectors and tasks not due here. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/herder_own.h"
#include "standins/worker/slots.h"

enum { READ_LIMIT_US = 2000000 };

enum why { KEEP, GIVEN_UP, GONE, CHANGED, RESTART };

struct stop {
    struct worker *w;
    char *connector; /* owned */
    int task;
    struct task *run;
    enum why why;
    bool lost; /* another worker may run the unit already */
    pthread_t thread;
    bool threaded;
};

/* Whether the restart request, unseen so far by the unit, covers the unit. A
 * request for a single task never covers the connector. */
static bool is_asked_for(const struct restart_request *r, const struct unit *u)
{
    if (r->at <= u->restart_at)
        return false;
    if (r->task >= 0)
        return u->task == r->task;
    return (u->task < 0 || r->include_tasks) && (!r->only_failed || u->failed);
}

/* Under the lock: whether unit `u` has to stop, and why. */
static enum why judge(const struct worker *w, struct unit *u)
{
    const struct connector_state *c = state_find(w->state, u->connector);

    if (!slots_have(w->slots, u->connector, u->task))
        return c ? GIVEN_UP : GONE;
    if (!c || (u->task >= 0 && (c->target == TARGET_STOPPED ||
                                (size_t)u->task >= json_array_size(c->tasks))))
        return GONE;
    if (u->made_at != (u->task < 0 ? c->config_at : c->tasks_at))
        return CHANGED;
    if (is_asked_for(&c->restart, u))
        return RESTART;
    u->restart_at = c->restart.at;
    return KEEP;
}

/* A worker back from a standstill may not have read the next owner's RUNNING
 * yet; so read the status topic to the end before writing UNASSIGNED. */
static bool may_say_unassigned(const struct stop *s)
{
    struct err err = {0};

    if (!s->lost ||
        store_read_to_end(s->w->store, TOPIC_STATUS, READ_LIMIT_US, &err) == 0)
        return true;
    log_warn("herder", "status UNASSIGNED of %s not written: %s", s->connector,
             err.text);
    return false;
}

static void *stop_one(void *arg)
{
    struct stop *s = arg;

    if (s->threaded)
        (void)pthread_setname_np(pthread_self(), "stop");
    if (s->run)
        task_stop(s->run, s->w->settings.stop_us);
    switch (s->why) {
    case GONE:
        status_delete(s->w, s->connector, s->task);
        break;
    case RESTART:
        status_write(s->w, s->connector, s->task, "RESTARTING", NULL, true);
        break;
    case KEEP:
    case GIVEN_UP:
    case CHANGED:
        if (may_say_unassigned(s))
            status_write(s->w, s->connector, s->task, "UNASSIGNED", NULL, true);
        break;
    }
    return NULL;
}

/* Under the lock: all units to stop (malloc'd). The units stay in the list
 * until stopped. */
static struct stop *to_stop(struct worker *w, size_t *ret_len)
{
    struct stop *all = must_calloc(w->units_len + 1, sizeof(*all));
    size_t n = 0;

    for (size_t i = 0; i < w->units_len; i++) {
        struct unit *u = &w->units[i];
        enum why why = judge(w, u);

        if (why != KEEP)
            all[n++] = (struct stop){.w = w,
                                     .connector = must_strdup(u->connector),
                                     .task = u->task,
                                     .run = u->run,
                                     .why = why,
                                     .lost = w->lost};
    }
    *ret_len = n;
    return all;
}

static void drop_unit(struct worker *w, const char *connector, int task)
{
    struct unit *u = worker_unit(w, connector, task);

    free(u->connector);
    *u = w->units[--w->units_len];
}

/* Every unit is stopped in a separate thread, so that a slow unit delays no
 * other. Units leave the list only after all have stopped: worker_revoked()
 * waits for the list to become empty. */
bool herder_stop_units(struct worker *w)
{
    AUTO_FREE struct stop *all = NULL;
    size_t n;

    pthread_mutex_lock(&w->lock);
    all = to_stop(w, &n);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < n; i++) {
        all[i].threaded = true;
        if (pthread_create(&all[i].thread, NULL, stop_one, &all[i]) == 0)
            continue;
        all[i].threaded = false;
        (void)stop_one(&all[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (all[i].threaded)
            (void)pthread_join(all[i].thread, NULL);
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < n; i++) {
        drop_unit(w, all[i].connector, all[i].task);
        free(all[i].connector);
    }
    if (n > 0)
        pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    return n > 0;
}
