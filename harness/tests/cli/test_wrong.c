/* test_wrong.c - wrong input is refused before anything starts: exit code
 * 64, one sentence with the cause, and nothing in --out. */
#include <unistd.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

static const char good[] =
    "name: good\n"
    "platform: {kind: local, brokers: 1, workers: 1, kafka: \"${kafka}\"}\n"
    "vars: {kafka: 4.3.1}\n"
    "topics:\n"
    "  orders: {partitions: 1}\n"
    "endpoints:\n"
    "  shop: {kind: http}\n"
    "connectors:\n"
    "  to-shop:\n"
    "    plugin: http-sink\n"
    "    config:\n"
    "      connector.class: ordeal.HttpSink\n"
    "      topics: orders\n"
    "      http.url: \"${shop.url}\"\n"
    "load: {into: orders}\n"
    "flow: orders -> to-shop -> shop\n"
    "timeline:\n"
    "  - {at: 1s, fault: sink_error, on: shop, for: 2s}\n"
    "expect:\n"
    "  - balance:\n";

/* Write `good` with the only `from` replaced by `to`. */
static void write_changed(const struct spawned *s, const char *from,
                          const char *to)
{
    AUTO_FREE char *path = path_of("%s/s.yaml", s->dir);
    const char *at = strstr(good, from);
    struct err err = {0};

    ck_assert_msg(at != NULL, "\"%s\" is not in it", from);
    ck_assert_msg(file_print(path, &err, "%.*s%s%s", (int)(at - good), good, to,
                             at + strlen(from)) == 0,
                  "%s", err.text);
}

/* The exit code must be 64, `says` must be in the output, and --out must not
 * exist. */
static void expect_refused(struct spawned *s, const char *const *args,
                           const char *says)
{
    AUTO_FREE char *text = NULL;
    int code;

    spawned_start(s, args);
    code = spawned_wait(s, 20);
    text = spawned_text(s);
    ck_assert_msg(code == 64, "exit code %d:\n%s", code, text);
    ck_assert_msg(strstr(text, says) != NULL, "\"%s\" is not said:\n%s", says,
                  text);
    ck_assert_msg(access(s->out, F_OK) < 0, "%s was made", s->out);
}

/* ---- a scenario file ---- */

static const struct {
    const char *from, *to, *says;
} changes[] = {
    {"sink_error", "sink_eror",
     "s.yaml:18:5: timeline[0]: no fault \"sink_eror\", did you mean "
     "\"sink_error\"?\n"},
    {"kind: http", "kind: htp",
     "endpoints.shop: no endpoint \"htp\", did you mean \"http\"?\n"},
    {"balance", "balanc", "no check \"balanc\", did you mean \"balance\"?\n"},
    {"kind: local", "kind: lcoal",
     "platform: no platform \"lcoal\", did you mean \"local\"?\n"},
    {"plugin: http-sink", "plugin: ./no-such.zip",
     "connectors.to-shop.plugin: plugin ./no-such.zip: no such file or folder"},
    {"plugin: http-sink", "plugin: htp-sink",
     "and none of camel-http, file, http-sink\n"},
    {"plugin: http-sink", "plugin: a:b",
     "no coordinate group:artifact:version"},
    {"kafka: 4.3.1", "kafka: 9.9.9", "platform: Kafka 9.9.9: not described in"},
    {"workers: 1", "workers: 1, worker-properties: {group.id: mine}",
     "platform: worker-properties: group.id: is set by the harness itself\n"},
    {"workers: 1", "workers: 1, broker-properties: {listeners: x}",
     "platform: broker-properties: listeners: is set by the harness itself\n"},
    {"workers: 1", "workers: 0",
     "platform: workers: 0, but the scenario has connectors to run\n"},
    {"partitions: 1", "partitions: 1, replicas: 3",
     "platform: brokers: 1 are too few for a topic of 3 replicas\n"},
    {"topics: orders", "topics: orders\n      name: mine",
     "connectors.to-shop.config.name: the connector's name is "
     "to-shop, leave the key out\n"},
    {"workers: 1", "workers: 10", "platform.workers: 10 is not in 0 to 9\n"},
    {"${kafka}", "${kafak}",
     "platform.kafka: ${kafak} is not among vars, did you mean \"kafka\""},
    {"${shop.url}", "${shop.uri}",
     "connectors.to-shop.config.http.url: ${shop.uri} is no property"},
    {"endpoints:\n", "  spare: {}\nendpoints:\n  spare: {kind: http}\n",
     "endpoints.spare: a topic has the same name, rename one of the "
     "two\n"},
    {"expect:", "load: {into: shop}\nexpect:",
     "load: the mapping has the key "
     "twice\n"},
    {"into: orders", "into: ordesr",
     "load.into: no flow has the station \"ordesr\", did you mean "
     "\"orders\"\n"},
    {"into: orders", "into: shop",
     "flow: nothing is written into \"orders\", add a load or a flow "
     "into the station\n"},
    {"sink_error, on: shop, for: 2s", "task_restart, task: to-shop/0, for: 2s",
     "timeline[0]: task_restart ends by itself, leave out `for`\n"},
    {"sink_error, on: shop", "worker_kill, worker: the first",
     "timeline[0]: worker: \"the first\" is not any, any of GROUP, worker-2, "
     "running CONNECTOR or running CONNECTOR/TASK\n"},
    {"sink_error, on: shop", "worker_kill, worker: running to-shp/0",
     "timeline[0].worker: no connector \"to-shp\", did you mean \"to-shop\""},
    {"sink_error, on: shop", "broker_kill, broker: leader of order/0",
     "timeline[0].broker: no topic \"order\", did you mean \"orders\""},
    {"sink_error, on: shop", "broker_kill, broker: coordinator of nobody",
     "timeline[0].broker: no connector \"nobody\"\n"},
    {"on: shop", "worker: any",
     "timeline[0]: sink_error is aimed by `on: ...`, not by `worker: ...`\n"},
    {"on: shop", "on: shpo", "timeline[0].on: no endpoint \"shpo\""},
    {"at: 1s", "after: first landed",
     "timeline[0].after: no step has the label \"first\"\n"},
    {"for: 2s", "for: 2", "timeline[0].for: 2 is not a duration such as 10s"},
    {"- balance:", "- log_free_of: {pattern: \"a[(\"}",
     "expect[0].log_free_of: pattern: \"a[(\" is no regular expression: "},
    {"- balance:", "- {relax: order}", "expect[0]: \"reason\" is missing"},
    {"expect:", "verdict: {is: fail, findings: {lots: all}}\nexpect:",
     "verdict.findings.lots: no finding has this name, did you mean \"lost\""},
    {"timeline:", "timelime:",
     "timelime: unknown key, did you mean \"timeline\"\n"},
    {"flow: orders -> to-shop -> shop", "flow: orders -> shop",
     "flow: 2 names, write station -> connector -> station"},
    {"connector.class: ordeal.HttpSink", "tasks.max: 1",
     "connectors.to-shop.config: \"connector.class\" is missing"},
    {"name: good", "name: [", "not YAML"},
};

