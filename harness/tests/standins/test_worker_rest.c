/* test_worker_rest.c - the REST API of a worker, from start to end. */
#include "support/ordeal_worker.h"

#include <signal.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"

enum { SESSION_MS = 20000 };

static struct cluster cluster;
static struct worker_process worker;

static void set_up(void)
{
    cluster_start(&cluster);
    worker = worker_start(&cluster, 1, SESSION_MS);
}

static void tear_down(void)
{
    cluster_stop(&cluster);
}

static const char sink[] =
    "{\"connector.class\":\"FakeSink\",\"topics\":\"in\","
    "\"tasks.max\":\"2\"}";

/* "[{"id":0,"state":S,"version":V,"worker_id":W},...]" for two tasks. */
static char *two_tasks(const char *state)
{
    return path_of(
        "\"tasks\":[{\"id\":0,\"state\":\"%s\",\"version\":\"" ORDEAL_VERSION
        "\",\"worker_id\":\"%s\"},"
        "{\"id\":1,\"state\":\"%s\",\"version\":\"" ORDEAL_VERSION
        "\",\"worker_id\":\"%s\"}]",
        state, worker.id, state, worker.id);
}

static void await_tasks(const char *name, const char *state)
{
    AUTO_FREE char *path = path_of("/connectors/%s/status", name);
    AUTO_FREE char *text = two_tasks(state);

    await(&worker, "GET", path, "", 200, text);
}

static void await_connector(const char *name, const char *state)
{
    AUTO_FREE char *path = path_of("/connectors/%s/status", name);
    AUTO_FREE char *text =
        path_of("\"connector\":{\"state\":\"%s\",\"version\":\"" ORDEAL_VERSION
                "\",\"worker_id\":\"%s\"}",
                state, worker.id);

    await(&worker, "GET", path, "", 200, text);
}

