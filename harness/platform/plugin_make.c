/* plugin_make.c - fills a plugin's folder: by the description in fixtures, or
 * from Maven. */
#include "platform/plugin_make_own.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/sums_own.h"
#include "platform/unpack_own.h"

enum { SERVICES_MAX = 16 };

/* Jars of the worker itself. A second copy in a plugin is at best ignored, so
 * jars of the worker are removed after Maven has brought dependencies. */
static const char *const workers_own[] = {"connect-api-*", "connect-json-*",
                                          "kafka-clients-*", "slf4j-api-*"};

int coordinate_read(const char *text, struct coordinate *ret)
{
    char *rest = ret->text;
    size_t n = 0;

    *ret = (struct coordinate){.text = ""};
    if (strlen(text) >= sizeof(ret->text))
        return -EINVAL;
    (void)snprintf(ret->text, sizeof(ret->text), "%s", text);
    for (char *part; (part = strsep(&rest, ":")) != NULL; n++) {
        if (n == COORDINATE_PARTS || !*part)
            return -EINVAL;
        for (const char *s = part; *s; s++)
            if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
                return -EINVAL;
        ret->part[n] = part;
    }
    return n >= 3 ? 0 : -EINVAL;
}

/* ---- the description ----------------------------------------------------- */

static const struct {
    const char *name;
    json_type type;
    bool source;
} members[] = {
    {"javac", JSON_STRING, true},     {"leave-out", JSON_ARRAY, false},
    {"maven", JSON_ARRAY, true},      {"pom", JSON_STRING, true},
    {"services", JSON_OBJECT, false}, {"why", JSON_STRING, false},
};

static bool only_strings(const json_t *value)
{
    const char *name;
    json_t *one;
    size_t i;

    json_array_foreach (value, i, one)
        if (!json_is_string(one))
            return false;
    json_object_foreach ((json_t *)value, name, one)
        if (!json_is_array(one) || !only_strings(one))
            return false;
    return true;
}

static int check_member(const char *name, const json_t *value, int *sources,
                        struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (strcmp(members[i].name, name) != 0)
            continue;
        if (json_typeof(value) != members[i].type || !only_strings(value))
            return err_set(err, -EINVAL, "%s: wrong type", name);
        *sources += members[i].source;
        return 0;
    }
    return err_set(err, -EINVAL, "%s: unknown member", name);
}

int plugin_spec_read(const char *fixture, json_t **ret, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/plugin.json", fixture);
    AUTO_JSON json_t *spec = NULL;
    const char *name;
    json_t *value;
    int sources = 0;

    if (json_read(path, &spec, err) < 0)
        return err->code;
    if (!json_is_object(spec))
        return err_set(err, -EINVAL, "%s: want an object", path);
    json_object_foreach (spec, name, value)
        if (check_member(name, value, &sources, err) < 0)
            return err_context(err, "%s", path);
    if (sources != 1)
        return err_set(err, -EINVAL,
                       "%s: want exactly one of maven, pom, javac", path);
    if (json_object_size(json_object_get(spec, "services")) > SERVICES_MAX)
        return err_set(err, -EINVAL, "%s: services: more than %d", path,
                       SERVICES_MAX);
    *ret = TAKE(spec);
    return 0;
}

/* ---- filling ------------------------------------------------------------- */

/* Unpack each archive directly below `from` into `into`, then delete the
 * archive. */
static int unpack_all(const char *from, const char *into, struct err *err)
{
    struct dirent **found = NULL;
    int n = scandir(from, &found, NULL, alphasort);
    int rc = n < 0 ? err_errno(err, "%s", from) : 0;

    for (int i = 0; i < n; i++) {
        AUTO_FREE char *path = path_of("%s/%s", from, found[i]->d_name);

        if (rc == 0 && is_archive_name(path)) {
            rc = unpack(path, into, err);
            (void)unlink(path);
        }
        free(found[i]);
    }
    free(found);
    return rc;
}

