/* local_jvm.c - the command line of a node's Java, and the logging
 * configuration. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"
#include "platform/sums_own.h"

enum { ARGS_MAX = 96 };

struct args {
    char *v[ARGS_MAX + 1]; /* NULL-terminated; owned */
    size_t n;
    bool full;
};

static void args_done(struct args *a)
{
    for (size_t i = 0; i < a->n; i++)
        free(a->v[i]);
}

/* Takes `text`. */
static void add(struct args *a, char *text)
{
    if (a->n == ARGS_MAX) {
        a->full = true;
        free(text);
        return;
    }
    a->v[a->n++] = text;
    a->v[a->n] = NULL;
}

static const char *fetched_text(const struct local *l, const char *what,
                                const char *key)
{
    return json_string_value(
        json_object_get(json_object_get(l->m.env->fetched, what), key));
}

/* List the jars in sorted order: Java uses a class archive only with the class
 * path under which the archive was made. */
static int add_class_path(struct args *a, const struct local *l,
                          struct err *err)
{
    const char *libs = fetched_text(l, "kafka", "libs");
    struct jar_list jars AUTO(jar_list_done) = {.n = 0};
    char *all = path_of("%s", "");

    if (jar_list_read(libs, &jars, err) < 0) {
        free(all);
        return err->code;
    }
    for (unsigned i = 0; i < jars.n; i++) {
        char *more =
            path_of("%s%s%s/%s", all, i ? ":" : "", libs, jars.names[i]);

        free(all);
        all = more;
    }
    add(a, path_of("-cp"));
    add(a, all);
    return 0;
}

/* Three brokers and two workers share two cores: the C1 compiler only, one
 * thread of garbage collection, classes from an archive. */
static void add_tuning(struct args *a, const struct local *l, size_t i)
{
    bool broker = l->m.nodes[i].role == ROLE_BROKER;
    const char *options = l->settings->java_options;
    const char *role = broker ? "broker" : "worker";
    const char *archive = fetched_text(l, "class-archives", role);
    const char *to_make = fetched_text(l, "class-archives-to-make", role);
    int64_t heap = broker ? l->settings->broker_heap : l->m.more[i].heap;

    add(a, path_of("-Xmx%lld", (long long)heap));
    add(a, path_of("-XX:TieredStopAtLevel=1"));
    if (!options || !strstr(options, "GC"))
        add(a, path_of("-XX:+UseSerialGC"));
    add(a, path_of("-XX:-UsePerfData"));
    add(a, path_of("-Xshare:auto"));
    if (archive && access(archive, R_OK) == 0)
        add(a, path_of("-XX:SharedArchiveFile=%s", archive));
    if (to_make)
        add(a, path_of("-XX:ArchiveClassesAtExit=%s", to_make));
}

static void add_places(struct args *a, const struct local *l, size_t i)
{
    const char *dir = l->m.more[i].dir;

    add(a, path_of("-Djava.awt.headless=true"));
    add(a, path_of("-Djava.net.preferIPv4Stack=true"));
    /* add_host() may change an address while Java runs */
    add(a, path_of("-Dsun.net.inetaddr.ttl=0"));
    add(a, path_of("-Dsun.net.inetaddr.negative.ttl=0"));
    if (!nodes_sandboxed(l->m.env->nodes))
        add(a, path_of("-Djdk.net.hosts.file=%s/hosts", dir));
    add(a, path_of("-Djava.io.tmpdir=%s/tmp", dir));
    add(a, path_of("-Dkafka.logs.dir=%s", dir));
    add(a, path_of("-Dlog4j2.configurationFile=%s/log4j2.properties",
                   l->m.env->work_dir));
    add(a, path_of("-Dlog4j.configuration=file:%s/log4j.properties",
                   l->m.env->work_dir));
}

static void add_options(struct args *a, const char *options)
{
    AUTO_FREE char *text = path_of("%s", options ? options : "");
    char *rest = text;

    for (char *one; (one = strsep(&rest, " \t\n")) != NULL;)
        if (*one)
            add(a, path_of("%s", one));
}

int jvm_start(struct local *l, size_t i, struct err *err)
{
    bool broker = l->m.nodes[i].role == ROLE_BROKER;
    struct args a AUTO(args_done) = {.n = 0};

    add(&a, path_of("%s", fetched_text(l, "java", "path")));
    add_tuning(&a, l, i);
    add_places(&a, l, i);
    add_options(&a, l->settings->java_options);
    if (add_class_path(&a, l, err) < 0)
        return err->code;
    add(&a, path_of("%s", broker ? "kafka.Kafka"
                                 : "org.apache.kafka.connect.cli."
                                   "ConnectDistributed"));
    add(&a, path_of("%s/%s.properties", l->m.more[i].dir,
                    broker ? "broker" : "worker"));
    if (a.full)
        return err_set(err, -E2BIG, "java-options: too many");
    return machines_run(&l->m, i, a.v, err);
}

/* For both logging libraries of Kafka: 4.x has log4j 2, 3.9 has reload4j. */
int jvm_write_logging(const struct local *l, struct err *err)
{
    AUTO_FREE char *two = path_of("%s/log4j2.properties", l->m.env->work_dir);
    AUTO_FREE char *one = path_of("%s/log4j.properties", l->m.env->work_dir);

    if (file_print(two, err,
                   "appender.out.type=Console\n"
                   "appender.out.name=out\n"
                   "appender.out.layout.type=PatternLayout\n"
                   "appender.out.layout.pattern="
                   "%%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %%p %%m (%%c)%%n\n"
                   "rootLogger.level=INFO\n"
                   "rootLogger.appenderRef.out.ref=out\n") < 0)
        return err->code;
    return file_print(one, err,
                      "log4j.rootLogger=INFO,out\n"
                      "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
                      "log4j.appender.out.layout="
                      "org.apache.log4j.PatternLayout\n"
                      "log4j.appender.out.layout.ConversionPattern="
                      "%%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %%p %%m (%%c)%%n\n");
}
