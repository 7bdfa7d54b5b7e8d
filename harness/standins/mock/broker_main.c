/* broker_main.c - ordeal-broker --number K --socket PATH --listen
 * NAME=ADDRESS:PORT ...
 *
 * A broker of the embedded platform: passes connections on to ordeal-mock at
 * PATH. Prints "NAME ADDRESS:PORT" per listener on standard output, then serves
 * until SIGTERM or SIGINT (exit status 0), or until ordeal-mock has gone (1).
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/outcome.h"
#include "standins/mock/pump.h"
#include "standins/shared/ends.h"

static const char usage[] = "usage: ordeal-broker --number K --socket PATH "
                            "--listen NAME=ADDRESS:PORT [--listen ...]\n";

struct options {
    long number;
    const char *socket;
    char *listen[DOORS_MAX];
    size_t listen_len;
};

static bool options_read(int argc, char **argv, struct options *ret)
{
    static const struct option known[] = {
        {"number", required_argument, NULL, 'n'},
        {"socket", required_argument, NULL, 's'},
        {"listen", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    char *end = NULL;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'n')
            ret->number = strtol(optarg, &end, 10);
        else if (c == 's')
            ret->socket = optarg;
        else if (c == 'l' && ret->listen_len < DOORS_MAX)
            ret->listen[ret->listen_len++] = optarg;
        else
            return false;
    }
    return optind == argc && end && !*end && ret->number > 0 && ret->socket &&
           ret->listen_len > 0;
}

/* Listener names are copied into JSON lines without escaping, so names with
 * quotes, backslashes or newlines are refused. */
static int open_door(struct pump *p, char *listen, struct err *err)
{
    char *equals = strchr(listen, '=');
    int rc;

    if (!equals || equals == listen || equals - listen > 32 ||
        strpbrk(listen, "\"\\\n"))
        return err_set(err, -EINVAL, "%s: not NAME=ADDRESS:PORT", listen);
    *equals = 0;
    rc = pump_listen(p, listen, equals + 1, err);
    if (rc == 0)
        (void)printf("%s %s\n", listen, p->doors[p->doors_len - 1].address);
    return rc;
}

static int run(struct pump *p, struct options *o, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < o->listen_len; i++)
        rc = open_door(p, o->listen[i], err);
    (void)fflush(stdout);
    return rc == 0 ? pump_run(p, err) : rc;
}

int main(int argc, char **argv)
{
    static struct pump pump = {.control = -1};
    struct options o = {0};
    struct clk clk = clk_real();
    struct err err = {0};
    sigset_t ends;
    int rc;

    if (!options_read(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return EXIT_WRONG_USAGE;
    }
    ends = ends_block();
    log_open(-1, STDERR_FILENO, LOG_INFO, &clk);
    pump.number = (int)o.number;
    pump.socket = o.socket;
    pump.signals = signalfd(-1, &ends, SFD_CLOEXEC);
    rc = run(&pump, &o, &err);
    pump_done(&pump);
    (void)close(pump.signals);
    if (rc == 0)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "ordeal-broker: %s\n", err.text);
    return EXIT_FAILURE;
}
