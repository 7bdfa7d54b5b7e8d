/* modes.c - runs with the test program as engine and as nodes. */
#include "modes.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

static struct sockaddr_in address_at(const char *address)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(PORT)};

    (void)inet_pton(AF_INET, address, &a.sin_addr);
    return a;
}

/* Write to each client the client's own address, as seen by the server. */
static int serve(const char *address)
{
    struct sockaddr_in at = address_at(address), from;
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 8) < 0)
        return 3;
    for (;;) {
        socklen_t len = sizeof(from);
        int c = accept(fd, (struct sockaddr *)&from, &len);
        char text[INET_ADDRSTRLEN];

        if (c < 0 || !inet_ntop(AF_INET, &from.sin_addr, text, sizeof(text)))
            return 4;
        best_effort(write(c, text, strlen(text)));
        (void)close(c);
    }
}

int dial(const char *address, char *out, size_t size)
{
    struct sockaddr_in at = address_at(address);
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 2};
    ssize_t n;

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        return -errno;
    n = recv(fd, out, size - 1, MSG_WAITALL);
    out[n > 0 ? n : 0] = 0;
    return n > 0 ? 0 : -EIO;
}

static int dial_and_print(const char *address)
{
    char text[INET_ADDRSTRLEN + 1];
    int rc = dial(address, text, sizeof(text));

    if (rc == 0)
        best_effort(write(1, text, strlen(text)));
    return rc == 0 ? 0 : 5;
}

/* Fork a child without a death signal: the child outlives the parent. */
static void leave_a_child(const char *where)
{
    if (fork() == 0 && strcmp(where, "away") == 0)
        (void)setsid();
    for (;;)
        (void)pause();
}

static int node_main(char **argv)
{
    if (strcmp(argv[0], "serve") == 0)
        return serve(argv[1]);
    if (strcmp(argv[0], "dial") == 0)
        return dial_and_print(argv[1]);
    if (strcmp(argv[0], "family") == 0)
        leave_a_child(argv[1]);
    for (;;)
        (void)pause();
}

/* A constructor, since main() of the suite takes no arguments. */
__attribute__((constructor)) static void become_node(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "--node") == 0)
        _exit(node_main(argv + 2));
}

int start_as(struct nodes *n, const struct stage *s, const char *name,
             const char *what, const char *arg, struct err *err)
{
    AUTO_FREE char *log = path_of("%s/%s.log", s->dir, name);
    char *argv[] = {(char *)"/proc/self/exe",
                    (char *)"--node",
                    (char *)what,
                    (char *)arg,
                    (char *)s->dir,
                    NULL};
    char *env[] = {(char *)"LANG=C.UTF-8", NULL};
    pid_t pid;

    return node_start(n,
                      &(struct node_process){.name = name,
                                             .argv = argv,
                                             .env = env,
                                             .cwd = s->dir,
                                             .log_path = log},
                      &pid, err);
}

int report(const struct stage *s, const char *fact)
{
    char text[64] = "";

    (void)snprintf(text, sizeof(text), "%s", fact);
    return write(s->news, text, sizeof(text)) == sizeof(text) ? 0 : -EIO;
}

void await_order(const struct stage *s)
{
    char c;

    best_effort(read(s->orders, &c, 1));
}

static int is_in_state(void *ctx, struct err *err)
{
    struct awaited_state *a = ctx;
    struct node_status s;
    int rc = node_status(a->nodes, a->name, &s, err);

    return rc < 0 ? rc : s.state == a->state;
}

int await_state(struct nodes *n, const char *name, enum node_state state,
                struct err *err)
{
    struct awaited_state a = {n, name, state};
    struct clk clk = clk_real();

    return wait_until(&clk, is_in_state, &a, 2000, PATIENCE_US, name, err);
}

static int is_served(void *ctx, struct err *err)
{
    char text[64];

    (void)err;
    return dial(ctx, text, sizeof(text)) == 0;
}

int await_served(const char *address, struct err *err)
{
    struct clk clk = clk_real();

    return wait_until(&clk, is_served, (char *)address, 2000, PATIENCE_US,
                      address, err);
}

void stage_open(struct stage *s, enum sandbox mode)
{
    int ends[4];

    *s = (struct stage){.mode = mode};
    (void)snprintf(s->dir, sizeof(s->dir), "/tmp/ordeal-node-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(ends + 2, O_CLOEXEC), 0);
    s->ears = ends[0];
    s->news = ends[1];
    s->orders = ends[2];
    s->voice = ends[3];
}

void stage_start(struct stage *s, int (*engine_main)(struct nodes *, void *))
{
    struct err err = {0};
    int rc = keeper_start(&(struct keeper_spec){.sandbox = s->mode,
                                                .work_dir = s->dir,
                                                .engine_fd = -1,
                                                .engine_main = engine_main,
                                                .ctx = s},
                          &s->keeper, &err);

    ck_assert_msg(rc == 0, "%s", err.text);
}

/* Files made inside belong to the user of the run. */
static void is_ours(const struct stage *s)
{
    AUTO_FREE char *path = path_of("%s/keeper.json", s->dir);
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_uid, geteuid());
    ck_assert_uint_eq(st.st_gid, getegid());
}

void stage_close(struct stage *s)
{
    struct err err = {0};

    keeper_end(s->keeper);
    is_ours(s);
    (void)close(s->ears);
    (void)close(s->news);
    (void)close(s->orders);
    (void)close(s->voice);
    ck_assert_msg(remove_tree(s->dir, &err) == 0, "%s", err.text);
}

void hear(const struct stage *s, char text[64])
{
    ck_assert_msg(read(s->ears, text, 64) == 64, "the engine said nothing");
}

void order(const struct stage *s)
{
    ck_assert_int_eq(write(s->voice, "", 1), 1);
}

void act(enum sandbox mode, int (*engine_main)(struct nodes *, void *))
{
    struct err err = {0};
    struct stage s;
    int status, rc;

    stage_open(&s, mode);
    stage_start(&s, engine_main);
    rc = keeper_wait(s.keeper, &status, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
    ck_assert_msg(status == 0, "the engine's wait status is %d", status);
    stage_close(&s);
}

int count_marked(const struct stage *s)
{
    DIR *dir = opendir("/proc");
    struct dirent *e;
    int found = 0;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir))) {
        AUTO_FREE char *path = path_of("/proc/%s/cmdline", e->d_name);
        AUTO_FREE char *text = NULL;
        struct err err = {0};
        size_t len;

        if (e->d_name[0] >= '0' && e->d_name[0] <= '9' &&
            file_read(path, &text, &len, &err) == 0)
            found += memmem(text, len, s->dir, strlen(s->dir)) != NULL;
    }
    (void)closedir(dir);
    return found;
}
