/* plugin.c - finds a plugin by name, coordinate or path, and keeps its folder
 * in the cache. */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/own.h"
#include "platform/cache_own.h"
#include "platform/plugin_make_own.h"
#include "platform/unpack_own.h"

enum { KEY_DIGITS = 16 };

enum source { FROM_FIXTURE, FROM_MAVEN, FROM_FOLDER, FROM_ARCHIVE, FROM_JAR };

struct request {
    const char *given;
    enum source source;
    char *path;     /* absolute; of a coordinate: NULL */
    char name[128]; /* name of the folder, and for people */
};

static void request_done(struct request *r)
{
    free(r->path);
}

/* "build/my-sink-1.2.tar.gz" -> "my-sink-1.2" */
static void name_of_path(const char *path, char *out, size_t size)
{
    static const char *const ends[] = {".zip", ".tar.gz", ".tgz", ".tar",
                                       ".jar"};
    size_t len = strlen(path), start;

    while (len > 1 && path[len - 1] == '/')
        len--;
    for (start = len; start > 0 && path[start - 1] != '/';)
        start--;
    (void)snprintf(out, size, "%.*s", (int)(len - start), path + start);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(ends[i]), m = strlen(out);

        if (m > n && strcasecmp(out + m - n, ends[i]) == 0) {
            out[m - n] = '\0';
            return;
        }
    }
}

/* "camel-http, file, http-sink"; for an empty folder, the remedy. */
static char *fixture_names(const char *fixtures_dir)
{
    AUTO_FREE char *dir = path_of("%s/plugins", fixtures_dir);
    struct dirent **found = NULL;
    int n = scandir(dir, &found, NULL, alphasort);
    char *text = path_of("%s", "");

    if (n < 0 && errno == ENOMEM)
        abort(); /* out of memory is not "empty" */
    for (int i = 0; i < n; i++) {
        if (found[i]->d_name[0] != '.') {
            char *more =
                path_of("%s%s%s", text, *text ? ", " : "", found[i]->d_name);

            free(text);
            text = more;
        }
        free(found[i]);
    }
    free(found);
    if (!*text) {
        free(text);
        return path_of("%s/plugins, which is empty (ORDEAL_FIXTURES must name "
                       "the project's fixtures folder)",
                       fixtures_dir);
    }
    return text;
}

/* Relative paths start at the scenario's folder, so that a scenario runs from
 * any current folder. The complaint lists the fixtures: a mistyped fixture's
 * name ends up here. */
static int find_path(const struct platform_wish *w, struct request *r,
                     struct err *err)
{
    AUTO_FREE char *path = r->given[0] == '/'
                               ? path_of("%s", r->given)
                               : path_of("%s/%s", w->scenario_dir, r->given);
    AUTO_FREE char *names = NULL;
    size_t len = strlen(path);
    struct stat st;

    if (stat(path, &st) < 0) {
        names = fixture_names(w->fixtures_dir);
        return err_set(err, -ENOENT,
                       "plugin %s: no such file or folder (%s), no coordinate "
                       "group:artifact:version, and none of %s",
                       r->given, path, names);
    }
    if (S_ISDIR(st.st_mode))
        r->source = FROM_FOLDER;
    else if (is_archive_name(path))
        r->source = FROM_ARCHIVE;
    else if (len > 4 && strcmp(path + len - 4, ".jar") == 0)
        r->source = FROM_JAR;
    else
        return err_set(err, -ENOENT,
                       "plugin %s: want a folder, .zip, .tar.gz or .jar",
                       r->given);
    if (access(path, R_OK) < 0)
        return err_errno(err, "plugin %s", r->given);
    name_of_path(r->given, r->name, sizeof(r->name));
    /* "." and ".." make no name, and ',' would split plugin.path */
    if (r->name[0] == '.' || strpbrk(r->name, ","))
        (void)snprintf(r->name, sizeof(r->name), "plugin");
    r->path = TAKE(path);
    return 0;
}

/* A name of fixtures/plugins, else a coordinate, else a path. */
static int classify(const struct platform_wish *w, const char *given,
                    struct request *ret, struct err *err)
{
    struct request r = {.given = given};
    AUTO_FREE char *fixture = path_of("%s/plugins/%s", w->fixtures_dir, given);
    AUTO_FREE char *spec = path_of("%s/plugin.json", fixture);
    struct coordinate at;

    if (!strchr(given, '/') && access(spec, R_OK) == 0) {
        r.source = FROM_FIXTURE;
        r.path = TAKE(fixture);
        (void)snprintf(r.name, sizeof(r.name), "%s", given);
    } else if (coordinate_read(given, &at) == 0) {
        r.source = FROM_MAVEN;
        (void)snprintf(r.name, sizeof(r.name), "%s-%s", at.part[1], at.part[2]);
    } else if (find_path(w, &r, err) < 0) {
        return err->code;
    }
    *ret = r;
    return 0;
}

int plugin_check(const struct platform_wish *w, const char *given,
                 struct err *err)
{
    struct request r AUTO(request_done) = {.path = NULL};
    AUTO_JSON json_t *spec = NULL;

    if (classify(w, given, &r, err) < 0)
        return err->code;
    return r.source == FROM_FIXTURE ? plugin_spec_read(r.path, &spec, err) : 0;
}

/* The cache key of a plugin: source, content and, for a fixture, Kafka's
 * version. */
static int key_of(const struct request *r, const struct kafka_jars *kafka,
                  char key[SHA256_HEX], struct err *err)
{
    AUTO_FREE char *text = NULL;
    char content[SHA256_HEX] = "";

    if (r->path && sha256_tree(r->path, content, err) < 0)
        return err->code;
    text = path_of("%d %s %s %s", (int)r->source, r->path ? "" : r->given,
                   content, r->source == FROM_FIXTURE ? kafka->version : "");
    sha256_bytes(text, strlen(text), key);
    return 0;
}

