/* program.h - programs of ours as children of a test. They die with it. */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"

/* Start BUILD_DIR/argv[0]; *ret_out is what it prints, `log` (NULL: the test's
 * own) where its standard error goes. */
static inline pid_t program_start_logged(const char *const *argv,
                                         const char *log, FILE **ret_out)
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

static inline pid_t program_start(const char *const *argv, FILE **ret_out)
{
    return program_start_logged(argv, NULL, ret_out);
}

/* The port in its next line, "NAME 127.0.0.1:PORT". */
static inline unsigned port_said(FILE *out, const char *name)
{
    char line[96], word[33];
    unsigned port = 0;

    ck_assert_ptr_nonnull(fgets(line, sizeof(line), out));
    ck_assert_int_eq(sscanf(line, "%32s 127.0.0.1:%u", word, &port), 2);
    ck_assert_str_eq(word, name);
    return port;
}

/* Send a signal, wait for the end; the wait status. */
static inline int program_end(pid_t pid, int sig)
{
    int status;

    (void)kill(pid, sig);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

#endif
