/* mock_main.c - ordeal-mock --brokers N --socket PATH --logs DIR
 * [--session-ms N] [--initial-delay-ms N]
 *
 * The cluster of the embedded platform, which keeps its logs below DIR: prints
 * "socket PATH" on standard output when PATH accepts connections of
 * ordeal-broker, then serves until SIGTERM or SIGINT. Logs to standard error.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/outcome.h"
#include "standins/mock/mock_wire.h"
#include "standins/mock/serve.h"
#include "standins/shared/ends.h"

static const char usage[] =
    "usage: ordeal-mock --brokers N --socket PATH --logs DIR "
    "[--session-ms N] [--initial-delay-ms N]\n";

struct options {
    long brokers, session_ms, initial_delay_ms;
    const char *socket, *logs;
};

static bool number_read(const char *text, long min, long max, long *ret)
{
    char *end;

    *ret = strtol(text, &end, 10);
    return end != text && !*end && *ret >= min && *ret <= max;
}

static bool options_read(int argc, char **argv, struct options *ret)
{
    static const struct option known[] = {
        {"brokers", required_argument, NULL, 'b'},
        {"socket", required_argument, NULL, 's'},
        {"logs", required_argument, NULL, 'l'},
        {"session-ms", required_argument, NULL, 'e'},
        {"initial-delay-ms", required_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    bool good = true;
    int c;

    while (good && (c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'b')
            good = number_read(optarg, 1, BROKERS_MAX, &ret->brokers);
        else if (c == 's')
            ret->socket = optarg;
        else if (c == 'l')
            ret->logs = optarg;
        else if (c == 'e')
            good = number_read(optarg, 1, 3600000, &ret->session_ms);
        else if (c == 'd')
            good = number_read(optarg, 0, 3600000, &ret->initial_delay_ms);
        else
            good = false;
    }
    return good && optind == argc && ret->brokers > 0 && ret->socket &&
           ret->logs;
}

/* Two files a partition with records, and a descriptor a connection: as many as
 * the hard limit permits. */
static void claim_descriptors(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) < 0)
        return;
    r.rlim_cur = r.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &r);
}

static void serve(struct cluster *c, int fd, const struct options *o,
                  const sigset_t *ends)
{
    static struct groups groups;
    static struct server server;
    int sig;

    groups_init(&groups, c, o->initial_delay_ms * US_PER_MS);
    server_start(&server, c, &groups, fd);
    (void)printf("socket %s\n", o->socket);
    (void)fflush(stdout);
    (void)sigwait(ends, &sig);
    server_stop(&server);
    groups_close(&groups);
}

static int run(const struct options *o, const sigset_t *ends, struct err *err)
{
    static struct cluster cluster;
    int fd;
    int rc = cluster_open(&cluster, o->logs, (int)o->brokers,
                          o->session_ms * US_PER_MS, err);

    if (rc == 0)
        rc = cluster_offsets_topic_create(&cluster, err);
    if (rc == 0)
        rc = unix_listen(o->socket, &fd, err);
    if (rc == 0) {
        serve(&cluster, fd, o, ends);
        (void)unlink(o->socket);
    }
    cluster_close(&cluster);
    return rc;
}

int main(int argc, char **argv)
{
    struct options o = {.session_ms = 1500, .initial_delay_ms = 50};
    struct clk clk = clk_real();
    struct err err = {0};
    sigset_t ends;

    if (!options_read(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return EXIT_WRONG_USAGE;
    }
    claim_descriptors();
    ends = ends_block();
    log_open(-1, STDERR_FILENO, LOG_INFO, &clk);
    if (run(&o, &ends, &err) == 0)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "ordeal-mock: %s\n", err.text);
    return EXIT_FAILURE;
}
