/* fault.h - the interface of a kind of fault.
 *
 * A kind is one file, fault/<name>.c, with one const `struct fault_ops
 * fault_<name>`, and one line of fault_kinds.def.
 *
 * A fault runs in fixed steps, each on one thread, but not always the same:
 *   resolve   the target's words become a thing, by the seed
 *   capture   the values to be changed, as JSON
 *   (journal) the engine writes the captured values to undo/ on disk first
 *   apply     break the thing
 *   landed    asked until the target shows a proof, or time is up
 *   revert    restore the captured values
 *   mended    asked until the revert is proven
 *
 * Resolving, capturing and journalling happen up to half a second ahead of
 * apply(). They happen again if the target has moved by then, or another fault
 * has changed a thing held by both (holds) or the number of workers. Values
 * that change by themselves belong into apply() or landed(): a proof must be
 * younger than fault_call.began_wall_us.
 *
 * Calls of different steps run beside each other. Each call is bounded
 * (field.call_us a request), so longer work is done in steps: landed() and
 * mended() are asked again and again and may act. An err beside a returned 0
 * says why not yet.
 *
 * revert() is right wherever the harness may have died: if apply() never ran,
 * ran in part, or revert() ran before. revert() may use nothing but the target
 * and the captured values.
 *
 * Three future users that the interface was cut for: two faults that overlap on
 * one broker (holds), a credential restored by another process after a kill -9
 * (captured has to be enough), a rule of a relay (ends with the relay).
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

/* A group of workers, and the client of its REST API. */
struct field_group {
    const char *name; /* "": all workers are in one group */
    struct connect *connect;
};

/* The parts of a run that faults act on. Borrowed. Any thread, all of them: the
 * lists that `platform` hands out are valid until the same thread asks
 * again. */
struct field {
    struct platform *platform;
    const struct field_group *groups; /* at least one */
    size_t groups_len;
    struct kafka_admin *admin;
    struct observer *observer; /* NULL in unit tests */
    const struct field_endpoint *endpoints;
    size_t endpoints_len;
    const struct clk *clk;
    const struct event_sink *events;
    int64_t call_us; /* time-out of a REST or admin call */

    /* Tell the engine that the fault moves offsets of `connector` on purpose
     * from now on: a declared replay. */
    void (*declare_reset)(void *ctx, const char *connector);
    /* Tell the engine that REST addresses of workers changed. */
    void (*workers_changed)(void *ctx);
    /* The consumer group named in the configuration of a sink, borrowed; NULL:
     * none is named, and the group is Connect's "connect-<connector>". */
    const char *(*group_of)(void *ctx, const char *connector);
    /* The group of workers that runs the connector, borrowed: a name of
     * `groups`. */
    const char *(*runs_on)(void *ctx, const char *connector);
    void *ctx;
};

/* The client of the REST API of the group `name`, of the group that runs
 * `connector`; of the first group where the name is unknown. Borrowed. */
struct connect *field_group(const struct field *f, const char *name);
struct connect *field_connect(const struct field *f, const char *connector);

enum fault_effect {
    FAULT_RESTORES,       /* revert puts the captured values back */
    FAULT_ENDS_BY_ITSELF, /* nothing to put back */
    FAULT_IRREVERSIBLE,   /* cannot be put back: fresh topics only, consent */
};
const char *fault_effect_name(enum fault_effect e);

struct fault_ops;

struct fault_call {
    const struct fault_ops *ops;
    struct field *field;
    const struct target *target;
    const void *args;       /* the kind's struct, filled by args_read() */
    const json_t *captured; /* from capture(); {} if the kind has none */
    uint64_t seed;          /* of the step */
    /* Just before apply(), by both clocks; 0: not yet, or in another process.
     * A proof must be younger: values are captured some time ahead. */
    int64_t began_wall_us, began_monotonic_us;
    void *state; /* state_size bytes, zero before apply(), to remember between
                    calls. Not on disk: after the death of the harness a revert
                    finds zeroes */
};

/* Things whose number the file no longer settles once the fault has struck. */
enum fault_changes {
    FAULT_CHANGES_WORKERS = 1u << 0,    /* workers */
    FAULT_CHANGES_PARTITIONS = 1u << 1, /* partitions of the topic */
    FAULT_CHANGES_CONFIG = 1u << 2,     /* topics and tasks of the connector */
};

struct fault_ops {
    const char *name;
    const char *help;
    const struct target_ops *target; /* NULL: aimed at nothing */
    enum fault_effect effect;
    unsigned changes; /* FAULT_CHANGES_* */
    bool needs_for; /* the step needs `for:`; otherwise `for:` may be left out,
                       and the fault stays until heal */
    unsigned needs; /* PLATFORM_CAN_* */

    /* The group of workers that the arguments name, borrowed; NULL: they name
     * none. The slot is NULL where the kind has no such argument. */
    const char *(*group)(const void *args);
    bool needs_group; /* where the platform names groups */

    const char *behaviour; /* faults on an endpoint: the row in the behaviours
                              of the endpoint's kind that takes args_json() of
                              `args`; NULL: none */
    const struct arg *args;
    size_t args_len;
    size_t args_size;
    size_t state_size; /* of fault_call.state; 0: none */

    /* The thing held while the fault is in force: "process broker-2",
     * "connector x". Two faults do not overlap if they hold the same thing
     * (fault_holds_clash()). A star at the end holds all things with the same
     * beginning. NULL: "<key> <name>". */
    void (*holds)(const struct target *t, char *out, size_t size);

    /* The values that apply() will change, all that revert() needs. *ret is
     * new. NULL: no values to capture. */
    int (*capture)(const struct fault_call *c, json_t **ret, struct err *err);

    /* Break the thing. A failed apply() has changed nothing, or revert() mends
     * the damage. */
    int (*apply)(const struct fault_call *c, struct err *err);

    /* 1: the target shows a proof, now in `proof` (an object). 0: not yet.
     * Negative: the fault will never land. */
    int (*landed)(const struct fault_call *c, json_t *proof, struct err *err);

    /* Mend the damage; calling twice is harmless. NULL for FAULT_ENDS_BY_ITSELF
     * and FAULT_IRREVERSIBLE. */
    int (*revert)(const struct fault_call *c, struct err *err);

    /* Whether the change is meant to stay. Then the fault holds nothing once
     * landed, and revert() changes nothing. NULL: the change does not stay. */
    bool (*stays)(const struct fault_call *c);

    /* 1: the revert is proven. NULL: proven as soon as revert() returned. A
     * kind without revert may have mended(), to end the work that apply()
     * began, even if apply() was cut short. -EINPROGRESS: a step of several is
     * done, and the next step has the whole time-out. -ENOTRECOVERABLE: the
     * damage cannot be mended. */
    int (*mended)(const struct fault_call *c, struct err *err);
};

/* The kind called `name`, or NULL. Static storage, never freed. */
const struct fault_ops *fault_find(const char *name);
/* Every kind, sorted by name. */
const struct fault_ops *const *fault_all(size_t *ret_len);

/* Do two things held clash? "process worker-2" and "process worker-*" do. */
bool fault_holds_clash(const char *a, const char *b);

#endif
