/* sandbox_shared.c - suites in a shared world of the embedded platform: the
 * same verdicts as with nodes of their own, everything left behind named, and
 * kills between two scenarios.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "client/connect.h"
#include "client/kafka.h"
#include "killing.h"
#include "spawned.h"
#include "support/both_modes.h"

enum { ENOUGH_S = 200, SUITE = 3 };

static const char *mode_word(int i)
{
    return modes[i] == SANDBOX_ON ? "on" : "off";
}

/* ---- suites ---------------------------------------------------------------
 */

/* Write scenario number k of a suite, a run of 12 s, into the folder of `s`. */
static char *scenario(const struct spawned *s, int k)
{
    AUTO_FREE char *text = NULL;
    char *path = path_of("%s/scenario-%d.yaml", s->dir, k);
    struct err err = {0};

    ck_assert_int_eq(file_read(SOURCE_DIR
                               "/harness/tests/cli/kills/embedded.yaml",
                               &text, NULL, &err),
                     0);
    ck_assert_int_eq(
        file_print(path, &err, "%.*sname: number-%d%s",
                   (int)(strstr(text, "name: embedded") - text), text, k,
                   strstr(text, "name: embedded") + strlen("name: embedded")),
        0);
    return path;
}

static void start(struct spawned *s, int mode, const char *how, int n)
{
    const char *args[12] = {"run",           how,     "--sandbox",
                            mode_word(mode), "--out", s->out};
    char *files[SUITE];

    spawned_init(s);
    for (int k = 0; k < n; k++)
        args[6 + k] = files[k] = scenario(s, k + 1);
    spawned_start(s, args);
    for (int k = 0; k < n; k++)
        free(files[k]);
}

/* The folder in --out whose name has `part` in it; new. NULL: none yet. */
static char *folder(const struct spawned *s, const char *part)
{
    DIR *d = opendir(s->out);
    char *found = NULL;

    for (struct dirent *e; d && !found && (e = readdir(d)) != NULL;)
        if (strstr(e->d_name, part))
            found = path_of("%s/%s", s->out, e->d_name);
    if (d)
        (void)closedir(d);
    return found;
}

static json_t *read_json(const char *dir, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", dir ? dir : "", name);
    struct err err = {0};
    json_t *o = NULL;

    return dir && json_read(path, &o, &err) == 0 ? o : NULL;
}

static json_t *run_of(const struct spawned *s, int k)
{
    AUTO_FREE char *part = path_of("number-%d", k);
    AUTO_FREE char *dir = folder(s, part);

    return read_json(dir, "run.json");
}

struct awaited {
    const struct spawned *s;
    const char *part, *file, *text; /* text NULL: the file is enough */
};

static int is_there(void *ctx, struct err *err)
{
    const struct awaited *a = ctx;
    AUTO_FREE char *dir = folder(a->s, a->part);
    AUTO_FREE char *path = path_of("%s/%s", dir ? dir : "/none", a->file);
    AUTO_FREE char *text = NULL;
    struct err ignored = {0};

    (void)err;
    return file_read(path, &text, NULL, &ignored) == 0 &&
           (!a->text || strstr(text, a->text));
}

/* Wait for a file with a text in the folder with `part` in its name. */
static void await(const struct spawned *s, const char *part, const char *file,
                  const char *text)
{
    struct awaited a = {s, part, file, text};
    struct clk clk = clk_real();
    struct err err = {0};

    ck_assert_msg(wait_until(&clk, is_there, &a, 20 * US_PER_MS,
                             clk_now(&clk) + 60 * US_PER_S, file, &err) == 0,
                  "%s", err.text);
}

/* ---- the same verdicts ----------------------------------------------------
 */

/* The kinds of findings of all hops, as keys. Copies that the killed worker
 * explains are left out: whether the kill met an uncommitted record is chance.
 */
