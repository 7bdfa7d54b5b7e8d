/* test_enter.c - answers of `ordeal enter` about folders without a live run. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "support/suite.h"

static const struct run_place {
    bool started, ended, has_work;
    int want;
    const char *says;
} places[] = {
    {false, false, false, EXIT_WRONG_USAGE, "no run folder"},
    {true, false, false, OUTCOME_INCONCLUSIVE, "nothing runs there yet"},
    {true, true, false, OUTCOME_INCONCLUSIVE, "the run has ended"},
    {true, true, true, OUTCOME_INCONCLUSIVE, "the run has ended"},
    {true, false, true, OUTCOME_INCONCLUSIVE, "the run has ended"}, /* killed */
};

/* No keeper can have the pid: pids are below 2^22. */
#define GONE                                                                   \
    "{\"sandboxed\": false, \"pid\": 4194304, \"start_time\": 1, "             \
    "\"nodes\": {\"worker-1\": {\"pid\": 5, \"netns\": -1}}}"

static void put(const char *dir, const char *name, const char *text)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);
    struct err err = {0};

    ck_assert_msg(file_print(path, &err, "%s", text) == 0, "%s", err.text);
}

START_TEST(where_nothing_runs_nothing_is_entered)
{
    const struct run_place *p = &places[_i];
    char dir[] = "/tmp/ordeal-enter-XXXXXX";
    char *argv[] = {(char *)"enter", dir, (char *)"true", NULL};
    AUTO_FREE char *work = NULL, *said = NULL, *text = NULL;
    struct err err = {0};
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    work = path_of("%s/work", dir);
    said = path_of("%s/said", dir);
    if (p->started)
        put(dir, "start.json", "{}");
    if (p->ended)
        put(dir, "run.json", "{}");
    ck_assert_int_eq(mkdir_all(work, &err), 0);
    if (p->has_work)
        put(work, "keeper.json", GONE);
    fd = open(said, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
    ck_assert_int_eq(command_enter.run(3, argv), p->want);
    ck_assert_int_eq(file_read(said, &text, NULL, &err), 0);
    ck_assert_msg(strstr(text, p->says) != NULL, "%s", text);
    (void)close(fd);
    ck_assert_int_eq(remove_tree(dir, &err), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, where_nothing_runs_nothing_is_entered, 0,
                        (int)ARRAY_LEN(places));
}

SUITE_MAIN("cli/enter", fill)
