/* mock_cluster.h - brokers, topics and leaders as clients see them.
 *
 * Records lie in librdkafka's mock cluster, which has one broker and leads
 * every partition there. Which broker leads in the eyes of clients is decided
 * here alone, because moving a leader inside librdkafka's mock can take a
 * second (nudge.h).
 *
 * One lock (`lock`) guards brokers, leaders and the list of topics. A topic,
 * its name, its number of partitions and its configs stay unchanged until
 * cluster_close(). Lock order: a partition's `order`, then the groups' lock,
 * then the cluster's.
 */
#ifndef STANDINS_MOCK_MOCK_CLUSTER_H
#define STANDINS_MOCK_MOCK_CLUSTER_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/codec.h"
#include "standins/mock/nudge.h"
#include "standins/mock/sequence.h"

enum {
    BROKERS_MAX = 64,
    LISTENERS_MAX = 8,
    TOPICS_MAX = 1024,
    PARTITIONS_MAX = 1024,
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
    pthread_mutex_t order; /* held while a batch is checked and appended */
    struct sequences sequences;
};

struct topic {
    char *name;
    int replicas;
    struct partition *partitions;
    int partitions_len;
    json_t *configs;           /* name: value, as given at creation */
    atomic_uint_fast64_t news; /* grows with records and changes of leader */
};

struct cluster {
    pthread_mutex_t lock;
    pthread_cond_t news; /* a topic's news have grown, or `stopping` is set */
    bool stopping;
    rd_kafka_t *rk; /* owns librdkafka's mock, and is a client of the mock */
    rd_kafka_mock_cluster_t *mock;
    struct nudge nudge; /* active while the mock creates a topic */
    uint16_t log_port;  /* port of librdkafka's mock broker on 127.0.0.1 */
    char id[CLUSTER_ID_LEN + 1];
    int64_t session_us;
    uint64_t next_token;
    struct broker brokers[BROKERS_MAX + 1]; /* index: number, from 1 */
    int brokers_len;
    struct topic *topics[TOPICS_MAX];
    size_t topics_len;
};

/* A topic to create. */
struct topic_spec {
    struct bytes name;
    int32_t partitions; /* -1: 1 */
    int32_t replicas;   /* -1: 1 */
    json_t *configs;    /* name: value; borrowed */
};

/* Initialise a cluster of `brokers` brokers, all of them dead. `rk` was created
 * with test.mock.num.brokers=1 and outlives the cluster. A broker without
 * heartbeat for `session_us` is dead. On failure, call cluster_close() too. */
MUST_USE int cluster_open(struct cluster *c, rd_kafka_t *rk, int brokers,
                          int64_t session_us, struct err *err);

/* Free everything. Call after `rk` was destroyed, when no other thread uses the
 * cluster. */
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

/* NULL: no topic has the name. */
struct topic *cluster_topic(struct cluster *c, struct bytes name);

/* Whether `broker` leads the partition. */
bool cluster_leads(struct cluster *c, const struct topic *t, int32_t partition,
                   int broker);

/* Under the lock: elect a live replica as leader of each partition of `t` whose
 * leader is dead or missing. */
void cluster_elect(struct cluster *c, struct topic *t);

/* Wake fetches of the topic: records were appended, or a leader has moved. */
void cluster_news(struct cluster *c, struct topic *t);

/* Wait until the sum of the topics' news differs from `seen`. false: `until_us`
 * of clk_monotonic_us() has come, or the mock is stopping. */
bool cluster_wait_news(struct cluster *c, struct topic *const *topics,
                       size_t topics_len, uint64_t seen, int64_t until_us);
/* The sum of the topics' news. Takes no lock. */
uint64_t news_of(struct topic *const *topics, size_t topics_len);

#endif
