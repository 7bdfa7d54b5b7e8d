/* connector.h - the interface between a task and a connector kind.
 *
 * A task (sink_task.c, source_task.c) owns the Kafka client, the thread, the
 * state and the commits. A kind only moves bytes, without thread or Kafka
 * client. A kind is one file with one const table, and a line in
 * connector_kinds.def.
 *
 * The interface serves three demanding users:
 *  - A sink that buffers: put() may keep copies. Before each commit, flush()
 *    lowers the positions of what is not yet safe, so that nothing unflushed is
 *    committed. revoked() names the partitions whose buffered records to
 * forget.
 *  - A sink into a database: put() is one transaction, waits by
 *    sink_host.wait() while the database is away, and compares offsets with the
 *    offsets stored there to deliver exactly once.
 *  - Defects around any kind: a filter is a `struct sink` (or `source`) that
 *    holds the next sink. All waiting and repeating happens inside put(), which
 *    is called once a batch, and `done` counts the settled records at the
 * front. So a filter may hand on records left out, doubled, swapped or cut. A
 * filter that claims "flushed" and delivers later commits before delivery.
 * (While no records arrive, put() is called with none, so that a filter need
 * not hold records for ever.) For a source, the mark of a record says what the
 *    delivery of the record commits.
 *
 * All calls of a sink or source come from the thread of the task.
 */
#ifndef STANDINS_WORKER_CONNECTOR_H
#define STANDINS_WORKER_CONNECTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/options.h"

/* The arguments of open(). Borrowed; outlives the sink or source. */
struct connector_spec {
    const char *connector;
    int task;
    const char *actor;      /* for log lines: "orders-to-shop-0" */
    const void *settings;   /* the kind's own struct, filled by its options */
    const char *hosts_path; /* a hosts file for lookups, or NULL */
};

/* ---- sinks ---- */

/* Borrowed for the call. value NULL: a null value, with value_len 0. */
struct sink_record {
    const char *topic;
    int32_t partition;
    int64_t offset;
    const void *key, *value;
    size_t key_len, value_len;
    const void *message; /* the Kafka client's, for sink_host.report() */
};

/* All offsets below `next` may be committed. */
struct sink_position {
    const char *topic;
    int32_t partition;
    int64_t next;
};

/* The task, as the sink sees the task. */
struct sink_host {
    /* Wait `us` before repeating a delivery, as a Connect task does after a
     * RetriableException: the consumer stays in the group and fetches nothing.
     * Goes on waiting while the task is paused. -ECANCELED: give up, because
     * the task ends or has lost partitions; undelivered records will not be
     * committed. */
    int (*wait)(void *ctx, int64_t us, const char *why, struct err *err);

    /* Whether the task's time to end is over. For calls that block otherwise.
     */
    bool (*given_up)(void *ctx);

    /* Whether the task was told to end, so that the next flush() is the last.
     */
    bool (*ending)(void *ctx);

    /* The receiver refuses the record, with the reason `why`. 0: the record is
     * settled (dead-lettered or skipped, as errors.* say). Negative: fail with
     * this error. */
    int (*report)(void *ctx, const struct sink_record *r, const char *why,
                  struct err *err);
    void *ctx;
};

struct sink {
    const struct sink_ops *ops;
};

struct sink_ops {
    /* Host and spec are borrowed for the life of the sink. */
    int (*open)(const struct connector_spec *spec, const struct sink_host *host,
                struct sink **ret, struct err *err);

    /* Deliver `n` records in order. n is 0 while no records arrive. *done is 0
     * on entry; on return, also on failure, *done counts the records at the
     * front that need not come again. -ECANCELED: as from wait(). Any other
     * error fails the task. */
    int (*put)(struct sink *s, const struct sink_record *records, size_t n,
               size_t *done, struct err *err);

    /* Make delivered records safe, and lower `next` where that is not yet
     * possible. NULL: put() does both. Errors as put(). */
    int (*flush)(struct sink *s, struct sink_position *at, size_t n,
                 struct err *err);

    /* The partitions belong to another member from now on; called after the
     * last flush. NULL: nothing to do. */
    void (*revoked)(struct sink *s, const struct sink_position *at, size_t n);

    void (*close)(struct sink *s);
};

/* ---- sources ---- */

/* Borrowed until the next poll() or close(). */
struct source_record {
    const char *topic;
    const void *key, *value; /* NULL: null */
    size_t key_len, value_len;
    unsigned stream; /* number of the source partition, for partition() and
                        offset() */
    int64_t mark; /* source position to commit once the record and all earlier
                     records of the stream are acknowledged */
};

/* The task, as the source sees the task. */
struct source_host {
    /* The stored source offset of the partition (new), or NULL: none. */
    json_t *(*stored)(void *ctx, const json_t *partition);
    void *ctx;
};

struct source {
    const struct source_ops *ops;
};

struct source_ops {
    /* Host and spec are borrowed for the life of the source. */
    int (*open)(const struct connector_spec *spec,
                const struct source_host *host, struct source **ret,
                struct err *err);

    /* Up to `cap` records available now; never blocks. */
    int (*poll)(struct source *s, struct source_record *out, size_t cap,
                size_t *ret_len, struct err *err);

    /* Connect's source partition and source offset of a stream and a mark
     * (new). */
    json_t *(*partition)(const struct source *s, unsigned stream);
    json_t *(*offset)(const struct source *s, unsigned stream, int64_t mark);

    void (*close)(struct source *s);
};

/* ---- kinds ---- */

struct connector_kind {
    const char *class_name;      /* the part behind the last dot is enough */
    const struct sink_ops *sink; /* either sink or source; the other is NULL */
    const struct source_ops *source;
    const struct option *options;
    size_t options_len;
    size_t settings_size;
    bool one_task; /* one task, whatever tasks.max says */
    /* Checks of the settings beyond the options table; may be NULL. */
    int (*check)(const void *settings, struct err *err);
};

/* Declare `connector_<id>`, the table of each kind. */
#define CONNECTOR_KIND(id) extern const struct connector_kind connector_##id;
#include "standins/worker/connector_kinds.def"
#undef CONNECTOR_KIND

/* The kind named by connector.class, or NULL. */
const struct connector_kind *connector_kind_of(const json_t *config);

/* -EINVAL: connector.class is missing or names no kind of this worker. */
MUST_USE int connector_class_check(const json_t *config, struct err *err);

/* The checked settings of a kind. The caller frees *ret; its strings are
 * borrowed from `config`. */
MUST_USE int connector_settings(const struct connector_kind *k,
                                const json_t *config, void **ret,
                                struct err *err);

#endif
