/* defect_own.h - between the frame of all defects and one kind of them.
 *
 * A kind is one file in defects/ with one const table, and a line in
 * defect_kinds.def, from which this header declares the table.
 */
#ifndef STANDINS_WORKER_DEFECT_OWN_H
#define STANDINS_WORKER_DEFECT_OWN_H

#include "standins/worker/defect.h"

/* Records that are kept back: copies, in the order in which they came. */
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
    const struct sink_host *host; /* the task */
    struct sink_host seen;        /* what the sink takes for the task */
    struct sink *next;
    int log_fd;
    uint64_t counted; /* records that came, or the kind's own measure */
    unsigned idle;    /* calls in a row that brought no record: a task's slice
                         each */
    bool struck;      /* once is enough: here, or as the log was not empty */
    /* for kinds */
    struct held held;
    bool armed;
    struct sink *other; /* ended with it, and what it was opened with */
    void *other_settings;
    json_t *other_config;
};

/* What a NULL leaves as the sink has it. */
struct defect_kind {
    const char *name;
    bool needs_to;         /* ordeal.defect.to */
    const char *needs_key; /* of the connector's configuration, or NULL */

    int (*open)(struct defect *d, struct err *err);
    /* What becomes of one record; 0: it need not come again. */
    int (*record)(struct defect *d, const struct sink_record *r,
                  struct err *err);
    /* Before the records of each call, also when there are none; n of them
     * follow. */
    int (*begin)(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err);
    /* After them, when all went well. */
    int (*end)(struct defect *d, const struct sink_record *r, size_t n,
               struct err *err);
    int (*flush)(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err);
    void (*revoked)(struct defect *d, const struct sink_position *at, size_t n);
    /* In the task's place, for the sink. */
    int (*wait)(struct defect *d, int64_t us, const char *why, struct err *err);
    int (*report)(struct defect *d, const struct sink_record *r,
                  const char *why, struct err *err);
};

/* Declare `defect_<id>`, the table of each kind. */
#define DEFECT_KIND(id) extern const struct defect_kind defect_##id;
#include "standins/worker/defect_kinds.def"
#undef DEFECT_KIND

/* Is it this record's turn? Ask once a record. */
bool defect_draws(struct defect *d, const struct sink_record *r);

/* Is it now that what happens once has to happen? Counts this record. */
bool defect_strikes_once(struct defect *d);

/* Write down what is about to be done to it. `note`: static words. */
MUST_USE int defect_note(const struct defect *d, const struct sink_record *r,
                         const char *note, struct err *err);
MUST_USE int defect_note_at(const struct defect *d, const char *topic,
                            int32_t partition, int64_t offset, const char *note,
                            struct err *err);

/* Hand one record to the sink. */
MUST_USE int defect_deliver(struct defect *d, const struct sink_record *r,
                            struct err *err);

/* Let time pass as in a delivery that is repeated. Errors as
 * sink_host.wait(). */
MUST_USE int defect_wait(const struct defect *d, int64_t us, struct err *err);

bool same_partition(const struct sink_record *r, const char *topic,
                    int32_t partition);
/* Of one partition, and of one key that is not null. */
bool same_key(const struct sink_record *a, const struct sink_record *b);

/* ---- held records ---- */

void held_add(struct held *h, const struct sink_record *r);
void held_drop(struct held *h, size_t n); /* from the front */
void held_forget(struct held *h, const char *topic, int32_t partition);

/* Hand on from the front until `left` are left. */
MUST_USE int held_deliver(struct defect *d, size_t left, struct err *err);

/* For `record` of kinds that are always some records behind: keep it. */
MUST_USE int held_keep(struct defect *d, const struct sink_record *r,
                       struct err *err);

/* For their `end`: hand on all but the last `every`; all of them when nothing
 * has come for a second. */
MUST_USE int held_lag(struct defect *d, const struct sink_record *r, size_t n,
                      struct err *err);

/* Has nothing come for a second? */
bool held_is_quiet(const struct defect *d);

/* What a record is to the one that is kept back so that it is overtaken. */
enum overtaking { PASSES_BY, OVERTAKES, MUST_FOLLOW };

/* For `record` of kinds that keep back one that is drawn: until one that
 * overtakes it was delivered, or before one that must follow it. */
MUST_USE int held_overtaken(struct defect *d, const struct sink_record *r,
                            enum overtaking (*is)(const struct sink_record *h,
                                                  const struct sink_record *r),
                            struct err *err);

/* For `end`: nothing came to overtake it. */
MUST_USE int held_give_up(struct defect *d, const struct sink_record *r,
                          size_t n, struct err *err);

/* For `flush`: held_lower(). */
MUST_USE int held_keeps(struct defect *d, struct sink_position *at, size_t n,
                        struct err *err);

/* What is held is not safe: lower positions to it. */
void held_lower(const struct held *h, struct sink_position *at, size_t n);

#endif
