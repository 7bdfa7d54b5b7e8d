/* sandbox_enter.c - entering a live run, and a run that has ended. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "modes.h"

static int scene(struct nodes *n, void *ctx)
{
    struct stage *s = ctx;
    AUTO_FREE char *hosts = path_of("%s/hosts", s->dir);
    AUTO_FREE char *log = path_of("%s/a.log", s->dir);
    char *argv[] = {(char *)"/proc/self/exe", (char *)"--node", (char *)"serve",
                    (char *)"0.0.0.0", NULL};
    char *env[] = {NULL};
    struct node_info a, b;
    struct err err = {0};
    pid_t pid;

    CLAIM_OK(file_print(hosts, &err, "10.0.0.9 peer\n"), &err);
    CLAIM_OK(node_add(n, "a", &a, &err), &err);
    CLAIM_OK(node_add(n, "b", &b, &err), &err);
    CLAIM_OK(node_start(n,
                        &(struct node_process){.name = "a",
                                               .argv = argv,
                                               .env = env,
                                               .cwd = s->dir,
                                               .log_path = log,
                                               .hosts_path = hosts},
                        &pid, &err),
             &err);
    CLAIM_OK(await_served(a.observer_address, &err), &err);
    CLAIM_OK(report(s, a.address), &err);
    await_order(s);
    return 0;
}

static void is_told(const char *what)
{
    dprintf(2, "told: %s\n", what);
}

/* Enter from a child. Returns the exit code of argv; 200 if refused. */
static int enter(const struct stage *s, const char *node, char *const *argv)
{
    AUTO_FREE char *out = path_of("%s/out", s->dir);
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct err err = {0};
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        int rc;

        if (fd < 0 || dup2(fd, 1) < 0)
            _exit(201);
        rc = sandbox_enter(s->dir, node, argv, is_told, &err);
        dprintf(1, "%d %s", rc, err.text);
        _exit(200);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static char *said(const struct stage *s)
{
    AUTO_FREE char *out = path_of("%s/out", s->dir);
    struct err err = {0};
    char *text;

    ck_assert_msg(file_read(out, &text, NULL, &err) == 0, "%s", err.text);
    return text;
}

static void enters_node(const struct stage *s, char *address)
{
    char *dials[] = {(char *)"/proc/self/exe", (char *)"--node", (char *)"dial",
                     address, NULL};
    char *hosts[] = {(char *)"grep", (char *)"-c", (char *)"^10.0.0.9 peer",
                     (char *)"/etc/hosts", NULL};
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    ck_assert_int_eq(enter(s, "b", dials), 0);
    text = said(s);
    ck_assert_str_eq(text, s->mode == SANDBOX_ON ? "10.88.0.2" : "127.0.0.1");
    /* In the run's own namespace no address leads to the bridge. */
    ck_assert_int_eq(enter(s, NULL, dials), s->mode == SANDBOX_ON ? 5 : 0);
    /* In the fallback the hosts file is bound only where the machine permits
     * namespaces. */
    if (s->mode == SANDBOX_ON || sandbox_probe(&err) == 0)
        ck_assert_int_eq(enter(s, "a", hosts), 0);
    ck_assert_int_eq(enter(s, "b", hosts),
                     1); /* never started: no hosts file of its own */
}

static void refuses(const struct stage *s)
{
    char *absent[] = {(char *)"/no/such/program", NULL};
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *node_text = NULL;

    ck_assert_int_eq(enter(s, NULL, absent), 200);
    text = said(s);
    ck_assert_ptr_nonnull(strstr(text, "run /no/such/program: No such file"));
    ck_assert_int_eq(enter(s, "x", absent), 200);
    node_text = said(s);
    ck_assert_ptr_nonnull(strstr(node_text, "keeper.json: no node x"));
}

static void is_over(const struct stage *s)
{
    char *argv[] = {(char *)"true", NULL};
    AUTO_FREE char *text = NULL;

    ck_assert_int_eq(enter(s, NULL, argv), 200);
    text = said(s);
    ck_assert_ptr_nonnull(strstr(text, "keeper.json: the run has ended"));
}

/* A sanitizer may run a thread, and the kernel permits only processes with a
 * single thread to enter a user namespace. */
static bool can_enter(void)
{
    DIR *dir = opendir("/proc/self/task");
    int entries = 0;

    while (dir && readdir(dir))
        entries++;
    (void)closedir(dir);
    return entries == 3;
}

START_TEST(enters_while_it_runs)
{
    char *code[] = {(char *)"sh", (char *)"-c", (char *)"exit 9", NULL};
    struct err err = {0};
    char address[64];
    struct stage s;
    int status;

    stage_open(&s, modes[_i]);
    stage_start(&s, scene);
    hear(&s, address);
    if (can_enter() || modes[_i] == SANDBOX_OFF) {
        ck_assert_int_eq(enter(&s, NULL, code), 9);
        ck_assert_int_eq(enter(&s, "a", code), 9);
        enters_node(&s, address);
        refuses(&s);
    }
    order(&s);
    ck_assert_int_eq(keeper_wait(s.keeper, &status, &err), 0);
    ck_assert_int_eq(status, 0);
    is_over(&s);
    stage_close(&s);
}
END_TEST

static void fill(TCase *tc, int first)
{
    int end = (int)ARRAY_LEN(modes);

    tcase_add_loop_test(tc, enters_while_it_runs, first, end);
}

BOTH_MODES_MAIN("enter", fill, 120)
