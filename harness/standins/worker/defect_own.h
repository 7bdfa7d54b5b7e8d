/* defect_own.h - the interface between the frame of all defects (defect.c) and
 * a kind of defect.
 *
 * A kind is a file in defects/ with a const table, and a line in
 * defect_kinds.def, from which this header declares the table.
 */
#ifndef STANDINS_WORKER_DEFECT_OWN_H
#define STANDINS_WORKER_DEFECT_OWN_H

#include "standins/worker/defect.h"

/* Copies of records held back, in the order of arrival. */
struct held {
    struct sink_record *at;
    size_t len, cap;
};

struct defect {
    struct sink base;
    const struct defect_kind *kind;
    struct defect_settings settings;
    const struct connector_kind *of;
    const json_t *config;
    const struct connector_spec *spec;
    const struct sink_host *host; /* the task, as host of the outer sink */
    struct sink_host seen;        /* the host given to the inner sink */
    struct sink *next;
    int log_fd;
    uint64_t counted; /* records so far, or a measure of the kind */
    unsigned idle;    /* consecutive calls without records, about one per
                         TASK_SLICE_MS */
    bool struck; /* a defect that strikes once has struck, now or before this
                    start (the log was not empty) */
    /* for use by kinds */
    struct held held;
    bool armed;
    struct sink *other; /* a second sink, closed with this one, and the
                           arguments of its open() */
    void *other_settings;
    json_t *other_config;
};

/* A kind of defect. For a NULL function, calls pass to the sink or task
 * unchanged. */
struct defect_kind {
    const char *name;
    bool needs_to;         /* ordeal.defect.to is required */
    const char *needs_key; /* a connector property that is required, or NULL */

    int (*open)(struct defect *d, struct err *err);
    /* Deliver, or not, one record. 0: the record need not come again. */
    int (*record)(struct defect *d, const struct sink_record *r,
                  struct err *err);
    /* Before the `n` records of each call; n may be 0. */
    int (*begin)(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err);
    /* After the records, if no error occurred. */
    int (*end)(struct defect *d, const struct sink_record *r, size_t n,
               struct err *err);
    int (*flush)(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err);
    void (*revoked)(struct defect *d, const struct sink_position *at, size_t n);
    /* The host's functions, called by the inner sink. */
    int (*wait)(struct defect *d, int64_t us, const char *why, struct err *err);
    int (*report)(struct defect *d, const struct sink_record *r,
                  const char *why, struct err *err);
};

/* Declare `defect_<id>`, the table of each kind. */
#define DEFECT_KIND(id) extern const struct defect_kind defect_##id;
#include "standins/worker/defect_kinds.def"
#undef DEFECT_KIND

/* Whether record `r` is struck. Call once per record. */
bool defect_draws(struct defect *d, const struct sink_record *r);

/* Whether a defect that strikes once strikes at this record. Call once per
 * record. */
bool defect_strikes_once(struct defect *d);

/* Log what is about to happen to the record. `note`: a constant phrase. */
MUST_USE int defect_note(const struct defect *d, const struct sink_record *r,
                         const char *note, struct err *err);
MUST_USE int defect_note_at(const struct defect *d, const char *topic,
                            int32_t partition, int64_t offset, const char *note,
                            struct err *err);

/* Deliver a record to the inner sink. */
MUST_USE int defect_deliver(struct defect *d, const struct sink_record *r,
                            struct err *err);

/* Wait as in a repeated delivery. Errors as sink_host.wait(). */
MUST_USE int defect_wait(const struct defect *d, int64_t us, struct err *err);

/* Whether the record is of the partition. */
bool same_partition(const struct sink_record *r, const char *topic,
                    int32_t partition);
/* Whether both records have the same partition and the same non-null key. */
bool same_key(const struct sink_record *a, const struct sink_record *b);

/* ---- held records ---- */

void held_add(struct held *h, const struct sink_record *r);
void held_drop(struct held *h, size_t n); /* drops the first n */
/* Drop the records of a partition. */
void held_forget(struct held *h, const char *topic, int32_t partition);

/* Deliver from the front until `left` records are held. */
MUST_USE int held_deliver(struct defect *d, size_t left, struct err *err);

/* The `record` function of kinds that lag behind: hold the record. */
MUST_USE int held_keep(struct defect *d, const struct sink_record *r,
                       struct err *err);

/* The `end` function of kinds that lag behind: deliver all but the last `every`
 * records, and the rest once no record has come for a second. */
MUST_USE int held_lag(struct defect *d, const struct sink_record *r, size_t n,
                      struct err *err);

/* Whether no record has come for a second. */
bool held_is_quiet(const struct defect *d);

/* How a record relates to the record held back to be overtaken. */
enum overtaking { PASSES_BY, OVERTAKES, MUST_FOLLOW };

/* The `record` function of kinds that reorder: hold a drawn record until a
 * record that overtakes was delivered, or until a record comes that must
 * follow. */
MUST_USE int held_overtaken(struct defect *d, const struct sink_record *r,
                            enum overtaking (*is)(const struct sink_record *h,
                                                  const struct sink_record *r),
                            struct err *err);

/* An `end` function: when no records come, deliver what is held, not overtaken.
 */
MUST_USE int held_give_up(struct defect *d, const struct sink_record *r,
                          size_t n, struct err *err);

/* A `flush` function: held_lower(). */
MUST_USE int held_keeps(struct defect *d, struct sink_position *at, size_t n,
                        struct err *err);

/* Lower the positions to the first held record of each partition, because held
 * records are not delivered. */
void held_lower(const struct held *h, struct sink_position *at, size_t n);

#endif
