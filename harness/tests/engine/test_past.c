/* test_past.c - the journal of an earlier run is known again, as far as the
 * journal is genuine. */
#include "engine/past.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "engine/journal_own.h"
#include "engine/undo_own.h"
#include "fault/fault.h"
#include "support/suite.h"

static char dir[] = "/tmp/ordeal-past-XXXXXX";

static struct step asked_for[] = {{.path = "timeline[0]"},
                                  {.path = "timeline[1]"}};
static struct plan_step steps[2];
static struct plan_hop hops[] = {{.group = "connect-s"}};
static struct plan plan = {
    .steps = steps, .steps_len = 2, .hops = hops, .hops_len = 1};

static void say(const struct event_sink *to, int64_t at_us, const char *actor,
                const char *what, const char *target)
{
    json_t *body = NULL;

    if (strcmp(what, "phase") == 0)
        body = json_pack("{s:s}", "phase", target);
    else if (strncmp(what, "load.", 5) == 0 && target[0])
        body = json_pack("{s:i, s:s}", "load", target[0] - '0', "into",
                         target + 1);
    else if (target[0])
        body = json_pack("{s:s, s:s}", "target", target, "text", what);
    event_put(to, at_us, actor, what, body);
}

/* The journal of a run that was killed in the timeline. */
static void make(void)
{
    static const struct {
        int64_t at_us;
        const char *actor, *what, *target;
    } lines[] = {
        {10, "engine", "phase", "up"},
        {20, "engine", "phase", "warm-up"},
        {25, "load", "load.started", ""},
        {26, "load", "load.began", "1orders"},
        {30, "engine", "phase", "timeline"},
        {39, "load", "load.written", "1orders"},
        {40, "timeline[0]", "asked", "worker-1"},
        {41, "timeline[0]", "landed", "worker-1"},
        {50, "timeline[0]", "reverted", "worker-1"},
        {55, "timeline[0]", "mended", "worker-1"},
        {60, "connect-s", "generation", ""},
        {70, "timeline[0]", "recovered", "worker-1"},
        {80, "timeline[1]", "asked", "worker-2"},
        {81, "timeline[1]", "landed", "worker-2"},
    };
    AUTO_FREE char *path = NULL, *undo = NULL, *left = NULL;
    struct clk clk = clk_real();
    struct journal *j;
    struct event_sink sink;
    struct err err = {0};

    steps[0] = (struct plan_step){.step = &asked_for[0],
                                  .ops = fault_find("worker_pause")};
    steps[1] = (struct plan_step){.step = &asked_for[1],
                                  .ops = fault_find("worker_pause")};
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-past-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    path = path_of("%s/journal.jsonl", dir);
    undo = path_of("%s/undo", dir);
    left = path_of("%s/undo/1.json", dir);
    ck_assert_int_eq(mkdir_all(undo, &err), 0);
    ck_assert_int_eq(file_write(left, "{}", 2, &err), 0);
    ck_assert_int_eq(journal_open(path, &clk, NULL, NULL, &j, &err), 0);
    sink = journal_sink(j);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        say(&sink, lines[i].at_us, lines[i].actor, lines[i].what,
            lines[i].target);
    journal_close(j);
}

static void unmake(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(dir, &err), 0);
}

static void replace(char *text, const char *what, const char *by)
{
    char *at = strstr(text, what);

    ck_assert_ptr_nonnull(at);
    memcpy(at, by, strlen(by));
}

static void spoil(const char *what, const char *by)
{
    AUTO_FREE char *path = path_of("%s/journal.jsonl", dir);
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    size_t len;

    ck_assert_int_eq(file_read(path, &text, &len, &err), 0);
    replace(text, what, by);
    ck_assert_int_eq(file_write(path, text, len, &err), 0);
}

static void recall(struct past *p, struct timeline *t, struct field *f,
                   struct clk *clk)
{
    AUTO_FREE char *undo = path_of("%s/undo", dir);
    struct timeline_spec spec = {.plan = &plan, .field = f, .undo_dir = undo};

