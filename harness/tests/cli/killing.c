/* killing.c - runs of ordeal to be killed by a test. */
#include "killing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"

const char *const victim_names[VICTIMS] = {"outer", "keeper", "engine"};

const int64_t leave_us = 5 * US_PER_S;
const int64_t patience_us = 120 * US_PER_S;

char *text_of_proc(const char *pid, const char *what, size_t *len)
{
    AUTO_FREE char *path = path_of("/proc/%s/%s", pid, what);
    struct err err = {0};
    char *text = NULL;

    return file_read(path, &text, len, &err) == 0 ? text : NULL;
}

bool is_marked(const char *pid, const char *mark)
{
    static const char *const places[] = {"cmdline", "environ"};
    AUTO_FREE char *link = path_of("/proc/%s/cwd", pid);
    char cwd[512] = "";

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        size_t len = 0;
        AUTO_FREE char *text = text_of_proc(pid, places[i], &len);

        if (text && memmem(text, len, mark, strlen(mark)))
            return true;
    }
    return readlink(link, cwd, sizeof(cwd) - 1) > 0 && strstr(cwd, mark);
}

int count_left(const struct killing *k, char *who, size_t size)
{
    DIR *dir = opendir("/proc");
    struct dirent *e;
    int n = 0;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir))) {
        size_t len;

        if (e->d_name[0] < '0' || e->d_name[0] > '9' ||
            !is_marked(e->d_name, k->out))
            continue;
        AUTO_FREE char *comm = text_of_proc(e->d_name, "comm", &len);

        if (n++ == 0)
            (void)snprintf(who, size, "%s %s", e->d_name, comm ? comm : "");
    }
    (void)closedir(dir);
    return n;
}

char *surroundings(void)
{
    struct if_nameindex *names = if_nameindex();
    struct err err = {0};
    char *all = NULL;

    ck_assert_msg(file_read("/proc/self/mountinfo", &all, NULL, &err) == 0,
                  "%s", err.text);
    for (struct if_nameindex *n = names; n && n->if_name; n++) {
        char *more = path_of("%s%s\n", all, n->if_name);

        free(all);
        all = more;
    }
    if_freenameindex(names);
    return all;
}

json_t *json_of(const struct killing *k, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", k->run, name);
    struct err err = {0};
    json_t *o = NULL;

    return json_read(path, &o, &err) == 0 ? o : NULL;
}

bool lease_is_held(const struct killing *k)
{
    AUTO_JSON json_t *record = json_of(k, "work/keeper.json");
    const char *name;
    json_t *node;
    bool held = false;

    json_object_foreach (look(record, "nodes"), name, node) {
        unsigned x, y;
        size_t len;

        if (sscanf(look_text(node, "address"), "127.%u.%u.", &x, &y) != 2)
            continue;
        AUTO_FREE char *want = path_of("@ordeal/127.%u.%u.0", x, y);
        AUTO_FREE char *sockets = text_of_proc("self", "net/unix", &len);

        held |= sockets && strstr(sockets, want);
    }
    return held;
}

static pid_t start_ordeal(const char *const *args, int out, int err)
{
    char *argv[16] = {(char *)(BUILD_DIR "/bin/ordeal")};
    pid_t pid;

    for (size_t i = 0; args[i]; i++)
        argv[i + 1] = (char *)args[i];
    pid = fork();
    if (pid == 0) {
        (void)dup2(out, 1);
        (void)dup2(err, 2);
        (void)setenv("ORDEAL_FIXTURES", SOURCE_DIR "/fixtures", 1);
        execv(argv[0], argv);
        _exit(127);
    }
    ck_assert_int_gt(pid, 0);
    return pid;
}

void killing_start(struct killing *k, enum sandbox mode, const char *scenario,
                   uint64_t seed)
{
    AUTO_FREE char *file =
        path_of(SOURCE_DIR "/harness/tests/cli/kills/%s.yaml", scenario);
    AUTO_FREE char *number = path_of("%u", (unsigned)(seed % 1000000));
    AUTO_FREE char *words = NULL;
    AUTO_FD int said = -1;
    int ends[2];

    *k = (struct killing){.out = "/tmp/ordeal-kills-XXXXXX", .mode = mode};
    ck_assert_ptr_nonnull(mkdtemp(k->out));
    words = path_of("%s/stderr", k->out);
    said = open(words, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    k->before = surroundings();
    k->voice = ends[0];

    const char *args[] = {
        "run",    "--json", "--sandbox", mode == SANDBOX_ON ? "on" : "off",
        "--seed", number,   "--out",     k->out,
        file,     NULL};

    k->outer = start_ordeal(args, ends[1], said);
    (void)close(ends[1]);
}

void find_run(struct killing *k)
{
    DIR *dir = opendir(k->out);
    struct dirent *e;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir)))
        if (e->d_type == DT_DIR && e->d_name[0] != '.') {
            free(k->run);
            k->run = path_of("%s/%s", k->out, e->d_name);
        }
    (void)closedir(dir);
}

/* Read one line of progress, a byte at a time: simple, and fast enough here.
 * False: the time is up, or the pipe has ended. */
