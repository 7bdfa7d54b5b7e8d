/* world_state.h - the state of the fake world, and of its fakes. */
#ifndef TESTS_FAULT_WORLD_STATE_H
#define TESTS_FAULT_WORLD_STATE_H

#include <errno.h>
#include <pthread.h>

#include "fault/fault.h"

enum { PARTS = 4, LOOKS_MAX = 40, EXIT_OF_JVM = 143 << 8 };

struct fake_node {
    struct node_status status;
    bool ending; /* gone at the next look */
    int ends_with;
};

/* Connector "shop", as Connect and the observer see it. */
struct fake_connector {
    bool there;
    char target[16];
    json_t *config;
    json_t *offsets;
    bool sink;
    bool restless;             /* UNASSIGNED at the next look */
    uint64_t changes[PARTS];   /* the connector's, then each task's */
    int64_t written_us[PARTS]; /* wall clock of each part's last change */
};

struct world {
    struct platform platform;
    struct platform_node nodes[16];
    struct fake_node more[16];
    size_t n;
    int stop_code; /* wait status of a process after SIGTERM */
    int leader, in_sync, controller, coordinator; /* < 0: none */
    int partitions;
    int64_t low;
    struct fake_connector shop;
    struct endpoint sink;
    json_t *how; /* the sink's behaviours in force */
    uint64_t applied;
    bool idle; /* no client sends requests to the sink */
    bool fail; /* changes are made, and reported as failed */
    int resets, workers_changed, patches;
    bool running_at_reset;
    struct field field;
    struct field_endpoint endpoints[1];
    struct field_group connects[1];
    struct clk clk;
    int64_t now_us;
    pthread_mutex_t lock; /* of shop, shared with the server's thread */
    pthread_t server;
    int fd;
};

/* The world of the running test, set up by world_begin(). */
extern struct world w;

/* The result of a change that a fake carried out: 0, or -EIO if w.fail. */
int acted(struct err *err);

#endif
