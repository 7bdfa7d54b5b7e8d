/* reap.c - the keeper takes note of ended processes. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "node/keep_own.h"

void keep_note_end(struct keep *k, pid_t pid, int wait_status)
{
    char text[64];

    wait_status_text(wait_status, text, sizeof(text));
    if (pid == k->engine) {
        k->engine_ended = true;
        k->engine_status = wait_status;
        log_info("keeper", "the engine %s", text);
    }
    for (size_t i = 0; i < k->nodes_len; i++) {
        struct member *m = &k->nodes[i];

        if (m->pid != pid || m->pidfd < 0)
            continue;
        (void)close(m->pidfd);
        m->pidfd = -1;
        m->wait_status = wait_status;
        log_info(m->info.name, "process %d %s", (int)pid, text);
    }
}

static bool is_node(const struct keep *k, pid_t pid)
{
    for (size_t i = 0; i < k->nodes_len; i++)
        if (k->nodes[i].pid == pid && k->nodes[i].pidfd >= 0)
            return true;
    return false;
}

void keep_reap(struct keep *k)
{
    for (;;) {
        siginfo_t ended = {0};
        int wait_status;

        if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) < 0 ||
            ended.si_pid == 0)
            return;
        /* Before the reaping: as long as the leader is a zombie, the
         * number of the process group stays taken. */
        if (is_node(k, ended.si_pid))
            (void)kill(-ended.si_pid, SIGKILL);
        if (waitpid(ended.si_pid, &wait_status, 0) == ended.si_pid)
            keep_note_end(k, ended.si_pid, wait_status);
    }
}
