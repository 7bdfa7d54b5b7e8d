/* sandbox_secrets.c - a run with secrets in the scenario, in an endpoint, in
 * faults and in node logs: none is left in the evidence, in any form, and no
 * other user may read the evidence. */
#include <dirent.h>
#include <fts.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

enum { ENOUGH_S = 120 };

#define SCENARIO SOURCE_DIR "/harness/tests/cli/secrets/planted.yaml"

/* The password of the scenario, in forms that a node may print: plain, in
 * JSON, in JSON of ASCII, in JSON in JSON, in a URL, in a form, in a URL
 * with small digits, and in base64: alone, and behind 3, 5 and 2 bytes. */
static const char *const forms[] = {
    "pl4nt3d/s\"3 c+\xc3\xa9t",      "pl4nt3d/s\\\"3 c+\xc3\xa9t",
    "pl4nt3d/s\\\"3 c+\\u00e9t",     "pl4nt3d/s\\\\\\\"3 c+\xc3\xa9t",
    "pl4nt3d%2Fs%223%20c%2B%C3%A9t", "pl4nt3d%2Fs%223+c%2B%C3%A9t",
    "pl4nt3d%2fs%223%20c%2b%c3%a9t", "cGw0bnQzZC9zIjMgYyvDqXQ=",
    "bWU6cGw0bnQzZC9zIjMgYyvDqXQ=",  "dXNlcjpwbDRudDNkL3MiMyBjK8OpdAo=",
    "YWJwbDRudDNkL3MiMyBjK8OpdA==",
};

/* Parts of the secrets and of their forms; none may be left. Parts of base64
 * forms are the digits decided by the password alone. */
static const char *const hidden[] = {
    "pl4nt3d",      "1nTheUrl",     "an0therSecret",
    "told-by-file", "cGw0bnQzZC9z", "wbDRudDNkL3",
    "bnQzZC9zIj",   "YnB0bnQzZC",   "L3MiMyBjK8",
};

/* Once worker-1 has a log, append all forms, as a worker might print them. */
static bool plant(const struct spawned *s)
{
    AUTO_FREE char *dir = spawned_folder(s);
    AUTO_FREE char *path =
        path_of("%s/work/node.logs/worker-1.log", dir ? dir : "/nowhere");
    FILE *f = access(path, F_OK) == 0 ? fopen(path, "ae") : NULL;

    if (!f)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        fprintf(f, "worker says %s.\n", forms[i]);
    fprintf(f, "and an0therSecret, told-by-file, 1nTheUrl, abc\n");
    return fclose(f) == 0;
}

static int planted(void *ctx, struct err *err)
{
    (void)err;
    return plant(ctx);
}

/* Look at the command lines of all processes of the machine; 1 once the http
 * server of the run, started last of all nodes, is among them. */
static int no_secret_on_command_lines(void *ctx, struct err *none)
{
    DIR *dir = opendir("/proc");
    const struct dirent *e;
    size_t seen = 0;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir))) {
        AUTO_FREE char *path = path_of("/proc/%s/cmdline", e->d_name);
        AUTO_FREE char *text = NULL;
        struct err err = {0};
        size_t len = 0;

        if (e->d_name[0] < '0' || e->d_name[0] > '9' ||
            file_read(path, &text, &len, &err) < 0)
            continue;
        seen += memmem(text, len, "ordeal-http", 11) != NULL;
        for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
            ck_assert_msg(!memmem(text, len, hidden[i], strlen(hidden[i])),
                          "\"%s\" is in %s", hidden[i], path);
    }
    (void)closedir(dir);
    (void)ctx;
    (void)none;
    return seen > 0;
}

static void start(struct spawned *s)
{
    AUTO_FREE char *file = path_of("%s/told", s->dir);
    AUTO_FREE char *option = path_of("greeting=@%s", file);
    struct clk clk = clk_real();
    struct err err = {0};

    ck_assert_int_eq(file_print(file, &err, "told-by-file\n"), 0);
    spawned_start(s, (const char *[]){"run", "--out", s->out, "--set", option,
                                      SCENARIO, NULL});
    ck_assert_msg(wait_until(&clk, planted, s, 10 * US_PER_MS,
                             clk_now(&clk) + 60 * (int64_t)US_PER_S,
                             "the log of worker-1", &err) == 0,
                  "%s", err.text);
    ck_assert_msg(wait_until(&clk, no_secret_on_command_lines, s,
                             10 * US_PER_MS,
                             clk_now(&clk) + 60 * (int64_t)US_PER_S,
                             "the http server", &err) == 0,
                  "%s", err.text);
}

static int is_there(void *ctx, struct err *err)
{
    (void)err;
    return access(ctx, R_OK) == 0;
}

/* The credential of the endpoint, from the start of the endpoint on; new. */
static char *credential(const char *dir)
{
    AUTO_FREE char *path = path_of("%s/work/shop/credential", dir);
    struct clk clk = clk_real();
    struct err err = {0};
    char *text;

    ck_assert_msg(wait_until(&clk, is_there, path, 10 * US_PER_MS,
                             clk_now(&clk) + 60 * (int64_t)US_PER_S, path,
                             &err) == 0 &&
                      file_read(path, &text, NULL, &err) == 0,
                  "%s", err.text);
    return text;
}

