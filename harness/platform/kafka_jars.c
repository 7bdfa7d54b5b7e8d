/* kafka_jars.c - the jars of a Kafka version, verified, and a formatted data
 * folder. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/own.h"
#include "platform/cache_own.h"
#include "platform/sums_own.h"

enum { KEY_DIGITS = 16 }; /* of a digest, enough to name a folder */

/* Settings required by StorageTool. The formatted files do not depend on the
 * values below; each copy gets the cluster id and node ids of its own. */
static const char format_properties[] = "process.roles=broker,controller\n"
                                        "node.id=1\n"
                                        "controller.quorum.voters=1@broker:1\n"
                                        "listeners=B://:2,C://:1\n"
                                        "advertised.listeners=B://broker:2\n"
                                        "listener.security.protocol.map="
                                        "B:PLAINTEXT,C:PLAINTEXT\n"
                                        "inter.broker.listener.name=B\n"
                                        "controller.listener.names=C\n";
static const char format_cluster[] = "AAAAAAAAAAAAAAAAAAAAAQ";

static int only_folders(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

char *kafka_versions(const char *fixtures_dir)
{
    AUTO_FREE char *dir = path_of("%s/kafka", fixtures_dir);
    struct dirent **found = NULL;
    int n = scandir(dir, &found, only_folders, versionsort);
    char *text = path_of("%s", "");

    for (int i = 0; i < n; i++) {
        char *more =
            path_of("%s%s%s", text, *text ? ", " : "", found[i]->d_name);

        free(text);
        text = more;
        free(found[i]);
    }
    free(found);
    if (!*text) {
        free(text);
        return path_of("none, ORDEAL_FIXTURES must name the project's fixtures "
                       "folder");
    }
    return text;
}

/* The version in the name of the kafka-clients jar. */
static int version_in(const char *libs, char *ret, size_t size, struct err *err)
{
    static const char prefix[] = "kafka-clients-";
    struct jar_list jars AUTO(jar_list_done) = {.n = 0};

    if (jar_list_read(libs, &jars, err) < 0)
        return err->code;
    for (unsigned i = 0; i < jars.n; i++) {
        const char *at = jars.names[i] + sizeof(prefix) - 1;

        if (strncmp(jars.names[i], prefix, sizeof(prefix) - 1) == 0 &&
            *at >= '0' && *at <= '9' && !strstr(at, "-test")) {
            (void)snprintf(ret, size, "%.*s", (int)(strlen(at) - 4), at);
            return 0;
        }
    }
    return err_set(err, -ENOENT, "%s: no %s*.jar in it", libs, prefix);
}

static int use_home(const char *home, struct kafka_jars *k, struct err *err)
{
    k->libs = path_of("%s/libs", home);
    k->from = "KAFKA_HOME";
    if (version_in(k->libs, k->version, sizeof(k->version), err) < 0 ||
        sums_check(k->libs, NULL, false, k->digest, err) < 0)
        return err_context(err, "KAFKA_HOME");
    return 0;
}

static int resolve(const struct cache *c, const char *fixture,
                   const struct kafka_jars *k, struct err *err)
{
    AUTO_FREE char *pom = path_of("%s/pom.xml", fixture);
    AUTO_FREE char *sums = path_of("%s/SHA256SUMS", fixture);
    AUTO_FREE char *made = NULL;
    char digest[SHA256_HEX];

    cache_say(c, "getting the jars of Kafka %s with Maven", k->version);
    if (cache_make_tmp(c, "kafka", &made, err) < 0 ||
        maven_jars(c, pom, made, err) < 0 ||
        sums_check(made, sums, true, digest, err) < 0)
        return err->code;
    return cache_keep(made, k->libs, err);
}

static int check_fixture(const struct platform_wish *w, const char *version,
                         struct err *err)
{
    AUTO_FREE char *pom =
        path_of("%s/kafka/%s/pom.xml", w->fixtures_dir, version);
    AUTO_FREE char *known = kafka_versions(w->fixtures_dir);

    if (strchr(version, '/') || access(pom, R_OK) < 0)
        return err_set(err, -ENOENT,
                       "Kafka %s: not described in %s/kafka, which has %s",
                       version, w->fixtures_dir, known);
    return 0;
}

int kafka_check(const struct platform_wish *w, const char *version,
                struct err *err)
{
    const char *home = getenv("KAFKA_HOME");
    AUTO_FREE char *libs = NULL;
    char found[32];

    if (!home || !*home)
        return check_fixture(w, version, err);
    libs = path_of("%s/libs", home);
    if (version_in(libs, found, sizeof(found), err) < 0)
        return err_context(err, "KAFKA_HOME");
    return 0;
}

static int use_maven(const struct cache *c, const char *version,
                     struct kafka_jars *k, struct err *err)
{
    AUTO_FREE char *fixture =
        path_of("%s/kafka/%s", c->wish->fixtures_dir, version);
    AUTO_FREE char *sums = path_of("%s/SHA256SUMS", fixture);

    if (check_fixture(c->wish, version, err) < 0)
        return err->code;
    (void)snprintf(k->version, sizeof(k->version), "%s", version);
    k->libs = path_of("%s/kafka-%s/libs", c->wish->cache_dir, version);
    k->from = "maven";
    if (access(k->libs, R_OK) < 0 && resolve(c, fixture, k, err) < 0)
        return err_context(err, "Kafka %s", version);
    if (sums_check(k->libs, sums, true, k->digest, err) < 0)
        return err_context(err, "Kafka %s: the cache is damaged, remove it",
                           version);
    return 0;
}

/* Let Kafka's StorageTool format an empty data folder once: later brokers copy
 * the files, and no broker pays for a Java start. */
static int make_format(const struct cache *c, const struct java *java,
                       const struct kafka_jars *k, struct err *err)
{
    AUTO_FREE char *made = NULL;
    AUTO_FREE char *data = path_of("%s/format/data", c->tmp);
    AUTO_FREE char *conf = path_of("%s/format/properties", c->tmp);
    AUTO_FREE char *class_path = path_of("%s/*", k->libs);
    char *argv[] = {(char *)java->path,
                    (char *)"-XX:TieredStopAtLevel=1",
                    (char *)"-cp",
                    class_path,
                    (char *)"kafka.tools.StorageTool",
                    (char *)"format",
                    (char *)"-t",
                    (char *)format_cluster,
                    (char *)"-c",
                    conf,
                    NULL};

    cache_say(c, "formatting a data folder of Kafka %s", k->version);
    if (cache_make_tmp(c, "format", &made, err) < 0 ||
        file_print(conf, err, "%slog.dirs=%s\n", format_properties, data) < 0 ||
        cache_run(c, argv, made, err) < 0)
        return err->code;
    return cache_keep(data, k->format, err);
}

int kafka_jars_get(const struct cache *c, const struct java *java,
                   const char *version, struct kafka_jars *ret, struct err *err)
{
    const char *home = getenv("KAFKA_HOME");
    struct kafka_jars k = {.libs = NULL};

    if ((home && *home ? use_home(home, &k, err)
                       : use_maven(c, version, &k, err)) < 0) {
        kafka_jars_done(&k);
        return err->code;
    }
    k.format = path_of("%s/formats/%s-%.*s", c->wish->cache_dir, k.version,
                       KEY_DIGITS, k.digest);
    if (access(k.format, R_OK) < 0 && make_format(c, java, &k, err) < 0) {
        kafka_jars_done(&k);
        return err->code;
    }
    *ret = k;
    return 0;
}

void kafka_jars_done(struct kafka_jars *k)
{
    free(k->libs);
    free(k->format);
    k->libs = k->format = NULL;
}