static int make(const struct cache *c, const struct java *java,
                const struct kafka_jars *kafka, const struct request *r,
                const char *into, struct err *err)
{
    AUTO_FREE char *jar = path_of("%s/%s.jar", into, r->name);

    switch (r->source) {
    case FROM_FIXTURE:
        return plugin_make_fixture(c, java, kafka, r->path, into, err);
    case FROM_MAVEN:
        return plugin_make_maven(c, r->given, into, err);
    case FROM_FOLDER:
        return copy_tree(r->path, into, NULL, err);
    case FROM_ARCHIVE:
        return unpack(r->path, into, err);
    case FROM_JAR:
        return copy_tree(r->path, jar, NULL, err);
    }
    abort();
}

static void own_fts(FTS **f)
{
    if (*f)
        (void)fts_close(*f);
}

/* 1: some jar or class folder lists its connectors in service files; 0: none
 * does. */
static int has_services(const char *dir, struct err *err)
{
    static const char *const wanted[] = {
        "META-INF/services/org.apache.kafka.connect.sink.SinkConnector",
        "META-INF/services/org.apache.kafka.connect.source.SourceConnector"};
    char *roots[] = {(char *)dir, NULL};
    FTS *fts AUTO(own_fts) = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

    for (FTSENT *e; fts && (e = fts_read(fts)) != NULL;) {
        size_t len = strlen(e->fts_path);

        if (e->fts_info != FTS_F)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
            size_t n = strlen(wanted[i]);
            int found =
                len > n && strcmp(e->fts_path + len - n, wanted[i]) == 0;

            if (len > 4 && strcmp(e->fts_path + len - 4, ".jar") == 0)
                found = archive_has(e->fts_path, wanted[i], err);
            if (found != 0)
                return found;
        }
    }
    return 0;
}

/* A -SNAPSHOT changes its content: fetched each time, and kept under the digest
 * of the content, since another run may still use the previous snapshot. */
static bool is_moving(const struct request *r)
{
    return r->source == FROM_MAVEN && strstr(r->given, "-SNAPSHOT");
}

static char *place_of(const struct cache *c, const struct request *r,
                      const char *key)
{
    return path_of("%s/plugins/%s-%.*s", c->wish->cache_dir, r->name,
                   KEY_DIGITS, key);
}

/* *place: the target folder; for a snapshot, replaced by the folder of its
 * digest. */
static int make_and_keep(const struct cache *c, const struct java *java,
                         const struct kafka_jars *kafka,
                         const struct request *r, char **place, struct err *err)
{
    AUTO_FREE char *made = NULL;
    AUTO_FREE char *into = path_of("%s/plugin/%s", c->tmp, r->name);
    AUTO_FREE char *note = path_of("%s/plugin/plugin.json", c->tmp);
    AUTO_JSON json_t *about = NULL;
    char digest[SHA256_HEX];
    int services;

    cache_say(c, "getting the plugin %s", r->given);
    if (cache_make_tmp(c, "plugin", &made, err) < 0 ||
        mkdir_all(into, err) < 0 || make(c, java, kafka, r, into, err) < 0 ||
        sha256_tree(into, digest, err) < 0)
        return err->code;
    services = has_services(into, err);
    if (services < 0)
        return services;
    about = json_pack("{s:s, s:b}", "digest", digest, "services", services);
    if (json_write(note, about, err) < 0)
        return err->code;
    if (is_moving(r)) {
        free(*place);
        *place = place_of(c, r, digest);
        if (access(*place, R_OK) == 0)
            return 0;
    }
    return cache_keep(made, *place, err);
}

static int read_kept(const struct request *r, const char *place, json_t **ret,
                     struct err *err)
{
    AUTO_FREE char *note = path_of("%s/plugin.json", place);
    AUTO_FREE char *folder = path_of("%s/%s", place, r->name);
    AUTO_JSON json_t *about = NULL;
    char digest[SHA256_HEX];
    const char *want;
    json_t *classes;

    if (json_read(note, &about, err) < 0 ||
        sha256_tree(folder, digest, err) < 0)
        return err->code;
    want = json_string_value(json_object_get(about, "digest"));
    if (!want || strcmp(want, digest) != 0)
        return err_set(err, -EBADMSG,
                       "%s: expected digest %s, has %s: the cache is damaged, "
                       "remove it",
                       place, want ? want : "(none)", digest);
    if (plugin_classes(folder, &classes, err) < 0)
        return err->code;
    *ret =
        json_pack("{s:s, s:s, s:s, s:s, s:O, s:o}", "given", r->given, "name",
                  r->name, "path", place, "digest", digest, "services",
                  json_object_get(about, "services"), "classes", classes);
    return 0;
}

int plugin_get(const struct cache *c, const struct java *java,
               const struct kafka_jars *kafka, const char *given, json_t **ret,
               struct err *err)
{
    struct request r AUTO(request_done) = {.path = NULL};
    AUTO_FREE char *place = NULL;
    char key[SHA256_HEX];

    if (classify(c->wish, given, &r, err) < 0 ||
        key_of(&r, kafka, key, err) < 0)
        return err->code;
    place = place_of(c, &r, key);
    if ((is_moving(&r) || access(place, R_OK) < 0) &&
        make_and_keep(c, java, kafka, &r, &place, err) < 0)
        return err_context(err, "plugin %s", given);
    if (read_kept(&r, place, ret, err) < 0)
        return err_context(err, "plugin %s", given);
    return 0;
}
