/* connector.h - between a task and the kind of connector it runs.
 *
 * A task (sink_task.c, source_task.c) owns its Kafka client, its thread, its
 * state and what is committed. A kind only moves bytes: it has no thread and
 * knows no client. It is one file and one const table, and a line in
 * connector_kinds.def.
 *
 * The cut is made for the hardest users to come:
 *  - A sink that buffers: put() may keep copies; flush() is asked before each
 *    commit and lowers what is not yet safe. What was not flushed is not
 *    committed, and revoked() says which of it to forget.
 *  - A sink into a database: put() is one transaction; it waits by
 *    sink_host.wait() when the database is away, and compares offsets with
 *    those it has stored to deliver exactly once.
 *  - Defects that wrap any kind: a filter is a `struct sink` (or `source`)
 *    that holds the next one. That works since all waiting and repeating is
 *    inside of put(): one call a batch, never repeated, and `done` says how
 *    much of its front is settled. So a filter may hand on an array with
 *    records left out, doubled, swapped or cut; one that says "flushed" and
 *    delivers later commits before delivery (put() is called with no records
 *    while there are none, so that nothing is held for ever). Of a source it
 *    is the mark of a record that says what its delivery commits.
 *
 * All calls of one sink or source come from its task's thread.
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

/* What a kind is opened with; borrowed, lives longer than what is opened. */
struct connector_spec {
    const char *connector;
    int task;
    const char *actor;      /* for log lines: "orders-to-shop-0" */
    const void *settings;   /* as its options say */
    const char *hosts_path; /* to look names up in, or NULL */
};

/* ---- sinks ---- */

/* Borrowed for the call; value NULL: a null value (then value_len is 0). */
struct sink_record {
    const char *topic;
    int32_t partition;
    int64_t offset;
    const void *key, *value;
    size_t key_len, value_len;
    const void *message; /* the client's, for sink_host.report() */
};

/* Everything below `next` may be committed. */
struct sink_position {
    const char *topic;
    int32_t partition;
    int64_t next;
};

/* The task, as its sink sees it. */
struct sink_host {
    /* Let `us` pass before a delivery is repeated, as a RetriableException
     * does: the consumer stays in its group and fetches nothing; goes on for
     * as long as the task is paused. -ECANCELED: give up, what is not done
     * will not be committed (the task ends or has lost partitions). */
    int (*wait)(void *ctx, int64_t us, const char *why, struct err *err);

    /* Has the task's time to end passed? For what blocks otherwise. */
    bool (*given_up)(void *ctx);

    /* Is it told to end? Then the next flush() is the last. */
    bool (*ending)(void *ctx);

    /* The receiver will not have this record, and `why`. 0: it is settled
     * (dead-lettered or skipped, as errors.* say). < 0: fail with that. */
    int (*report)(void *ctx, const struct sink_record *r, const char *why,
                  struct err *err);
    void *ctx;
};

struct sink {
    const struct sink_ops *ops;
};

struct sink_ops {
    /* Host and spec are borrowed for the sink's life. */
    int (*open)(const struct connector_spec *spec, const struct sink_host *host,
                struct sink **ret, struct err *err);

    /* Take `n` records in their order; 0 of them while there are none. *done
     * is 0 at first and becomes the number from the front that need not come
     * again, also when it fails. -ECANCELED as wait(); any other error fails
     * the task. */
    int (*put)(struct sink *s, const struct sink_record *records, size_t n,
               size_t *done, struct err *err);

    /* Make what was put safe; lower `next` where that is not yet possible.
     * NULL: put() does. Errors as put(). */
    int (*flush)(struct sink *s, struct sink_position *at, size_t n,
                 struct err *err);

    /* These partitions are another's now (after the last flush). May be
     * NULL. */
    void (*revoked)(struct sink *s, const struct sink_position *at, size_t n);

    void (*close)(struct sink *s);
};

/* ---- sources ---- */

/* Borrowed until the next poll() or close(). */
struct source_record {
    const char *topic;
    const void *key, *value; /* NULL: null */
    size_t key_len, value_len;
    unsigned stream; /* source partition: offset() and partition() know it */
    int64_t mark;    /* committed once all of its stream up to here is
                        acknowledged */
};

/* The task, as its source sees it. */
struct source_host {
    /* The offset that is stored of that partition (new), or NULL: none. */
    json_t *(*stored)(void *ctx, const json_t *partition);
    void *ctx;
};

struct source {
    const struct source_ops *ops;
};

struct source_ops {
    /* Host and spec are borrowed for the source's life. */
    int (*open)(const struct connector_spec *spec,
                const struct source_host *host, struct source **ret,
                struct err *err);

    /* Up to `cap` records that are there now; never blocks. */
    int (*poll)(struct source *s, struct source_record *out, size_t cap,
                size_t *ret_len, struct err *err);

    /* Connect's source partition and offset of a stream and a mark (new). */
    json_t *(*partition)(const struct source *s, unsigned stream);
    json_t *(*offset)(const struct source *s, unsigned stream, int64_t mark);

    void (*close)(struct source *s);
};

/* ---- kinds ---- */

struct connector_kind {
    const char *class_name;      /* its last part alone names it, too */
    const struct sink_ops *sink; /* one of these two, the other NULL */
    const struct source_ops *source;
    const struct option *options;
    size_t options_len;
    size_t settings_size;
    bool one_task; /* whatever tasks.max is */
    /* What a table cannot say of settings; may be NULL. */
    int (*check)(const void *settings, struct err *err);
};

/* Declare `connector_<id>`, the table of each kind. */
#define CONNECTOR_KIND(id) extern const struct connector_kind connector_##id;
#include "standins/worker/connector_kinds.def"
#undef CONNECTOR_KIND

/* The kind of connector.class, or NULL. */
const struct connector_kind *connector_kind_of(const json_t *config);

/* -EINVAL: connector.class is missing, or is none of this worker's kinds. */
MUST_USE int connector_class_check(const json_t *config, struct err *err);

/* Settings of that kind (caller frees them; strings are borrowed from
 * config), checked. */
MUST_USE int connector_settings(const struct connector_kind *k,
                                const json_t *config, void **ret,
                                struct err *err);

#endif
