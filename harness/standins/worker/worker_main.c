/* worker_main.c - ordeal-worker --config FILE [--hosts FILE] [--bind ADDRESS]
 *
 * A Connect worker in distributed mode. FILE holds worker properties as Connect
 * takes them (Java properties). Prints "rest ADDRESS:PORT" per listener on
 * standard output and logs to standard error. Serves until SIGTERM or SIGINT,
 * then stops its tasks, leaves its group and exits with 0.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/outcome.h"
#include "base/own.h"
#include "standins/shared/ends.h"
#include "standins/worker/member.h"
#include "standins/worker/worker.h"
#include "standins/worker/worker_bind.h"
#include "standins/worker/worker_properties.h"
#include "standins/worker/worker_rest.h"

static const char usage[] =
    "usage: ordeal-worker --config FILE [--hosts FILE] [--bind ADDRESS]\n";

/* Longer than a task may take to stop and a member to leave the group. */
enum { END_EXTRA_US = 15000000 };

struct options {
    const char *config, *hosts;
    const char *bind; /* source address of Kafka clients; NULL: any */
};

static bool options_read(int argc, char **argv, struct options *ret)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"hosts", required_argument, NULL, 'h'},
        {"bind", required_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'c')
            ret->config = optarg;
        else if (c == 'h')
            ret->hosts = optarg;
        else if (c == 'b')
            ret->bind = optarg;
        else
            return false;
    }
    return optind == argc && ret->config;
}

static int prepare(struct worker *w, const struct options *o, struct err *err)
{
    struct settings settings;
    json_t *properties;

    if (properties_read(o->config, &properties, err) < 0 ||
        (o->bind && bind_clients_to(o->bind, err) < 0))
        return err->code;
    if (settings_of(properties, &settings, err) < 0)
        return err_context(err, "%s", o->config);
    return worker_init(w, &settings, o->hosts, err);
}

static bool may_join(struct worker *w)
{
    bool yes;

    pthread_mutex_lock(&w->lock);
    yes = w->config_read;
    pthread_mutex_unlock(&w->lock);
    return yes;
}

static int join(struct worker *w, struct member **ret, struct err *err)
{
    struct member_spec spec = {
        .bootstrap = w->bootstrap,
        .group = w->settings.group,
        .topic = w->settings.slots_topic,
        .session_ms = w->settings.session_ms,
        .heartbeat_ms = w->settings.heartbeat_ms,
        .rebalance_ms = w->settings.rebalance_ms,
        .client_id = w->id,
        .assigned = worker_assigned,
        .revoked = worker_revoked,
        .ctx = w,
    };

    return member_join(&spec, ret, err);
}

/* Wait for a signal to end. The group is joined only after the config topic was
 * read: a member without the configuration would hold slots and run nothing. */
static int serve(struct worker *w, const sigset_t *ends, struct member **member,
                 struct err *err)
{
    static const struct timespec soon = {.tv_nsec = 5 * 1000 * 1000};
    static const struct timespec later = {.tv_sec = 60};

    while (sigtimedwait(ends, NULL, *member ? &later : &soon) < 0)
        if (!*member && may_join(w) && join(w, member, err) < 0)
            return err->code;
    return 0;
}

/* Ends the process if stopping takes too long: a broker that hangs must not
 * keep a worker from ending. */
static void *end_at_last(void *arg)
{
    struct clk clk = clk_real();

    clk_sleep(&clk, (int64_t)(intptr_t)arg);
    log_error("worker", "stopping takes too long: exit at once");
    _exit(EXIT_SUCCESS);
}

/* The member leaves first, while the herder still runs, because leaving waits
 * until the herder has stopped all units. */
static void end(struct worker *w, struct member *member, struct rest *rest,
                const pthread_t *herder)
{
    int64_t limit_us = w->settings.stop_us + END_EXTRA_US;
    pthread_t watch;

    log_info("worker", "stopping");
    if (pthread_create(&watch, NULL, end_at_last, (void *)(intptr_t)limit_us) ==
        0)
        (void)pthread_detach(watch);
    member_leave(member);
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    worker_stir(w);
    pthread_mutex_unlock(&w->lock);
    if (herder)
        (void)pthread_join(*herder, NULL);
    rest_stop(rest);
    worker_done(w);
}

/* Signals are blocked and logging is opened before the first thread. After a
 * failure to listen, end() still runs, because worker_init() has started the
 * store's threads. */
int main(int argc, char **argv)
{
    static struct worker worker;
    struct options o = {0};
    struct clk clk = clk_real();
    struct member *member = NULL;
    struct rest *rest = NULL;
    struct err err = {0};
    pthread_t herder;
    sigset_t ends;
    bool herds;

    if (!options_read(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return EXIT_WRONG_USAGE;
    }
    ends = ends_block();
    log_open(STDERR_FILENO, -1, LOG_INFO, &clk);
    if (prepare(&worker, &o, &err) < 0) {
        (void)fprintf(stderr, "ordeal-worker: %s\n", err.text);
        return EXIT_FAILURE;
    }
    herds = rest_start(&worker, &rest, &err) == 0 &&
            pthread_create(&herder, NULL, herd, &worker) == 0;
    if (herds)
        (void)serve(&worker, &ends, &member, &err);
    if (err.code)
        log_error("worker", "%s", err.text);
    end(&worker, member, rest, herds ? &herder : NULL);
    return err.code || !herds ? EXIT_FAILURE : EXIT_SUCCESS;
}
