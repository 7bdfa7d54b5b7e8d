/* worker.h - the state shared by the threads of a worker.
 *
 * Threads: "store" applies records of the three topics; "member" is told which
 * slots the worker holds; "herder" alone starts and stops connectors and tasks;
 * each REST connection has a thread; each task has a thread, which reports the
 * task's state.
 *
 * One lock (`lock`), never held during a call that waits for Kafka or for a
 * task.
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

/* A connector (task -1) or a task that runs here. */
struct unit {
    char *connector;
    int task;
    int64_t made_at;    /* offset of its configuration in the config topic */
    int64_t restart_at; /* last restart request served, an offset in the config
                           topic */
    enum target_state target; /* last target state told */
    bool failed;
    struct task *run; /* NULL: a connector, or a task that failed to start */
};

struct worker {
    struct settings settings;
    const char *hosts_path;
    char *bootstrap; /* bootstrap.servers, by address */
    char id[300];    /* "host:port" for other workers and clients */
    struct store *store;
    struct task_env env;

    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    struct state *state;
    bool config_read; /* the config topic was read to its end once */
    /* the worker holds its part of the slots */
    bool joined;
    bool lost; /* other workers hold the slots already */
    bool stopping;
    bool dirty; /* the herder has to look for work */
    /* held by this worker; bit n: slot n */
    uint32_t slots;
    /* of the group */
    int64_t generation;
    struct unit *units;
    size_t units_len;
};

/* How long a REST request waits for its record to be written and read back. */
enum { WRITE_LIMIT_US = 20000000 };

/* Takes over `settings`. On failure the process is expected to end. */
MUST_USE int worker_init(struct worker *w, struct settings *settings,
                         const char *hosts_path, struct err *err);
/* Free everything. No thread may wait in store_write() any more. */
void worker_done(struct worker *w);

/* Under the lock: wait for `changed`. false: `deadline_us` has passed. */
bool worker_wait(struct worker *w, int64_t deadline_us);
/* Under the lock: wake all waiting threads, and the herder. */
void worker_stir(struct worker *w);

/* Callbacks for struct member_spec; ctx is the worker. */
void worker_assigned(void *ctx, uint32_t slots, int64_t generation);
void worker_revoked(void *ctx, bool lost);

/* Under the lock. NULL: the connector or task does not run here. */
struct unit *worker_unit(struct worker *w, const char *connector, int task);

/* ---- statuses; call without the lock ---- */

/* Write a status record. `safely`: unless another worker of a later generation
 * has written the present status. */
void status_write(struct worker *w, const char *connector, int task,
                  const char *state, const char *trace, bool safely);
/* Write a tombstone for the status. */
void status_delete(struct worker *w, const char *connector, int task);

/* ---- herder.c ---- */

/* The thread "herder": creates the topics, then starts and stops connectors and
 * tasks until w->stopping. arg: the worker. */
void *herd(void *arg);

#endif
