/* target.h - the target of a fault: words of a scenario file that become a
 * thing when the fault is due.
 *
 * A kind of target is one file, fault/target_<id>.c, with one const `struct
 * target_ops target_<id>`, and one line of target_kinds.def. A step names its
 * target by the key of the kind (`worker: any`). scenario/ is handed the keys
 * and knows nothing else of targets; plan/ compares the claims of the words
 * with the declarations of the scenario.
 *
 * Four future users that the table was cut for:
 *   user, secret   a SCRAM user, a file with a password: claim nothing; the
 *                  name is enough for a fault to find the thing
 *   subject        of a schema registry: claims a topic
 *   link           two ends, "worker-1 to broker-2", both of which may move
 *                  ("running orders-to-shop/0 to leader of orders/0"): resolve
 *                  lets the kinds worker and broker resolve an end each. `name`
 *                  is "worker-1 to broker-2", and the fault reads both ends
 *                  from `name`, also after the harness was killed
 *
 * Any thread.
 */
#ifndef FAULT_TARGET_H
#define FAULT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/rng.h"

struct field;
struct target_ops;

/* A resolved target. The undo journal keeps `name` and `task` and nothing else
 * of the thing. */
struct target {
    const struct target_ops *ops; /* NULL: aimed at nothing */
    char name[128];               /* node, connector, topic or endpoint */
    int task;                     /* number of a task */
    char words[128];              /* as written in the file */
    bool in_group;  /* the thing belongs to one group of workers: */
    char group[64]; /* the fault cannot touch connectors of other groups */
};

/* The part of a scenario that words take for granted. */
struct target_claim {
    enum target_claims {
        CLAIMS_NOTHING,
        CLAIMS_BROKER,    /* broker `number`, from 1, exists */
        CLAIMS_WORKER,    /* the same of a worker */
        CLAIMS_CONNECTOR, /* `name` is declared, and has task `number` */
        CLAIMS_TOPIC,     /* `name` is declared, and has partition `number` */
        CLAIMS_TOPIC_OR_NEW, /* the same, but `name` may be a topic of Kafka's
                                or a connector's, declared nowhere */
        CLAIMS_ENDPOINT,     /* `name` is declared */
        CLAIMS_GROUP,        /* `name` is a group of workers */
    } claims;
    char name[256];
    int number; /* -1: none is said */
};

struct target_ops {
    const char *key;   /* in a step */
    const char *words; /* words behind the key: "any, worker-2, ..." */
    const char *help;  /* the things meant by the words */

    /* Whether `words` can ever name such a target. 0 with the claim of the
     * words; -EINVAL, with a sentence in err if there is more to say than
     * `words` above. */
    int (*check)(const char *words, struct target_claim *ret, struct err *err);

    /* Find the thing meant by checked words now: fill in `name` and `task` of
     * *t; the other members are set. "any" draws by `draw`. -EAGAIN: not now (a
     * partition without leader), worth asking again. */
    int (*resolve)(struct field *f, struct rng draw, struct target *t,
                   struct err *err);
};

/* Every kind, in the order of pages. */
const struct target_ops *const *target_all(size_t *ret_len);

/* The kind with the key `key`, or NULL. */
const struct target_ops *target_find(const char *key);

/* "worker", "on", ...; NULL for NULL. */
const char *target_key(const struct target_ops *ops);

/* Whether words can ever name a target of that kind (NULL: the fault has no
 * target, and words are not looked at). Known when the file is read. ret_claim
 * may be NULL. -EINVAL: err says which words would be right. */
MUST_USE int target_check(const struct target_ops *ops, const char *words,
                          struct target_claim *ret_claim, struct err *err);

/* Resolve now. "any" draws among running nodes with a copy of `rng`, so that
 * asking again draws the same. -EAGAIN as above; -EINVAL: wrong words. */
MUST_USE int target_resolve(struct field *f, const struct target_ops *ops,
                            const char *words, const struct rng *rng,
                            struct target *ret, struct err *err);

#endif
