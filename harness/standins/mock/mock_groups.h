/* mock_groups.h - the coordinator of classic groups: who is a member of which
 * generation, and what was committed.
 *
 * The rules are Kafka's classic group protocol's (kafka.apache.org/protocol;
 * KIP-62 for time-outs, KIP-134 for the initial delay). Left out: KIP-394, a
 * new member is in at its first JoinGroup, and goes again with its connection
 * if that closes before the answer; KIP-345, static members are dynamic here.
 *
 * One lock (`lock`) guards everything. Groups are never freed before
 * groups_close(); members are, so they are looked up again after each wait.
 * Errors are Kafka's codes, 0: none.
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
#include "standins/mock/offsets_log.h"

enum { GROUPS_MAX = 1024, MEMBERS_MAX = 1024, PROTOCOLS_MAX = 32 };

enum group_state {
    GROUP_EMPTY,
    GROUP_PREPARING,  /* members are asked to join again */
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
    struct protocol protocols[PROTOCOLS_MAX]; /* as it prefers them */
    size_t protocols_len;
    int32_t session_ms, rebalance_ms;
    int64_t dead_at_us; /* unless it is heard of, or `parked` */
    unsigned parked;    /* its requests that wait here for an answer */
    uint64_t join;      /* the number of its JoinGroup that waits; 0: none */
    bool joined;        /* in the generation to come */
    struct blob assignment;
};

struct committed {
    char *topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch;
    char *metadata;
    uint64_t number; /* of the commit; grows in the order of the log */
};

struct group {
    char *name;
    enum group_state state;
    int32_t generation;
    char *protocol_type, *protocol; /* NULL: none */
    char *leader;                   /* a member's id; NULL: none */
    struct member **members;        /* in the order in which they came */
    size_t members_len, members_cap;
    int64_t not_before_us; /* PREPARING: the initial delay's end */
    int64_t deadline_us;   /* PREPARING, COMPLETING: who is late is out */
    int64_t state_wall_us;
    int coordinator; /* a broker's number; 0: not chosen yet */
    bool orphaned;   /* no broker was alive to coordinate it */
    struct committed *commits;
    size_t commits_len, commits_cap;
};

struct groups {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* any group, or `stopping` */
    bool stopping;
    struct cluster *cluster;
    struct offsets_log *log;
    int64_t initial_delay_us;
    struct rng draw; /* member ids */
    uint64_t next_number;
    struct group *groups[GROUPS_MAX];
    size_t groups_len;
};

void groups_init(struct groups *g, struct cluster *c, struct offsets_log *log,
                 int64_t initial_delay_us);
void groups_close(struct groups *g);
void groups_stop(struct groups *g); /* all that wait are answered */

/* Time passes: sessions, late members, coordinators that have died
 * (groups_tick.c). */
void groups_tick(struct groups *g);

/* The broker that coordinates `name`; -1: none is alive. */
int groups_coordinator(struct groups *g, struct bytes name);

/* ---- membership (groups_join.c, groups_sync.c) ---- */

struct join {
    struct bytes group, member, protocol_type; /* member "": a new one */
    const char *client_id, *client_host;
    int32_t session_ms, rebalance_ms;
    struct bytes protocols[PROTOCOLS_MAX], metadata[PROTOCOLS_MAX];
    size_t protocols_len;
    bool (*gone)(void *ctx); /* has who asks hung up? */
    void *ctx;
};

/* Waits until the generation has begun. Then, under the lock, calls
 * answer(): group and member are right there and then. */
int16_t groups_join(struct groups *g, const struct join *j,
                    void (*answer)(void *out, const struct group *on,
                                   const struct member *m),
                    void *out);

struct sync {
    struct bytes group, member;
    int32_t generation;
    struct bytes *members, *assignments; /* the leader's; else none */
    size_t len;
};

/* Waits for the leader's. *ret is new. */
int16_t groups_sync(struct groups *g, const struct sync *s, struct blob *ret);

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
    int16_t error; /* answered; set by the caller: not to be committed */
    uint64_t number;
    struct logged record;
};

/* All or, by its own error, none of one partition. Returns when what was
 * committed is in the log. */
void groups_commit(struct groups *g, struct bytes group, int32_t generation,
                   struct bytes member, struct commit *commits, size_t len);

/* Call `each` under the lock for what is committed. */
void groups_committed(struct groups *g, struct bytes group,
                      void (*each)(void *ctx, const struct committed *c),
                      void *ctx);

/* ---- for those above alone, under the lock ---- */

struct group *group_of(struct groups *g, struct bytes name, bool make);
struct member *member_of(const struct group *on, struct bytes id);
void group_add(struct group *on, struct member *m);
void group_remove(struct group *on, struct member *m);
void member_free(struct member *m);
void member_heard(struct member *m);
void blob_set(struct blob *b, struct bytes from);
const struct blob *metadata_of(const struct group *on, const struct member *m);

/* May it speak as a member of this generation? It was heard of, then. */
int16_t group_admit(struct groups *g, struct bytes group, int32_t generation,
                    struct bytes member, struct group **ret);

/* The broker that coordinates it, chosen anew when that has died; -1: none is
 * alive. */
int group_choose_coordinator(struct groups *g, struct group *on);

/* Ask all for a new generation. */
void group_rebalance(struct groups *g, struct group *on);

/* Begin it if all are there, or it is too late for those who are not. */
void group_complete(struct groups *g, struct group *on);

/* Write who is in the group. */
void group_log(struct groups *g, const struct group *on, struct logged *record);

#endif
