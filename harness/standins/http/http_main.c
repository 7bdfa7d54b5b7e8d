/* http_main.c - ordeal-http --listen ADDRESS:PORT ... --control ADDRESS:PORT
 * --log FILE [--credential FILE]: serves until SIGTERM or SIGINT. Prints each
 * address on standard output, a line each, the control listener last. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cond.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "standins/http/http_program.h"
#include "standins/shared/address.h"
#include "standins/shared/ends.h"

static const char usage[] =
    "usage: ordeal-http --listen ADDRESS:PORT [--listen ...] "
    "--control ADDRESS:PORT --log FILE [--credential FILE]\n";

struct options {
    const char *listen[LISTENERS_MAX];
    size_t listen_len;
    const char *control;
    const char *log;
    const char *credential;
};

static bool options_read(int argc, char **argv, struct options *ret)
{
    static const struct option known[] = {
        {"listen", required_argument, NULL, 'l'},
        {"control", required_argument, NULL, 'c'},
        {"log", required_argument, NULL, 'o'},
        {"credential", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'l' && ret->listen_len < ARRAY_LEN(ret->listen))
            ret->listen[ret->listen_len++] = optarg;
        else if (c == 'c')
            ret->control = optarg;
        else if (c == 'o')
            ret->log = optarg;
        else if (c == 'r')
            ret->credential = optarg;
        else
            return false;
    }
    return optind == argc && ret->listen_len > 0 && ret->control && ret->log;
}

static int listen_at(struct sink *s, const char *where, bool control,
                     struct err *err)
{
    char address[INET_ADDRSTRLEN];
    struct sockaddr_in at;
    uint16_t got;

    if (address_read(where, &at, err) < 0)
        return err->code;
    (void)inet_ntop(AF_INET, &at.sin_addr, address, sizeof(address));
    if (sink_listen(s, address, ntohs(at.sin_port), control, &got, err) < 0)
        return err->code;
    (void)printf("%s %s:%u\n", control ? "control" : "data", address,
                 (unsigned)got);
    return 0;
}

static int read_credential(struct sink *s, const char *path, struct err *err)
{
    AUTO_FREE char *text = NULL;
    size_t len;

    if (file_read(path, &text, &len, err) < 0)
        return err->code;
    len = strcspn(text, "\r\n");
    if (len == 0 || len >= sizeof(s->credential))
        return err_set(err, -EINVAL, "%s: no credential of 1 to %zu letters",
                       path, sizeof(s->credential) - 1);
    memcpy(s->credential, text, len);
    return 0;
}

static int start(struct sink *s, const struct options *o, struct err *err)
{
    int rc = sink_log_open(s, o->log, err);

    if (rc == 0 && o->credential)
        rc = read_credential(s, o->credential, err);
    for (size_t i = 0; rc == 0 && i < o->listen_len; i++)
        rc = listen_at(s, o->listen[i], false, err);
    if (rc == 0)
        rc = listen_at(s, o->control, true, err);
    (void)fflush(stdout);
    return rc;
}

/* Until a signal asks for the end, or the log cannot be written. */
static bool serve(struct sink *s, const sigset_t *ends)
{
    static const struct timespec look = {.tv_nsec = 200 * 1000 * 1000};
    bool failed = false;

    while (!failed && sigtimedwait(ends, NULL, &look) < 0) {
        pthread_mutex_lock(&s->lock);
        failed = s->failed;
        pthread_mutex_unlock(&s->lock);
    }
    return !failed;
}

static void sink_init(struct sink *s)
{
    cond_init(&s->changed);
    pthread_mutex_init(&s->orders, NULL);
    pthread_mutex_init(&s->lock, NULL);
    s->log_fd = -1;
    s->data = (struct sink_handlers){sink_data, sink_data_done};
    s->control = (struct sink_handlers){sink_control, sink_control_done};
}

int main(int argc, char **argv)
{
    static struct sink sink;
    struct options o = {0};
    struct err err = {0};
    sigset_t ends;
    bool good;

    if (!options_read(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return EXIT_WRONG_USAGE;
    }
    ends = ends_block();
    sink_init(&sink);
    good = start(&sink, &o, &err) == 0;
    if (good)
        good = serve(&sink, &ends);
    else
        (void)fprintf(stderr, "ordeal-http: %s\n", err.text);
    sink_listen_end(&sink);
    order_done(&sink.order);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
