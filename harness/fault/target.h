/* target.h - what a fault is aimed at: words of a scenario file that become a
 * thing when the fault is due.
 *
 * A kind of target lives in one file, fault/target_<id>.c, which defines one
 * const `struct target_ops target_<id>`, and in one line of target_kinds.def.
 * A step names its target by the key of the kind (`worker: any`). The keys are
 * handed down to scenario/, which knows nothing else of targets; plan/ holds
 * the claims of the words against what the scenario declares.
 *
 * Four future users that the table was cut for:
 *   user, secret   a SCRAM user, a file with a password: claim nothing; the
 *                  name is all that a fault needs, the thing is found by it
 *   subject        of a schema registry: claims its topic
 *   link           two ends, "worker-1 to broker-2", each a node that may move
 *                  ("running orders-to-shop/0 to leader of orders/0"): resolve
 *                  lets the kinds worker and broker resolve an end each, and
 *                  `name` is "worker-1 to broker-2", from which the fault
 *                  reads both ends again after the harness was killed
 *
 * All of it belongs to the engine's main thread.
 */
#ifndef FAULT_TARGET_H
#define FAULT_TARGET_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/rng.h"

struct field;
struct target_ops;

/* A target, resolved. `name` and `task` are all that the undo journal keeps of
 * the thing. */
struct target {
    const struct target_ops *ops; /* NULL: aimed at nothing */
    char name[128];               /* node, connector, topic or endpoint */
    int task;                     /* of a task: its number */
    char words[128];              /* as the file said it */
};

/* What words take for granted of the rest of a scenario. */
struct target_claim {
    enum target_claims {
        CLAIMS_NOTHING,
        CLAIMS_BROKER,    /* that broker `number`, from 1, exists */
        CLAIMS_WORKER,    /* the same of a worker */
        CLAIMS_CONNECTOR, /* `name` is declared, and has task `number` */
        CLAIMS_TOPIC,     /* `name` is declared, and has partition `number` */
        CLAIMS_TOPIC_OR_NEW, /* the same, but `name` may be a topic of Kafka's
                                or a connector's, declared nowhere */
        CLAIMS_ENDPOINT,     /* `name` is declared */
    } claims;
    char name[256];
    int number; /* -1: none is said */
};

struct target_ops {
    const char *key;   /* in a step */
    const char *words; /* what may stand behind the key: "any, worker-2, ..." */
    const char *help;  /* which things that are */

    /* Can `words` ever be such a target? 0 with what the words claim; -EINVAL,
     * with a sentence in err where more can be said than `words` above. */
    int (*check)(const char *words, struct target_claim *ret, struct err *err);

    /* Find the thing that checked words mean now: fill in `name` and `task` of
     * *t, which has the rest. "any" draws by `draw`. -EAGAIN: not right now (a
     * partition without leader), worth asking again. */
    int (*resolve)(struct field *f, struct rng draw, struct target *t,
                   struct err *err);
};

/* Every kind, in the order of pages. */
const struct target_ops *const *target_all(size_t *ret_len);

/* The kind whose key is `key`, or NULL. */
const struct target_ops *target_find(const char *key);

/* "worker", "on", ...; NULL for NULL. */
const char *target_key(const struct target_ops *ops);

/* Can these words ever be a target of that kind (NULL: no words are expected)?
 * Known when the file is read; ret_claim may be NULL. -EINVAL with what would
 * be right. */
MUST_USE int target_check(const struct target_ops *ops, const char *words,
                          struct target_claim *ret_claim, struct err *err);

/* Resolve now. Those that run are drawn from by a copy of `rng`, so that
 * asking again draws the same. -EAGAIN as above; -EINVAL of wrong words. */
MUST_USE int target_resolve(struct field *f, const struct target_ops *ops,
                            const char *words, const struct rng *rng,
                            struct target *ret, struct err *err);

#endif
