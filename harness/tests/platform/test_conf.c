/* test_conf.c - configuration of local brokers and workers, the telling line of
 * a log, the table of platforms. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"
#include "platform/telling_own.h"
#include "support/readme_tables.h"
#include "support/suite.h"

/* ---- properties given by a user ------------------------------------------ */

static const struct {
    const char *broker, *worker;
    const char *says; /* NULL: fine */
} settings[] = {
    {"{}", "{}", NULL},
    {"{\"num.partitions\": 3}", "{\"key.converter\": \"x\"}", NULL},
    {"{\"a.b\": true}", "{\"a_b-c\": 0.5}", NULL},
    {"{\"listeners\": \"x\"}", "{}",
     "broker-properties: listeners: is set by the harness itself"},
    {"{}", "{\"group.id\": \"x\"}",
     "worker-properties: group.id: is set by the harness itself"},
    {"{\"a\": [1]}", "{}",
     "broker-properties: a: must be a text, a number, true or false"},
    {"{\"a\": null}", "{}",
     "broker-properties: a: must be a text, a number, true or false"},
    {"{}", "{\"a b\": 1}",
     "worker-properties: \"a b\" is no name of a property"},
    {"{}", "{\"\": 1}", "worker-properties: \"\" is no name of a property"},
};

START_TEST(properties_of_a_user_are_checked)
{
    AUTO_JSON json_t *broker = json_loads(settings[_i].broker, 0, NULL);
    AUTO_JSON json_t *worker = json_loads(settings[_i].worker, 0, NULL);
    struct local_settings s = {.broker_properties = broker,
                               .worker_properties = worker};
    struct err err = {0};
    int rc = local_settings_check(&s, &err);

    ck_assert_int_eq(rc, settings[_i].says ? -EINVAL : 0);
    ck_assert_str_eq(err.text, settings[_i].says ? settings[_i].says : "");
}
END_TEST

/* ---- spelling of properties ---------------------------------------------- */

static const struct {
    const char *value, *written;
} values[] = {
    {"plain", "plain"},       {"", ""},
    {"a\\b", "a\\\\b"},       {"a\nb\tc", "a\\nb\\tc"},
    {" led", "\\ led"},       {"say \"x\"", "say \\\"x\\\""},
    {"\xc3\xa4", "\\u00E4"},  {"\xf0\x9f\x98\x80", "\\uD83D\\uDE00"},
    {"a=b:c#d!", "a=b:c#d!"}, {"http://x/y", "http://x/y"},
};

START_TEST(values_survive_java_properties)
{
    char path[] = "/tmp/ordeal-conf-XXXXXX";
    AUTO_FD int fd = mkstemp(path);
    AUTO_JSON json_t *p = json_pack("{s:s}", "k", values[_i].value);
    AUTO_FREE char *want = path_of("k=%s\n", values[_i].written);
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(properties_write(path, p, &err), 0);
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    ck_assert_str_eq(text, want);
    (void)unlink(path);
}
END_TEST

/* ---- properties of a node ------------------------------------------------ */

static struct local_settings three = {.brokers = 3, .workers = 1};
static struct platform_env env = {.settings = &three};
static struct local cluster;

static void set_up(int brokers, json_t *fetched)
{
    three.brokers = brokers;
    env.fetched = fetched;
    cluster = (struct local){.m.env = &env, .settings = &three};
    for (int k = 1; k <= brokers + 1; k++) {
        struct platform_node *n = &cluster.m.nodes[cluster.m.n];
        bool broker = k <= brokers;

        n->role = broker ? ROLE_BROKER : ROLE_WORKER;
        n->number = broker ? k : 1;
        (void)snprintf(n->name, sizeof(n->name), "%s-%d",
                       platform_role_word(n->role), n->number);
        (void)snprintf(n->address, sizeof(n->address), "10.0.0.%hhu",
                       (unsigned char)k);
        (void)snprintf(cluster.m.more[cluster.m.n].observer_address,
                       NODE_ADDRESS_MAX, "10.1.0.%hhu", (unsigned char)k);
        cluster.m.more[cluster.m.n].dir = (char *)"/run";
        cluster.m.n++;
    }
    local_groups(&three, &cluster.m.groups);
    cluster.m.node_bootstrap = (char *)"broker-1:1";
}

static const struct {
    int brokers;
    const char *copies, *in_sync;
} sizes[] = {{1, "1", "1"}, {2, "2", "1"}, {3, "3", "2"}, {9, "3", "2"}};

static const char *at(const json_t *p, const char *key)
{
    return json_string_value(json_object_get(p, key));
}

