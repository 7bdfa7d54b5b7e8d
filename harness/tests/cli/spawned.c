/* spawned.c - ordeal as a child process of a test. */
#include "spawned.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"

void spawned_init(struct spawned *s)
{
    struct err err = {0};

    *s = (struct spawned){.dir = "/tmp/ordeal-cli-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    (void)snprintf(s->out, sizeof(s->out), "%s/out", s->dir);
    (void)snprintf(s->said, sizeof(s->said), "%s/said", s->dir);
    ck_assert_int_eq(file_write(s->said, "", 0, &err), 0);
}

void spawned_done(struct spawned *s)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(s->dir, &err) == 0, "%s", err.text);
}

void spawned_start(struct spawned *s, const char *const *args)
{
    const char *argv[16] = {"ordeal"};

    for (size_t i = 0; args[i]; i++) {
        ck_assert_uint_lt(i + 2, ARRAY_LEN(argv));
        argv[i + 1] = args[i];
    }
    s->pid = fork();
    ck_assert_int_ge(s->pid, 0);
    if (s->pid > 0)
        return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (freopen(s->said, "w", stdout) && dup2(1, 2) == 2 &&
        freopen("/dev/null", "r", stdin) && chdir(s->dir) == 0 &&
        setenv("ORDEAL_FIXTURES", SOURCE_DIR "/fixtures", 1) == 0)
        execv(BUILD_DIR "/bin/ordeal", (char **)argv);
    _exit(127);
}

static int spawned_has_ended(void *ctx, struct err *err)
{
    int *status = ctx;
    pid_t rc = waitpid(status[0], &status[1], WNOHANG);

    (void)err;
    return rc == 0 ? 0 : rc > 0 ? 1 : -errno;
}

int spawned_wait(struct spawned *s, int seconds)
{
    struct clk clk = clk_real();
    int status[2] = {s->pid};
    struct err err = {0};
    int rc = wait_until(&clk, spawned_has_ended, status, 20 * US_PER_MS,
                        clk_now(&clk) + seconds * (int64_t)US_PER_S,
                        "the program's end", &err);

    if (rc < 0)
        (void)kill(s->pid, SIGKILL);
    ck_assert_msg(rc == 0, "%s", err.text);
    return WIFEXITED(status[1]) ? WEXITSTATUS(status[1])
                                : 128 + WTERMSIG(status[1]);
}

char *spawned_text(const struct spawned *s)
{
    struct err err = {0};
    char *text = NULL;

    ck_assert_msg(file_read(s->said, &text, NULL, &err) == 0, "%s", err.text);
    return text;
}

char *spawned_folder(const struct spawned *s)
{
    DIR *d = opendir(s->out);
    char *found = NULL;

    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        ck_assert_ptr_null(found);
        found = path_of("%s/%s", s->out, e->d_name);
    }
    if (d)
        (void)closedir(d);
    return found;
}

json_t *spawned_evidence(const struct spawned *s)
{
    AUTO_FREE char *dir = spawned_folder(s);
    AUTO_FREE char *path = path_of("%s/run.json", dir ? dir : s->out);
    struct err err = {0};
    json_t *run = NULL;

    ck_assert_msg(json_read(path, &run, &err) == 0, "%s", err.text);
    return run;
}
