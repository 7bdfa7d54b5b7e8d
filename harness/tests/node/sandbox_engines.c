/* sandbox_engines.c - a keeper starts several engines, each after the end of
 * the last, on the same nodes, in both modes.
 */
#include "modes.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

/* Writes the address of the node into the descriptor of the work. "start"
 * starts the node, "look" finds the node running, "die" ends by a signal. */
static int engine(struct nodes *n, void *ctx, const struct keeper_work *what)
{
    struct stage *s = ctx;
    struct node_info info;
    struct node_status st;
    struct err err = {0};

    CLAIM(what->fds_len == 1);
    CLAIM_OK(node_add(n, "broker-1", &info, &err), &err);
    if (strcmp(what->text, "start") == 0)
        CLAIM_OK(start_as(n, s, "broker-1", "wait", "", &err), &err);
    CLAIM_OK(node_status(n, "broker-1", &st, &err), &err);
    CLAIM(st.state == NODE_RUNNING && st.starts == 1);
    CLAIM(kill(st.pid, 0) == 0);
    dprintf(what->fds[0], "%s", info.address);
    if (strcmp(what->text, "die") == 0)
        (void)raise(SIGKILL);
    return 7;
}

static void stay(struct stage *s, enum sandbox mode)
{
    struct keeper_spec spec = {.sandbox = mode,
                               .work_dir = s->dir,
                               .engine_fd = -1,
                               .engine_begun = engine,
                               .ctx = s};
    struct err err = {0};

    stage_open(s, mode);
    ck_assert_msg(keeper_start(&spec, &s->keeper, &err) == 0, "%s", err.text);
}

/* Run an engine; returns the engine's wait status. */
static int begin(struct stage *s, const char *text, char address[64])
{
    struct keeper_work what = {.text = text, .fds_len = 1};
    struct err err = {0};
    int fds[2], status = -1;
    ssize_t n;

    ck_assert_int_eq(pipe(fds), 0);
    what.fds[0] = fds[1];
    ck_assert_msg(keeper_begin(s->keeper, &what, &err) == 0, "%s", err.text);
    (void)close(fds[1]);
    n = read(fds[0], address, 63);
    ck_assert_int_gt(n, 0);
    address[n] = 0;
    ck_assert_int_eq(read(fds[0], &status, 1),
                     0); /* no other process holds a copy */
    (void)close(fds[0]);
    ck_assert_msg(keeper_await(s->keeper, &status, &err) == 0, "%s", err.text);
    return status;
}

static void one_after_another(enum sandbox mode)
{
    char first[64], second[64];
    struct stage s;

    stay(&s, mode);
    ck_assert_int_eq(WEXITSTATUS(begin(&s, "start", first)), 7);
    ck_assert_int_eq(WTERMSIG(begin(&s, "die", second)), SIGKILL);
    ck_assert_str_eq(first, second);
    ck_assert_int_eq(WEXITSTATUS(begin(&s, "look", second)), 7);
    ck_assert_int_eq(count_marked(&s), 1);
    keeper_end(s.keeper);
    s.keeper = NULL;
    ck_assert_int_eq(count_marked(&s), 0);
    stage_close(&s);
}

static void a_killed_keeper(enum sandbox mode)
{
    struct keeper_work what = {.text = "look"};
    char address[64];
    struct err err = {0};
    struct stage s;

    stay(&s, mode);
    ck_assert_int_eq(WEXITSTATUS(begin(&s, "start", address)), 7);
    ck_assert_int_eq(kill(keeper_pid(s.keeper), SIGKILL), 0);
    ck_assert_int_eq(keeper_begin(s.keeper, &what, &err), -ECHILD);
    ck_assert_int_eq(count_marked(&s), 0);
    keeper_end(s.keeper);
    s.keeper = NULL;
    stage_close(&s);
}

START_TEST(test_one_after_another)
{
    one_after_another(modes[_i]);
}
END_TEST

START_TEST(test_a_killed_keeper)
{
    a_killed_keeper(modes[_i]);
}
END_TEST

static void fill(TCase *tc, int first)
{
    tcase_add_loop_test(tc, test_one_after_another, first, MODES_LEN);
    tcase_add_loop_test(tc, test_a_killed_keeper, first, MODES_LEN);
}

BOTH_MODES_MAIN("engines one after another", fill, 60)
