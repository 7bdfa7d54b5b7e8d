/* test_world_part.c - the part of a shared world's logs that belongs to a run.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "engine/shared_own.h"
#include "support/suite.h"

static char top[] = "/tmp/ordeal-world-XXXXXX";
static char *world, *run_dir;
static struct plan plan;
static struct run_spec spec;
static struct run run;

/* Append `text` to the log of `node`. */
static void append(const char *node, const char *text)
{
    AUTO_FREE char *path = path_of("%s/node.logs/%s.log", world, node);
    AUTO_FILE FILE *f = fopen(path, "ae");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
}

static void setup(void)
{
    AUTO_FREE char *logs = NULL;
    AUTO_FREE char *work = NULL;
    struct err err = {0};

    (void)snprintf(top, sizeof(top), "/tmp/ordeal-world-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    world = path_of("%s/world", top);
    run_dir = path_of("%s/run", top);
    logs = path_of("%s/node.logs", world);
    work = path_of("%s/work", run_dir);
    ck_assert_int_eq(mkdir_all(logs, &err), 0);
    ck_assert_int_eq(mkdir_all(work, &err), 0);
    plan = (struct plan){.platform = platform_find("embedded")};
    spec = (struct run_spec){
        .plan = &plan, .dir = run_dir, .world = {.dir = world}};
    run = (struct run){.given = {.spec = &spec, .plan = &plan}};
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(top, &err), 0);
    free(world);
    free(run_dir);
}

static const struct platform_node *two(struct platform *p, size_t *ret_len)
{
    static const struct platform_node all[] = {
        {.name = "broker-1", .role = ROLE_BROKER},
        {.name = "worker-1", .role = ROLE_WORKER}};

    (void)p;
    *ret_len = ARRAY_LEN(all);
    return all;
}

static void holds(const char *node, const char *text)
{
    AUTO_FREE char *path = path_of("%s/work/node.logs/%s.log", run_dir, node);
    AUTO_FREE char *found = NULL;
    struct err err = {0};

    if (!text) {
        ck_assert_int_lt(access(path, F_OK), 0);
        return;
    }
    ck_assert_msg(file_read(path, &found, NULL, &err) == 0, "%s", err.text);
    ck_assert_str_eq(found, text);
}

/* The workers of the run before end between both notes. */
START_TEST(lines_of_the_run_before_are_not_taken)
{
    static const struct platform_ops ops = {.name = "two", .list = two};
    struct platform opened = {.ops = &ops};
    struct err err = {0};

    append("broker-1", "before\n");
    append("worker-1", "before\n");
    append("worker-2", "before\n");
    append("worker-3", "before\n");
    ck_assert_int_eq(shared_begin(&run, NULL, &err), 0);
    append("broker-1", "ERROR a worker has gone\n");
    append("worker-1", "ERROR shutting down\n");
    append("worker-3", "ERROR shutting down\n");
    append("cluster", "all of a new log\n");
    ck_assert_int_eq(shared_begin(&run, &opened, &err), 0);
    append("broker-1", "now\n");
    append("worker-1", "now\n");
    append("worker-2", "added by a fault\n");
    ck_assert_msg(shared_take_logs(run_dir, &err) == 0, "%s", err.text);
    holds("broker-1", "now\n");
    holds("worker-1", "now\n");
    holds("worker-2", "added by a fault\n");
    holds("worker-3", NULL);
    holds("cluster", "all of a new log\n");
}
END_TEST

/* A worker of the run that wrote nothing has an empty log, as elsewhere. */
START_TEST(a_silent_node_of_the_run_has_a_log)
{
    struct err err = {0};

    append("worker-1", "before\n");
    ck_assert_int_eq(shared_begin(&run, NULL, &err), 0);
    ck_assert_int_eq(shared_take_logs(run_dir, &err), 0);
    holds("worker-1", "");
}
END_TEST

START_TEST(logs_not_copied_whole_are_no_logs)
{
    AUTO_FREE char *in_the_way =
        path_of("%s/work/node.logs/broker-1.log", run_dir);
    AUTO_FREE char *none = NULL;
    AUTO_FREE char *some = NULL;
    AUTO_FREE char *alone = shared_own_logs(run_dir);
    struct err err = {0};

    ck_assert_ptr_nonnull(alone); /* a run with nodes of its own */
    append("broker-1", "x\n");
    append("worker-1", "x\n");
    ck_assert_int_eq(shared_begin(&run, NULL, &err), 0);
    ck_assert_int_eq(mkdir(in_the_way, 0700), 0);
    ck_assert_int_lt(shared_take_logs(run_dir, &err), 0);
    none = shared_own_logs(run_dir);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(rmdir(in_the_way), 0);
    err = (struct err){0};
    ck_assert_int_eq(shared_take_logs(run_dir, &err), 0);
    some = shared_own_logs(run_dir);
    ck_assert_ptr_nonnull(some);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, lines_of_the_run_before_are_not_taken);
    tcase_add_test(tc, a_silent_node_of_the_run_has_a_log);
    tcase_add_test(tc, logs_not_copied_whole_are_no_logs);
}

SUITE_MAIN("a run's part of a shared world's logs", fill)
