/* cache_own.h - the folder of resolved jars and plugins, and the fetch that
 * fills the folder.
 *
 * A single fetch at a time holds the cache, by a lock on <cache>/lock. The lock
 * ends with the process of the fetch and all programs started by the fetch, so
 * files left in tmp belong to nobody and are removed. A finished folder is
 * renamed into place: a folder found there is whole.
 */
#ifndef PLATFORM_CACHE_OWN_H
#define PLATFORM_CACHE_OWN_H

#include "base/attr.h"
#include "base/digest.h"
#include "base/err.h"
#include "platform/java.h"
#include "platform/platform.h"

struct cache {
    const struct platform_wish *wish; /* borrowed */
    void (*say)(void *ctx, const char *what);
    void *ctx;
    char *tmp; /* an empty folder on the file system of the cache */
    char *log; /* file for the output of Maven and other programs */
    int lock;
};

/* Take the lock, empty the tmp folder. Waits for another fetch, and says so. */
MUST_USE int cache_open(struct cache *c, const struct platform_wish *wish,
                        void (*say)(void *ctx, const char *what), void *ctx,
                        struct err *err);
void cache_close(struct cache *c);

/* Tell the user of a long step; no user: nothing happens. */
void cache_say(const struct cache *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A new empty folder below tmp; *ret: its path, new. */
MUST_USE int cache_make_tmp(const struct cache *c, const char *name, char **ret,
                            struct err *err);

/* Run a program to its end; the program writes below tmp, in the folder `cwd`,
 * and holds the lock together with the fetch. */
MUST_USE int cache_run(const struct cache *c, char *const *argv,
                       const char *cwd, struct err *err);

/* Rename a finished folder to `place`; makes the parents of `place`. */
MUST_USE int cache_keep(const char *made, const char *place, struct err *err);

/* ---- Maven ------------------------------------------------------------- */

/* Copy the runtime jars named by `pom`, with all dependencies, to `into`. */
MUST_USE int maven_jars(const struct cache *c, const char *pom,
                        const char *into, struct err *err);

/* Copy the artifact "group:artifact:version[:type[:classifier]]" alone to
 * `into`. */
MUST_USE int maven_artifact(const struct cache *c, const char *coordinate,
                            const char *into, struct err *err);

/* ---- Kafka ------------------------------------------------------------- */

struct kafka_jars {
    char version[32];
    char digest[SHA256_HEX];
    char *libs;       /* folder of jars */
    char *format;     /* folder: the files of a freshly formatted data folder */
    const char *from; /* "maven" or "KAFKA_HOME" */
};

/* Can kafka_jars_get() provide the version? Looks at the disk only. -ENOENT
 * with the remedy. */
MUST_USE int kafka_check(const struct platform_wish *w, const char *version,
                         struct err *err);

/* Jars of `version`, verified; or of $KAFKA_HOME, whatever its version. Fetches
 * with Maven what the cache lacks. */
MUST_USE int kafka_jars_get(const struct cache *c, const struct java *java,
                            const char *version, struct kafka_jars *ret,
                            struct err *err);
void kafka_jars_done(struct kafka_jars *k);

/* "3.9.2, 4.3.1": the versions described by fixtures; for a folder without any,
 * the remedy. New. */
char *kafka_versions(const char *fixtures_dir);

/* ---- plugins ------------------------------------------------------------ */

/* See check_plugin() of platform.h. */
MUST_USE int plugin_check(const struct platform_wish *w, const char *given,
                          struct err *err);

/* Get a plugin; *ret: {"given", "name", "path" (for plugin.path), "digest",
 * "services": Connect finds the connectors without reading every class}.
 * New. */
MUST_USE int plugin_get(const struct cache *c, const struct java *java,
                        const struct kafka_jars *kafka, const char *given,
                        json_t **ret, struct err *err);

#endif
