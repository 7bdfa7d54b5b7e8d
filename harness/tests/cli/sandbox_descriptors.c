/* No file descriptors left, at the start of a run and in its midst: that is
 * said, nothing is taken for absent that could not be looked at, and it ends.
 */
#include <sys/resource.h>

#include "killing.h"
#include "spawned.h"

enum { ENOUGH_S = 180, FEW = 20 };

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
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0); /* inherited */
    start(&s);
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == 2, "exit code %d:\n%.3000s", code, said);
    ck_assert_msg(strstr(said, "open files"), "%s", said);
    nothing_runs(&s);
    spawned_done(&s);
}
END_TEST

struct engine_wait {
    const struct spawned *s;
    const char *sign;
};

/* The engine's process once the journal has the sign. */
static int is_so_far(void *ctx, struct err *err)
{
    const struct engine_wait *w = ctx;
    AUTO_FREE char *folder = spawned_folder(w->s);
    AUTO_FREE char *path = path_of("%s/journal.jsonl", folder ? folder : "");
    AUTO_FREE char *text = NULL;
    struct err none = {0};

    (void)err;
    return folder && file_read(path, &text, NULL, &none) == 0 &&
           strstr(text, w->sign);
}

static pid_t engine_now(const struct spawned *s)
{
    AUTO_FREE char *folder = spawned_folder(s);
    struct killing k = {.run = folder};

    return pid_of(&k, ENGINE);
}

static const char *const signs[] = {
    "\"phase\":\"steady\"",
    "\"what\":\"landed\"",
    "\"phase\":\"drain\"",
    "\"phase\":\"replay\"",
};

START_TEST(used_up_in_its_midst)
{
    const struct rlimit few = {FEW, FEW};
    struct clk clk = clk_real();
    AUTO_FREE char *said = NULL;
    struct spawned s;
    struct engine_wait w = {&s, signs[_i]};
    struct err err = {0};
    pid_t engine;
    int code;

    spawned_init(&s);
    start(&s);
    ck_assert_msg(wait_until(&clk, is_so_far, &w, 5 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             signs[_i], &err) == 0,
                  "%s", err.text);
    engine = engine_now(&s);
    ck_assert_int_gt(engine, 0);
    ck_assert_int_eq(prlimit(engine, RLIMIT_NOFILE, &few, NULL), 0);
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == 2, "exit code %d:\n%.3000s", code, said);
    ck_assert_msg(strcasestr(said, "too many open files"), "%s", said);
    nothing_runs(&s);
    spawned_done(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("descriptors");
    TCase *tc = tcase_create("descriptors");
    SRunner *sr = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 2 * ENOUGH_S + 60);
    tcase_add_loop_test(tc, too_few_for_any_run, 0, (int)ARRAY_LEN(limits));
    tcase_add_loop_test(tc, used_up_in_its_midst, 0, (int)ARRAY_LEN(signs));
    suite_add_tcase(suite, tc);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
