/* admin_own.h - the inside of struct kafka_admin, for the files of client/.
 *
 * librdkafka clients are thread-safe; `lock` guards the making of `committed`.
 */
#ifndef CLIENT_ADMIN_OWN_H
#define CLIENT_ADMIN_OWN_H

#include <pthread.h>

#include "client/handle_own.h"

struct kafka_admin {
    rd_kafka_t *rk;        /* isolation level read_uncommitted: end offsets are
                              high watermarks */
    rd_kafka_conf_t *conf; /* for opening `committed` */
    pthread_mutex_t lock;  /* guards `committed` */
    rd_kafka_t *committed; /* isolation level read_committed: end offsets are
                              last stable offsets; NULL before the first use */
};

/* A request through librdkafka's admin API, with a queue for the answer. */
struct admin_ask {
    rd_kafka_queue_t *queue;
    rd_kafka_AdminOptions_t *options;
    int64_t deadline_us;
};

/* Prepare a request of kind `op` with a time-out. */
MUST_USE int admin_ask_init(struct kafka_admin *k, rd_kafka_admin_op_t op,
                            int64_t timeout_us, struct admin_ask *ret,
                            struct err *err);
/* Wait for the answer. An error of the whole request becomes err, beginning
 * with `what` ("topic orders"); errors of single results are the caller's to
 * check. The caller frees *ret with rd_kafka_event_destroy(). */
MUST_USE int admin_answer(const struct admin_ask *ask, const char *what,
                          rd_kafka_event_t **ret, struct err *err);
/* Free queue and options. */
void admin_ask_done(struct admin_ask *ask);

#endif
