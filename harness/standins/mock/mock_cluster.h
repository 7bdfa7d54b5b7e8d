/* mock_cluster.h - brokers, topics and leaders as clients see them.
 *
 * Every broker serves the same logs (part_log.h), kept in files of one process.
 * A replica is a name in the metadata: the log of a partition is whole as long
 * as the process lives, and a broker answers for the partitions that it leads.
 *
 * One lock (`lock`) guards brokers, leaders, the list of topics, and the list
 * of partitions of each topic. A topic's name, its configs and each of its
 * partitions stay where they are until the last user has released the topic.
 * Lock order: the groups' lock, then a partition's `order`, then the cluster's,
 * then a log's or `waits`.
 */
#ifndef STANDINS_MOCK_MOCK_CLUSTER_H
#define STANDINS_MOCK_MOCK_CLUSTER_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/codec.h"
#include "standins/mock/part_log.h"
#include "standins/mock/sequence.h"

enum {
    BROKERS_MAX = 64,
    LISTENERS_MAX = 8,
    TOPICS_MAX = 4096,
    PARTITIONS_MAX = 10000,
    CLUSTER_ID_LEN = 22,
};

#define OFFSETS_TOPIC "__consumer_offsets"

struct listener {
    char *name, *host;
    uint16_t port;
};

struct broker {
    bool alive;
    uint64_t token; /* identifies the registered process; 0: none */
    int64_t beat_us;
    struct listener listeners[LISTENERS_MAX];
    size_t listeners_len;
};

struct partition {
    int leader;            /* number of a broker; -1: none */
    int32_t epoch;         /* how many leaders there were before */
    pthread_mutex_t order; /* held while a batch is checked and appended */
    struct sequences sequences;
    struct part_log log;
};

struct topic {
    char *name;
    int replicas;
    struct partition **partitions; /* may move; each partition does not */
    int partitions_len;            /* grows only */
    json_t *configs;               /* name: value, as given at creation */
    atomic_uint_fast64_t news;     /* grows with records, changes of leader,
                                      partitions, and the topic's end */
    int users;    /* pointers handed out, and 1 while in the list */
    bool deleted; /* no request finds the topic any more */
};

struct waiter;

struct cluster {
    pthread_mutex_t lock;
    char *dir; /* of the logs */
    char id[CLUSTER_ID_LEN + 1];
    int64_t session_us;
    uint64_t next_token;
    struct broker brokers[BROKERS_MAX + 1]; /* index: number, from 1 */
    int brokers_len;
    struct topic *topics[TOPICS_MAX];
    size_t topics_len;
    pthread_mutex_t waits;  /* guards the two below */
    struct waiter *waiters; /* calls of cluster_wait_news() */
    bool stopping;
};

/* A topic to create. */
struct topic_spec {
    struct bytes name;
    int32_t partitions; /* -1: 1 */
    int32_t replicas;   /* -1: 1 */
    json_t *configs;    /* name: value; borrowed */
};

/* Initialise a cluster of `brokers` brokers, all of them dead. `dir` is the
 * folder of the logs, made if absent. A broker without heartbeat for
 * `session_us` is dead. On failure, call cluster_close() too. */
MUST_USE int cluster_open(struct cluster *c, const char *dir, int brokers,
                          int64_t session_us, struct err *err);

/* Free everything; the files of the logs stay. Call when no other thread uses
 * the cluster. */
void cluster_close(struct cluster *c);

/* End every cluster_wait_news(), now and from now on. */
void cluster_stop(struct cluster *c);

/* ---- brokers ---- */

/* Register the process that sent {"number","listeners":{NAME:"ADDRESS:PORT"}}
 * as a broker, in place of any earlier process of the same number. *ret_token
 * identifies the process in the calls below. */
MUST_USE int cluster_register(struct cluster *c, const json_t *line,
                              int *ret_number, uint64_t *ret_token,
                              struct err *err);

/* A heartbeat: the broker is alive. false: another process has registered under
 * the number since. */
