/* local_own.h - the parts of the platform `local`: configuration, Java, fetch.
 *
 * Every broker has a listener each for the harness, the other brokers, the
 * controllers and the workers, so that a fault can cut a single path. Brokers
 * and workers call each other by name (broker-1, worker-2); only the harness
 * uses addresses.
 *
 * Inside platform/ only.
 */
#ifndef PLATFORM_LOCAL_OWN_H
#define PLATFORM_LOCAL_OWN_H

#include "platform/machines_own.h"
#include "platform/properties_own.h"

struct local_settings {
    const char *kafka;
    int64_t brokers, workers;
    int64_t broker_heap, worker_heap;                    /* bytes */
    const json_t *broker_properties, *worker_properties; /* or NULL */
    const json_t *connect;                               /* or NULL */
    const char *java_options;                            /* or NULL */
};

struct local {
    struct machines m;
    const struct local_settings *settings;
};

static inline struct local *local_of(struct platform *p)
{
    return (struct local *)p; /* the platform is its first member */
}

/* ---- keys (local_args.c) ------------------------------------------------ */

enum { LOCAL_ARGS = 9 };
extern const struct arg local_args[LOCAL_ARGS]; /* of struct local_settings */

/* The groups of workers that the settings ask for. */
void local_groups(const struct local_settings *s, struct groups *ret);

/* ---- configuration (local_conf.c, local_broker.c, local_worker.c) ------- */

/* Do the properties of the settings hold scalars only, and no name that the
 * harness sets? -EINVAL with the name. */
MUST_USE int local_settings_check(const struct local_settings *s,
                                  struct err *err);

/* Names that the harness sets, NULL-terminated. */
extern const char *const broker_fixed[];
extern const char *const worker_fixed[];

/* All properties of the broker or worker at place i. New. */
json_t *broker_properties(const struct local *l, size_t i);
json_t *worker_properties(const struct local *l, size_t i);

/* Write the configuration of the node at place i. An unformatted data folder of
 * a broker is formatted first. */
MUST_USE int local_configure(struct local *l, size_t i, struct err *err);

/* The cluster id: from a broker's data folder, else a new id. */
MUST_USE int local_cluster_id(const struct local *l, char out[32],
                              struct err *err);
MUST_USE int local_format(const struct local *l, size_t i, const char *cluster,
                          struct err *err);

/* ---- processes (local_jvm.c) --------------------------------------------- */

/* Start the Java of the node at place i. */
MUST_USE int jvm_start(struct local *l, size_t i, struct err *err);

/* Write the logging configuration that all nodes share. */
MUST_USE int jvm_write_logging(const struct local *l, struct err *err);

/* ---- data of a run in a shared world (local_keep.c) -----------------------
 */

/* The slot keep() of struct platform_ops. */
int local_keep(const char *world_dir, const char *work_dir, struct err *err);

/* ---- before a run (local_fetch.c, class_archive.c) ----------------------- */

int local_check_settings(const struct platform_wish *w, struct err *err);
int local_check_plugin(const struct platform_wish *w, const char *plugin,
                       struct err *err);
/* `ops` is the platform itself: class archives are made by starting a broker
 * and a worker through `ops`. */
int local_fetch(const struct platform_ops *ops, const struct platform_wish *w,
                void (*say)(void *ctx, const char *what), void *ctx,
                json_t **ret, struct err *err);
json_t *local_describe(struct platform *p);

#endif