    *clk = clk_real();
    *f = (struct field){.clk = clk};
    past_read(dir, p);
    timeline_init(t, &spec);
    past_steps(p, t);
}

START_TEST(what_was_told_is_known)
{
    struct past p;
    struct timeline t;
    struct field f;
    struct clk clk;
    const json_t *last;
    struct window window;
    AUTO_JSON json_t *loads = json_pack(
        "[{s:s, s:i, s:i}, {s:s, s:i, s:i}]", "into", "", "began_us", -1,
        "ended_us", -1, "into", "orders", "began_us", 26, "ended_us", 39);

    make();
    recall(&p, &t, &f, &clk);
    ck_assert_str_eq(p.damage, "");
    ck_assert(!p.ended);
    ck_assert_int_eq(p.last_us, 81);
    ck_assert_int_eq(p.load_began_us, 25);
    ck_assert_int_eq(p.load_ended_us, -1);
    ck_assert(json_equal(p.loads, loads)); /* the first never began */
    ck_assert_uint_eq(json_array_size(p.phases), 3);
    last = json_array_get(p.phases, 2);
    ck_assert_str_eq(json_string_value(json_object_get(last, "name")),
                     "timeline");
    ck_assert_int_eq(json_integer_value(json_object_get(last, "to_us")), 81);

    ck_assert(t.steps[0].applied && t.steps[0].landed);
    ck_assert_int_eq(t.steps[0].mended_us, 55);
    ck_assert_int_eq(t.steps[0].recovered_us, 70);
    ck_assert_str_eq(t.steps[0].target.name, "worker-1");
    ck_assert(timeline_window(&t, 0, 5, &window));
    ck_assert_int_eq(window.from_us, 40);
    ck_assert_int_eq(window.to_us, 75);

    ck_assert(t.steps[1].landed && t.steps[1].mended_us < 0);
    ck_assert_ptr_nonnull(strstr(t.steps[1].why_not, "undo/1.json"));
    ck_assert(timeline_window(&t, 1, 5, &window));
    ck_assert_int_eq(window.to_us, INT64_MAX);
    timeline_done(&t);
    past_done(&p);
    unmake();
}
END_TEST

/* undo/1.json of a fault due at 90, beside a journal that ends at 55. */
static void make_prepared(const char *boot)
{
    AUTO_FREE char *left = NULL, *path = NULL, *text = NULL, *record = NULL;
    struct err err = {0};
    char *end;

    make();
    left = path_of("%s/undo/1.json", dir);
    path = path_of("%s/journal.jsonl", dir);
    record = path_of("{\"due_us\": 90, \"boot\": \"%s\"}", boot);
    ck_assert_int_eq(file_write(left, record, strlen(record), &err), 0);
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    end = text;
    for (int i = 0; i < 10; i++)
        end = strchr(end, '\n') + 1;
    ck_assert_int_eq(file_write(path, text, (size_t)(end - text), &err), 0);
}

/* The record is written half a second ahead of the fault, and a SIGKILL loses
 * no line of the journal: without "asked" the fault never began. */
START_TEST(a_fault_only_prepared_disturbed_nothing)
{
    char boot[BOOT_TEXT];
    struct past p;
    struct timeline t;
    struct field f;
    struct clk clk;
    struct window window;

    undo_boot(boot);
    ck_assert_str_ne(boot, "");
    make_prepared(boot);
    recall(&p, &t, &f, &clk);
    ck_assert_str_eq(p.damage, "");
    ck_assert(t.steps[0].applied);
    ck_assert(!t.steps[1].applied && t.steps[1].never_due);
    ck_assert_ptr_nonnull(strstr(t.steps[1].why_not, "before it began"));
    ck_assert(!timeline_window(&t, 1, 5, &window));
    timeline_done(&t);
    past_done(&p);
    unmake();
}
END_TEST

