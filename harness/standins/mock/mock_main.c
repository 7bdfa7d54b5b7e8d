/* mock_main.c - ordeal-mock --brokers N --socket PATH [--session-ms N]
 * [--initial-delay-ms N]
 *
 * The cluster of the embedded platform: prints "socket PATH" on standard output
 * when PATH accepts connections of ordeal-broker, then serves until SIGTERM or
 * SIGINT. Logs to standard error.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/outcome.h"
#include "standins/mock/mock_wire.h"
#include "standins/mock/serve.h"
#include "standins/shared/ends.h"

static const char usage[] =
    "usage: ordeal-mock --brokers N --socket PATH [--session-ms N] "
    "[--initial-delay-ms N]\n";

struct options {
    long brokers, session_ms, initial_delay_ms;
    const char *socket;
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
        else if (c == 'e')
            good = number_read(optarg, 1, 3600000, &ret->session_ms);
        else if (c == 'd')
            good = number_read(optarg, 0, 3600000, &ret->initial_delay_ms);
        else
            good = false;
    }
    return good && optind == argc && ret->brokers > 0 && ret->socket;
}

/* __consumer_offsets is the cluster's first topic, so topics[0]. */
static void on_landed(void *cluster)
{
    struct cluster *c = cluster;

    cluster_news(c, c->topics[0]);
}

static int leader_of_commits(void *cluster)
{
    struct cluster *c = cluster;
    int leader;

    pthread_mutex_lock(&c->lock);
    leader = c->topics[0]->partitions[0].leader;
    pthread_mutex_unlock(&c->lock);
    return leader;
}

static void serve(struct cluster *c, struct offsets_log *log, int fd,
                  const struct options *o, const sigset_t *ends)
{
    static struct groups groups;
    static struct server server;
    int sig;

    offsets_log_start(log, leader_of_commits, on_landed, c);
    groups_init(&groups, c, log, o->initial_delay_ms * US_PER_MS);
    server_start(&server, c, &groups, fd);
    (void)printf("socket %s\n", o->socket);
    (void)fflush(stdout);
    (void)sigwait(ends, &sig);
    server_stop(&server);
    offsets_log_stop(log);
    groups_close(&groups);
}

/* The handle of the offsets log owns librdkafka's mock, so the log opens first,
 * and the cluster is freed only after the handle was destroyed. */
static int run(const struct options *o, const sigset_t *ends, struct err *err)
{
    static struct cluster cluster;
    static struct offsets_log log;
    int fd;
    int rc = offsets_log_open(&log, err);

    if (rc < 0)
        return rc;
    rc = cluster_open(&cluster, log.rk, (int)o->brokers,
                      o->session_ms * US_PER_MS, err);
    if (rc == 0)
        rc = cluster_offsets_topic_create(&cluster, err);
    if (rc == 0)
        rc = unix_listen(o->socket, &fd, err);
    if (rc == 0) {
        serve(&cluster, &log, fd, o, ends);
        (void)unlink(o->socket);
    }
    /* destroying librdkafka's mock is an order to the mock's thread, too */
    nudge_begin(&cluster.nudge);
    offsets_log_close(&log);
    nudge_end(&cluster.nudge);
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
    ends = ends_block();
    log_open(-1, STDERR_FILENO, LOG_INFO, &clk);
    if (run(&o, &ends, &err) == 0)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "ordeal-mock: %s\n", err.text);
    return EXIT_FAILURE;
}
