/* kafka_outcomes.c - runs without a verdict: outcome 2 with the cause in a
 * sentence, never a pass. Each case is a run on real brokers and workers, of
 * a scenario in tests/cli/outcomes.
 */
#include <dirent.h>
#include <signal.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

enum { ENOUGH_S = 240, TEST_S = 300 };

/* Start a scenario of tests/cli/outcomes; does not wait. */
static void start(struct spawned *s, const char *name)
{
    AUTO_FREE char *file =
        path_of(SOURCE_DIR "/harness/tests/cli/outcomes/%s.yaml", name);

    spawned_init(s);
    spawned_start(s, (const char *[]){"run", "--out", s->out, file, NULL});
}

/* ---- runs up to the end -------------------------------------------------- */

static const struct {
    const char *file, *outcome;
    int exit_code;
    const char *says[4]; /* texts in the reasons */
} cases[] = {
    {"broker-will-not-boot",
     "inconclusive",
     2,
     {"up: broker-1: ended with exit code 1 before it answered",
      "num.io.threads", "logs/broker-1.log"}},
    {"worker-will-not-boot",
     "inconclusive",
     2,
     {"up: worker-1: ended with exit code 2 before it answered",
      "no.such.Converter could not be found", "logs/worker-1.log"}},
    {"connector-unknown",
     "inconclusive",
     2,
     {"connect: connector write-file: ", "400: Failed to find any class",
      "no.such.SinkConnector"}},
    {"task-fails-at-start",
     "inconclusive",
     2,
     {"connect: connector write-file RUNNING: a task failed",
      "Couldn't find or create file '/nowhere/at-all/lines.txt'"}},
    {"fault-without-traffic",
     "inconclusive",
     2,
     {"timeline[1]: sink_error did not land: endpoint shop counted 0 requests "
      "under sink_error"}},
    {"targets-that-are-not-there",
     "inconclusive",
     2,
     {"timeline[0]: broker_kill did not land: broker leader of orders/8",
      "timeline[1]: broker_kill did not land: broker leader of orders/9",
      "timeline[2]: topic_add_partitions did not land: it waits for \"eighth "
      "landed\", which cannot come any more"}},
    {"held-for-good",
     "inconclusive",
     2,
     {"timeline[1]: worker_kill did not land: worker-1 is held by "
      "timeline[0]"}},
    {"fault-not-mended",
     "inconclusive",
     2,
     {"timeline[0]: broker_kill was not proven mended: broker-1"}},
    {"not-read-back",
     "inconclusive",
     2,
     {"orders could not be read back: orders[0]: read up to",
      "load -> orders: not judged: orders could not be read"}},
    {"too-few-records",
     "inconclusive",
     2,
     {"too few records to tell", "records-min is 1000"}},
    {"drain-cut-short",
     "inconclusive",
     2,
     {"records had not arrived: something still moved when the drain ended, "
      "raise timeouts.drain"}},
    {"no-baseline",
     "inconclusive",
     2,
     {"expect[0]: recovered: not judged: recovery: no steady baseline"}},
    {"run-out-of-time",
     "inconclusive",
     2,
     {"timeline: the whole run took longer than timeouts.run"}},
    /* a stall beyond doubt: work waits, nothing moves, and no fault is in
     * force */
    {"sink-that-stands", "fail", 1, {"unseen: expected none"}},
};

/* Everything against a pass: the reasons and the sentences of hops. New. */
static char *told(const json_t *run)
{
    json_t *hop, *all = json_copy(json_object_get(run, "reasons"));
    size_t i;
    char *text;

    json_array_foreach (json_object_get(run, "hops"), i, hop)
        ck_assert_int_eq(
            json_array_extend(all, json_object_get(hop, "sentences")), 0);
    text = path_of("%s", "");
    json_array_foreach (all, i, hop) {
        char *more = path_of("%s%s\n", text, json_string_value(hop));

        free(text);
        text = more;
    }
    json_decref(all);
    return text;
}

START_TEST(says_why)
{
    AUTO_FREE char *said = NULL;
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *run = NULL;
    struct spawned s;
    int code;

    start(&s, cases[_i].file);
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == cases[_i].exit_code, "%s: exit code %d:\n%s",
                  cases[_i].file, code, said);
    run = spawned_evidence(&s);
    text = told(run);
    ck_assert_str_eq(look_text(run, "outcome"), cases[_i].outcome);
    ck_assert_int_eq(look_int(run, "exit_code"), code);
    ck_assert(!look_true(run, "as_expected"));
    for (size_t k = 0; k < ARRAY_LEN(cases[_i].says) && cases[_i].says[k]; k++)
        ck_assert_msg(strstr(text, cases[_i].says[k]) != NULL,
                      "%s: \"%s\" is not said:\n%s", cases[_i].file,
                      cases[_i].says[k], text);
    spawned_done(&s);
}
END_TEST

