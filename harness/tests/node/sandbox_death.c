/* sandbox_death.c - whichever of outer program, keeper and engine dies, by
 * whatever signal, nothing is left. */
#include "modes.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "node/lease_own.h"

enum victim { OUTER, KEEPER, ENGINE, NOBODY };

static const struct fate_case {
    enum victim victim;
    int sig;
} cases[] = {
    {OUTER, SIGKILL},  {KEEPER, SIGKILL}, {ENGINE, SIGKILL},
    {ENGINE, SIGABRT}, {NOBODY, 0},
};

enum { MEMBERS = 4 }; /* marked: three nodes, and a child of a node */

/* Start three nodes, one with a child; then die, or wait for the end. */
static int scene(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    const struct fate_case *c = &cases[s->scene];
    /* A process in a session of its own survives a killed keeper without a PID
     * namespace (node.h). */
    bool away = s->mode == SANDBOX_ON || c->victim != KEEPER;
    struct node_info info;
    struct err err = {0};

    CLAIM_OK(node_add(n, "a", &info, &err), &err);
    CLAIM_OK(node_add(n, "b", &info, &err), &err);
    CLAIM_OK(node_add(n, "c", &info, &err), &err);
    CLAIM_OK(start_as(n, s, "a", "wait", "", &err), &err);
    CLAIM_OK(start_as(n, s, "b", "family", away ? "away" : "", &err), &err);
    CLAIM_OK(start_as(n, s, "c", "wait", "", &err), &err);
    CLAIM_OK(report(s, info.address), &err);
    await_order(s);
    if (c->victim == ENGINE)
        (void)kill(getpid(), c->sig);
    if (c->victim != NOBODY)
        (void)pause();
    return 33;
}

/* The outer program. Returns 0 if keeper_wait() gave the result of the case. */
static int outer(struct stage *s)
{
    const struct fate_case *c = &cases[s->scene];
    struct err err = {0};
    char number[64];
    int status = 0, rc;

    (void)close(s->ears);
    (void)close(s->voice);
    stage_start(s, scene);
    (void)snprintf(number, sizeof(number), "%d", (int)keeper_pid(s->keeper));
    CLAIM(report(s, number) == 0);
    rc = keeper_wait(s->keeper, &status, &err);
    keeper_end(s->keeper);
    if (c->victim == KEEPER) {
        CLAIM(rc == -ECHILD);
        CLAIM(strstr(err.text, "killed by signal 9 (Killed)"));
        return 0;
    }
    CLAIM_OK(rc, &err);
    if (c->victim == NOBODY)
        CLAIM(WIFEXITED(status) && WEXITSTATUS(status) == 33);
    else
        CLAIM(WIFSIGNALED(status) && WTERMSIG(status) == c->sig);
    return 0;
}

static int all_there(void *ctx, struct err *err)
{
    int n = count_marked(ctx);

    (void)err_set(err, -EAGAIN, "%d of %d processes", n, MEMBERS);
    return n == MEMBERS;
}

static int all_gone(void *ctx, struct err *err)
{
    int n = count_marked(ctx);

    (void)err_set(err, -EAGAIN, "%d processes are left", n);
    return n == 0;
}

static void await(wait_fn met, struct stage *s, const char *what)
{
    struct clk clk = clk_real();
    struct err err = {0};
    int rc = wait_until(&clk, met, s, 5000, PATIENCE_US, what, &err);

    ck_assert_msg(rc == 0, "%s", err.text);
}

/* Receive two reports in either order: the keeper's pid from the outer program,
 * and an address from the engine. */
static void hear_both(const struct stage *s, char number[64], char address[64])
{
    hear(s, number);
    hear(s, address);
    if (strchr(number, '.')) {
        char swap[64];

        memcpy(swap, number, 64);
        memcpy(number, address, 64);
        memcpy(address, swap, 64);
    }
}

static char *appended(char *all, const char *more)
{
    AUTO_FREE char *before = all;

    return path_of("%s%s\n", before, more);
}

/* Everything outside that a run might have changed: mounts, addresses and
 * interfaces. */
static char *surroundings(void)
{
    static const char *const files[] = {"/proc/self/mountinfo",
                                        "/proc/net/fib_trie"};
    struct if_nameindex *names = if_nameindex();
    char *all = path_of("%s", "");

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *text = NULL;
        struct err err = {0};

        ck_assert_msg(file_read(files[i], &text, NULL, &err) == 0, "%s",
                      err.text);
        all = appended(all, text);
    }
    for (struct if_nameindex *n = names; n && n->if_name; n++)
        all = appended(all, n->if_name);
    if_freenameindex(names);
    return all;
}

static void lock_is_free(const char *address)
{
    unsigned x, y;
    struct lease lease;
    struct err err = {0};

    ck_assert_int_eq(sscanf(address, "127.%u.%u.", &x, &y), 2);
    ck_assert_msg(lease_take_at((uint8_t)x, (uint8_t)y, &lease, &err) == 0,
                  "%s", err.text);
    lease_drop(&lease);
}