static void check_file(const char *path, const char *generated)
{
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    size_t len;

    ck_assert_msg(file_read(path, &text, &len, &err) == 0, "%s", err.text);
    ck_assert_msg(!memmem(text, len, generated, strlen(generated)),
                  "the credential of the endpoint is in %s", path);
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
        ck_assert_msg(!memmem(text, len, hidden[i], strlen(hidden[i])),
                      "\"%s\" is in %s", hidden[i], path);
}

/* Check the modes of all files, and the content of all evidence. Returns the
 * number of evidence files. */
static size_t check_folder(char *dir, const char *generated)
{
    char *const roots[] = {dir, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    AUTO_FREE char *undo = path_of("%s/undo", dir);
    AUTO_FREE char *work = path_of("%s/work", dir);
    size_t files = 0;
    FTSENT *e;

    ck_assert_ptr_nonnull(fts);
    while ((e = fts_read(fts))) {
        mode_t mode = e->fts_statp->st_mode & 0777;

        if (e->fts_info == FTS_D) {
            ck_assert_msg(mode == 0700, "%s: %o", e->fts_path, mode);
            continue;
        }
        if (e->fts_info != FTS_F)
            continue;
        ck_assert_msg((mode & 077) == 0, "%s: %o", e->fts_path, mode);
        if (strncmp(e->fts_path, work, strlen(work)) == 0 ||
            strncmp(e->fts_path, undo, strlen(undo)) == 0)
            continue;
        ck_assert_msg(mode == 0600, "%s: %o", e->fts_path, mode);
        check_file(e->fts_path, generated);
        files++;
    }
    fts_close(fts);
    return files;
}

static void check_log(const char *dir)
{
    AUTO_FREE char *path = path_of("%s/logs/worker-1.log", dir);
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    ck_assert_msg(file_read(path, &text, NULL, &err) == 0, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(text,
                                 "worker says <secret:vars.db-password>.\n"
                                 "worker says <secret:vars.db-password>.\n"));
    ck_assert_ptr_nonnull(strstr(text, "<secret:greeting>, "));
    ck_assert_msg(strstr(text, ", abc\n") != NULL,
                  "a short value made a hole:\n%s", text);
}

static bool lists(const json_t *run, const char *name, bool replaced)
{
    json_t *one;
    size_t i;

    json_array_foreach (look(run, "secrets"), i, one)
        if (look_is(one, "name", name))
            return look_true(one, "replaced") == replaced;
    return false;
}

START_TEST(no_secret_is_left_in_the_evidence)
{
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *generated = NULL;
    AUTO_FREE char *said = NULL;
    AUTO_JSON json_t *run = NULL;
    struct spawned s;
    mode_t before = umask(0);
    int code;

    spawned_init(&s);
    start(&s);
    code = spawned_wait(&s, ENOUGH_S);
    (void)umask(before);
    said = spawned_text(&s);
    ck_assert_msg(code == 0, "exit code %d:\n%s", code, said);
    dir = spawned_folder(&s);
    generated = credential(dir);
    ck_assert_uint_ge(check_folder(dir, generated), 10);
    check_file(s.said, generated);
    check_log(dir);
    run = spawned_evidence(&s);
    ck_assert_str_eq(look_text(run, "outcome"), "pass");
    ck_assert(lists(run, "greeting", true));
    ck_assert(lists(run, "vars.db-password", true));
    ck_assert(lists(run, "shop.credential", true));
    ck_assert(lists(run, "vars.pin-password", false));
    spawned_done(&s);
}
END_TEST

/* ---- killed: the outer program copies the logs, else verify ---- */

static int is_free(void *ctx, struct err *err)
{
    AUTO_FD int fd = open(ctx, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)err;
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void verify(struct spawned *s, const char *dir)
{
    struct clk clk = clk_real();
    struct err err = {0};

    ck_assert_msg(wait_until(&clk, is_free, (void *)dir, 20 * US_PER_MS,
                             clk_now(&clk) + 30 * (int64_t)US_PER_S,
                             "the end of the run", &err) == 0,
                  "%s", err.text);
    spawned_start(s, (const char *[]){"verify", dir, NULL});
    ck_assert_int_eq(spawned_wait(s, ENOUGH_S), 2);
}

START_TEST(verify_copies_the_logs_of_a_run_whose_outer_was_killed)
{
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *generated = NULL;
    AUTO_FREE char *log = NULL;
    struct spawned s;

    spawned_init(&s);
    start(&s);
    dir = spawned_folder(&s);
    generated = credential(dir);
    ck_assert_int_eq(kill(s.pid, SIGKILL), 0);
    ck_assert_int_eq(spawned_wait(&s, 10), 128 + SIGKILL);
    log = path_of("%s/logs/worker-1.log", dir);
    ck_assert_int_lt(access(log, F_OK), 0);
    verify(&s, dir);
    check_log(dir);
    ck_assert_uint_ge(check_folder(dir, generated), 10);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, no_secret_is_left_in_the_evidence);
    tcase_add_test(tc, verify_copies_the_logs_of_a_run_whose_outer_was_killed);
}

SUITE_MAIN_TIMEOUT("secrets in the evidence", fill, 300)
