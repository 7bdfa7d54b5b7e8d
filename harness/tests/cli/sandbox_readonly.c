/* sandbox_readonly.c - a folder that cannot be written, from the start or
 * from some moment on: the cause is reported, there is no verdict, and the
 * run ends.
 *
 * Root starts the program as nobody, as nothing is read-only to root.
 */
#include <dirent.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "killing.h"
#include "spawned.h"

enum { ENOUGH_S = 180, NOBODY = 65534 };

static bool become_nobody(void)
{
    return geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
                              setuid(NOBODY) == 0);
}

/* True if nobody may run the programs of the build; tried in a child. */
static bool is_able(void)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0)
        _exit(become_nobody() && access(BUILD_DIR "/bin/ordeal", X_OK) == 0 &&
                      access(SOURCE_DIR "/harness/tests/cli/ordeals",
                             R_OK | X_OK) == 0
                  ? 0
                  : 1);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void init(struct spawned *s)
{
    struct err err = {0};

    spawned_init(s);
    ck_assert_int_eq(mkdir_all(s->out, &err), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(s->dir, NOBODY, NOBODY), 0);
        ck_assert_int_eq(chown(s->out, NOBODY, NOBODY), 0);
        ck_assert_int_eq(chown(s->said, NOBODY, NOBODY), 0);
    }
}

/* Start the program in a child that becomes nobody first. */
static void start(struct spawned *s, const char *out)
{
    const char *const args[] = {"run",
                                "--sandbox",
                                "off",
                                "--out",
                                out,
                                SOURCE_DIR "/harness/tests/cli/ordeals/"
                                           "two-ends.yaml",
                                NULL};

    s->pid = fork();
    ck_assert_int_ge(s->pid, 0);
    if (s->pid > 0)
        return;
    if (!become_nobody())
        _exit(126);
    spawned_start(s, args); /* the pid stays in the memory of the child */
    _exit(spawned_wait(s, ENOUGH_S));
}

/* Take the write permission of all folders below `dir` away, or give the
 * permission back. */
static void set_writable(const char *dir, bool writable)
{
    DIR *d = opendir(dir);

    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        AUTO_FREE char *path = path_of("%s/%s", dir, e->d_name);

        if (e->d_type == DT_DIR && e->d_name[0] != '.')
            set_writable(path, writable);
    }
    (void)closedir(d);
    ck_assert_int_eq(chmod(dir, writable ? 0755 : 0555), 0);
}

static void done(struct spawned *s)
{
    struct killing k = {0};
    char who[128] = "";

    (void)snprintf(k.out, sizeof(k.out), "%s", s->out);
    ck_assert_msg(count_left(&k, who, sizeof(who)) == 0, "%s is left", who);
    set_writable(s->out, true);
    spawned_done(s);
}

START_TEST(no_run_begins_where_nothing_can_be_written)
{
    AUTO_FREE char *said = NULL, *below = NULL;
    struct spawned s;
    int code;

    init(&s);
    below = path_of("%s/below", s.out);
    set_writable(s.out, false);
    start(&s, _i == 0 ? s.out : below);
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == 64, "exit code %d:\n%.3000s", code, said);
    ck_assert_msg(strstr(said, s.out) && strstr(said, "Permission denied"),
                  "%s", said);
    done(&s);
}
END_TEST

static const char *const signs[] = {"\"phase\":\"steady\"",
                                    "\"phase\":\"drain\""};

enum { MOMENTS_LEN = ARRAY_LEN(signs) };

struct locked {
    const char *sign; /* text in the journal that marks the moment */
    struct spawned s;
    bool done;
};

/* Do the logs of both partitions of the load exist? A broker that cannot make
 * the log takes no record, and the load would wait 120 s for an answer. */
static bool has_logs(const char *folder)
{
    for (int p = 0; p < 2; p++) {
        AUTO_FREE char *log =
            path_of("%s/work/cluster/logs/orders-%d/00000000000000000000.log",
                    folder, p);

        if (access(log, F_OK) != 0)
            return false;
    }
    return true;
}

static int all_locked(void *ctx, struct err *err)
{
    struct locked *all = ctx;
    int left = 0;

    (void)err;
    for (size_t i = 0; i < MOMENTS_LEN; i++) {
        struct locked *l = &all[i];
        AUTO_FREE char *folder = spawned_folder(&l->s);
        AUTO_FREE char *path =
            path_of("%s/journal.jsonl", folder ? folder : "");
        AUTO_FREE char *text = NULL;
        struct err none = {0};

        if (!l->done && folder && file_read(path, &text, NULL, &none) == 0 &&
            strstr(text, l->sign) && has_logs(folder)) {
            set_writable(l->s.out, false);
            l->done = true;
        }
        left += !l->done;
    }
    return left == 0;
}

static void ends_and_says_so(struct locked *l)
{
    AUTO_FREE char *said = NULL, *folder = spawned_folder(&l->s);
    int code = spawned_wait(&l->s, ENOUGH_S);

    said = spawned_text(&l->s);
    ck_assert_msg(code == 2, "exit code %d:\n%.3000s", code, said);
    ck_assert_msg(strstr(said, "Permission denied") && strstr(said, folder),
                  "%.3000s", said);
    done(&l->s);
}

START_TEST(evidence_that_cannot_be_written_is_no_pass)
{
    struct locked all[MOMENTS_LEN] = {0};
    struct clk clk = clk_real();
    struct err err = {0};

    for (size_t i = 0; i < MOMENTS_LEN; i++) {
        all[i].sign = signs[i];
        init(&all[i].s);
        start(&all[i].s, all[i].s.out);
    }
    ck_assert_msg(wait_until(&clk, all_locked, all, 5 * US_PER_MS,
                             clk_now(&clk) + ENOUGH_S * (int64_t)US_PER_S,
                             "all moments", &err) == 0,
                  "%s", err.text);
    for (size_t i = 0; i < MOMENTS_LEN; i++)
        ends_and_says_so(&all[i]);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("readonly");

    if (!is_able()) {
        dprintf(1, "skipped: nobody but root may run what is built here\n");
        return SUITE_SKIPPED;
    }
    tcase_set_timeout(tc, 2 * ENOUGH_S + 60);
    tcase_add_loop_test(tc, no_run_begins_where_nothing_can_be_written, 0, 2);
    tcase_add_test(tc, evidence_that_cannot_be_written_is_no_pass);
    return test_case_run("readonly", tc, NULL);
}
