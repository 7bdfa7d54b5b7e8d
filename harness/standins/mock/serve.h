/* serve.h - ordeal-mock's connections, of which each is a thread.
 *
 * A connection says in its first line what it is:
 *   {"number":1,"listeners":{"client":"10.88.0.1:19092"}}
 *       a broker's control connection. A line {} each heartbeat follows; the
 *       broker is alive as long as they do. Closed when another process
 *       registers as the same broker.
 *   {"number":1,"listener":"client","peer":"10.88.0.9:40312"}
 *       a client's; what follows is Kafka's protocol.
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
    int fd;               /* listens; owned */
    pthread_mutex_t lock; /* of `connections` and `stopping` */
    pthread_cond_t fewer;
    struct connection *connections; /* open ones */
    bool stopping;
    pthread_t accepting, ticking;
};

/* Begins to serve; takes over `fd`. */
void server_start(struct server *s, struct cluster *c, struct groups *g,
                  int fd);

/* Closes all, and waits until nobody is served any more. */
void server_stop(struct server *s);

#endif