static size_t lines_of(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

START_TEST(refuses_a_file)
{
    AUTO_FREE char *text = NULL;
    struct spawned s;

    spawned_init(&s);
    write_changed(&s, changes[_i].from, changes[_i].to);
    expect_refused(&s, (const char *[]){"run", "--out", s.out, "s.yaml", NULL},
                   changes[_i].says);
    text = spawned_text(&s);
    ck_assert_msg(lines_of(text) == 1, "not one sentence:\n%s", text);
    spawned_done(&s);
}
END_TEST

/* `lint` complains in the same way. */
START_TEST(lint_refuses_it_too)
{
    struct spawned s;

    spawned_init(&s);
    write_changed(&s, changes[_i].from, changes[_i].to);
    expect_refused(&s, (const char *[]){"lint", "s.yaml", NULL},
                   changes[_i].says);
    spawned_done(&s);
}
END_TEST

START_TEST(says_everything_of_all_files)
{
    struct spawned s;
    AUTO_FREE char *other = NULL;
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    spawned_init(&s);
    other = path_of("%s/t.json", s.dir);
    write_changed(&s, "sink_error", "sink_eror");
    ck_assert_int_eq(file_print(other, &err, "{\"name\": \"t\"}"), 0);
    expect_refused(&s, (const char *[]){"run", "--out", s.out, ".", NULL},
                   "s.yaml:18:5: timeline[0]: no fault");
    text = spawned_text(&s);
    ck_assert_ptr_nonnull(strstr(text, "t.json:1:1: \"load\" is missing"));
    ck_assert_ptr_nonnull(strstr(text, "t.json:1:1: \"flow\" is missing"));
    spawned_done(&s);
}
END_TEST

/* ---- a command line; "empty" and "s.yaml" are made for each case ---- */

static const struct {
    const char *args[6], *says;
} lines[] = {
    {{NULL}, "usage: ordeal COMMAND"},
    {{"rnu", "s.yaml"}, "no command \"rnu\", did you mean \"run\"?\n"},
    {{"help", "rnu"}, "no command \"rnu\""},
    {{"run"}, "usage: ordeal run [OPTION]... PATH..."},
    {{"run", "--nope", "s.yaml"},
     "ordeal: no option \"--nope\"; `ordeal help run` shows them\n"},
    {{"run", "--sed", "3", "s.yaml"},
     "ordeal: no option \"--sed\", did you mean \"--seed\"?\n"},
    {{"run", "-nx", "s.yaml"}, "ordeal: no option \"-x\"; "},
    {{"run", "--dry-run=1", "s.yaml"}, "ordeal: --dry-run takes no value\n"},
    {{"run", "s.yaml", "--out"}, "ordeal: --out wants a value behind it\n"},
    {{"run", "none.yaml"}, "none.yaml: No such file or directory\n"},
    {{"run", "empty"}, "empty: no scenario below it (*.yaml)\n"},
    {{"run", "--seed", "x", "s.yaml"},
     "--seed takes a whole number from 0 to 18446744073709551615, got \"x\"\n"},
    {{"run", "--seed", "-1", "s.yaml"},
     "--seed takes a whole number from 0 to 18446744073709551615, got "
     "\"-1\"\n"},
    {{"run", "--sandbox", "maybe", "s.yaml"},
     "--sandbox takes auto, on or off, got \"maybe\"\n"},
    {{"run", "--keep", "often", "s.yaml"},
     "--keep takes always, failed or never, got \"often\"\n"},
    {{"run", "--set", "kafka", "s.yaml"},
     "--set takes KEY=VALUE, got \"kafka\"\n"},
    {{"run", "--set", "kafka=@nowhere", "s.yaml"},
     "ordeal: --set kafka=@nowhere: nowhere: No such file or directory; name a "
     "file whose first line is the value, or write kafka=@@nowhere for a value "
     "that begins with @\n"},
    {{"run", "--set", "nope=3", "s.yaml"},
     "s.yaml:3:7: vars: --set nope=3: no such key in vars (it has"},
    {{"run", "--kafka", "9.9.9", "s.yaml"}, "Kafka 9.9.9: not described in"},
    {{"run", "--plugin", "no.zip", "s.yaml"},
     "plugin no.zip: no such file or folder"},
    {{"run", "--platform", "moon", "s.yaml"},
     "ordeal: --platform: no platform \"moon\"; `ordeal list platforms` shows "
     "what there is\n"},
    {{"run", "--platform", "embedded", "--kafka", "4.3.1", "s.yaml"},
     "platform: --kafka 4.3.1: the platform embedded has no version of Kafka"},
    {{"run", "--out", "/proc/nowhere/x", "s.yaml"},
     "--out: /proc/nowhere: No such file or directory\n"},
    {{"run", "--out", "s.yaml", "s.yaml"},
     "--out: s.yaml: is a file, not a folder\n"},
    {{"run", "--secret", "kafka=nowhere", "s.yaml"},
     "--secret takes KEY=FILE with a readable file, got \"kafka=nowhere\"\n"},
    {{"runn", "s.yaml"}, "no command \"runn\", did you mean \"run\"?\n"},
    {{"demo", "s.yaml"}, "usage: ordeal demo [OPTION]..."},
    {{"demo", "--jobs", "0"}, "--jobs takes a whole number from 1, got \"0\""},
    {{"completions", "zsh"}, "no completions for \"zsh\", there are bash\n"},
    {{"lint", "--quiet", "s.yaml"}, "ordeal: no option \"--quiet\"; "},
    {{"lint"}, "usage: ordeal lint PATH..."},
    {{"list", "things"}, "usage: ordeal list faults|checks|"},
    {{"explain", "broker_kil"},
     "nothing is called \"broker_kil\", did you mean \"broker_kill\"?\n"},
    {{"explain", "x"}, "nothing is called \"x\"; `ordeal list faults`"},
    {{"schema", "x"}, "usage: ordeal schema"},
    {{"verify", "empty"}, "empty: no run folder: "},
    {{"verify", "nowhere"}, "nowhere: no run folder\n"},
    {{"verify", "--topic", "orders"}, "--bootstrap"},
    {{"verify", "--topik", "orders"},
     "ordeal: no option \"--topik\", did you mean \"--topic\"?\n"},
    {{"report", "empty"}, "empty/run.json: No such file or directory\n"},
    {{"enter", "empty", "true"}, "empty: no run folder\n"},
};

START_TEST(refuses_a_command_line)
{
    const char *args[8] = {NULL};
    AUTO_FREE char *empty = NULL;
    struct err err = {0};
    struct spawned s;
    size_t n = 0;

    spawned_init(&s);
    write_changed(&s, "name: good", "name: good");
    empty = path_of("%s/empty", s.dir);
    ck_assert_int_eq(mkdir_all(empty, &err), 0);
    for (; n < ARRAY_LEN(lines[_i].args) && lines[_i].args[n]; n++)
        args[n] = lines[_i].args[n];
    expect_refused(&s, args, lines[_i].says);
    spawned_done(&s);
}
END_TEST

/* The unchanged scenario is accepted: otherwise the cases above might be
 * refused for another reason. */
START_TEST(takes_the_good_one)
{
    AUTO_FREE char *text = NULL;
    struct spawned s;

    spawned_init(&s);
    write_changed(&s, "name: good", "name: good");
    spawned_start(&s, (const char *[]){"run", "--dry-run", "--out", s.out,
                                       "s.yaml", NULL});
    ck_assert_int_eq(spawned_wait(&s, 20), 0);
    text = spawned_text(&s);
    ck_assert_ptr_nonnull(strstr(text, "sink_error on shop for 2s"));
    ck_assert_int_lt(access(s.out, F_OK), 0);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, refuses_a_file, 0, (int)ARRAY_LEN(changes));
    tcase_add_loop_test(tc, lint_refuses_it_too, 0, (int)ARRAY_LEN(changes));
    tcase_add_test(tc, says_everything_of_all_files);
    tcase_add_loop_test(tc, refuses_a_command_line, 0, (int)ARRAY_LEN(lines));
    tcase_add_test(tc, takes_the_good_one);
}

SUITE_MAIN("wrong input", fill)
