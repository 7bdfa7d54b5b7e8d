/* mock_cluster.h - brokers, topics and who leads: what clients are told, and
 * the logs, which are librdkafka's mock cluster's.
 *
 * The mock has one broker, which leads whatever it has; who leads in the eyes
 * of clients is decided here alone. (To move a leader in the mock may take it a
 * second: nudge.h.)
 *
 * One lock (`lock`) guards brokers, leaders and the list of topics. A topic is
 * never freed before cluster_close(), nor its name, its number of partitions
 * and its configs changed. Lock order: groups before cluster; a partition's
 * `order` before both.
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
    uint64_t token; /* of whoever has registered; 0: nobody */
    int64_t beat_us;
    struct listener listeners[LISTENERS_MAX];
    size_t listeners_len;
};

struct partition {
    int leader;            /* a broker's number; -1: none */
    pthread_mutex_t order; /* held while something is appended */
    struct sequences sequences;
};

struct topic {
    char *name;
    int replicas;
    struct partition *partitions;
    int partitions_len;
    json_t *configs;           /* name: value, as it was created with */
    atomic_uint_fast64_t news; /* grows when there may be more to fetch */
};

struct cluster {
    pthread_mutex_t lock;
    pthread_cond_t news; /* some topic's news has grown, or `stopping` */
    bool stopping;
    rd_kafka_t *rk; /* holds the mock; its own client, too */
    rd_kafka_mock_cluster_t *mock;
    struct nudge nudge; /* held while the mock is given an order */
    uint16_t log_port;  /* of its one broker, on 127.0.0.1 */
    char id[CLUSTER_ID_LEN + 1];
    int64_t session_us;
    uint64_t next_token;
    struct broker brokers[BROKERS_MAX + 1]; /* by number, from 1 */
    int brokers_len;
    struct topic *topics[TOPICS_MAX];
    size_t topics_len;
};

/* What a topic shall be. */
struct topic_spec {
    struct bytes name;
    int32_t partitions; /* -1: 1 */
    int32_t replicas;   /* -1: 1 */
    json_t *configs;    /* borrowed */
};

/* With `brokers` of which none is alive yet. `rk` was made with
 * test.mock.num.brokers of 1. What failed to open is closed as well. */
MUST_USE int cluster_open(struct cluster *c, rd_kafka_t *rk, int brokers,
                          int64_t session_us, struct err *err);

/* Nobody may use it any more; the mock has ended. */
void cluster_close(struct cluster *c);

/* Wake all that wait for news, for good. */
void cluster_stop(struct cluster *c);

/* ---- brokers ---- */

/* {"number","listeners":{NAME:"ADDRESS:PORT"}}. The newest one is believed.
 * *ret_token: who it is, from now on. */
MUST_USE int cluster_register(struct cluster *c, const json_t *line,
                              int *ret_number, uint64_t *ret_token,
                              struct err *err);

/* It lives. false: another one has taken its place. */
bool cluster_beat(struct cluster *c, int number, uint64_t token);

/* Its connection is closed. Does nothing if another has taken its place. */
void cluster_unregister(struct cluster *c, int number, uint64_t token);

/* Find out who has died of silence. */
void cluster_tick(struct cluster *c);

/* Under the lock: where clients that came by `listener` find the broker; NULL
 * when it is not alive or has no such listener. */
const struct listener *broker_listener(const struct cluster *c, int number,
                                       const char *listener);

/* `preferred` (1 to brokers_len) if it is alive, else the next that is; -1:
 * none. */
int cluster_next_alive(struct cluster *c, int preferred);

/* ---- topics ---- */

/* 0 or Kafka's error code, with its sentence in `err`. */
int16_t cluster_topic_create(struct cluster *c, const struct topic_spec *spec,
                             bool only_validate, struct err *err);

/* The topic of commits, as the cluster's first topic. Before any client. */
MUST_USE int cluster_offsets_topic_create(struct cluster *c, struct err *err);

/* NULL: there is none. */
struct topic *cluster_topic(struct cluster *c, struct bytes name);

/* Is the partition led by that broker? */
bool cluster_leads(struct cluster *c, const struct topic *t, int32_t partition,
                   int broker);

/* Give a live leader to each partition that has none. Under the lock. */
void cluster_elect(struct cluster *c, struct topic *t);

/* There is more to fetch, or another to fetch it from. */
void cluster_news(struct cluster *c, struct topic *t);

/* Wait until the sum of news of these topics is not `seen` any more. false: not
 * by `until_us` of clk_monotonic_us(), or the end has come. */
bool cluster_wait_news(struct cluster *c, struct topic *const *topics,
                       size_t topics_len, uint64_t seen, int64_t until_us);
uint64_t news_of(struct topic *const *topics, size_t topics_len);

#endif
