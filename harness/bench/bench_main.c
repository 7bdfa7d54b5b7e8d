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
#include "bench/small.h"

enum { LOOK_MS = 200 };

static const char usage[] =
    "usage: ordeal-bench replay|verify-json|embedded-replay|endpoint\n"
    "           [--records N] [--rounds N]\n"
    "replay: reads records of 100 bytes back from a topic of a broker started\n"
    "for it and judges them, against bare librdkafka that only counts. The\n"
    "last line holds records a second and CPU time a record as shares of bare\n"
    "librdkafka's, and the bytes that the oracle held at most; the worse of\n"
    "the two data sets counts.\n"
    "verify-json: runs `ordeal verify --topic --locator json:/id` on JSON\n"
    "documents of 200 bytes, at most 1.5 us CPU a record and 200 MB resident.\n"
    "embedded-replay: reads batches of one record each, 100000 and then N, "
    "back\n"
    "from 96 partitions of the embedded platform, and judges them. A record "
    "may\n"
    "take 3.33 us, and 1.5 of the time that a record of the small topic "
    "takes.\n"
    "endpoint: sends bodies of 1 MiB to ordeal-http and to a bare loop that\n"
    "receives, checksums and appends, which takes at least 0.8 of its CPU "
    "time.\n"
    "  --records N  of each data set, or bodies; defaults: 10000000, 2000000,\n"
    "               3000000, 300\n"
    "  --rounds N   of each way; defaults: 5, 3, 5; none where embedded\n"
    "Exit status: 0 measured, 1 over a bound, 2 could not measure, 64 wrong\n"
    "usage.\n";

static const struct mode {
    const char *name;
    const char *platform; /* NULL: without brokers */
    int (*engine_main)(struct nodes *nodes, void *ctx);
    uint64_t records;
    int rounds; /* 0: not asked for */
} modes[] = {
    {"replay", "local", replay_run, 10000000, 5},
    {"verify-json", "local", verify_run, 2000000, 3},
    {"embedded-replay", "embedded", small_run, 3000000, 0},
    {"endpoint", NULL, endpoint_run, 300, 5},
};

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

/* Returns the mode, or NULL: wrong usage. */
static const struct mode *read_options(int argc, char **argv,
                                       struct replay_spec *ret)
{
    const struct mode *m = NULL;
    uint64_t rounds;

    for (size_t i = 0; argc >= 2 && i < ARRAY_LEN(modes); i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            m = &modes[i];
    if (!m)
        return NULL;
    *ret = (struct replay_spec){.records = m->records};
    rounds = (uint64_t)m->rounds;
    for (int i = 2; i < argc; i += 2) {
        const char *value = argv[i + 1]; /* NULL after the last argument */
        int rc = -EINVAL;

        if (strcmp(argv[i], "--records") == 0)
            rc = read_number(value, m->platform ? BENCH_RECORDS_MIN : 1,
                             UINT32_MAX, &ret->records);
        else if (strcmp(argv[i], "--rounds") == 0 && rounds > 0)
            rc = read_number(value, 1, ROUNDS_MAX, &rounds);
        if (rc < 0)
            return NULL;
    }
    ret->rounds = (int)rounds;
    return m;
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
static int run(const struct mode *mode, struct replay_spec *spec,
               const char *dir, struct err *err)
{
    const struct keeper_spec keeper = {
        .sandbox = SANDBOX_OFF,
        .work_dir = dir,
        .engine_fd = -1,
        .engine_main = mode->engine_main,
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

static int run_in(const struct mode *mode, struct replay_spec *spec,
                  const char *dir, struct err *err)
{
    AUTO_FREE char *bin = place_above(0);
    AUTO_FREE char *tree = place_above(2);
    AUTO_FREE char *fixtures = path_of("%s/fixtures", tree);
    AUTO_FREE char *cache = cache_dir();
    const struct cluster_place at = {
        .platform = mode->platform,
        .dir = dir,
        .program_dir = bin,
        .fixtures_dir = fixtures,
        .cache_dir = cache,
    };
    struct cluster cluster;
    int rc = cluster_prepare(&cluster, &at, say, err);

    spec->cluster = &cluster;
    spec->programs = bin;
    spec->dir = dir;
    if (rc == 0)
        rc = run(mode, spec, dir, err);
    cluster_done(&cluster);
    spec->cluster = NULL;
    spec->programs = spec->dir = NULL;
    return rc;
}

/* Measure without brokers, keeper and jars. */
static int run_alone(const struct mode *mode, struct replay_spec *spec,
                     const char *dir)
{
    AUTO_FREE char *bin = place_above(0);
    int rc;

    spec->programs = bin;
    spec->dir = dir;
    rc = mode->engine_main(NULL, spec);
    spec->programs = spec->dir = NULL;
    return rc;
}

int main(int argc, char **argv)
{
    const struct sigaction act = {.sa_handler = on_signal};
    AUTO_FREE char *build = place_above(1);
    AUTO_FREE char *dir = path_of("%s/bench-XXXXXX", build);
    struct replay_spec spec;
    const struct mode *mode = read_options(argc, argv, &spec);
    struct err err = {0}, left = {0};
    int rc;

    if (!mode) {
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
    rc = mode->platform ? run_in(mode, &spec, dir, &err)
                        : run_alone(mode, &spec, dir);
    if (remove_tree(dir, &left) < 0)
        fprintf(stderr, "ordeal-bench: %s\n", left.text);
    if (rc < 0)
        fprintf(stderr, "ordeal-bench: %s\n", err.text);
    return rc >= 0 ? rc : OUTCOME_INCONCLUSIVE;
}