/* Get an artifact without dependencies; unpack archives. */
static int get_artifact(const struct cache *c, const char *coordinate,
                        const char *into, struct err *err)
{
    AUTO_FREE char *packed = NULL;

    if (cache_make_tmp(c, "packed", &packed, err) < 0 ||
        maven_artifact(c, coordinate, packed, err) < 0)
        return err_context(err, "%s", coordinate);
    return unpack_all(packed, into, err) < 0
               ? err->code
               : copy_tree(packed, into, NULL, err);
}

static int leave_out(const char *dir, const char *pattern, struct err *err)
{
    struct dirent **found = NULL;
    int n = scandir(dir, &found, NULL, alphasort);
    int rc = n < 0 ? err_errno(err, "%s", dir) : 0;

    for (int i = 0; i < n; i++) {
        AUTO_FREE char *path = path_of("%s/%s", dir, found[i]->d_name);

        if (rc == 0 && fnmatch(pattern, found[i]->d_name, FNM_PERIOD) == 0 &&
            unlink(path) < 0)
            rc = err_errno(err, "%s", path);
        free(found[i]);
    }
    free(found);
    return rc;
}

/* Replace "${kafka}" in a coordinate by the Kafka version in use. New. */
static char *with_version(const char *text, const char *version)
{
    static const char place[] = "${kafka}";
    const char *at = strstr(text, place);

    if (!at)
        return path_of("%s", text);
    return path_of("%.*s%s%s", (int)(at - text), text, version,
                   at + sizeof(place) - 1);
}

static int add_source(const FTSENT *e, char **argv, size_t max, size_t *n,
                      struct err *err)
{
    size_t len = strlen(e->fts_name);

    if (e->fts_info != FTS_F || len < 6 ||
        strcmp(e->fts_name + len - 5, ".java") != 0)
        return 0;
    if (*n + 1 == max)
        return err_set(err, -E2BIG, "more than %zu Java files", max);
    argv[(*n)++] = path_of("%s", e->fts_path);
    argv[*n] = NULL;
    return 0;
}

/* Java files are passed by name: javac has no option for "all below a
 * folder", and no shell is started to expand a pattern. */
static int compile(const struct cache *c, const struct java *java,
                   const struct kafka_jars *kafka, const char *source,
                   const char *into, struct err *err)
{
    enum { FIXED = 8, ARGS_MAX = 256 };
    AUTO_FREE char *class_path = path_of("%s/*", kafka->libs);
    char *argv[ARGS_MAX] = {(char *)java->javac, (char *)"--release",
                            (char *)"17",        (char *)"-proc:none",
                            (char *)"-cp",       class_path,
                            (char *)"-d",        (char *)into};
    char *roots[] = {(char *)source, NULL};
    FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    size_t n = FIXED;
    int rc;

    if (!fts)
        return err_errno(err, "%s", source);
    if (!java->javac[0])
        (void)err_set(err, -ENOENT,
                      "javac: neither beside %s nor in PATH: install a JDK",
                      java->path);
    for (FTSENT *e; err->code == 0 && (e = fts_read(fts)) != NULL;)
        (void)add_source(e, argv, ARGS_MAX, &n, err);
    (void)fts_close(fts);
    rc = err->code < 0 ? err->code : cache_run(c, argv, into, err);
    while (n > FIXED)
        free(argv[--n]);
    return rc < 0 ? rc : copy_tree(source, into, ".java", err);
}

/* Service files go into a jar of their own, so that jars from Maven keep the
 * listed digests. */
static int write_services(const json_t *services, const char *into,
                          struct err *err)
{
    AUTO_FREE char *path = path_of("%s/ordeal-services.jar", into);
    struct jar_entry entries[SERVICES_MAX];
    char *names[SERVICES_MAX], *texts[SERVICES_MAX];
    const char *service;
    json_t *classes, *class;
    unsigned n = 0;
    size_t i;
    int rc;

    json_object_foreach ((json_t *)services, service, classes) {
        if (n == SERVICES_MAX)
            break; /* refused by plugin_spec_read() */
        names[n] = path_of("META-INF/services/%s", service);
        texts[n] = path_of("%s", "");
        json_array_foreach (classes, i, class) {
            char *more = path_of("%s%s\n", texts[n], json_string_value(class));

            free(texts[n]);
            texts[n] = more;
        }
        entries[n] = (struct jar_entry){.name = names[n], .text = texts[n]};
        n++;
    }
    rc = n > 0 ? jar_write(path, entries, n, err) : 0;
    for (unsigned k = 0; k < n; k++) {
        free(names[k]);
        free(texts[k]);
    }
    return rc;
}