static json_t *kinds_of(const json_t *run)
{
    json_t *kinds = json_object(), *hop, *finding;
    const char *kind;
    size_t i;

    json_array_foreach (look(run, "hops"), i, hop)
        json_object_foreach (look(hop, "findings"), kind, finding)
            if (look_int(finding, "records") > 0 &&
                (strcmp(kind, "duplicate") != 0 || look_true(finding, "fails")))
                (void)json_object_set_new(kinds, kind, json_true());
    return kinds;
}

START_TEST(test_same_verdicts)
{
    struct spawned shared, fresh;
    AUTO_FREE char *world = NULL;
    const char *id = NULL;
    AUTO_JSON json_t *first = NULL;

    start(&shared, _i, "--quiet", SUITE);
    start(&fresh, _i, "--fresh", SUITE);
    ck_assert_int_eq(spawned_wait(&shared, ENOUGH_S), 0);
    ck_assert_int_eq(spawned_wait(&fresh, ENOUGH_S), 0);
    first = run_of(&shared, 1);
    id = look_text(first, "world.id");
    for (int k = 1; k <= SUITE; k++) {
        AUTO_JSON json_t *a = run_of(&shared, k);
        AUTO_JSON json_t *b = run_of(&fresh, k);
        AUTO_JSON json_t *kinds_a = kinds_of(a);
        AUTO_JSON json_t *kinds_b = kinds_of(b);

        ck_assert_str_eq(look_text(a, "outcome"), look_text(b, "outcome"));
        ck_assert(json_equal(kinds_a, kinds_b));
        ck_assert_str_eq(look_text(a, "world.id"), id);
        ck_assert_int_eq(look_int(a, "world.ordinal"), k);
        ck_assert_uint_eq(look_len(a, "world.before"), (size_t)k - 1);
        ck_assert_uint_eq(look_len(a, "world.left"), 0);
        ck_assert(json_is_null(look(b, "world")));
    }
    world = folder(&shared, ".world-");
    ck_assert_ptr_null(world);
    spawned_done(&shared);
    spawned_done(&fresh);
}
END_TEST

/* ---- left behind ----------------------------------------------------------
 */

static char *address_of(const json_t *record, const char *node)
{
    AUTO_FREE char *path = path_of("nodes.%s.address", node);

    return path_of("%s", look_text(record, path));
}

static void leave_topic(const char *bootstrap)
{
    struct kafka_access access = {.bootstrap = bootstrap};
    struct kafka_admin *admin;
    struct err err = {0};

    ck_assert_int_eq(kafka_admin_open(&access, &admin, &err), 0);
    ck_assert_msg(kafka_create_topic(admin, "stray", 1, 1, NULL, 10 * US_PER_S,
                                     &err) == 0,
                  "%s", err.text);
    kafka_admin_close(admin);
}

/* A source that writes its offset and is then deleted, and a sink that stays,
 * with its group. */
static void leave_connectors(const struct spawned *s, const char *rest)
{
    AUTO_FREE char *file = path_of("%s/lines", s->dir);
    AUTO_FREE char *into = path_of("%s/copied", s->dir);
    AUTO_JSON json_t *source =
        json_pack("{s:s, s:s, s:s, s:s}", "connector.class",
                  "org.apache.kafka.connect.file.FileStreamSourceConnector",
                  "file", file, "topic", "stray", "tasks.max", "1");
    AUTO_JSON json_t *sink =
        json_pack("{s:s, s:s, s:s, s:s}", "connector.class",
                  "org.apache.kafka.connect.file.FileStreamSinkConnector",
                  "file", into, "topics", "stray", "tasks.max", "1");
    struct connect *c = connect_new();
    struct clk clk = clk_real();
    struct err err = {0};

    connect_workers(c, &(struct connect_access){.url = rest}, 1);
    ck_assert_int_eq(file_write(file, "one\ntwo\n", 8, &err), 0);
    ck_assert_msg(connect_put(c, "gone", source, 10 * US_PER_S, &err) == 0,
                  "%s", err.text);
    ck_assert_msg(connect_put(c, "stray", sink, 10 * US_PER_S, &err) == 0, "%s",
                  err.text);
    clk_sleep(&clk, 2 * US_PER_S); /* flushes are 500 ms apart */
    ck_assert_msg(connect_delete(c, "gone", 10 * US_PER_S, &err) == 0, "%s",
                  err.text);
    connect_free(c);
}

