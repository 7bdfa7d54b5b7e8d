/* test_hold.c - a run folder stays locked until the last process with the
 * descriptor has ended. */
#include "cli/hold.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "support/suite.h"

static int try_it(const char *dir, int64_t patience_us)
{
    AUTO_FD int fd = -1;
    struct err err = {0};
    int rc = folder_hold(dir, patience_us, &fd, &err);

    if (rc == -EBUSY)
        ck_assert_ptr_nonnull(strstr(err.text, "still goes on"));
    return rc;
}

START_TEST(one_at_a_time)
{
    char dir[] = "/tmp/ordeal-hold-XXXXXX";
    struct err err = {0};
    int fd = -1, status;
    pid_t heir;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(try_it(dir, 0), 0);
    ck_assert_int_eq(folder_hold(dir, 0, &fd, &err), 0);
    ck_assert_int_eq(try_it(dir, 0), -EBUSY);

    heir = fork(); /* as keeper and engine are */
    if (heir == 0)
        for (;;)
            (void)pause();
    (void)close(fd);
    ck_assert_int_eq(try_it(dir, 100 * US_PER_MS), -EBUSY);
    ck_assert_int_eq(kill(heir, SIGKILL), 0);
    ck_assert_int_eq(try_it(dir, 10 * US_PER_S), 0);
    ck_assert_int_eq(waitpid(heir, &status, 0), heir);
    ck_assert_int_eq(rmdir(dir), 0);
    ck_assert_int_eq(try_it(dir, 0), -ENOENT);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, one_at_a_time);
}

SUITE_MAIN("hold", fill)
