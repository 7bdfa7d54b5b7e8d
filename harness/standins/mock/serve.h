/* serve.h - the connections of ordeal-mock, each served by a thread.
 *
 * The first line of a connection says its purpose:
 *   {"number":1,"listeners":{"client":"10.88.0.1:19092"}}
 *       control connection of a broker. A line {} follows per heartbeat; the
 *       broker is alive while heartbeats arrive. ordeal-mock closes the
 *       connection when another process registers as the same broker.
 *   {"number":1,"listener":"client","peer":"10.88.0.9:40312"}
 *       connection of a client through a broker; the Kafka protocol follows.
 */
#ifndef STANDINS_MOCK_SERVE_H
#define STANDINS_MOCK_SERVE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/mock_cluster.h"
#include "standins/mock/mock_groups.h"

struct connection;

struct server {
    struct cluster *cluster;
    struct groups *groups;
    int fd;               /* listening socket; owned */
    pthread_mutex_t lock; /* guards `connections` and `stopping` */
    /* a connection has gone */
    pthread_cond_t fewer;
    struct connection *connections; /* the open connections */
    bool stopping;
    pthread_t accepting, ticking;
};

/* Start serving. Takes over `fd`, a listening socket. */
void server_start(struct server *s, struct cluster *c, struct groups *g,
                  int fd);

/* Close all connections and wait until their threads have ended. */
void server_stop(struct server *s);

#endif