static bool hear_line(struct killing *k, int64_t until_us)
{
    for (;;) {
        int64_t left = until_us - clk_monotonic_us();
        struct pollfd p = {.fd = k->voice, .events = POLLIN};
        char c;

        if (left <= 0 || poll(&p, 1, (int)(left / US_PER_MS) + 1) <= 0)
            return false;
        if (read(k->voice, &c, 1) != 1)
            return false;
        if (c != '\n') {
            if (k->len < sizeof(k->line) - 1)
                k->line[k->len++] = c;
            continue;
        }
        k->line[k->len] = 0;
        k->len = 0;
        json_decref(k->heard);
        k->heard = json_loads(k->line, 0, NULL);
        if (look(k->heard, "phase"))
            (void)snprintf(k->phase, sizeof(k->phase), "%s",
                           look_text(k->heard, "phase"));
        return true;
    }
}

bool has_sent(const json_t *line)
{
    return look_int(line, "acknowledged") > 0;
}

bool has_landed(const json_t *line)
{
    return look_is(line, "what", "landed");
}

void await_line(struct killing *k, bool (*is_it)(const json_t *))
{
    int64_t until_us = clk_monotonic_us() + patience_us;

    do {
        bool more = hear_line(k, until_us);

        ck_assert_msg(more, "it never came so far, %s/stderr says why", k->out);
    } while (!is_it(k->heard));
    find_run(k);
}

void await_phase(struct killing *k, const char *phase)
{
    int64_t until_us = clk_monotonic_us() + patience_us;

    while (strcmp(k->phase, phase) != 0)
        ck_assert_msg(hear_line(k, until_us), "it never came to %s", phase);
}

void let_run(struct killing *k, int64_t for_us)
{
    int64_t until_us = clk_monotonic_us() + for_us;

    while (hear_line(k, until_us))
        ;
    find_run(k);
}

static pid_t engine_of(pid_t keeper)
{
    DIR *dir = opendir("/proc");
    struct dirent *e;
    pid_t found = -1;

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir))) {
        size_t len;
        AUTO_FREE char *text = text_of_proc(e->d_name, "stat", &len);
        const char *end = text ? strrchr(text, ')') : NULL;
        int parent;

        if (end && strstr(text, "(ordeal-engine)") &&
            sscanf(end, ") %*c %d", &parent) == 1 && parent == keeper)
            found = (pid_t)strtol(e->d_name, NULL, 10);
    }
    (void)closedir(dir);
    return found;
}

pid_t pid_of(const struct killing *k, enum victim victim)
{
    AUTO_JSON json_t *record = k->run ? json_of(k, "work/keeper.json") : NULL;
    pid_t keeper = (pid_t)look_int(record, "pid");

    switch (victim) {
    case OUTER:
        return k->outer;
    case KEEPER:
        return record ? keeper : -1;
    case ENGINE:
        return record ? engine_of(keeper) : -1;
    }
    abort();
}

int is_over(void *ctx, struct err *err)
{
    struct killing *k = ctx;
    char who[128] = "";
    int n;

    if (k->outer > 0 && waitpid(k->outer, &k->wait_status, WNOHANG) == k->outer)
        k->outer = -1;
    n = count_left(k, who, sizeof(who));
    if (k->outer > 0 || n > 0) {
        (void)err_set(err, -EAGAIN, "%d processes are left, first %s", n, who);
        return 0;
    }
    /* An ending process loses command line and environment before its
     * descriptors. */
    if (k->run && lease_is_held(k)) {
        (void)err_set(err, -EAGAIN, "its lease is still held");
        return 0;
    }
    return 1;
}

bool kill_one(struct killing *k, enum victim victim)
{
    struct clk clk = clk_real();
    pid_t pid = pid_of(k, victim);
    AUTO_FREE char *number = path_of("%d", (int)pid);
    struct err err = {0};
    int rc;

    /* A process named in keeper.json may have ended, and the pid may belong
     * to another process by now. */
    if (pid <= 0 || !is_marked(number, k->out) || kill(pid, SIGKILL) < 0)
        return false;
    rc =
        wait_until(&clk, is_over, k, 20 * US_PER_MS, leave_us, "the end", &err);
    ck_assert_msg(rc == 0, "%s killed: %s", victim_names[victim], err.text);
    return true;
}

void nothing_is_left(const struct killing *k)
{
    AUTO_FREE char *after = surroundings();

    ck_assert_str_eq(k->before, after);
    if (k->run)
        ck_assert_msg(!lease_is_held(k), "its lease is still held");
}

int verify(const struct killing *k, json_t **ret)
{
    const char *args[] = {"verify", k->run, NULL};
    AUTO_FREE char *words = path_of("%s/verify.out", k->out);
    AUTO_FD int said = open(words, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    pid_t pid = start_ordeal(args, said, said);
    int status = -1;
    char who[128];

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(count_left(k, who, sizeof(who)), 0);
    *ret = json_of(k, "verify.json");
    return WEXITSTATUS(status);
}

void killing_done(struct killing *k)
{
    struct err err = {0};

    (void)close(k->voice);
    json_decref(k->heard);
    free(k->run);
    free(k->before);
    ck_assert_msg(remove_tree(k->out, &err) == 0, "%s", err.text);
}
