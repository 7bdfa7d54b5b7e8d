/* test_fetch.c - plugins, digests, Java and programs for a fetch, without a
 * download. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/cache_own.h"
#include "platform/child_own.h"
#include "platform/plugin_make_own.h"
#include "platform/sums_own.h"
#include "support/suite.h"

/* SHA-256 of the five bytes "hello". */
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static char dir[64];

static void make_dir(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-fetch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(dir, &err) == 0, "%s", err.text);
}

/* Write `text` to `name` below dir; makes parent folders. */
static void file(const char *name, const char *text)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);
    AUTO_FREE char *parent =
        path_of("%.*s", (int)(strrchr(path, '/') - path), path);
    struct err err = {0};

    ck_assert_msg(mkdir_all(parent, &err) == 0, "%s", err.text);
    ck_assert_msg(file_write(path, text, strlen(text), &err) == 0, "%s",
                  err.text);
}

/* ---- coordinates and names ----------------------------------------------- */

static const struct {
    const char *given;
    int rc;
    const char *says;
} given[] = {
    {"known", 0, NULL},
    {"g.r:art-i_fact:1.0", 0, NULL},
    {"g:a:1:tar.gz:plugin", 0, NULL},
    {"mine.zip", 0, NULL},
    {"./mine.zip", 0, NULL},
    {"folder", 0, NULL},
    {"mine.jar", 0, NULL},
    {"broken", -EINVAL, "exactly one of"},
    {"g:a", -ENOENT, "none of broken, known"},
    {"g:a:1:x:y:z", -ENOENT, "no coordinate"},
    {"g:a b:1", -ENOENT, "no coordinate"},
    {"g:<a>:1", -ENOENT, "no coordinate"},
    {"unknown", -ENOENT, "none of broken, known"},
    {"mine.txt", -ENOENT, "want a folder, .zip, .tar.gz or .jar"},
};

static void make_plugins(void)
{
    make_dir();
    file("fixtures/plugins/known/plugin.json", "{\"javac\": \"src\"}");
    file("fixtures/plugins/broken/plugin.json", "{}");
    file("here/mine.zip", "");
    file("here/mine.jar", "");
    file("here/mine.txt", "");
    file("here/folder/a.jar", "");
}

START_TEST(plugins_are_found_or_refused)
{
    AUTO_FREE char *fixtures = NULL;
    AUTO_FREE char *here = NULL;
    struct platform_wish w = {.settings = NULL};
    struct err err = {0};
    int rc;

    make_plugins();
    fixtures = path_of("%s/fixtures", dir);
    here = path_of("%s/here", dir);
    w.fixtures_dir = fixtures;
    w.scenario_dir = here;
    rc = platform_find("local")->check_plugin(&w, given[_i].given, &err);
    ck_assert_msg(rc == given[_i].rc, "%s: %d %s", given[_i].given, rc,
                  err.text);
    if (given[_i].says)
        ck_assert_msg(strstr(err.text, given[_i].says) != NULL, "%s", err.text);
    remove_dir();
}
END_TEST

/* ---- descriptions -------------------------------------------------------- */

static const struct {
    const char *json;
    const char *says; /* NULL: fine */
} specs[] = {
    {"{\"maven\": [\"a:b:1\"], \"leave-out\": [\"x-*\"]}", NULL},
    {"{\"pom\": \"pom.xml\", \"services\": {\"i\": [\"c\"]}}", NULL},
    {"[]", "want an object"},
    {"{\"pom\": \"a\", \"javac\": \"b\"}", "want exactly one of"},
    {"{\"why\": \"x\"}", "want exactly one of"},
    {"{\"maven\": \"a:b:1\"}", "maven: wrong type"},
    {"{\"maven\": [1]}", "maven: wrong type"},
    {"{\"pom\": \"a\", \"services\": {\"i\": \"c\"}}", "services: wrong type"},
    {"{\"pom\": \"a\", \"services\": {\"a\": [],\"b\": [],\"c\": [],\"d\": "
     "[],\"e\": [],\"f\": [],\"g\": [],\"h\": [],\"i\": [],\"j\": [],\"k\": "
     "[],\"l\": [],\"m\": [],\"n\": [],\"o\": [],\"p\": [],\"q\": []}}",
     "services: more than 16"},
    {"{\"pom\": \"a\", \"leaveout\": []}", "leaveout: unknown member"},
};