START_TEST(copies_fit_the_number_of_brokers)
{
    AUTO_JSON json_t *p = NULL;

    set_up(sizes[_i].brokers, NULL);
    p = broker_properties(&cluster, 0);
    ck_assert_str_eq(at(p, "offsets.topic.replication.factor"),
                     sizes[_i].copies);
    ck_assert_str_eq(at(p, "min.insync.replicas"), sizes[_i].in_sync);
    ck_assert_str_eq(at(p, "transaction.state.log.min.isr"), sizes[_i].in_sync);
}
END_TEST

START_TEST(only_the_observer_is_given_an_address)
{
    AUTO_JSON json_t *p = NULL;

    set_up(2, NULL);
    p = broker_properties(&cluster, 1);
    ck_assert_str_eq(at(p, "advertised.listeners"),
                     "CLIENT://broker-2:19092,INTERNAL://broker-2:19093,"
                     "OBSERVER://10.1.0.2:19095");
    ck_assert_str_eq(at(p, "controller.quorum.voters"),
                     "1@broker-1:19094,2@broker-2:19094");
    ck_assert_str_eq(at(p, "node.id"), "2");
}
END_TEST

static const struct {
    const char *plugins, *path, *discovery;
} discoveries[] = {
    {"[]", NULL, "service_load"},
    {"[{\"path\": \"/a\", \"services\": true}]", "/a", "service_load"},
    {"[{\"path\": \"/a\", \"services\": true},"
     " {\"path\": \"/b\", \"services\": false}]",
     "/a,/b", "hybrid_warn"},
};

START_TEST(classes_are_read_only_where_a_plugin_is_silent)
{
    AUTO_JSON json_t *fetched = json_pack(
        "{s:o}", "plugins", json_loads(discoveries[_i].plugins, 0, NULL));
    AUTO_JSON json_t *p = NULL;

    set_up(3, fetched);
    p = worker_properties(&cluster, 3);
    ck_assert_pstr_eq(at(p, "plugin.path"), discoveries[_i].path);
    ck_assert_str_eq(at(p, "plugin.discovery"), discoveries[_i].discovery);
    ck_assert_str_eq(at(p, "listeners"),
                     "http://10.0.0.4:18083,http://10.1.0.4:18083");
}
END_TEST

START_TEST(a_group_has_an_id_and_topics_of_its_own)
{
    AUTO_JSON json_t *connect =
        json_pack("{s:{s:{s:i}}, s:{}}", "fast", "worker-properties",
                  "session.timeout.ms", 9000, "slow");
    AUTO_JSON json_t *fetched =
        json_loads("{\"plugins\": [{\"given\": \"a\", \"path\": \"/a\"}, "
                   "{\"given\": \"b\", \"path\": \"/b\"}]}",
                   0, NULL);
    AUTO_JSON json_t *plugins = json_pack("[s]", "b");
    AUTO_JSON json_t *p = NULL;

    three.connect = connect;
    set_up(3, fetched);
    (void)snprintf(cluster.m.nodes[3].group, NODE_NAME_MAX, "fast");
    cluster.m.more[3].plugins = plugins;
    p = worker_properties(&cluster, 3);
    three.connect = NULL;
    ck_assert_str_eq(at(p, "group.id"), "workers-fast");
    ck_assert_str_eq(at(p, "config.storage.topic"), "connect-fast-config");
    ck_assert_str_eq(at(p, "offset.storage.topic"), "connect-fast-offsets");
    ck_assert_str_eq(at(p, "status.storage.topic"), "connect-fast-status");
    ck_assert_str_eq(at(p, "session.timeout.ms"), "9000");
    ck_assert_str_eq(at(p, "plugin.path"), "/b");
}
END_TEST

START_TEST(the_users_word_wins)
{
    AUTO_JSON json_t *mine =
        json_pack("{s:i, s:b, s:s}", "session.timeout.ms", 9000, "x.y", 1,
                  "plugin.discovery", "only_scan");
    AUTO_JSON json_t *p = NULL;

    set_up(3, NULL);
    three.worker_properties = mine;
    p = worker_properties(&cluster, 3);
    three.worker_properties = NULL;
    ck_assert_str_eq(at(p, "session.timeout.ms"), "9000");
    ck_assert_str_eq(at(p, "x.y"), "true");
    ck_assert_str_eq(at(p, "plugin.discovery"), "only_scan");
}
END_TEST

