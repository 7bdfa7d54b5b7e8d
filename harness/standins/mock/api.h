/* api.h - serves the Kafka requests of a client connection. */
#ifndef STANDINS_MOCK_API_H
#define STANDINS_MOCK_API_H

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/mock_cluster.h"
#include "standins/mock/mock_groups.h"
#include "standins/mock/mock_wire.h"

/* State of a client's connection to a broker, owned by the connection's
 * thread. */
struct client {
    struct cluster *cluster;
    struct groups *groups;
    int fd;
    int broker;        /* number of the broker dialled */
    char *listener;    /* name of the listener; owned */
    char *host;        /* "/ip", as Kafka writes hosts; owned */
    struct writer out; /* the last response; the next reuses the memory */
};

/* Handle the request in `f` and send the response. May wait as long as the
 * request type allows (Fetch, JoinGroup). Negative errno: close the connection,
 * as Kafka does with a malformed or unsupported request. */
MUST_USE int api_serve(struct client *c, struct frame *f, struct err *err);

#endif