static void life_of_a_sink(void)
{
    expect(&worker, "PUT", "/connectors/a%2Fb/config", sink, 201,
           "\"name\":\"a/b\"");
    expect(&worker, "GET", "/connectors/a%2Fb/config", "", 200,
           "\"tasks.max\":\"2\"");
    await_connector("a%2Fb", "RUNNING");
    await_tasks("a%2Fb", "RUNNING");
    expect(&worker, "GET", "/connectors/a%2Fb/status", "", 200,
           "\"type\":\"sink\"");
    expect(&worker, "PUT", "/connectors/a%2Fb/pause", "", 202, NULL);
    await_connector("a%2Fb", "PAUSED");
    await_tasks("a%2Fb", "PAUSED");
    expect(&worker, "PUT", "/connectors/a%2Fb/resume", "", 202, NULL);
    await_tasks("a%2Fb", "RUNNING");
    expect(&worker, "PATCH", "/connectors/a%2Fb/config",
           "{\"tasks.max\":\"1\",\"more\":5}", 200, "\"more\":\"5\"");
    await(&worker, "GET", "/connectors/a%2Fb/status", "", 200,
          "\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"");
    await(&worker, "GET", "/connectors/a%2Fb", "", 200,
          "\"tasks\":[{\"connector\":\"a/b\",\"task\":0}]");
    expect(&worker, "DELETE", "/connectors/a%2Fb", "", 204, NULL);
    expect(&worker, "GET", "/connectors/a%2Fb", "", 404,
           "\"message\":\"Connector a/b not found\"");
    expect(&worker, "GET", "/connectors", "", 200, "[]");
}

static void moving_offsets(void)
{
    static const char there[] =
        "{\"offsets\":[{\"offset\":{\"kafka_offset\":7},"
        "\"partition\":{\"kafka_partition\":1,\"kafka_topic\":\"in\"}}]}";

    expect(&worker, "PUT", "/connectors/s/config", sink, 201, NULL);
    expect(&worker, "PATCH", "/connectors/s/offsets", there, 400, "STOPPED");
    expect(&worker, "PUT", "/connectors/s/stop", "", 204, NULL);
    await_connector("s", "STOPPED");
    await(&worker, "GET", "/connectors/s/status", "", 200, "\"tasks\":[]");
    expect(&worker, "PATCH", "/connectors/s/offsets", "{\"offsets\":[{}]}", 400,
           "kafka_topic");
    await(&worker, "PATCH", "/connectors/s/offsets", there, 200,
          "have been altered successfully");
    expect(&worker, "GET", "/connectors/s/offsets", "", 200, there);
    expect(&worker, "DELETE", "/connectors/s/offsets", "", 200,
           "have been reset successfully");
    expect(&worker, "GET", "/connectors/s/offsets", "", 200,
           "\"kafka_offset\":0");
    expect(&worker, "PUT", "/connectors/s/resume", "", 202, NULL);
    await_tasks("s", "RUNNING");
    expect(&worker, "DELETE", "/connectors/s", "", 204, NULL);
}

static void counting_source(void)
{
    expect(&worker, "POST", "/connectors",
           "{\"name\":\"src\",\"config\":{\"connector.class\":\"FakeSource\"}}",
           201, "\"type\":\"source\"");
    expect(&worker, "POST", "/connectors",
           "{\"name\":\"src\",\"config\":{\"connector.class\":\"FakeSource\"}}",
           409, "Connector src already exists");
    await(&worker, "GET", "/connectors/src/offsets", "", 200, "{\"n\":1}");
    await(&worker, "GET", "/connectors/src/tasks/0/status", "", 200, "RUNNING");
    expect(&worker, "POST", "/connectors/src/tasks/0/restart", "", 204, NULL);
    await(&worker, "GET", "/connectors/src/offsets", "", 200, "{\"n\":2}");
    expect(&worker, "POST", "/connectors/src/tasks/1/restart", "", 404,
           "Unknown task: src-1");
    expect(&worker, "POST",
           "/connectors/src/restart?includeTasks=true&onlyFailed=false", "",
           202, "RESTARTING");
    await(&worker, "GET", "/connectors/src/offsets", "", 200, "{\"n\":3}");
    expect(&worker, "POST", "/connectors/src/restart", "", 204, NULL);
    expect(&worker, "DELETE", "/connectors/src/offsets", "", 400, "STOPPED");
    expect(&worker, "PUT", "/connectors/src/stop", "", 204, NULL);
    await_connector("src", "STOPPED");
    expect(&worker, "DELETE", "/connectors/src/offsets", "", 200,
           "have been reset successfully");
    expect(&worker, "GET", "/connectors/src/offsets", "", 200,
           "{\"offsets\":[]}");
    expect(&worker, "PATCH", "/connectors/src/offsets",
           "{\"offsets\":[{\"partition\":{\"task\":0},\"offset\":{\"n\":9}}]}",
           200, "altered");
    expect(&worker, "PUT", "/connectors/src/resume", "", 202, NULL);
    await(&worker, "GET", "/connectors/src/offsets", "", 200, "{\"n\":10}");
    expect(&worker, "DELETE", "/connectors/src", "", 204, NULL);
}

static void failing_task(void)
{
    expect(&worker, "PUT", "/connectors/f/config",
           "{\"connector.class\":\"FakeSink\",\"tasks.max\":\"2\","
           "\"fake.fail\":\"1\"}",
           201, NULL);
    await(&worker, "GET", "/connectors/f/status", "", 200,
          "\"trace\":\"it was to fail\\n\\tat fake_task.c\"");
    await(&worker, "GET", "/connectors/f/tasks/0/status", "", 200, "RUNNING");
    expect(&worker, "POST",
           "/connectors/f/restart?includeTasks=true&onlyFailed=true", "", 202,
           "{\"id\":1,\"state\":\"RESTARTING\"");
    await(&worker, "GET", "/connectors/f/tasks/1/status", "", 200, "FAILED");
    await(&worker, "GET", "/connectors?expand=status&expand=info", "", 200,
          "\"status\":{\"connector\":{\"state\":\"RUNNING\"");
    expect(&worker, "DELETE", "/connectors/f", "", 204, NULL);
}

static const struct {
    const char *method, *path, *body;
    int status;
    const char *text;
} wrong[] = {
    {"GET", "/nothing", "", 404, "\"error_code\":404"},
    {"GET", "/connectors/x", "", 404, "Connector x not found"},
    {"GET", "/connectors/x/status", "", 404, "not found"},
    {"GET", "/connectors/x/offsets", "", 404, "not found"},
    {"DELETE", "/connectors/x", "", 404, "Unknown connector x"},
    {"PUT", "/connectors/x/pause", "", 404, "Unknown connector x"},
    {"POST", "/connectors/x/restart", "", 404, "Unknown connector: x"},
    {"POST", "/connectors/x/tasks/0/restart", "", 404, "Unknown connector"},
    {"DELETE", "/connectors", "", 405, "Method Not Allowed"},
    {"PUT", "/connectors/x/config", "", 400, "expected a JSON object"},
    {"PUT", "/connectors/x/config", "[1", 400, "expected a JSON object"},
    {"PUT", "/connectors/x/config", "{}", 400, "no connector type"},
    {"PUT", "/connectors/x/config", "{\"connector.class\":\"Nix\"}", 400,
     "Failed to find any class"},
    {"PUT", "/connectors/x/config",
     "{\"connector.class\":\"FakeSink\",\"name\":\"y\"}", 400, "doesn't match"},
    {"PUT", "/connectors/x/config",
     "{\"connector.class\":\"FakeSink\",\"tasks.max\":\"0\"}", 400,
     "contains the following 1 error(s):\\ntasks.max: 0 is not"},
    {"POST", "/connectors", "{\"name\":\"x\"}", 400, "config"},
    {"POST", "/connectors",
     "{\"name\":\"x\",\"config\":{\"connector.class\":\"FakeSink\"},"
     "\"initial_state\":\"ASLEEP\"}",
     400, "initial_state"},
    {"PUT", "/connector-plugins/FakeSink/config/validate",
     "{\"connector.class\":\"FakeSink\",\"tasks.max\":\"0\"}", 200,
     "\"error_count\":1"},
};

START_TEST(a_connector_is_seen_through_its_life)
{
    int64_t began_us = clk_monotonic_us();

    expect(&worker, "GET", "/", "", 200, "kafka_cluster_id");
    expect(&worker, "GET", "/connectors", "", 200, "[]");
    ck_assert_int_lt(clk_monotonic_us() - began_us, 2 * US_PER_S);
    expect(&worker, "GET", "/connector-plugins", "", 200, "[]");
    /* answered with 404 only once the worker has joined the group */
    await(&worker, "PUT", "/connectors/x/pause", "", 404, NULL);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        expect(&worker, wrong[i].method, wrong[i].path, wrong[i].body,
               wrong[i].status, wrong[i].text);
    life_of_a_sink();
    moving_offsets();
    counting_source();
    failing_task();
    expect(&worker, "POST", "/connectors",
           "{\"name\":\"p\",\"config\":{\"connector.class\":\"FakeSink\"},"
           "\"initial_state\":\"STOPPED\"}",
           201, NULL);
    await_connector("p", "STOPPED");
    ck_assert_int_eq(worker_end(&worker, SIGTERM), 0);
    /* the next worker reads everything from the topics */
    worker = worker_start(&cluster, 1, SESSION_MS);
    expect(&worker, "GET", "/connectors", "", 200, "[\"p\"]");
    ck_assert_int_eq(worker_end(&worker, SIGTERM), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_connector_is_seen_through_its_life);
}

SUITE_MAIN("worker: REST", fill)