/* Fill `into` from the source named by the description: maven, pom or javac. */
static int fill(const struct cache *c, const struct java *java,
                const struct kafka_jars *kafka, const char *fixture,
                const json_t *spec, const char *into, struct err *err)
{
    const char *pom = json_string_value(json_object_get(spec, "pom"));
    const char *source = json_string_value(json_object_get(spec, "javac"));
    AUTO_FREE char *path = path_of("%s/%s", fixture,
                                   pom      ? pom
                                   : source ? source
                                            : "");
    size_t i;
    json_t *one;

    if (pom)
        return maven_jars(c, path, into, err);
    if (source)
        return compile(c, java, kafka, path, into, err);
    json_array_foreach (json_object_get(spec, "maven"), i, one) {
        AUTO_FREE char *coordinate =
            with_version(json_string_value(one), kafka->version);

        if (get_artifact(c, coordinate, into, err) < 0)
            return err->code;
    }
    return 0;
}

int plugin_make_fixture(const struct cache *c, const struct java *java,
                        const struct kafka_jars *kafka, const char *fixture,
                        const char *into, struct err *err)
{
    AUTO_FREE char *sums = path_of("%s/SHA256SUMS", fixture);
    AUTO_JSON json_t *spec = NULL;
    char digest[SHA256_HEX];
    json_t *pattern;
    size_t i;

    if (plugin_spec_read(fixture, &spec, err) < 0 ||
        fill(c, java, kafka, fixture, spec, into, err) < 0)
        return err->code;
    json_array_foreach (json_object_get(spec, "leave-out"), i, pattern)
        if (leave_out(into, json_string_value(pattern), err) < 0)
            return err->code;
    if (!json_object_get(spec, "javac") &&
        sums_check(into, sums, json_object_get(spec, "pom") != NULL, digest,
                   err) < 0)
        return err->code;
    return write_services(json_object_get(spec, "services"), into, err);
}

/* Write a pom with the coordinate as only dependency. */
static int write_pom(const char *path, const struct coordinate *at,
                     struct err *err)
{
    return file_print(
        path, err,
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n"
        "<modelVersion>4.0.0</modelVersion>\n"
        "<groupId>ordeal.plugin</groupId><artifactId>plugin</artifactId>\n"
        "<version>1</version><packaging>pom</packaging>\n"
        "<dependencies><dependency>\n"
        "<groupId>%s</groupId><artifactId>%s</artifactId>\n"
        "<version>%s</version>%s%s%s\n"
        "</dependency></dependencies></project>\n",
        at->part[0], at->part[1], at->part[2],
        at->part[4] ? "<classifier>" : "", at->part[4] ? at->part[4] : "",
        at->part[4] ? "</classifier>" : "");
}

int plugin_make_maven(const struct cache *c, const char *coordinate,
                      const char *into, struct err *err)
{
    AUTO_FREE char *pom = path_of("%s/plugin-pom.xml", c->tmp);
    struct coordinate at;

    if (coordinate_read(coordinate, &at) < 0)
        return err_set(err, -EINVAL,
                       "%s: want group:artifact:version"
                       "[:type[:classifier]]",
                       coordinate);
    if (at.part[3] && strcmp(at.part[3], "jar") != 0) {
        AUTO_FREE char *packed = NULL;

        if (cache_make_tmp(c, "packed", &packed, err) < 0 ||
            maven_artifact(c, coordinate, packed, err) < 0)
            return err->code;
        return unpack_all(packed, into, err);
    }
    if (write_pom(pom, &at, err) < 0 || maven_jars(c, pom, into, err) < 0)
        return err->code;
    for (size_t i = 0; i < ARRAY_LEN(workers_own); i++)
        if (leave_out(into, workers_own[i], err) < 0)
            return err->code;
    return 0;
}
