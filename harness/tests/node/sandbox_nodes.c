/* sandbox_nodes.c - nodes as seen by the engine, in both modes: life, signals,
 * addresses. */
#include "modes.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"

static int life(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info first, again;
    struct node_status st;
    struct err err = {0};
    char text[64];

    CLAIM(nodes_sandboxed(n) == (s->mode == SANDBOX_ON));
    CLAIM_OK(node_add(n, "broker-1", &first, &err), &err);
    CLAIM_OK(node_status(n, "broker-1", &st, &err), &err);
    CLAIM(st.state == NODE_NEVER_STARTED && st.pid == 0 && st.starts == 0);
    CLAIM(node_signal(n, "broker-1", SIGTERM, &err) == -ESRCH);
    err = (struct err){0};

    for (uint64_t i = 1; i <= 3; i++) {
        CLAIM_OK(start_as(n, s, "broker-1", "wait", "", &err), &err);
        CLAIM(start_as(n, s, "broker-1", "wait", "", &err) == -EBUSY);
        err = (struct err){0};
        CLAIM_OK(node_status(n, "broker-1", &st, &err), &err);
        CLAIM(st.state == NODE_RUNNING && st.pid > 1 && st.starts == i);
        CLAIM(kill(st.pid, 0) == 0); /* the pid is valid in the engine */
        CLAIM(getsid(st.pid) == st.pid);
        CLAIM_OK(node_signal(n, "broker-1", SIGKILL, &err), &err);
        CLAIM_OK(await_state(n, "broker-1", NODE_ENDED, &err), &err);
        CLAIM_OK(node_status(n, "broker-1", &st, &err), &err);
        wait_status_text(st.wait_status, text, sizeof(text));
        CLAIM(strcmp(text, "killed by signal 9 (Killed)") == 0);
        CLAIM_OK(node_add(n, "broker-1", &again, &err), &err);
        CLAIM(memcmp(&first, &again, sizeof(first)) == 0);
    }
    return 0;
}

static int stopping(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    struct err err = {0};

    CLAIM_OK(node_add(n, "worker-1", &info, &err), &err);
    CLAIM_OK(start_as(n, s, "worker-1", "wait", "", &err), &err);
    CLAIM_OK(node_signal(n, "worker-1", SIGSTOP, &err), &err);
    CLAIM_OK(await_state(n, "worker-1", NODE_STOPPED, &err), &err);
    CLAIM_OK(node_signal(n, "worker-1", SIGCONT, &err), &err);
    CLAIM_OK(await_state(n, "worker-1", NODE_RUNNING, &err), &err);
    CLAIM_OK(node_signal(n, "worker-1", SIGSTOP, &err), &err);
    CLAIM_OK(node_signal(n, "worker-1", SIGKILL, &err), &err);
    CLAIM_OK(await_state(n, "worker-1", NODE_ENDED, &err), &err);
    return 0;
}

/* Two nodes: each reaches the other at the `address`, the engine reaches both
 * at the `observer_address`, and servers see the right address of the caller.
 */
static int connecting(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info a, b;
    struct err err = {0};
    AUTO_FREE char *kept = path_of("%s/keeper.json", s->dir);
    AUTO_JSON json_t *record = NULL;
    char further[NODE_ADDRESS_MAX], text[64];

    CLAIM_OK(node_add(n, "a", &a, &err), &err);
    CLAIM_OK(node_add(n, "b", &b, &err), &err);
    CLAIM_OK(node_add_address(n, "b", further, &err), &err);
    CLAIM_OK(json_read(kept, &record, &err), &err);
    CLAIM(look_int(record, "further") == 1);
    CLAIM(strcmp(a.address, b.address) != 0);
    CLAIM(strcmp(b.address, further) != 0);
    CLAIM_OK(start_as(n, s, "b", "serve", "0.0.0.0", &err), &err);
    CLAIM_OK(await_served(b.observer_address, &err), &err);
    if (s->mode == SANDBOX_ON) {
        /* Not reached by the path that faults touch. */
        CLAIM(dial(b.address, text, sizeof(text)) == -ENETUNREACH);
        CLAIM_OK(start_as(n, s, "a", "dial", b.address, &err), &err);
    } else {
        CLAIM(strcmp(b.address, b.observer_address) == 0);
        CLAIM(strncmp(b.address, "127.", 4) == 0);
        CLAIM_OK(start_as(n, s, "a", "dial", b.address, &err), &err);
    }
    CLAIM_OK(await_state(n, "a", NODE_ENDED, &err), &err);
    CLAIM_OK(start_as(n, s, "a", "dial", further, &err), &err);
    CLAIM_OK(await_state(n, "a", NODE_ENDED, &err), &err);

    AUTO_FREE char *path = path_of("%s/a.log", s->dir);
    AUTO_FREE char *said = NULL;
    AUTO_FREE char *expected = path_of("%s%s", a.address, a.address);

    CLAIM_OK(file_read(path, &said, NULL, &err), &err);
    CLAIM(s->mode == SANDBOX_OFF || strcmp(said, expected) == 0);
    CLAIM(*said);
    return 0;
}

