/* bench_main.c - the program ordeal-bench: reads options, starts a broker,
 * measures, leaves nothing behind. `usage` tells more. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "bench/bench.h"
#include "bench/replay.h"

enum { LOOK_MS = 200 };

static const char usage[] =
    "usage: ordeal-bench replay [--records N] [--rounds N]\n"
    "Reads records of 100 bytes back from a topic of a broker started for it\n"
    "and judges them, against bare librdkafka that only counts.\n"
    "  --records N  of each of two data sets, default 10000000\n"
    "  --rounds N   of each way to read, default 5\n"
    "The last line holds records a second and CPU time a record as shares of\n"
    "bare librdkafka's, and the bytes that the oracle held at most; the worse\n"
    "of the two data sets counts. Exit status: 0 measured, 2 could not, 64\n"
    "wrong usage.\n";

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
    (void)sig;
    interrupted = 1;
}

static void say(void *ctx, const char *what)
{
    (void)ctx;
    fprintf(stderr, "ordeal-bench: %s\n", what);
}

static int read_number(const char *text, uint64_t min, uint64_t max,
                       uint64_t *ret)
{
    unsigned long long n;
    char *end;

    if (!text || *text < '0' || *text > '9')
        return -EINVAL;
    errno = 0;
    n = strtoull(text, &end, 10);
    if (errno || n < min || n > max || *end)
        return -EINVAL;
    *ret = n;
    return 0;
}

static int read_options(int argc, char **argv, struct replay_spec *ret)
{
    uint64_t rounds = 5;

    *ret = (struct replay_spec){.records = 10000000};
    if (argc < 2 || strcmp(argv[1], "replay") != 0)
        return -EINVAL;
    for (int i = 2; i < argc; i += 2) {
        const char *value = argv[i + 1]; /* NULL after the last argument */
        int rc = -EINVAL;

        if (strcmp(argv[i], "--records") == 0)
            rc = read_number(value, BENCH_RECORDS_MIN, UINT32_MAX,
                             &ret->records);
        else if (strcmp(argv[i], "--rounds") == 0)
            rc = read_number(value, 1, ROUNDS_MAX, &rounds);
        if (rc < 0)
            return rc;
    }
    ret->rounds = (int)rounds;
    return 0;
}

/* Absolute, `up` levels above the program's own folder. */
static char *place_above(int up)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

    path[n > 0 ? n : 0] = 0;
    for (int i = 0; i <= up; i++) {
        char *slash = strrchr(path, '/');

        if (slash)
            *slash = 0;
    }
    return path_of("%s", path);
}

/* The folder where `ordeal` keeps jars: the rules of cli/, without its code. */
static char *cache_dir(void)
{
    const char *given = getenv("ORDEAL_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char cwd[PATH_MAX];

    if (given && given[0] == '/')
        return path_of("%s", given);
    if (given && given[0] && getcwd(cwd, sizeof(cwd)))
        return path_of("%s/%s", cwd, given);
    if (xdg && xdg[0] == '/')
        return path_of("%s/ordeal", xdg);
    return path_of("%s/.cache/ordeal", home && home[0] ? home : "/tmp");
}

/* Run the measurement under a keeper, without a sandbox: over loopback, with
 * nothing in between that costs time. */
static int run(struct replay_spec *spec, const char *dir, struct err *err)
{
    const struct keeper_spec keeper = {
        .sandbox = SANDBOX_OFF,
        .work_dir = dir,
        .engine_fd = -1,
        .engine_main = replay_run,
        .ctx = spec,
    };
    struct keeper *k;
    char how[64];
    int status = 0;

    (void)fflush(NULL);
    if (interrupted)
        return err_set(err, -EINTR, "interrupted");
    if (keeper_start(&keeper, &k, err) < 0)
        return err->code;
    for (;;) {
        struct pollfd end = {.fd = keeper_fd(k), .events = POLLIN};

        if (interrupted || poll(&end, 1, LOOK_MS) > 0)
            break;
    }
    if (interrupted)
        err_set(err, -EINTR, "interrupted");
    else if (keeper_wait(k, &status, err) == 0 && !WIFEXITED(status)) {
        wait_status_text(status, how, sizeof(how));
        err_set(err, -ECHILD, "the engine %s", how);
    }
    keeper_end(k);
    return err->code ? err->code : WEXITSTATUS(status);
}

static int run_in(struct replay_spec *spec, const char *dir, struct err *err)
{
    AUTO_FREE char *tree = place_above(2);
    AUTO_FREE char *fixtures = path_of("%s/fixtures", tree);
    AUTO_FREE char *cache = cache_dir();
    struct cluster cluster;
    int rc = cluster_prepare(&cluster, dir, fixtures, cache, say, err);

    spec->cluster = &cluster;
    if (rc == 0)
        rc = run(spec, dir, err);
    cluster_done(&cluster);
    spec->cluster = NULL;
    return rc;
}

int main(int argc, char **argv)
{
    const struct sigaction act = {.sa_handler = on_signal};
    AUTO_FREE char *build = place_above(1);
    AUTO_FREE char *dir = path_of("%s/bench-XXXXXX", build);
    struct replay_spec spec;
    struct err err = {0}, left = {0};
    int rc;

    if (read_options(argc, argv, &spec) < 0) {
        fputs(usage, stderr);
        return EXIT_WRONG_USAGE;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGHUP, &act, NULL);
    if (!mkdtemp(dir)) {
        fprintf(stderr, "ordeal-bench: %s: %s\n", dir, strerror(errno));
        return OUTCOME_INCONCLUSIVE;
    }
    rc = run_in(&spec, dir, &err);
    if (remove_tree(dir, &left) < 0)
        fprintf(stderr, "ordeal-bench: %s\n", left.text);
    if (rc < 0)
        fprintf(stderr, "ordeal-bench: %s\n", err.text);
    return rc == 0 ? 0 : OUTCOME_INCONCLUSIVE;
}
