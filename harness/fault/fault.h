/* fault.h - what a kind of fault is.
 *
 * A kind lives in one file, fault/<name>.c, which defines one const
 * `struct fault_ops fault_<name>`, and in one line of fault_kinds.def.
 *
 * It runs in fixed steps, all on the engine's thread:
 *   resolve   the target's words become a thing, now, by the seed
 *   capture   what it will change, as JSON
 *   (journal) the engine writes that to undo/ on disk before anything changes
 *   apply     break it
 *   landed    asked until proof is seen at the target, or time is up
 *   revert    restore what was captured
 *   mended    asked until the revert is proven
 *
 * Each call is bounded (field.call_us a request), so what takes longer goes on
 * in steps: landed() and mended() are asked again and again and may act. What
 * they leave in err beside a 0 says why not yet.
 *
 * revert() is right at any instruction the harness may have died at: if
 * apply() never ran, ran in part, or revert() ran before. It may use only
 * the target and what was captured.
 *
 * Three future users this was cut for: two faults that overlap on one broker
 * (holds), a credential restored by another process after a kill -9 (captured
 * is all it gets), a relay's rule (ends with the relay).
 */
#ifndef FAULT_FAULT_H
#define FAULT_FAULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"
#include "base/rng.h"
#include "client/connect.h"
#include "client/kafka.h"
#include "endpoint/endpoint.h"
#include "fault/target.h"
#include "observe/observer.h"
#include "platform/platform.h"
#include "scenario/args.h"

struct field_endpoint {
    const char *name;
    struct endpoint *endpoint;
};

/* What faults act on. Borrowed; engine thread. */
struct field {
    struct platform *platform;
    struct connect *connect;
    struct kafka_admin *admin;
    struct observer *observer; /* NULL in unit tests */
    const struct field_endpoint *endpoints;
    size_t endpoints_len;
    const struct clk *clk;
    const struct event_sink *events;
    int64_t call_us; /* time-out of one REST or admin call */

    /* Tell the engine that offsets of `connector` are moved on purpose from
     * now on: a declared replay. */
    void (*declare_reset)(void *ctx, const char *connector);
    /* Tell the engine that the workers' REST addresses changed. */
    void (*workers_changed)(void *ctx);
    /* The consumer group of a sink, borrowed; NULL: it has none of its own, and
     * Connect's name for it holds: "connect-<connector>". */
    const char *(*group_of)(void *ctx, const char *connector);
    void *ctx;
};

enum fault_effect {
    FAULT_RESTORES,       /* revert puts back what was captured */
    FAULT_ENDS_BY_ITSELF, /* there is nothing to put back */
    FAULT_IRREVERSIBLE,   /* cannot be put back: fresh topics only, consent */
};
const char *fault_effect_name(enum fault_effect e);

struct fault_ops;

struct fault_call {
    const struct fault_ops *ops;
    struct field *field;
    const struct target *target;
    const void *args;       /* the kind's struct, filled by args_read() */
    const json_t *captured; /* what capture() made; {} if it has none */
    uint64_t seed;          /* of this step */
    void *state;            /* state_size bytes, zero before apply(); what a
                               step remembers between calls. Not on disk: who
                               reverts after the harness died finds zeroes */
};

/* What there may be of, once it has struck, that the file does not say. */
enum fault_changes {
    FAULT_CHANGES_WORKERS = 1u << 0,    /* nodes with numbers of their own */
    FAULT_CHANGES_PARTITIONS = 1u << 1, /* of its topic */
    FAULT_CHANGES_CONFIG = 1u << 2,     /* of its connector: topics, tasks */
};

struct fault_ops {
    const char *name;
    const char *help;
    const struct target_ops *target; /* NULL: aimed at nothing */
    enum fault_effect effect;
    unsigned changes;      /* FAULT_CHANGES_* */
    bool needs_for;        /* `for:` must be given (else it may be left out
                              and the fault stays until heal) */
    unsigned needs;        /* PLATFORM_CAN_* */
    const char *behaviour; /* aimed at an endpoint: the row of its kind's
                              behaviours that takes args_json() of `args`;
                              NULL: none */
    const struct arg *args;
    size_t args_len;
    size_t args_size;
    size_t state_size; /* of fault_call.state; 0: none */

    /* What it holds while in force: "process broker-2", "connector x". Two
     * faults that hold the same thing (fault_holds_clash()) do not overlap. A
     * star at the end holds all that begins so. NULL: "<key> <name>". */
    void (*holds)(const struct target *t, char *out, size_t size);

    /* What apply() will change, so that revert() needs nothing else. *ret is
     * new. NULL: nothing to capture. */
    int (*capture)(const struct fault_call *c, json_t **ret, struct err *err);

    /* Break it. A failed apply() has changed nothing, or revert() mends it. */
    int (*apply)(const struct fault_call *c, struct err *err);

    /* 1: proof seen at the target; put it into `proof` (an object). 0: not
     * yet. Negative: it never will land. */
    int (*landed)(const struct fault_call *c, json_t *proof, struct err *err);

    /* Mend it. Twice is harmless. NULL for FAULT_ENDS_BY_ITSELF and
     * FAULT_IRREVERSIBLE. */
    int (*revert)(const struct fault_call *c, struct err *err);

    /* Is what it changed meant to stay? Then it holds nothing once it has
     * landed, and revert() changes nothing. NULL: it is not. */
    bool (*stays)(const struct fault_call *c);

    /* 1: the revert is proven. NULL: as soon as revert() returned. A kind
     * without revert may have one: it ends what apply() began, also where
     * that was cut short. -EINPROGRESS: it got on by a step of several, and
     * has the whole time-out for the next. -ENOTRECOVERABLE: it never will
     * be. */
    int (*mended)(const struct fault_call *c, struct err *err);
};

/* The kind called `name`, or NULL. Static storage, never freed. */
const struct fault_ops *fault_find(const char *name);
/* Every kind, sorted by name. */
const struct fault_ops *const *fault_all(size_t *ret_len);

/* Do two things held clash? "process worker-2" and "process worker-*" do. */
bool fault_holds_clash(const char *a, const char *b);

#endif
