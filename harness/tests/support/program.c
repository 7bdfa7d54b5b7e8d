/* program.c - our programs as children of a test. */
#include "support/program.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"

pid_t program_start_logged(const char *const *argv, const char *log,
                           FILE **ret_out)
{
    char path[512];
    int fds[2];
    pid_t pid;

    ck_assert_int_eq(pipe(fds), 0);
    (void)snprintf(path, sizeof(path), "%s/%s", BUILD_DIR, argv[0]);
    pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(fds[1], 1);
        (void)close(fds[0]);
        (void)close(fds[1]);
        if (!log || freopen(log, "a", stderr))
            execv(path, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    (void)close(fds[1]);
    *ret_out = fdopen(fds[0], "r");
    ck_assert_ptr_nonnull(*ret_out);
    return pid;
}

pid_t program_start(const char *const *argv, FILE **ret_out)
{
    return program_start_logged(argv, NULL, ret_out);
}

unsigned port_said(FILE *out, const char *name)
{
    char line[96], word[33];
    unsigned port = 0;

    ck_assert_ptr_nonnull(fgets(line, sizeof(line), out));
    ck_assert_int_eq(sscanf(line, "%32s 127.0.0.1:%u", word, &port), 2);
    ck_assert_str_eq(word, name);
    return port;
}

int program_end(pid_t pid, int sig)
{
    int64_t until_us = clk_monotonic_us() + 100 * US_PER_S;
    struct clk clk = clk_real();
    int status = 0;
    pid_t ended;

    (void)kill(pid, sig);
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 &&
           clk_monotonic_us() < until_us)
        clk_sleep(&clk, US_PER_MS);
    ck_assert_msg(ended == pid, "process %d did not end by signal %d", (int)pid,
                  sig);
    return status;
}