START_TEST(descriptions_are_read_strictly)
{
    AUTO_JSON json_t *spec = NULL;
    struct err err = {0};
    int rc;

    make_dir();
    file("plugin.json", specs[_i].json);
    rc = plugin_spec_read(dir, &spec, &err);
    ck_assert_msg((rc == 0) == !specs[_i].says, "%s: %s", specs[_i].json,
                  err.text);
    if (specs[_i].says)
        ck_assert_msg(strstr(err.text, specs[_i].says) != NULL, "%s", err.text);
    remove_dir();
}
END_TEST

/* ---- digests ------------------------------------------------------------- */

static const struct {
    const char *jar; /* content of a.jar; NULL: no such file */
    const char *sums;
    bool complete;
    int rc;
    const char *says;
} sums[] = {
    {"hello", HELLO "  a.jar\n", true, 0, NULL},
    {"hello", HELLO "  a.jar\n" HELLO "  b.jar\n", false, 0, NULL},
    {"hello", HELLO "  a.jar\n" HELLO "  b.jar\n", true, -EBADMSG,
     "b.jar: missing, expected digest " HELLO},
    {"hullo", HELLO "  a.jar\n", true, -EBADMSG,
     "a.jar: expected digest " HELLO ", has "},
    {"hello", HELLO "  b.jar\n", false, -EBADMSG,
     "a.jar: not in the list of jars, has digest " HELLO},
    {"hello", "a.jar\n", true, -EBADMSG, "want lines of"},
    {NULL, "", true, 0, NULL},
};

START_TEST(a_jar_that_is_not_the_expected_one_is_named)
{
    AUTO_FREE char *jars = NULL;
    AUTO_FREE char *list = NULL;
    char digest[SHA256_HEX], tree[SHA256_HEX];
    struct err err = {0};
    int rc;

    make_dir();
    file("SHA256SUMS", sums[_i].sums);
    file("jars/x/.keep", "");
    if (sums[_i].jar)
        file("jars/a.jar", sums[_i].jar);
    jars = path_of("%s/jars", dir);
    list = path_of("%s/SHA256SUMS", dir);
    rc = sums_check(jars, list, sums[_i].complete, digest, &err);
    ck_assert_msg(rc == sums[_i].rc, "%d %s", rc, err.text);
    if (sums[_i].says)
        ck_assert_msg(strstr(err.text, sums[_i].says) != NULL, "%s", err.text);
    if (rc == 0 && sums[_i].jar) {
        AUTO_FREE char *keep = path_of("%s/x", jars);

        ck_assert_int_eq(remove_tree(keep, &err), 0);
        ck_assert_int_eq(sha256_tree(jars, tree, &err), 0);
        ck_assert_str_eq(digest, tree);
    }
    remove_dir();
}
END_TEST

/* ---- Java and other programs --------------------------------------------- */

static const struct {
    const char *script; /* NULL: no program */
    int rc;
    const char *says;
} javas[] = {
    {"echo '    java.version = 17.0.1'; echo '    java.vendor = Me'", 0, NULL},
    {"echo '    java.version = 21'", 0, NULL},
    {"echo '    java.version = 11.0.2'", -ENOTSUP, "Java 11.0.2, need 17"},
    {"echo '    java.version = 1.8.0_292'", -ENOTSUP, "Java 1.8.0_292"},
    {"echo nonsense", -ENOTSUP, "Java unknown"},
    {"exit 3", -ECHILD, "exit code 3"},
    {NULL, -ENOENT, "set JAVA_HOME to a Java 17"},
};

START_TEST(java_is_found_and_old_enough)
{
    AUTO_FREE char *path = NULL;
    AUTO_FREE char *script =
        path_of("#!/bin/sh\n%s\n", javas[_i].script ? javas[_i].script : "");
    struct java java;
    struct err err = {0};
    int rc;

    make_dir();
    path = path_of("%s/bin/java", dir);
    file("bin/other", "");
    if (javas[_i].script) {
        file("bin/java", script);
        ck_assert_int_eq(chmod(path, 0755), 0);
    }
    ck_assert_int_eq(setenv("JAVA_HOME", dir, 1), 0);
    rc = java_find(&java, &err);
    ck_assert_msg(rc == javas[_i].rc, "%d %s", rc, err.text);
    if (javas[_i].says)
        ck_assert_msg(strstr(err.text, javas[_i].says) != NULL, "%s", err.text);
    remove_dir();
}
END_TEST