/* After a power cut, or with a torn last line, "asked" may be lost. */
START_TEST(a_fault_that_may_have_begun_counts)
{
    AUTO_FREE char *path = NULL;
    char boot[BOOT_TEXT] = "of another boot";
    struct past p;
    struct timeline t;
    struct field f;
    struct clk clk;
    struct window window;
    struct err err = {0};
    int fd;

    if (_i)
        undo_boot(boot);
    make_prepared(boot);
    path = path_of("%s/journal.jsonl", dir);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (_i)
        ck_assert_int_eq(write_all(fd, "{\"actor\":\"tim", 13, &err), 0);
    (void)close(fd);
    recall(&p, &t, &f, &clk);
    ck_assert_str_eq(p.damage, "");
    ck_assert(t.steps[1].applied && !t.steps[1].never_due);
    ck_assert_ptr_nonnull(strstr(t.steps[1].why_not, "may have begun"));
    ck_assert(timeline_window(&t, 1, 5, &window));
    ck_assert_int_eq(window.from_us, 90);
    ck_assert_int_eq(window.to_us, INT64_MAX);
    timeline_done(&t);
    past_done(&p);
    unmake();
}
END_TEST

static const struct {
    const char *what, *by;
    int line;
} damages[] = {
    {"\"phase\":\"up\"", "\"phase\":\"UP\"", 1},
    {"load.started", "load.stopped", 3},
    {"\"t_us\":55", "\"t_us\":54", 10},
    {"worker-2", "worker-1", 13},
};

/* After a forged line nothing is believed: each step may have been a
 * disturbance, and no disturbance has an end. */
START_TEST(a_spoilt_journal_is_not_believed)
{
    AUTO_FREE char *want =
        path_of("line %d is not what was written", damages[_i].line);
    struct past p;
    struct timeline t;
    struct field f;
    struct clk clk;

    make();
    spoil(damages[_i].what, damages[_i].by);
    recall(&p, &t, &f, &clk);
    ck_assert_msg(strstr(p.damage, want) != NULL, "%s", p.damage);
    for (int i = 0; i < 2; i++) {
        struct window window;

        ck_assert(timeline_window(&t, (size_t)i, 5, &window));
        ck_assert_int_eq(window.to_us, INT64_MAX);
    }
    timeline_done(&t);
    past_done(&p);
    unmake();
}
END_TEST

START_TEST(a_torn_last_line_is_no_damage)
{
    AUTO_FREE char *path = NULL;
    struct past p;
    struct err err = {0};
    int fd;

    make();
    path = path_of("%s/journal.jsonl", dir);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    ck_assert_int_eq(write_all(fd, "{\"actor\":\"eng", 13, &err), 0);
    (void)close(fd);
    past_read(dir, &p);
    ck_assert_str_eq(p.damage, "");
    ck_assert_int_eq(p.last_us, 81);
    past_done(&p);
    unmake();
}
END_TEST

START_TEST(an_end_is_told_from_a_break)
{
    static const char *const texts[] = {
        "{\"run\": {}, \"outcome\": \"pass\"}",
        "{\"run\": {\"broken_off\": true}, \"outcome\": \"inconclusive\"}"};
    AUTO_FREE char *path = NULL;
    struct past p;
    struct err err = {0};

    make();
    path = path_of("%s/run.json", dir);
    ck_assert_int_eq(file_write(path, texts[_i], strlen(texts[_i]), &err), 0);
    past_read(dir, &p);
    ck_assert_int_eq(p.ended, _i == 0);
    past_done(&p);
    unmake();
}
END_TEST

START_TEST(nothing_there_is_damage)
{
    struct past p;

    past_read("/nowhere", &p);
    ck_assert_ptr_nonnull(strstr(p.damage, "journal.jsonl"));
    ck_assert(!p.ended);
    past_done(&p);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, what_was_told_is_known);
    tcase_add_test(tc, a_fault_only_prepared_disturbed_nothing);
    tcase_add_loop_test(tc, a_fault_that_may_have_begun_counts, 0, 2);
    tcase_add_loop_test(tc, a_spoilt_journal_is_not_believed, 0,
                        (int)ARRAY_LEN(damages));
    tcase_add_test(tc, a_torn_last_line_is_no_damage);
    tcase_add_loop_test(tc, an_end_is_told_from_a_break, 0, 2);
    tcase_add_test(tc, nothing_there_is_damage);
}

SUITE_MAIN("past", fill)
