/* sandbox_installed.c - ordeal installed to a prefix which is then made
 * read-only: another user runs the demo from an empty folder, twice at the
 * same time, and the prefix stays unchanged.
 *
 * Root starts the program as nobody, as nothing is read-only to root.
 */
#include <dirent.h>
#include <fts.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

enum { ENOUGH_S = 240, NOBODY = 65534 };

static const char *const installed[] = {
    "bin/ordeal",
    "libexec/ordeal/ordeal-http",
    "libexec/ordeal/ordeal-mock",
    "libexec/ordeal/ordeal-broker",
    "libexec/ordeal/ordeal-worker",
    "share/ordeal/fixtures/plugins/http-sink/plugin.json",
    "share/ordeal/scenarios/demo/05-schema-change.yaml",
    "share/man/man1/ordeal.1",
    "share/bash-completion/completions/ordeal",
};

static int wait_of(pid_t pid)
{
    struct spawned s = {.pid = pid};

    return spawned_wait(&s, ENOUGH_S);
}

static void install(const char *prefix)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout))
            execlp("cmake", "cmake", "--install", BUILD_DIR, "--prefix", prefix,
                   NULL);
        _exit(127);
    }
    ck_assert_int_eq(wait_of(pid), 0);
    for (size_t i = 0; i < ARRAY_LEN(installed); i++) {
        AUTO_FREE char *path = path_of("%s/%s", prefix, installed[i]);

        ck_assert_msg(access(path, R_OK) == 0, "%s", path);
    }
}

/* Path, size and time of everything below `dir`, as text, new. Gives write
 * permission or takes the permission away. */
static char *state_of(char *dir, bool writable)
{
    char *const roots[] = {dir, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    char *text = path_of("%s", "");
    FTSENT *e;

    ck_assert_ptr_nonnull(fts);
    while ((e = fts_read(fts))) {
        const struct stat *st = e->fts_statp;
        mode_t mode = st->st_mode & 0777;
        char *more;

        if (e->fts_info == FTS_DP)
            continue;
        more = path_of("%s%s %lld %lld\n", text, e->fts_path,
                       (long long)st->st_size, (long long)st->st_mtime);
        free(text);
        text = more;
        ck_assert_int_eq(
            chmod(e->fts_path, writable ? mode | 0200 : mode & ~0222u), 0);
    }
    fts_close(fts);
    return text;
}

static bool become_another(void)
{
    return geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
                              setuid(NOBODY) == 0);
}

/* Start the demo with an environment that has nothing of the test's. */
static pid_t start(const char *prefix, const char *dir, const char *said)
{
    AUTO_FREE char *program = path_of("%s/bin/ordeal", prefix);
    char *const argv[] = {(char *)"ordeal", (char *)"demo", (char *)"--keep",
                          (char *)"never", NULL};
    char *const env[] = {(char *)"PATH=/usr/bin:/bin",
                         (char *)"HOME=/nonexistent", NULL};
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (freopen(said, "w", stdout) && dup2(1, 2) == 2 && become_another() &&
        chdir(dir) == 0)
        execve(program, argv, env);
    _exit(127);
}

static size_t reports_in(const char *dir)
{
    AUTO_FREE char *reports = path_of("%s/reports", dir);
    DIR *d = opendir(reports);
    size_t n = 0;

    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        AUTO_FREE char *path = path_of("%s/%s/report.html", reports, e->d_name);

        n += access(path, R_OK) == 0;
    }
    (void)closedir(d);
    return n;
}

START_TEST(another_user_runs_the_demo_twice_at_a_time)
{
    AUTO_FREE char *prefix = NULL;
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *before = NULL;
    AUTO_FREE char *after = NULL;
    char said[2][64];
    pid_t pids[2];
    struct spawned s;
    mode_t mask = umask(022);

    spawned_init(&s);
    prefix = path_of("%s/prefix", s.dir);
    dir = path_of("%s/empty", s.dir);
    install(prefix);
    ck_assert_int_eq(chmod(s.dir, 0755), 0);
    ck_assert_int_eq(mkdir(dir, 0755), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(chown(dir, NOBODY, NOBODY), 0);
    before = state_of(prefix, false);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(said[i], sizeof(said[i]), "%s/said-%d", s.dir, i);
        pids[i] = start(prefix, dir, said[i]);
    }
    for (int i = 0; i < 2; i++) {
        int code = wait_of(pids[i]);
        AUTO_FREE char *text = NULL;
        struct err err = {0};

        ck_assert_int_eq(file_read(said[i], &text, NULL, &err), 0);
        ck_assert_msg(code == 0, "exit code %d:\n%s", code, text);
        ck_assert_ptr_nonnull(strstr(text, "\n6 runs: "));
    }
    ck_assert_uint_eq(reports_in(dir), 12);
    after = state_of(prefix, true);
    ck_assert_str_eq(before, after);
    (void)umask(mask);
    spawned_done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, another_user_runs_the_demo_twice_at_a_time);
}

SUITE_MAIN_TIMEOUT("an installed program", fill, 300)