static int connect_client(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(19092)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(inet_pton(AF_INET, address, &to.sin_addr), 1);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static bool names(const json_t *run, const char *kind, const char *part)
{
    json_t *one;
    size_t i;

    json_array_foreach (look(run, "world.left"), i, one)
        if (look_is(one, "kind", kind) && strstr(look_text(one, "text"), part))
            return true;
    return false;
}

/* In the fallback, where the test can reach the nodes. */
START_TEST(test_left_behind)
{
    static const struct {
        const char *kind, *part;
    } wanted[] = {
        {"topic", "stray"},
        {"group", "connect-stray"},
        {"connector", "stray"},
        {"source-offset", "gone"},
        {"client", "is connected to broker-1"},
    };
    AUTO_JSON json_t *record = NULL;
    AUTO_JSON json_t *first = NULL;
    AUTO_JSON json_t *second = NULL;
    AUTO_FREE char *world = NULL;
    AUTO_FREE char *broker = NULL;
    AUTO_FREE char *worker = NULL;
    AUTO_FREE char *bootstrap = NULL;
    AUTO_FREE char *rest = NULL;
    AUTO_FREE char *said = NULL;
    struct spawned s;
    int fd;

    start(&s, 1, "--quiet", 2);
    await(&s, "number-1", "journal.jsonl", "\"phase\":\"steady\"");
    world = folder(&s, ".world-");
    record = read_json(world, "keeper.json");
    broker = address_of(record, "broker-1");
    worker = address_of(record, "worker-1");
    bootstrap = path_of("%s:19092", broker);
    rest = path_of("http://%s:18083", worker);
    leave_topic(bootstrap);
    leave_connectors(&s, rest);
    fd = connect_client(broker);
    ck_assert_int_eq(spawned_wait(&s, ENOUGH_S), 0);
    (void)close(fd);
    first = run_of(&s, 1);
    second = run_of(&s, 2);
    said = spawned_text(&s);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        ck_assert_msg(names(first, wanted[i].kind, wanted[i].part), "%s",
                      wanted[i].kind);
    ck_assert_str_ne(look_text(first, "world.id"),
                     look_text(second, "world.id"));
    ck_assert_int_eq(look_int(second, "world.ordinal"), 1);
    ck_assert_uint_eq(look_len(second, "world.left"), 0);
    ck_assert_ptr_nonnull(strstr(said, "are not used again"));
    spawned_done(&s);
}
END_TEST

/* ---- kills between two scenarios ------------------------------------------
 */

static pid_t victim_of(const struct spawned *s, enum victim victim)
{
    AUTO_FREE char *world = folder(s, ".world-");
    AUTO_JSON json_t *record = read_json(world, "keeper.json");
    pid_t keeper = (pid_t)look_int(record, "pid");
    AUTO_FREE char *children = NULL;
    AUTO_FREE char *path = NULL;
    struct err err = {0};
    char *at;

    if (victim != ENGINE)
        return victim == OUTER ? s->pid : keeper;
    path = path_of("/proc/%d/task/%d/children", (int)keeper, (int)keeper);
    ck_assert_int_eq(file_read(path, &children, NULL, &err), 0);
    at = children;
    for (char *one; (one = strsep(&at, " ")) != NULL && *one;) {
        AUTO_FREE char *comm = path_of("/proc/%s/comm", one);
        AUTO_FREE char *name = NULL;

        if (file_read(comm, &name, NULL, &err) == 0 &&
            strncmp(name, "ordeal-engine", 13) == 0)
            return (pid_t)strtol(one, NULL, 10);
    }
    return -1;
}

static int nobody_left(void *ctx, struct err *err)
{
    char who[128] = "";
    int n = count_left(ctx, who, sizeof(who));

    if (n > 0)
        (void)err_set(err, -EAGAIN, "%d left, the first is %s", n, who);
    return n == 0;
}

/* The engine of the second run is struck as it begins; the others, right after
 * the end of the first run. */
static void kill_between(int mode, enum victim victim)
{
    struct killing marks = {0};
    struct clk clk = clk_real();
    AUTO_JSON json_t *first = NULL;
    AUTO_FREE char *world = NULL;
    struct err err = {0};
    struct spawned s, next;
    pid_t pid;
    int code;

    start(&s, mode, "--quiet", 2);
    (void)snprintf(marks.out, sizeof(marks.out), "%s", s.out);
    await(&s, "number-1", "junit.xml", NULL);
    if (victim == ENGINE)
        await(&s, "number-2", "journal.jsonl", "\"phase\":\"steady\"");
    pid = victim_of(&s, victim);
    ck_assert_int_gt(pid, 0);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    code = spawned_wait(&s, ENOUGH_S);
    ck_assert_msg(wait_until(&clk, nobody_left, &marks, 50 * US_PER_MS,
                             clk_now(&clk) + leave_us, "the end", &err) == 0,
                  "%s", err.text);
    first = run_of(&s, 1);
    ck_assert_str_eq(look_text(first, "outcome"), "pass");
    if (victim == OUTER) {
        const char *args[] = {"verify", NULL, NULL};
        AUTO_FREE char *run = folder(&s, "number-1");

        ck_assert_int_eq(code, 128 + SIGKILL);
        next = s;
        args[1] = run;
        spawned_start(&next, args);
        (void)spawned_wait(&next, ENOUGH_S);
    } else if (victim == ENGINE) {
        ck_assert_int_eq(code, 2);
    }
    world = folder(&s, ".world-");
    ck_assert_ptr_null(world);
    spawned_done(&s);
}

START_TEST(test_outer_killed)
{
    kill_between(_i, OUTER);
}
END_TEST

START_TEST(test_keeper_killed)
{
    kill_between(_i, KEEPER);
}
END_TEST

START_TEST(test_engine_killed)
{
    kill_between(_i, ENGINE);
}
END_TEST

/* Evidence of a run that Ctrl-C ends is the same in a shared world: the
 * brokers' data reaches the run folder before the world is removed. */
START_TEST(test_interrupted)
{
    AUTO_FREE char *run = NULL;
    AUTO_FREE char *world = NULL;
    AUTO_FREE char *data = NULL;
    AUTO_JSON json_t *note = NULL;
    struct spawned s;

    start(&s, _i, "--quiet", 2);
    await(&s, "number-1", "journal.jsonl", "\"phase\":\"steady\"");
    ck_assert_int_eq(kill(s.pid, SIGINT), 0);
    (void)spawned_wait(&s, ENOUGH_S);
    run = folder(&s, "number-1");
    note = read_json(run, "work/world.json");
    ck_assert(look_true(note, "logs_taken"));
    ck_assert(look_true(note, "data_taken"));
    data = path_of("%s/work/cluster/logs", run);
    ck_assert_int_eq(access(data, F_OK), 0);
    world = folder(&s, ".world-");
    ck_assert_ptr_null(world);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc, int first)
{
    tcase_add_loop_test(tc, test_interrupted, first, MODES_LEN);
    tcase_add_loop_test(tc, test_same_verdicts, first, MODES_LEN);
    tcase_add_test(tc, test_left_behind);
    tcase_add_loop_test(tc, test_outer_killed, first, MODES_LEN);
    tcase_add_loop_test(tc, test_keeper_killed, first, MODES_LEN);
    tcase_add_loop_test(tc, test_engine_killed, first, MODES_LEN);
}

BOTH_MODES_MAIN("suites in a shared world", fill, 240)
