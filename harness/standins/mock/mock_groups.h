/* mock_groups.h - the coordinator of classic consumer groups: members,
 * generations, committed offsets.
 *
 * Follows Kafka's classic group protocol (kafka.apache.org/protocol; KIP-62 for
 * time-outs, KIP-134 for the initial delay). Left out: KIP-394 (a new member
 * enters the group with its first JoinGroup, and is removed if its connection
 * closes before the response); KIP-345 (static members are treated as dynamic).
 *
 * One lock (`lock`) guards everything. Groups are freed only by groups_close().
 * Members may be freed during any wait, so look members up again after each
 * wait. Functions returning int16_t return Kafka's error codes, NO_ERROR on
 * success.
 */
#ifndef STANDINS_MOCK_MOCK_GROUPS_H
#define STANDINS_MOCK_MOCK_GROUPS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "standins/mock/codec.h"
#include "standins/mock/mock_cluster.h"

enum { GROUPS_MAX = 1024, MEMBERS_MAX = 1024, PROTOCOLS_MAX = 32 };

enum group_state {
    GROUP_EMPTY,
    GROUP_PREPARING,  /* members are being asked to join again */
    GROUP_COMPLETING, /* all have joined; the leader's assignment is missing */
    GROUP_STABLE,
};

/* Owned bytes; data NULL: none. */
struct blob {
    uint8_t *data;
    int32_t len;
};

struct protocol {
    char *name;
    struct blob metadata;
};

struct member {
    char *id, *client_id, *client_host;
    struct protocol protocols[PROTOCOLS_MAX]; /* in order of preference */
    size_t protocols_len;
    int32_t session_ms, rebalance_ms;
    int64_t dead_at_us; /* end of the session; void while `parked` > 0 */
    unsigned parked;    /* how many requests wait for a response */
    uint64_t join;      /* number of the waiting JoinGroup; 0: none */
    bool joined;        /* has joined the next generation */
    struct blob assignment;
};

struct committed {
    char *topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch;
    char *metadata;
};

struct group {
    char *name;
    enum group_state state;
    int32_t generation;
    char *protocol_type, *protocol; /* NULL: none */
    char *leader;                   /* member id of the leader; NULL: none */
    struct member **members;        /* in the order of joining */
    size_t members_len, members_cap;
    int64_t not_before_us; /* PREPARING: end of the initial delay */
    int64_t deadline_us;   /* PREPARING, COMPLETING: members late by then are
                              removed */
    int64_t state_wall_us;
    int coordinator; /* number of a broker; 0: not chosen yet */
    bool orphaned;   /* no live broker was left to coordinate the group */
    struct committed *commits;
    size_t commits_len, commits_cap;
};

struct groups {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a group has changed, or `stopping` is set */
    bool stopping;
    struct cluster *cluster;
    int64_t initial_delay_us;
    struct rng draw;      /* for member ids */
    uint64_t next_number; /* of the next JoinGroup */
    struct group *groups[GROUPS_MAX];
    size_t groups_len;
};

/* `c` is borrowed. An empty group waits for `initial_delay_us` after
 * its first JoinGroup before the generation begins. */
void groups_init(struct groups *g, struct cluster *c, int64_t initial_delay_us);
void groups_close(struct groups *g);
void groups_stop(struct groups *g); /* every waiting request is answered */

/* Apply time-outs: sessions, late members, dead coordinators. Call every few
 * milliseconds (groups_tick.c). */
void groups_tick(struct groups *g);

/* The broker that coordinates group `name`, which need not exist; -1: no broker
 * is alive. */
int groups_coordinator(struct groups *g, struct bytes name);

/* ---- membership (groups_join.c, groups_sync.c) ---- */

struct join {
    struct bytes group, member, protocol_type; /* member: "" for a new member */
    const char *client_id, *client_host;
    int32_t session_ms, rebalance_ms;
    struct bytes protocols[PROTOCOLS_MAX], metadata[PROTOCOLS_MAX];
    size_t protocols_len;
    bool (*gone)(void *ctx); /* has the client hung up? */
    void *ctx;
};

/* Wait until the next generation begins. Then call answer() under the lock,
 * with the group and the member that joined; both are valid only during the
 * call. */
int16_t groups_join(struct groups *g, const struct join *j,
                    void (*answer)(void *out, const struct group *on,
                                   const struct member *m),
                    void *out);

struct sync {
    struct bytes group, member;
    int32_t generation;
    struct bytes *members, *assignments; /* from the leader; else NULL */
    size_t len;
};

/* Wait for the leader's assignment. On NO_ERROR, *ret holds the member's own
 * part; the caller frees ret->data. */
int16_t groups_sync(struct groups *g, const struct sync *s, struct blob *ret);

/* REBALANCE_IN_PROGRESS asks the member to join again. */
int16_t groups_heartbeat(struct groups *g, struct bytes group,
                         int32_t generation, struct bytes member);
int16_t groups_leave(struct groups *g, struct bytes group, struct bytes member);

/* ---- offsets (groups_commit.c) ---- */

struct commit {
    struct bytes topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch;
    struct bytes metadata;
    int16_t error; /* the answer; not NO_ERROR on entry: do not commit */
};

/* Commit offsets of one group. If the member may not commit, every commit gets
 * the same error; otherwise a commit can fail for its own partition. A commit
 * counts once written to the log. */
void groups_commit(struct groups *g, struct bytes group, int32_t generation,
                   struct bytes member, struct commit *commits, size_t len);

/* Call `each` under the lock for every committed offset of the group. */
void groups_committed(struct groups *g, struct bytes group,
                      void (*each)(void *ctx, const struct committed *c),
                      void *ctx);

/* Forget a group with its committed offsets, and write tombstones as Kafka does
 * (groups_delete.c). NON_EMPTY_GROUP: the group has members;
 * GROUP_ID_NOT_FOUND: there is nothing to forget. */
int16_t groups_delete(struct groups *g, struct bytes group);

/* Forget the offsets that any group has committed of a deleted topic, and write
 * tombstones: a topic of the same name begins without commits. */
void groups_forget_topic(struct groups *g, struct bytes topic);

/* ---- private to groups_*.c and the handlers; call under the lock ---- */

/* NULL: the group is unknown and `make` is false, or GROUPS_MAX is reached. */
struct group *group_of(struct groups *g, struct bytes name, bool make);
struct member *member_of(const struct group *on, struct bytes id);
/* The group owns the member from now on; group_remove() frees the member. */
void group_add(struct group *on, struct member *m);
void group_remove(struct group *on, struct member *m);
void member_free(struct member *m);
/* A sign of life: the session starts anew. */
void member_heard(struct member *m);
void blob_set(struct blob *b, struct bytes from);
/* Metadata of the member for the chosen protocol; empty if none is chosen. */
const struct blob *metadata_of(const struct group *on, const struct member *m);

/* Whether `member` may act in generation `generation` of the group; if so, the
 * member's session starts anew and *ret is the group. */
int16_t group_admit(struct groups *g, struct bytes group, int32_t generation,
                    struct bytes member, struct group **ret);

/* The coordinator of the group, chosen anew if the former coordinator has died;
 * -1: no broker is alive. */
int group_choose_coordinator(struct groups *g, struct group *on);

/* Ask all members to join a new generation. */
void group_rebalance(struct groups *g, struct group *on);

/* Begin the new generation if all members have joined or the deadline has
 * passed; otherwise do nothing. */
void group_complete(struct groups *g, struct group *on);

/* Write the group's members and assignment to the log. */
void group_log(struct groups *g, const struct group *on);

#endif
