/* keep_own.h - the state of the keeper, and messages between keeper and outer
 * program.
 *
 * The keeper is one thread around poll(2): signals by signalfd(2), the socket
 * of the outer program, the socket of the engine. A struct keep is not shared:
 * outer program, keeper and engine are three processes (node.h).
 */
#ifndef NODE_KEEP_OWN_H
#define NODE_KEEP_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "node/addresses_own.h"
#include "node/lease_own.h"
#include "node/links_own.h"
#include "node/node.h"

/* A node, as the keeper knows it. */
struct member {
    struct node_info info;
    unsigned number; /* 1.. */
    int netns;       /* descriptor of the network namespace; -1: fallback */
    int pidfd;       /* of the running process; -1: none runs */
    pid_t pid;       /* of the last process; 0: never started */
    int wait_status; /* of the last process, once ended; as of wait(2) */
    uint64_t starts;
    char *hosts_path; /* hosts file of the last process; NULL: none */
};

struct keep {
    struct addressing addressing;
    char *work_dir;
    pid_t outer_pid;     /* the keeper's pid in the outer PID namespace */
    uint64_t start_time; /* the keeper's, in clock ticks since boot: with the
                            pid, identifies the process */

    struct links links; /* sandbox */
    struct lease lease; /* fallback */

    int control;  /* socket to the outer program */
    int requests; /* socket to the engine; -1 after the engine closed it */
    int signals;  /* signalfd */

    bool stays;       /* outlives engines, which the outer program asks for */
    pid_t engine;     /* 0: none was started yet */
    int engine_pidfd; /* -1: none */
    bool engine_ended;
    int engine_status;

    struct member nodes[NODES_MAX];
    size_t nodes_len;
    unsigned further; /* addresses given out beyond the first of each node */
};

/* A notice of the keeper to the outer program: one datagram. In the other
 * direction a datagram without text asks to send SIGTERM to the engine, a
 * datagram with text asks to start an engine (struct keeper_work), and closing
 * the socket asks to end everything.
 *
 * A keeper that stays answers READY at its own start, READY or FAILED to each
 * request for an engine, and ENGINE_ENDED when the engine has ended. */
enum notice_kind {
    NOTICE_READY,
    NOTICE_FAILED,
    NOTICE_ENGINE_ENDED,
    NOTICE_ENDED
};

struct notice {
    enum notice_kind kind;
    int engine_status; /* NOTICE_ENDED, NOTICE_ENGINE_ENDED: wait status of the
                          engine */
    struct err err;    /* NOTICE_FAILED: why the start failed */
};

/* What the forked keeper has to know of the outer program. */
struct keep_origin {
    bool sandboxed;
    uid_t uid; /* of the outer program, before any namespace */
    gid_t gid;
    int control; /* the keeper's end of the socket */
};

/* The whole life of a keeper, in the process forked for the purpose. */
void keep_run(const struct keeper_spec *spec, const struct keep_origin *origin)
    __attribute__((noreturn));

/* Reap every process that has ended and note the end. When the process of a
 * node has ended, the rest of its process group is killed, since a machine that
 * is down runs nothing. */
void keep_reap(struct keep *k);

/* Enter the end of process `pid`, which has just been reaped with the status
 * `wait_status`, into the engine's fields or the node's. */
void keep_note_end(struct keep *k, pid_t pid, int wait_status);

/* Perform one request of the engine. Returns the reply, new. */
json_t *keep_answer(struct keep *k, const json_t *request);

/* Replace keeper.json, which `ordeal enter` and the outer program read
 * (record.c has the format). */
MUST_USE int keep_record(const struct keep *k, struct err *err);

/* In the engine: make the handle around the engine's end of the socket, and
 * free the handle, which closes the socket. */
struct nodes *nodes_new(int fd, bool sandboxed);
void nodes_free(struct nodes *n);

#endif