static bool is_among(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* Left out: properties with values that follow from the number of brokers or
 * from the plugins. The page states the rules in sentences. */
static void put_worker_properties(FILE *f, const char *of)
{
    AUTO_JSON json_t *p = NULL;
    const char *key;
    json_t *value;

    (void)of;
    set_up(3, NULL);
    p = worker_properties(&cluster, 3);
    fputs("| property | value |\n| --- | --- |\n", f);
    json_object_foreach (p, key, value) {
        if (!is_among(worker_fixed, key) &&
            strcmp(key, "plugin.discovery") != 0 &&
            !strstr(key, ".replication.factor"))
            fprintf(f, "| `%s` | `%s` |\n", key, json_string_value(value));
    }
}

static const struct readme_part page_part = {"/scenarios/README.md",
                                             "properties of local workers",
                                             put_worker_properties, NULL};

START_TEST(the_page_tells_the_workers_properties)
{
    readme_holds(&page_part);
}
END_TEST

/* ---- logs ---------------------------------------------------------------- */

static const struct {
    const char *log, *line;
} logs[] = {
    {"", "(nothing was logged)"},
    {"\n  \n", "(nothing was logged)"},
    {"one\ntwo\n\n", "two"},
    {"12:00 ERROR bad thing\n12:01 INFO stopping\n", "12:00 ERROR bad thing"},
    {"x.FooException: why\n\tat y\n12:00 ERROR Exiting Kafka\n",
     "x.FooException: why"},
    {"12:00 WARN lost: FooException: no\n12:01 INFO fine\n", "12:01 INFO fine"},
    {"a\n[ERROR] Could not find artifact\nb",
     "[ERROR] Could not find artifact"},
    {"[INFO] BUILD FAILURE\n\033[0m[ERROR] Failed to execute goal on project "
     "plugin: "
     "Could not resolve dependencies for project a:b:pom:1: Could not find "
     "artifact g:a:jar:1.0 in central (https://repo.example/maven2) -> [Help "
     "1]\n[ERROR] \n[ERROR] To see the full stack trace, use -e.\n"
     "[ERROR] [Help 1] http://cwiki.example/Exception\n",
     "Could not find artifact g:a:jar:1.0"},
    {"[ERROR] Failed to execute goal: Could not resolve dependencies: "
     "g:a:jar:1.0 was not found in https://repo.example/maven2 during a "
     "previous attempt. -> [Help 1]\n[ERROR] [Help 1] http://cwiki.example\n",
     "g:a:jar:1.0 was not found"},
    {"[ERROR] No plugin found for prefix 'x' -> [Help 1]\n[ERROR] \n"
     "[ERROR] [Help 1] http://cwiki.example/Exception\n",
     "[ERROR] No plugin found for prefix 'x'"},
};

START_TEST(the_telling_line_is_told)
{
    char path[] = "/tmp/ordeal-log-XXXXXX";
    AUTO_FD int fd = mkstemp(path);
    AUTO_FREE char *line = NULL;
    struct err err = {0};

    ck_assert_int_eq(write_all(fd, logs[_i].log, strlen(logs[_i].log), &err),
                     0);
    line = telling_line(path, 0);
    ck_assert_str_eq(line, logs[_i].line);
    (void)unlink(path);
}
END_TEST

/* ---- the table of platforms ---------------------------------------------- */

START_TEST(every_platform_is_whole)
{
    size_t n;
    const struct platform_ops *const *all = platform_all(&n);

    for (size_t i = 0; i < n; i++) {
        ck_assert_ptr_eq(platform_find(all[i]->name), all[i]);
        ck_assert(i == 0 || strcmp(all[i - 1]->name, all[i]->name) < 0);
        ck_assert_uint_gt(strlen(all[i]->help), 0);
        for (size_t k = 0; k < all[i]->args_len; k++)
            ck_assert_uint_lt(all[i]->args[k].at, all[i]->settings_size);
    }
    ck_assert_ptr_null(platform_find("nowhere"));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, properties_of_a_user_are_checked, 0,
                        ARRAY_LEN(settings));
    tcase_add_loop_test(tc, values_survive_java_properties, 0,
                        ARRAY_LEN(values));
    tcase_add_loop_test(tc, copies_fit_the_number_of_brokers, 0,
                        ARRAY_LEN(sizes));
    tcase_add_test(tc, only_the_observer_is_given_an_address);
    tcase_add_loop_test(tc, classes_are_read_only_where_a_plugin_is_silent, 0,
                        ARRAY_LEN(discoveries));
    tcase_add_test(tc, a_group_has_an_id_and_topics_of_its_own);
    tcase_add_test(tc, the_users_word_wins);
    tcase_add_test(tc, the_page_tells_the_workers_properties);
    tcase_add_loop_test(tc, the_telling_line_is_told, 0, ARRAY_LEN(logs));
    tcase_add_test(tc, every_platform_is_whole);
}

SUITE_MAIN("platform/conf", fill)