static void lock_is_held(const char *address)
{
    unsigned x, y;
    struct lease lease;
    struct err err = {0};

    ck_assert_int_eq(sscanf(address, "127.%u.%u.", &x, &y), 2);
    ck_assert_int_eq(lease_take_at((uint8_t)x, (uint8_t)y, &lease, &err),
                     -EADDRINUSE);
}

static void die(enum sandbox mode, int which)
{
    AUTO_FREE char *before = surroundings();
    char number[64], address[64], rest;
    struct stage s;
    int status;
    pid_t pid;

    stage_open(&s, mode);
    s.scene = which;
    pid = fork();
    if (pid == 0)
        _exit(outer(&s));
    (void)close(s.news);
    s.news = -1;
    hear_both(&s, number, address);
    await(all_there, &s, "the scene");
    if (mode == SANDBOX_OFF)
        lock_is_held(address);
    if (cases[which].victim == OUTER)
        (void)kill(pid, cases[which].sig);
    else if (cases[which].victim == KEEPER)
        (void)kill((pid_t)strtol(number, NULL, 10), cases[which].sig);
    else
        order(&s);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    if (cases[which].victim == OUTER)
        ck_assert(WIFSIGNALED(status));
    else {
        ck_assert_msg(status == 0, "the outer's wait status is %d", status);
        /* The outer program had to wait for all processes. */
        ck_assert_int_eq(count_marked(&s), 0);
    }
    await(all_gone, &s, "the end");
    /* End of file: outer program, keeper and engine each held the other end. */
    ck_assert_int_eq(read(s.ears, &rest, 1), 0);
    if (mode == SANDBOX_OFF)
        lock_is_free(address);

    AUTO_FREE char *after = surroundings();

    ck_assert_str_eq(before, after);
    stage_close(&s);
}

START_TEST(nothing_is_left)
{
    int n = (int)ARRAY_LEN(cases);

    die(modes[_i / n], _i % n);
}
END_TEST

static int obedient(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    sigset_t set;
    int sig;

    (void)n;
    CLAIM(getsid(0) ==
          getppid()); /* the keeper's session, not the terminal's */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    CLAIM(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    CLAIM(report(s, "") == 0);
    CLAIM(sigwait(&set, &sig) == 0 && sig == SIGTERM);
    return 5;
}

START_TEST(interrupt_is_sigterm_in_the_engine)
{
    struct err err = {0};
    char text[64];
    struct stage s;
    int status;

    stage_open(&s, modes[_i]);
    stage_start(&s, obedient);
    hear(&s, text);
    keeper_interrupt(s.keeper);
    ck_assert_int_eq(keeper_wait(s.keeper, &status, &err), 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    keeper_interrupt(s.keeper); /* too late, and harmless */
    keeper_kill(s.keeper);
    stage_close(&s);
}
END_TEST

static int patient(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    struct err err = {0};

    CLAIM_OK(node_add(n, "a", &info, &err), &err);
    CLAIM_OK(start_as(n, s, "a", "wait", "", &err), &err);
    CLAIM_OK(node_signal(n, "a", SIGSTOP, &err), &err);
    CLAIM(report(s, info.address) == 0);
    for (;;)
        (void)pause();
}

START_TEST(kill_is_the_end_of_all)
{
    struct err err = {0};
    char text[64];
    struct stage s;
    int status;

    stage_open(&s, modes[_i]);
    stage_start(&s, patient);
    hear(&s, text);
    keeper_kill(s.keeper);
    ck_assert_int_eq(keeper_wait(s.keeper, &status, &err), 0);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert_int_eq(count_marked(&s), 0);
    stage_close(&s);
}
END_TEST

/* A second run neither keeps the first alive nor shares the addresses. */
START_TEST(two_runs_do_not_meet)
{
    struct stage s[2];
    char address[2][64];

    for (int i = 0; i < 2; i++) {
        stage_open(&s[i], modes[_i]);
        stage_start(&s[i], patient);
        hear(&s[i], address[i]);
    }
    if (modes[_i] == SANDBOX_OFF)
        ck_assert_str_ne(address[0], address[1]);
    stage_close(&s[0]);
    ck_assert_int_eq(count_marked(&s[0]), 0);
    ck_assert_int_eq(count_marked(&s[1]), 1);
    stage_close(&s[1]);
    ck_assert_int_eq(count_marked(&s[1]), 0);
}
END_TEST

static void fill(TCase *tc, int first)
{
    int end = (int)ARRAY_LEN(modes);
    int n = (int)ARRAY_LEN(cases);

    tcase_add_loop_test(tc, nothing_is_left, first * n, end * n);
    tcase_add_loop_test(tc, interrupt_is_sigterm_in_the_engine, first, end);
    tcase_add_loop_test(tc, kill_is_the_end_of_all, first, end);
    tcase_add_loop_test(tc, two_runs_do_not_meet, first, end);
}

BOTH_MODES_MAIN("death", fill, 120)