START_TEST(a_child_that_hangs_is_ended)
{
    char *argv[] = {(char *)"tail", (char *)"-f", (char *)"/dev/null", NULL};
    struct child c = {
        .argv = argv, .out_fd = 2, .lock_fd = -1, .timeout_us = 100000};
    struct err err = {0};

    ck_assert_int_eq(child_run(&c, &err), -ETIMEDOUT);
}
END_TEST

START_TEST(a_failed_child_is_quoted)
{
    AUTO_FREE char *log = NULL;
    char *argv[] = {(char *)"ls", (char *)"/nowhere-at-all", NULL};
    struct err err = {0};

    make_dir();
    log = path_of("%s/log", dir);
    file("log", "[ERROR] of another time\n");
    ck_assert_int_eq(child_run_logged(argv, dir, log, -1, &err), -ECHILD);
    ck_assert_ptr_nonnull(strstr(err.text, "nowhere-at-all"));
    ck_assert_ptr_null(strstr(err.text, "another time"));
    remove_dir();
}
END_TEST

/* ---- a fetch that is killed ---------------------------------------------- */

static pid_t number_in(const char *path)
{
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    ck_assert_msg(file_read(path, &text, NULL, &err) == 0, "%s", err.text);
    return (pid_t)strtol(text, NULL, 10);
}

/* Start a process that holds the cache and runs a script. The script leaves a
 * process number in the file `number`: its own, or a child's. Returns the
 * process; *ret_pid is the number. */
static pid_t fetch_started(const char *script, pid_t *ret_pid)
{
    AUTO_FREE char *path = path_of("%s/number", dir);
    struct platform_wish wish = {.cache_dir = dir};
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
    struct clk clk = clk_real();
    struct err err = {0};
    pid_t outer = fork();
    struct cache c;

    ck_assert_int_ge(outer, 0);
    if (outer == 0)
        _exit(cache_open(&c, &wish, NULL, NULL, &err) < 0 ||
              cache_run(&c, argv, dir, &err) < 0);
    while (access(path, R_OK) < 0)
        clk_sleep(&clk, 10 * US_PER_MS);
    *ret_pid = number_in(path);
    return outer;
}

static void end_hard(pid_t pid)
{
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static int is_gone(void *ctx, struct err *err)
{
    (void)err;
    return waitpid(*(pid_t *)ctx, NULL, WNOHANG) == *(pid_t *)ctx;
}

START_TEST(a_killed_fetch_takes_its_child_with_it)
{
    struct clk clk = clk_real();
    struct err err = {0};
    pid_t outer, child;
    int rc;

    make_dir();
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    outer = fetch_started("echo $$ >n && mv n number && exec tail -f /dev/null",
                          &child);
    end_hard(outer);
    rc = wait_until(&clk, is_gone, &child, 10 * US_PER_MS,
                    clk_now(&clk) + 5 * US_PER_S, "its child's end", &err);
    if (rc < 0)
        end_hard(child);
    ck_assert_msg(rc == 0, "%s", err.text);
    remove_dir();
}
END_TEST

START_TEST(the_cache_is_held_as_long_as_anything_of_a_fetch_runs)
{
    AUTO_FREE char *path = NULL;
    AUTO_FD int lock = -1;
    pid_t outer, left;
    int rc;

    make_dir();
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    outer = fetch_started("tail -f /dev/null & echo $! >n && mv n number; wait",
                          &left);
    end_hard(outer);
    ck_assert_int_gt(waitpid(-1, NULL, 0), 0); /* the shell */
    path = path_of("%s/lock", dir);
    lock = open(path, O_RDWR | O_CLOEXEC);
    rc = flock(lock, LOCK_EX | LOCK_NB);
    end_hard(left);
    ck_assert_int_eq(rc, -1);
    ck_assert_int_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
    remove_dir();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, plugins_are_found_or_refused, 0, ARRAY_LEN(given));
    tcase_add_loop_test(tc, descriptions_are_read_strictly, 0,
                        ARRAY_LEN(specs));
    tcase_add_loop_test(tc, a_jar_that_is_not_the_expected_one_is_named, 0,
                        ARRAY_LEN(sums));
    tcase_add_loop_test(tc, java_is_found_and_old_enough, 0, ARRAY_LEN(javas));
    tcase_add_test(tc, a_child_that_hangs_is_ended);
    tcase_add_test(tc, a_failed_child_is_quoted);
    tcase_add_test(tc, a_killed_fetch_takes_its_child_with_it);
    tcase_add_test(tc, the_cache_is_held_as_long_as_anything_of_a_fetch_runs);
}

SUITE_MAIN("platform/fetch", fill)