/* A node without a process keeps the address: connections are refused instead
 * of timing out. */
static int keeping_address(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info a;
    struct err err = {0};
    char text[64];

    CLAIM_OK(node_add(n, "a", &a, &err), &err);
    CLAIM(dial(a.observer_address, text, sizeof(text)) == -ECONNREFUSED);
    for (int i = 0; i < 2; i++) {
        CLAIM_OK(start_as(n, s, "a", "serve", a.observer_address, &err), &err);
        CLAIM_OK(await_served(a.observer_address, &err), &err);
        CLAIM_OK(node_signal(n, "a", SIGKILL, &err), &err);
        CLAIM_OK(await_state(n, "a", NODE_ENDED, &err), &err);
        CLAIM(dial(a.observer_address, text, sizeof(text)) == -ECONNREFUSED);
    }
    return 0;
}

static int start_of(struct nodes *n, const struct node_process *p,
                    struct err *err)
{
    pid_t pid;

    return node_start(n, p, &pid, err);
}

static int refusing(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    struct node_status st;
    AUTO_FREE char *log = path_of("%s/x.log", s->dir);
    char *none[] = {NULL};
    char *absent[] = {(char *)"/no/such/program", NULL};
    struct node_process p = {"x", absent, none, "/", log, NULL};
    struct err err = {0};

    CLAIM(node_add(n, "", &info, &err) == -EINVAL);
    CLAIM(node_add(n, "Two words", &(struct node_info){0}, &(struct err){0}) ==
          -EINVAL);
    CLAIM(start_of(n, &p, &(struct err){0}) == -ENOENT); /* no such node */
    err = (struct err){0};
    CLAIM_OK(node_add(n, "x", &info, &err), &err);
    CLAIM(start_of(n, &p, &err) == -ENOENT);
    CLAIM(strcmp(err.text, "x: run /no/such/program: No such file or "
                           "directory") == 0);
    p.cwd = "/no/such/folder";
    CLAIM(start_of(n, &p, &(struct err){0}) == -ENOENT);
    p.argv = none;
    CLAIM(start_of(n, &p, &(struct err){0}) == -EINVAL);
    CLAIM_OK(node_status(n, "x", &st, &(struct err){0}), &err);
    CLAIM(st.state == NODE_NEVER_STARTED && st.starts == 0);
    return 0;
}

static int filling_up(struct nodes *n, void *ctx)
{
    struct node_info info, seen[NODES_MAX];
    struct err err = {0};

    (void)ctx;
    for (int i = 0; i < NODES_MAX; i++) {
        AUTO_FREE char *name = path_of("node-%d", i);

        CLAIM_OK(node_add(n, name, &seen[i], &err), &err);
        for (int j = 0; j < i; j++)
            CLAIM(strcmp(seen[i].address, seen[j].address) != 0);
    }
    CLAIM(node_add(n, "one-more", &info, &err) == -ENOSPC);
    return 0;
}

/* The surroundings of a node's process: environment, folder, PATH, hosts, a
 * name for the uid. */
static int surroundings(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    AUTO_FREE char *log = path_of("%s/c.log", s->dir);
    AUTO_FREE char *hosts = path_of("%s/hosts", s->dir);
    AUTO_FREE char *said = NULL;
    char *argv[] = {(char *)"sh", (char *)"-c",
                    (char *)"pwd; echo $A; cat; grep peer /etc/hosts; id -u; "
                            "id -un; ls /proc/self/fd | wc -l >&2; exit 7",
                    NULL};
    char *env[] = {(char *)"A=b c", (char *)"PATH=/usr/bin:/bin", NULL};
    struct node_process p = {"c", argv, env, s->dir, log, hosts};
    AUTO_FREE char *expected =
        path_of("%s\nb c\n10.0.0.9 peer\n1000\nordeal\n4\n", s->dir);
    struct node_status st;
    struct err err = {0};

    CLAIM_OK(node_add(n, "c", &info, &err), &err);
    CLAIM_OK(file_print(hosts, &err, "10.0.0.9 peer\n"), &err);
    CLAIM_OK(start_of(n, &p, &err), &err);
    CLAIM_OK(await_state(n, "c", NODE_ENDED, &err), &err);
    CLAIM_OK(node_status(n, "c", &st, &err), &err);
    CLAIM(WIFEXITED(st.wait_status) && WEXITSTATUS(st.wait_status) == 7);
    CLAIM_OK(file_read(log, &said, NULL, &err), &err);
    dprintf(2, "%s",
            strcmp(said, expected) && s->mode == SANDBOX_ON ? said : "");
    CLAIM(s->mode == SANDBOX_OFF || strcmp(said, expected) == 0);
    return 0;
}

/* A machine that is down runs nothing: when the process of a node ends,
 * children of the process end too, unless in a session of their own. */
