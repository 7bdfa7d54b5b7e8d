/* admin_own.h - the inside of a struct kafka_admin, for admin.c and query.c. */
#ifndef CLIENT_ADMIN_OWN_H
#define CLIENT_ADMIN_OWN_H

#include <pthread.h>

#include "client/handle_own.h"

struct kafka_admin {
    rd_kafka_t *rk;        /* reads uncommitted: its ends are high watermarks */
    rd_kafka_conf_t *conf; /* to open `committed` with */
    pthread_mutex_t lock;  /* of `committed` */
    rd_kafka_t *committed; /* NULL until somebody asks for a stable end */
};

/* One request through the admin API and its answer. */
struct admin_ask {
    rd_kafka_queue_t *queue;
    rd_kafka_AdminOptions_t *options;
    int64_t deadline_us;
};

MUST_USE int admin_ask_init(struct kafka_admin *k, rd_kafka_admin_op_t op,
                            int64_t timeout_us, struct admin_ask *ret,
                            struct err *err);
/* The answer, checked to be no error as a whole; `what` starts the sentence:
 * "topic orders". rd_kafka_event_destroy() it. */
MUST_USE int admin_answer(const struct admin_ask *ask, const char *what,
                          rd_kafka_event_t **ret, struct err *err);
void admin_ask_done(struct admin_ask *ask);

#endif
