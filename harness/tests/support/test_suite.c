/* test_suite.c - a test program that tests nothing must not pass. */
#include "support/suite.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(passes)
{
}
END_TEST

START_TEST(fails)
{
    ck_abort_msg("on purpose");
}
END_TEST

static void no_test(TCase *tc)
{
    (void)tc;
}

static void one_that_passes(TCase *tc)
{
    tcase_add_test(tc, passes);
}

static void one_that_fails(TCase *tc)
{
    one_that_passes(tc);
    tcase_add_test(tc, fails);
}

static void a_loop(TCase *tc)
{
    tcase_add_loop_test(tc, passes, 2, 4);
}

static void a_loop_of_none(TCase *tc)
{
    one_that_passes(tc);
    tcase_add_loop_test(tc, passes, 2, 2);
}

static const struct {
    void (*fill)(TCase *tc);
    const char *left_out;
    int status;
} suites[] = {
    {one_that_passes, NULL, EXIT_SUCCESS},
    {a_loop, NULL, EXIT_SUCCESS},
    {no_test, NULL, EXIT_FAILURE},
    {a_loop_of_none, NULL, EXIT_FAILURE},
    {one_that_fails, NULL, EXIT_FAILURE},
    {one_that_passes, "on purpose", SUITE_SKIPPED},
    {one_that_fails, "on purpose", EXIT_FAILURE},
    {no_test, "on purpose", EXIT_FAILURE},
};

/* Hide the inner program's results, which would read like the outer one's. */
static void be_silent(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(99);
}

START_TEST(a_program_that_tested_nothing_fails)
{
    pid_t pid = fork();
    int status = -1;

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        TCase *tc = tcase_create("inner");

        be_silent();
        suites[_i].fill(tc);
        _exit(test_case_run("inner", tc, suites[_i].left_out));
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == suites[_i].status,
                  "suite %d: wait status %d", _i, status);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_program_that_tested_nothing_fails, 0,
                        sizeof(suites) / sizeof(suites[0]));
}

SUITE_MAIN("suite", fill)
