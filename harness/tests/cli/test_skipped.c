/* test_skipped.c - a scenario that cannot run here is skipped with evidence; a
 * name that leads nowhere is refused. */
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

static void write_scenario(const struct spawned *s, const char *name,
                           const char *plugin, const char *class)
{
    AUTO_FREE char *path = path_of("%s/%s.yaml", s->dir, name);
    struct err err = {0};

    ck_assert_int_eq(
        file_print(path, &err,
                   "name: %s\n"
                   "platform: {kind: embedded}\n"
                   "topics: {orders: {partitions: 1}}\n"
                   "endpoints: {shop: {kind: http}}\n"
                   "connectors:\n"
                   "  c:\n"
                   "    plugin: %s\n"
                   "    config: {connector.class: %s, topics: orders, "
                   "http.url: \"${shop.url}\"}\n"
                   "load: {into: orders}\n"
                   "flow: orders -> c -> shop\n",
                   name, plugin, class),
        0);
}

static const struct {
    const char *plugin, *class;
    const char *says; /* NULL: taken, or skipped by a run */
} given[] = {
    {"http-sink", "ordeal.HttpSink", NULL},
    {"file", "org.apache.kafka.connect.mirror.MirrorSourceConnector", NULL},
    {"camel-http", "org.apache.camel.Any", NULL},
    {"org.example:sink:1.0", "org.example.Sink", NULL},
    {"http-snk", "ordeal.HttpSink",
     "a.yaml:7:13: connectors.c.plugin: plugin http-snk: no such file or "
     "folder"},
    {"build/my-sink.zip", "ordeal.HttpSink",
     "connectors.c.plugin: plugin build/my-sink.zip: no such file or folder"},
    {"http-sink", "com.example.MySink",
     "a.yaml:8:31: connectors.c.config.connector.class: the plugin http-sink "
     "has no class com.example.MySink; "},
    {"file", "org.apache.kafka.connect.file.FileStreamSnkConnector",
     "the plugin file has no class "
     "org.apache.kafka.connect.file.FileStreamSnk"},
};

START_TEST(a_name_that_leads_nowhere_is_refused)
{
    AUTO_FREE char *text = NULL;
    struct spawned s;

    spawned_init(&s);
    write_scenario(&s, "a", given[_i].plugin, given[_i].class);
    spawned_start(&s, (const char *[]){"lint", "a.yaml", NULL});
    ck_assert_int_eq(spawned_wait(&s, 20), given[_i].says ? 64 : 0);
    text = spawned_text(&s);
    ck_assert_msg(!given[_i].says || strstr(text, given[_i].says), "%s", text);
    spawned_done(&s);
}
END_TEST

START_TEST(a_skip_leaves_evidence)
{
    AUTO_FREE char *folder = NULL;
    AUTO_FREE char *junit = NULL;
    AUTO_FREE char *xml = NULL;
    AUTO_FREE char *work = NULL;
    AUTO_JSON json_t *run = NULL;
    struct err err = {0};
    struct spawned s;

    spawned_init(&s);
    write_scenario(&s, "a", "camel-http", "org.apache.camel.Any");
    spawned_start(&s, (const char *[]){"run", "--out", s.out, "a.yaml", NULL});
    ck_assert_int_eq(spawned_wait(&s, 20), 77);
    folder = spawned_folder(&s);
    ck_assert_ptr_nonnull(folder);
    run = spawned_evidence(&s);
    ck_assert_str_eq(look_text(run, "outcome"), "skip");
    ck_assert(!look_true(run, "run.broken_off"));
    junit = path_of("%s/junit.xml", folder);
    ck_assert_int_eq(file_read(junit, &xml, NULL, &err), 0);
    ck_assert_msg(strstr(xml, "tests=\"1\" failures=\"0\" errors=\"0\" "
                              "skipped=\"1\"") &&
                      strstr(xml, "the embedded platform runs no Java"),
                  "%s", xml);
    work = path_of("%s/work", folder);
    ck_assert_int_lt(access(work, F_OK), 0);
    spawned_done(&s);
}
END_TEST

START_TEST(a_suite_names_the_skips_at_its_end)
{
    AUTO_FREE char *text = NULL;
    const char *sums;
    struct spawned s;

    spawned_init(&s);
    write_scenario(&s, "a", "camel-http", "org.apache.camel.Any");
    write_scenario(&s, "b", "camel-http", "org.apache.camel.Any");
    spawned_start(
        &s, (const char *[]){"run", "--out", s.out, "a.yaml", "b.yaml", NULL});
    ck_assert_int_eq(spawned_wait(&s, 20), 77);
    text = spawned_text(&s);
    sums = strstr(text, "\n2 runs: ");
    ck_assert_msg(sums && strstr(sums, "2 skipped and not judged") &&
                      strstr(sums, "  b: skip: connectors.c: plugin"),
                  "%s", text);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_name_that_leads_nowhere_is_refused, 0,
                        (int)ARRAY_LEN(given));
    tcase_add_test(tc, a_skip_leaves_evidence);
    tcase_add_test(tc, a_suite_names_the_skips_at_its_end);
}

SUITE_MAIN("cli/skipped", fill)