bool cluster_beat(struct cluster *c, int number, uint64_t token);

/* The broker's control connection has closed: the broker is dead. Does nothing
 * if another process has registered under the number since. */
void cluster_unregister(struct cluster *c, int number, uint64_t token);

/* Mark brokers as dead whose last heartbeat is older than the session time-out.
 */
void cluster_tick(struct cluster *c);

/* Under the lock: the address of broker `number` for clients connected through
 * `listener`. NULL: the broker is dead, or lacks the listener. */
const struct listener *broker_listener(const struct cluster *c, int number,
                                       const char *listener);

/* Broker `preferred` (1 to brokers_len) if alive, else the next live broker in
 * cyclic order; -1: none is alive. */
int cluster_next_alive(struct cluster *c, int preferred);

/* ---- topics ---- */

/* Create the topic, or with `only_validate` only check the spec. Returns
 * NO_ERROR or Kafka's error code, with a sentence in `err`. */
int16_t cluster_topic_create(struct cluster *c, const struct topic_spec *spec,
                             bool only_validate, struct err *err);

/* Create __consumer_offsets as the cluster's first topic, with one partition.
 * Call before clients are served. */
MUST_USE int cluster_offsets_topic_create(struct cluster *c, struct err *err);

/* Delete the topic and the files of its logs. Every later append to the topic
 * fails. A topic of the same name can be created after the return. Returns
 * NO_ERROR or Kafka's error code. */
int16_t cluster_topic_delete(struct cluster *c, struct bytes name);

/* Give the topic `total` partitions in all, or with `only_validate` only check.
 * Returns NO_ERROR or Kafka's error code, with a sentence in `err`. */
int16_t cluster_topic_widen(struct cluster *c, struct bytes name, int32_t total,
                            bool only_validate, struct err *err);

/* The topic, to be released by cluster_topic_release(). NULL: no topic has the
 * name. */
struct topic *cluster_topic(struct cluster *c, struct bytes name);
void cluster_topic_release(struct cluster *c, struct topic *t); /* NULL: fine */

/* Whether the topic exists and has the partition. */
bool cluster_has(struct cluster *c, struct bytes topic, int32_t partition);

/* The partition and its leader epoch, with NO_ERROR if `broker` leads the
 * partition, else with NOT_LEADER_OR_FOLLOWER. UNKNOWN_TOPIC_OR_PARTITION, and
 * no partition: `t` is NULL or deleted, or has fewer partitions. The partition
 * lives as long as the topic. */
int16_t cluster_led(struct cluster *c, const struct topic *t, int32_t partition,
                    int broker, struct partition **ret, int32_t *ret_epoch);

/* Under the lock: the topic in the list. NULL: no topic has the name. */
struct topic *cluster_topic_find(const struct cluster *c, struct bytes name);

/* Under the lock: elect a live replica as leader of each partition of `t` whose
 * leader is dead or missing. */
void cluster_elect(struct cluster *c, struct topic *t);

/* ---- private to topics.c: under the lock (mock_topic.c) ---- */

/* A topic with one user, in no list yet. No partition has a leader. */
struct topic *topic_new(const struct cluster *c, const struct topic_spec *spec);

/* Add partitions until the topic has `total`. */
void topic_add_partitions(const struct cluster *c, struct topic *t, int total);

/* ---- news (mock_news.c) ---- */

/* Wake fetches of the topic, which has news. */
void cluster_news(struct cluster *c, struct topic *t);

/* Wait until the sum of the topics' news differs from `seen`. false: `until_us`
 * of clk_monotonic_us() has come, or the mock is stopping. Each call waits on
 * its own, so news of a topic wake the fetches of the topic alone. */
bool cluster_wait_news(struct cluster *c, struct topic *const *topics,
                       size_t topics_len, uint64_t seen, int64_t until_us);
/* The sum of the topics' news. Takes no lock. */
uint64_t news_of(struct topic *const *topics, size_t topics_len);

#endif