/* ---- interrupted runs ---------------------------------------------------- */

struct awaited {
    const struct spawned *s;
    const char *words;
};

static int is_said(void *ctx, struct err *err)
{
    const struct awaited *a = ctx;
    AUTO_FREE char *text = spawned_text(a->s);

    (void)err;
    return strstr(text, a->words) != NULL;
}

static void await_words(const struct spawned *s, const char *words)
{
    struct awaited a = {s, words};
    struct clk clk = clk_real();
    struct err err = {0};

    ck_assert_msg(wait_until(&clk, is_said, &a, 20 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             words, &err) == 0,
                  "%s", err.text);
}

/* True if the arguments of any process name the run's folder. */
static bool anything_runs(const struct spawned *s)
{
    DIR *d = opendir("/proc");
    bool any = false;

    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        AUTO_FREE char *path = path_of("/proc/%s/cmdline", e->d_name);
        AUTO_FREE char *text = NULL;
        struct err ignored = {0};
        size_t len;

        if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
            file_read(path, &text, &len, &ignored) == 0)
            any |= memmem(text, len, s->out, strlen(s->out)) != NULL;
    }
    (void)closedir(d);
    return any;
}

static bool is_there(const char *dir, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);

    return access(path, R_OK) == 0;
}

START_TEST(first_interrupt_heals)
{
    static const int signals[] = {SIGINT, SIGTERM};
    AUTO_FREE char *dir = NULL;
    AUTO_JSON json_t *run = NULL;
    const json_t *fault;
    struct spawned s;

    start(&s, "interrupted");
    await_words(&s, "sink_throttle shop landed");
    (void)kill(s.pid, signals[_i]);
    ck_assert_int_eq(spawned_wait(&s, ENOUGH_S), 2);
    ck_assert(!anything_runs(&s));
    run = spawned_evidence(&s);
    dir = spawned_folder(&s);
    fault = json_array_get(json_object_get(run, "faults"), 0);
    ck_assert_str_eq(look_text(run, "outcome"), "inconclusive");
    ck_assert_int_ge(look_int(fault, "mended_us"), 0);
    ck_assert_str_eq(
        json_string_value(json_array_get(json_object_get(run, "reasons"), 0)),
        "the run was interrupted");
    ck_assert(!is_there(dir, "undo/0.json"));
    ck_assert(is_there(dir, "report.html") && is_there(dir, "junit.xml"));
    spawned_done(&s);
}
END_TEST

START_TEST(second_interrupt_ends_at_once)
{
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *text = NULL;
    struct spawned s;

    start(&s, "interrupted");
    await_words(&s, "sink_throttle shop landed");
    (void)kill(s.pid, SIGINT);
    await_words(&s, "interrupted: ");
    (void)kill(s.pid, SIGINT);
    ck_assert_int_eq(spawned_wait(&s, 10), 2);
    ck_assert(!anything_runs(&s));
    dir = spawned_folder(&s);
    text = spawned_text(&s);
    ck_assert_ptr_nonnull(strstr(text, "INCONCLUSIVE"));
    ck_assert_ptr_nonnull(strstr(text, "it was stopped at once, as asked"));
    ck_assert(is_there(dir, "ledger.bin") && is_there(dir, "junit.xml"));
    spawned_done(&s);
}
END_TEST

/* ---- --json -------------------------------------------------------------- */

/* With --json every line is a JSON value; the second run follows the first, and
 * no other text is printed. */
START_TEST(json_is_lines)
{
    static const char file[] =
        SOURCE_DIR "/harness/tests/cli/outcomes/broker-will-not-boot.yaml";
    AUTO_FREE char *said = NULL;
    struct spawned s;
    size_t runs = 0;
    char *rest;

    spawned_init(&s);
    spawned_start(&s, (const char *[]){"run", "--json", "--out", s.out, file,
                                       file, NULL});
    ck_assert_int_eq(spawned_wait(&s, ENOUGH_S), 2);
    rest = said = spawned_text(&s);
    for (char *line; (line = strsep(&rest, "\n")) != NULL && rest;) {
        AUTO_JSON json_t *o = json_loads(line, 0, NULL);

        ck_assert_msg(json_is_object(o), "no JSON: %s", line);
        runs += look_is(o, "outcome", "inconclusive");
    }
    ck_assert_uint_eq(runs, 2);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, says_why, 0, (int)ARRAY_LEN(cases));
    tcase_add_loop_test(tc, first_interrupt_heals, 0, 2);
    tcase_add_test(tc, json_is_lines);
    tcase_add_test(tc, second_interrupt_ends_at_once);
}

SUITE_MAIN_TIMEOUT("outcomes", fill, TEST_S)