static int group_goes_too(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    AUTO_FREE char *log = path_of("%s/g.log", s->dir);
    char *argv[] = {(char *)"sh", (char *)"-c",
                    (char *)"sleep 1000 & echo $!; wait", NULL};
    char *env[] = {(char *)"PATH=/usr/bin:/bin", NULL};
    struct node_process p = {"g", argv, env, s->dir, log, NULL};
    struct err err = {0};
    AUTO_FREE char *said = NULL;
    struct clk clk = clk_real();
    int64_t deadline = PATIENCE_US;
    pid_t child = 0;

    CLAIM_OK(node_add(n, "g", &info, &err), &err);
    CLAIM_OK(start_of(n, &p, &err), &err);
    while (child == 0 && clk_now(&clk) < deadline) {
        free(said);
        CLAIM_OK(file_read(log, &said, NULL, &err), &err);
        child = (pid_t)strtol(said, NULL, 10);
    }
    CLAIM(child > 0 && kill(child, 0) == 0);
    CLAIM_OK(node_signal(n, "g", SIGKILL, &err), &err);
    CLAIM_OK(await_state(n, "g", NODE_ENDED, &err), &err);
    while (kill(child, 0) == 0 && clk_now(&clk) < deadline)
        (void)await_state(n, "g", NODE_ENDED, &err);
    CLAIM(kill(child, 0) < 0 && errno == ESRCH);
    return 0;
}

/* Memory holds passwords, so a crash leaves no core, whatever limit the harness
 * itself has. */
static int leaving_no_core(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    struct node_info info;
    AUTO_FREE char *log = path_of("%s/d.log", s->dir);
    AUTO_FREE char *core = path_of("%s/core", s->dir);
    AUTO_FREE char *said = NULL;
    char *argv[] = {(char *)"sh", (char *)"-c",
                    (char *)"grep 'core file' /proc/self/limits; kill -SEGV $$",
                    NULL};
    char *env[] = {(char *)"PATH=/usr/bin:/bin", NULL};
    struct node_process p = {"d", argv, env, s->dir, log, NULL};
    struct node_status st;
    struct err err = {0};

    CLAIM_OK(node_add(n, "d", &info, &err), &err);
    CLAIM_OK(start_of(n, &p, &err), &err);
    CLAIM_OK(await_state(n, "d", NODE_ENDED, &err), &err);
    CLAIM_OK(node_status(n, "d", &st, &err), &err);
    CLAIM(WIFSIGNALED(st.wait_status) && WTERMSIG(st.wait_status) == SIGSEGV);
    CLAIM(!WCOREDUMP(st.wait_status));
    CLAIM(access(core, F_OK) < 0);
    CLAIM_OK(file_read(log, &said, NULL, &err), &err);
    CLAIM(!strstr(said, "unlimited"));
    return 0;
}

START_TEST(test_leaving_no_core)
{
    struct rlimit whole;

    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &whole), 0);
    whole.rlim_cur = whole.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_CORE, &whole), 0);
    act(modes[_i], leaving_no_core);
}
END_TEST

static void *ask_often(void *ctx)
{
    struct awaited_state *a = ctx;
    struct node_status st;
    struct err err = {0};

    for (int i = 0; i < 200; i++)
        if (node_status(a->nodes, a->name, &st, &err) < 0 ||
            st.state != NODE_NEVER_STARTED)
            return a;
    return NULL;
}

static int asking_from_threads(struct nodes *n, void *ctx)
{
    pthread_t threads[4];
    struct awaited_state a = {n, "t", NODE_NEVER_STARTED};
    struct node_info info;
    struct err err = {0};

    (void)ctx;
    CLAIM_OK(node_add(n, "t", &info, &err), &err);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        CLAIM(pthread_create(&threads[i], NULL, ask_often, &a) == 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *bad;

        CLAIM(pthread_join(threads[i], &bad) == 0 && !bad);
    }
    return 0;
}

#define IN_BOTH_MODES(name)                                                    \
    START_TEST(test_##name)                                                    \
    {                                                                          \
        act(modes[_i], name);                                                  \
    }                                                                          \
    END_TEST

IN_BOTH_MODES(life)
IN_BOTH_MODES(stopping)
IN_BOTH_MODES(connecting)
IN_BOTH_MODES(keeping_address)
IN_BOTH_MODES(refusing)
IN_BOTH_MODES(filling_up)
IN_BOTH_MODES(surroundings)
IN_BOTH_MODES(group_goes_too)
IN_BOTH_MODES(asking_from_threads)

static void fill(TCase *tc, int first)
{
    int end = (int)ARRAY_LEN(modes);

    tcase_add_loop_test(tc, test_life, first, end);
    tcase_add_loop_test(tc, test_stopping, first, end);
    tcase_add_loop_test(tc, test_connecting, first, end);
    tcase_add_loop_test(tc, test_keeping_address, first, end);
    tcase_add_loop_test(tc, test_refusing, first, end);
    tcase_add_loop_test(tc, test_filling_up, first, end);
    tcase_add_loop_test(tc, test_surroundings, first, end);
    tcase_add_loop_test(tc, test_group_goes_too, first, end);
    tcase_add_loop_test(tc, test_leaving_no_core, first, end);
    tcase_add_loop_test(tc, test_asking_from_threads, first, end);
}

BOTH_MODES_MAIN("nodes", fill, 120)
