/* cache_own.h - the folder where resolved jars and plugins are kept, and who is
 * getting them into it right now.
 *
 * One fetch at a time holds the cache (a lock that ends with its process and
 * all that it runs), so what lies in its tmp folder is left over and goes. What
 * is complete is renamed into its place: a folder that is there is whole.
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
    char *tmp; /* an empty folder on the same file system */
    char *log; /* what Maven and others print */
    int lock;
};

/* Take the lock (waits, says so) and empty the tmp folder. */
MUST_USE int cache_open(struct cache *c, const struct platform_wish *wish,
                        void (*say)(void *ctx, const char *what), void *ctx,
                        struct err *err);
void cache_close(struct cache *c);

/* Tell the user of a long step. */
void cache_say(const struct cache *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A new empty folder below tmp. */
MUST_USE int cache_make_tmp(const struct cache *c, const char *name, char **ret,
                            struct err *err);

/* Run a program that writes below tmp, in the folder `cwd`, to its end. It
 * holds the lock with us. */
MUST_USE int cache_run(const struct cache *c, char *const *argv,
                       const char *cwd, struct err *err);

/* Rename a finished folder into its place, whose parents are made. */
MUST_USE int cache_keep(const char *made, const char *place, struct err *err);

/* ---- Maven ------------------------------------------------------------- */

/* The runtime jars that `pom` asks for, with all they depend on. */
MUST_USE int maven_jars(const struct cache *c, const char *pom,
                        const char *into, struct err *err);

/* The one artifact of "group:artifact:version[:type[:classifier]]". */
MUST_USE int maven_artifact(const struct cache *c, const char *coordinate,
                            const char *into, struct err *err);

/* ---- Kafka ------------------------------------------------------------- */

struct kafka_jars {
    char version[32];
    char digest[SHA256_HEX];
    char *libs;       /* folder of jars */
    char *format;     /* folder: what an empty data folder begins with */
    const char *from; /* "maven" or "KAFKA_HOME" */
};

/* Can kafka_jars_get() be asked for it? Looks at the disk only. -ENOENT with
 * the remedy. */
MUST_USE int kafka_check(const struct platform_wish *w, const char *version,
                         struct err *err);

/* Jars of `version` (or of $KAFKA_HOME, whatever its version), verified. */
MUST_USE int kafka_jars_get(const struct cache *c, const struct java *java,
                            const char *version, struct kafka_jars *ret,
                            struct err *err);
void kafka_jars_done(struct kafka_jars *k);

/* "3.9.2, 4.3.1": the versions that fixtures describe; where there are none,
 * what to do about it. New. */
char *kafka_versions(const char *fixtures_dir);

/* ---- plugins ------------------------------------------------------------ */

/* See check_plugin() of platform.h. */
MUST_USE int plugin_check(const struct platform_wish *w, const char *given,
                          struct err *err);

/* Get it; *ret: {"given", "name", "path" (for plugin.path), "digest",
 * "services" (can be found without reading every class)}. New. */
MUST_USE int plugin_get(const struct cache *c, const struct java *java,
                        const struct kafka_jars *kafka, const char *given,
                        json_t **ret, struct err *err);

#endif
