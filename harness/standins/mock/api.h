/* api.h - Kafka's requests, as a connection serves them. */
#ifndef STANDINS_MOCK_API_H
#define STANDINS_MOCK_API_H

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/mock_cluster.h"
#include "standins/mock/mock_groups.h"
#include "standins/mock/mock_wire.h"

/* What a connection to a broker is, for as long as it is open. */
struct client {
    struct cluster *cluster;
    struct groups *groups;
    int fd;
    int broker;          /* a number */
    char *listener;      /* its name; owned */
    char *host;          /* "/ip", as Kafka writes it; owned */
    int log_fd;          /* to the mock's broker; -1: not yet */
    struct frame answer; /* the mock's */
};

/* Serve one frame: handle and answer it. Negative: close the connection. */
MUST_USE int api_serve(struct client *c, struct frame *f, struct err *err);

#endif
