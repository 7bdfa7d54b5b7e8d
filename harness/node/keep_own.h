/* keep_own.h - the keeper's own state, and what passes between it and the
 * outer.
 *
 * The keeper is one thread around poll(): signals by signalfd, the outer's
 * socket, the engine's socket. Nothing here is shared with another process.
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

struct member {
    struct node_info info;
    unsigned number; /* 1.. */
    int netns;       /* -1 in the fallback */
    int pidfd;       /* of the process that runs, -1: none does */
    pid_t pid;       /* of the last one, 0: never started */
    int wait_status; /* once it has ended */
    uint64_t starts;
    char *hosts_path; /* of the last one; NULL: none */
};

struct keep {
    struct addressing addressing;
    char *work_dir;
    pid_t outer_pid;     /* the keeper's pid, as the outer sees it */
    uint64_t start_time; /* and its start: together they cannot be mistaken */

    struct links links; /* sandbox */
    struct lease lease; /* fallback */

    int control;  /* to the outer */
    int requests; /* from the engine; -1 once that has closed it */
    int signals;  /* signalfd */

    pid_t engine;
    int engine_pidfd;
    bool engine_ended;
    int engine_status;

    struct member nodes[NODES_MAX];
    size_t nodes_len;
    unsigned further; /* addresses given beyond one a node */
};

/* What the keeper tells the outer, as one datagram. The other way, any
 * datagram asks for the engine's SIGTERM, and the end of the socket for the
 * end of everything. */
enum notice_kind { NOTICE_READY, NOTICE_FAILED, NOTICE_ENDED };

struct notice {
    enum notice_kind kind;
    int engine_status; /* NOTICE_ENDED */
    struct err err;    /* NOTICE_FAILED */
};

struct keep_origin {
    bool sandboxed;
    uid_t uid; /* of the caller, before any namespace */
    gid_t gid;
    int control;
};

/* The whole life of a keeper, in the process that was forked for it. */
void keep_run(const struct keeper_spec *spec, const struct keep_origin *origin)
    __attribute__((noreturn));

/* Take note of every process that has ended. What is left of an ended node's
 * process group is killed: a machine that is down runs nothing. */
void keep_reap(struct keep *k);

/* Enter the end of process `pid`, which has just been reaped with the status
 * `wait_status`, into the engine's fields or the node's. */
void keep_note_end(struct keep *k, pid_t pid, int wait_status);

/* Perform one request; never NULL but without memory. */
json_t *keep_answer(struct keep *k, const json_t *request);

/* Write keeper.json anew: what `ordeal enter` and the outer need. */
MUST_USE int keep_record(const struct keep *k, struct err *err);

/* Engine side: the handle around the engine's end of the socket. */
struct nodes *nodes_new(int fd, bool sandboxed);
void nodes_free(struct nodes *n);

#endif
