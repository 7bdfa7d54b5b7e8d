/* cache.c - takes and empties the cache folder, runs programs for a fetch, asks
 * Maven for jars. */
#include "platform/cache_own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "platform/child_own.h"

void cache_say(const struct cache *c, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    if (!c->say)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    c->say(c->ctx, text);
}

static int take_lock(struct cache *c, const char *path, struct err *err)
{
    c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (c->lock < 0)
        return err_errno(err, "%s", path);
    if (flock(c->lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    cache_say(c, "waiting for another fetch into %s", c->wish->cache_dir);
    while (flock(c->lock, LOCK_EX) < 0)
        if (errno != EINTR)
            return err_errno(err, "%s", path);
    return 0;
}

int cache_open(struct cache *c, const struct platform_wish *wish,
               void (*say)(void *ctx, const char *what), void *ctx,
               struct err *err)
{
    AUTO_FREE char *lock = path_of("%s/lock", wish->cache_dir);

    *c = (struct cache){.wish = wish, .say = say, .ctx = ctx, .lock = -1};
    c->tmp = path_of("%s/tmp", wish->cache_dir);
    c->log = path_of("%s/fetch.log", wish->cache_dir);
    if (mkdir_all(wish->cache_dir, err) < 0 || take_lock(c, lock, err) < 0 ||
        remove_tree(c->tmp, err) < 0 || mkdir_all(c->tmp, err) < 0) {
        cache_close(c);
        return err_context(err, "cache");
    }
    return 0;
}

void cache_close(struct cache *c)
{
    struct err ignored = {0};

    if (c->lock >= 0) {
        if (remove_tree(c->tmp, &ignored) < 0)
            log_warn("cache", "%s", ignored.text);
        (void)close(c->lock);
    }
    free(c->tmp);
    free(c->log);
    *c = (struct cache){.lock = -1};
}

int cache_make_tmp(const struct cache *c, const char *name, char **ret,
                   struct err *err)
{
    AUTO_FREE char *path = path_of("%s/%s", c->tmp, name);

    if (remove_tree(path, err) < 0 || mkdir_all(path, err) < 0)
        return err->code;
    *ret = TAKE(path);
    return 0;
}

int cache_run(const struct cache *c, char *const *argv, const char *cwd,
              struct err *err)
{
    return child_run_logged(argv, cwd, c->log, c->lock, err);
}

int cache_keep(const char *made, const char *place, struct err *err)
{
    AUTO_FREE char *parent =
        path_of("%.*s", (int)(strrchr(place, '/') - place), place);

    if (mkdir_all(parent, err) < 0)
        return err->code;
    if (rename(made, place) < 0)
        return err_errno(err, "%s", place);
    return 0;
}

/* ---- Maven ------------------------------------------------------------- */

#define MAVEN_DEPENDENCY                                                       \
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

static int maven(const struct cache *c, char *const *argv, struct err *err)
{
    char path[PATH_MAX];

    if (program_find("mvn", path) < 0)
        return err_set(err, -ENOENT,
                       "mvn: not in PATH: install Maven, or fetch on a machine "
                       "that has it and copy the cache %s",
                       c->wish->cache_dir);
    return cache_run(c, argv, c->tmp, err);
}

int maven_jars(const struct cache *c, const char *pom, const char *into,
               struct err *err)
{
    AUTO_FREE char *output = path_of("-DoutputDirectory=%s", into);
    char *argv[] = {(char *)"mvn",
                    (char *)"-q",
                    (char *)"-B",
                    (char *)"-f",
                    (char *)pom,
                    (char *)MAVEN_DEPENDENCY ":copy-dependencies",
                    (char *)"-DincludeScope=runtime",
                    output,
                    NULL};

    return maven(c, argv, err);
}

int maven_artifact(const struct cache *c, const char *coordinate,
                   const char *into, struct err *err)
{
    AUTO_FREE char *output = path_of("-DoutputDirectory=%s", into);
    AUTO_FREE char *artifact = path_of("-Dartifact=%s", coordinate);
    char *argv[] = {(char *)"mvn", (char *)"-q",
                    (char *)"-B",  (char *)MAVEN_DEPENDENCY ":copy",
                    artifact,      output,
                    NULL};

    return maven(c, argv, err);
}
