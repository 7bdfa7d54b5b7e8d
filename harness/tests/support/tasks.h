/* tasks.h - a stand-in for the worker's core, for tests of tasks: remembers
 * source offsets and task states.
 *
 * All cases of a program share a cluster. Each case, being a process, has a
 * topic, a connector and so a consumer group named after its process id.
 * Sessions are long, so that a busy machine loses no member.
 */
#ifndef SUPPORT_TASKS_H
#define SUPPORT_TASKS_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>

#include "base/clk.h"
#include "standins/worker/task.h"
#include "support/rdkafka_client.h"

enum { LIMIT_US = 50000000, STOP_US = 20000000 };

struct core {
    struct ordeal_mock *mock;      /* borrowed */
    char connector[32], topic[32]; /* of the present case */
    rd_kafka_t *producer;
    rd_kafka_t *asks; /* a client that reads the group's commits */
    struct task_env env;
    struct clk clk;
    char dir[64];

    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum task_state state;
    int said; /* number of states reported */
    char trace[2048];
    json_t *offsets; /* partition as text -> offset */
    int puts;
};

/* A client with the id of the connector's group that never joins the group. */
rd_kafka_t *outsider(const struct core *c);

/* Make the folder, the clients and the environment of a case's tasks. `mock` is
 * borrowed. Under ORDEAL_TEST_LOG, log to standard error. */
void core_open(struct core *c, struct ordeal_mock *mock);
void core_close(struct core *c);

/* Sleep 10 ms, between two looks at a change without a signal. */
void pause_briefly(struct core *c);

/* Wait until the last state reported since the start is `state`; fails after
 * LIMIT_US. */
void await_state(struct core *c, enum task_state state);

/* Start task `number` with properties given as pairs of key and value, ended by
 * NULL. */
struct task *start_of(struct core *c, int number, const char *const *pairs,
                      bool paused);

/* Start task 0, running, with the keys and values given. */
#define start_task(c, ...)                                                     \
    start_of(c, 0, (const char *const[]){__VA_ARGS__, NULL}, false)

/* ---- topics ---- */

/* Write the values "value-<from>" to "value-<to - 1>" with the key "key" to a
 * partition, and check that all are delivered. */
void produce_range(struct core *c, const char *topic, int partition, int from,
                   int to);

/* The first `n` or more values of partition 0, a line each; fails after
 * LIMIT_US. With `header`, that header's values instead. The caller frees. */
char *read_topic(struct core *c, const char *topic, int n, const char *header);

/* The offset committed by the connector's group for a partition. */
int64_t committed(struct core *c, int partition);

/* Wait until committed() is `offset`; fails after LIMIT_US. */
void await_committed(struct core *c, int partition, int64_t offset);

/* ---- the connector's group, as the broker describes the group ---- */

/* Number of members; 0 unless the group is stable. *ret_first: the id of the
 * first member (new). */
int members(struct core *c, char **ret_first);

/* Wait until the group is stable with `n` members. *ret_first as members(). */
void await_members(struct core *c, int n, char **ret_first);

/* ---- files ---- */

/* "value-<from>\n" to "value-<to - 1>\n"; the caller frees. */
char *lines_of(int from, int to);

/* Append a text to a file, which is made if missing. */
void append_text(const char *path, const char *text);

/* Wait until the file has at least `len` bytes, and return the content. The
 * caller frees. */
char *await_file(struct core *c, const char *path, size_t len);

#endif
