/* sandbox_no_descriptors.c - no file descriptors left, from the start of a
 * run or from some moment on: the cause is reported, nothing counts as
 * absent that could not be looked at, and the run ends.
 */
#include <sys/resource.h>

#include "base/file.h"
#include "base/own.h"
#include "killing.h"
#include "spawned.h"

/* ENOUGH_S: time for a run to reach the moment. SOON_S: time to end from
 * then on; less than the 60 s of a proof that cannot come, and than the 120
 * s of a record without a delivery report. */
enum { ENOUGH_S = 180, SOON_S = 50, FEW = 20 };

static void start(struct spawned *s)
{
    spawned_start(s,
                  (const char *[]){"run", "--sandbox", "off", "--out", s->out,
                                   SOURCE_DIR "/harness/tests/cli/ordeals/"
                                              "two-ends.yaml",
                                   NULL});
}

static void nothing_runs(const struct spawned *s)
{
    struct killing k = {0};
    char who[128] = "";

    (void)snprintf(k.out, sizeof(k.out), "%s", s->out);
    ck_assert_msg(count_left(&k, who, sizeof(who)) == 0, "%s is left", who);
}

static const rlim_t limits[] = {12, 16, 64, 500};

START_TEST(too_few_for_any_run)
{
    struct rlimit few = {limits[_i], limits[_i]};
    AUTO_FREE char *said = NULL;
    struct spawned s;
    int code;

    spawned_init(&s);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few),
                     0); /* inherited by the program */
    start(&s);
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == 2, "exit code %d:\n%.3000s", code, said);
    ck_assert_msg(strstr(said, "open files"), "%s", said);
    nothing_runs(&s);
    spawned_done(&s);
}
END_TEST

static const char *const signs[] = {
    "\"phase\":\"steady\"",
    "\"what\":\"landed\"",
    "\"phase\":\"drain\"",
    "\"phase\":\"replay\"",
};

enum { MOMENTS_LEN = ARRAY_LEN(signs) };

struct robbed {
    const char *sign; /* text in the journal that marks the moment */
    struct spawned s;
    int64_t robbed_us; /* 0: not yet */
};

static void rob_in_time(struct robbed *r)
{
    const struct rlimit few = {FEW, FEW};
    AUTO_FREE char *folder = spawned_folder(&r->s);
    AUTO_FREE char *path = path_of("%s/journal.jsonl", folder ? folder : "");
    AUTO_FREE char *text = NULL;
    struct killing k = {.run = folder};
    struct err none = {0};
    pid_t engine;

    if (!folder || file_read(path, &text, NULL, &none) < 0 ||
        !strstr(text, r->sign))
        return;
    engine = pid_of(&k, ENGINE);
    ck_assert_msg(engine > 0, "%s: it has ended", r->sign);
    ck_assert_int_eq(prlimit(engine, RLIMIT_NOFILE, &few, NULL), 0);
    r->robbed_us = clk_monotonic_us();
}

static int all_robbed(void *ctx, struct err *err)
{
    struct robbed *all = ctx;
    int left = 0;

    (void)err;
    for (size_t i = 0; i < MOMENTS_LEN; i++) {
        if (all[i].robbed_us == 0)
            rob_in_time(&all[i]);
        left += all[i].robbed_us == 0;
    }
    return left == 0;
}

static void ends_and_says_so(struct robbed *r)
{
    int64_t left_us =
        r->robbed_us + SOON_S * (int64_t)US_PER_S - clk_monotonic_us();
    AUTO_FREE char *said = NULL;
    int code = spawned_wait(&r->s, left_us > 0 ? (int)(left_us / US_PER_S) : 0);

    said = spawned_text(&r->s);
    ck_assert_msg(code == 2, "%s: exit code %d:\n%.3000s", r->sign, code, said);
    ck_assert_msg(strcasestr(said, "too many open files"), "%s:\n%.3000s",
                  r->sign, said);
    nothing_runs(&r->s);
    spawned_done(&r->s);
}

START_TEST(used_up_in_its_midst)
{
    struct robbed all[MOMENTS_LEN] = {0};
    struct clk clk = clk_real();
    struct err err = {0};

    for (size_t i = 0; i < MOMENTS_LEN; i++) {
        all[i].sign = signs[i];
        spawned_init(&all[i].s);
        start(&all[i].s);
    }
    ck_assert_msg(wait_until(&clk, all_robbed, all, 5 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             "all moments", &err) == 0,
                  "%s", err.text);
    for (size_t i = 0; i < MOMENTS_LEN; i++)
        ends_and_says_so(&all[i]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, too_few_for_any_run, 0, (int)ARRAY_LEN(limits));
    tcase_add_test(tc, used_up_in_its_midst);
}

SUITE_MAIN_TIMEOUT("descriptors", fill, 2 * ENOUGH_S + 60)
