/* world_state.h - what the played world remembers. */
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
    int64_t written_us[PARTS]; /* wall clock of the last of them */
};

static struct world {
    struct platform platform;
    struct platform_node nodes[16];
    struct fake_node more[16];
    size_t n;
    int stop_code; /* wait status after SIGTERM */
    int leader, in_sync, controller, coordinator; /* < 0: none */
    int partitions;
    int64_t low;
    struct fake_connector shop;
    struct endpoint sink;
    json_t *how; /* the sink behaves */
    uint64_t applied;
    bool idle; /* nobody asks the sink */
    bool fail; /* what acts does so, and then says it failed */
    int resets, workers_changed, patches;
    bool running_at_reset;
    struct field field;
    struct field_endpoint endpoints[1];
    struct clk clk;
    int64_t now_us;
    pthread_mutex_t lock; /* of shop: the server's thread is another */
    pthread_t server;
    int fd;
} w;

static inline int acted(struct err *err)
{
    return w.fail ? err_set(err, -EIO, "the answer was lost") : 0;
}

#endif
