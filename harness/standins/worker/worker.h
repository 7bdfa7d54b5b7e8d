/* worker.h - what the threads of one worker share.
 *
 * Threads: "store" applies records; "member" is told what the worker holds;
 * "herder" alone starts and stops what runs; one for each REST connection; the
 * tasks' own, which say what became of them.
 *
 * One lock. It is never held over a call that waits (for Kafka, for a task).
 */
#ifndef STANDINS_WORKER_WORKER_H
#define STANDINS_WORKER_WORKER_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/settings.h"
#include "standins/worker/store.h"
#include "standins/worker/task.h"
#include "standins/worker/worker_state.h"

/* What runs here: a connector (task -1), or one of its tasks. */
struct unit {
    char *connector;
    int task;
    int64_t made_at;    /* where its configuration stands in the config topic */
    int64_t restart_at; /* the last request to restart that it knows of */
    enum target_state target; /* that it was last told of */
    bool failed;
    struct task *run; /* NULL: a connector, or it did not start */
};

struct worker {
    struct settings settings;
    const char *hosts_path;
    char *bootstrap; /* the settings', by address */
    char id[300];    /* "host:port", as others are to reach it */
    struct store *store;
    struct task_env env;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct state *state;
    bool config_read; /* state holds what the config topic held */
    bool joined;
    bool lost; /* its slots are somebody else's already */
    bool stopping;
    bool dirty; /* there may be something to do for the herder */
    uint32_t slots;
    int64_t generation;
    struct unit *units;
    size_t units_len;
};

enum { WRITE_LIMIT_US = 20000000 };

/* `settings` is taken. */
MUST_USE int worker_init(struct worker *w, struct settings *settings,
                         const char *hosts_path, struct err *err);
/* Nobody waits in store_write() any more. */
void worker_done(struct worker *w);

/* Wait for `changed`, under the lock; false: `deadline_us` has passed. */
bool worker_wait(struct worker *w, int64_t deadline_us);
/* Under the lock: all who wait look again. */
void worker_stir(struct worker *w);

/* For struct member_spec; ctx is the worker. */
void worker_assigned(void *ctx, uint32_t slots, int64_t generation);
void worker_revoked(void *ctx, bool lost);

/* Under the lock; NULL: it does not run here. */
struct unit *worker_unit(struct worker *w, const char *connector, int task);

/* ---- statuses; without the lock ---- */

/* `safely`: not over what another worker of a later generation wrote. */
void status_write(struct worker *w, const char *connector, int task,
                  const char *state, const char *trace, bool safely);
void status_delete(struct worker *w, const char *connector, int task);

/* ---- herder.c ---- */

/* The thread "herder": sees to the topics, then has run what is to run here,
 * until w->stopping. arg: the worker. */
void *herd(void *arg);

#endif
