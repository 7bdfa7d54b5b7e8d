/* serve.c - accepts connections of ordeal-broker and serves each by a thread.
 */
#include "standins/mock/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api.h"
#include "standins/mock/mock_wire.h"

enum { TICK_US = 20000, LOOK_MS = 1000 };

struct connection {
    struct server *server;
    struct connection *before, *next;
    int fd;
};

static const char actor[] = "serve";

/* Returns when the broker's connection closes, or when another process has
 * registered as the same broker. */
static void serve_control(struct connection *c, const json_t *line)
{
    struct cluster *cluster = c->server->cluster;
    struct err err = {0};
    uint64_t token;
    int number;
    bool good = true;

    if (cluster_register(cluster, line, &number, &token, &err) < 0) {
        log_warn(actor, "%s", err.text);
        return;
    }
    while (good) {
        AUTO_JSON json_t *beat = NULL;

        good = json_line_read(c->fd, &beat, &err) == 0 &&
               cluster_beat(cluster, number, token);
    }
    cluster_unregister(cluster, number, token);
}

/* "/10.88.0.9" for "10.88.0.9:40312", the form in which Kafka writes client
 * hosts. */
static char *host_of(const char *peer)
{
    const char *colon = strrchr(peer, ':');

    return path_of("/%.*s", (int)(colon ? colon - peer : (long)strlen(peer)),
                   peer);
}

/* Serves requests one after another, in the order of arrival, until the
 * connection fails or a request closes it. Kafka promises the same order to a
 * client that pipelines requests. */
static void serve_client(struct connection *c, const json_t *line)
{
    json_int_t number = json_integer_value(json_object_get(line, "number"));
    const char *listener = json_string_value(json_object_get(line, "listener"));
    const char *peer = json_string_value(json_object_get(line, "peer"));
    AUTO_FREE char *host = NULL, *name = NULL;
    struct frame f = {0};
    struct err err = {0};
    struct client client = {
        .cluster = c->server->cluster,
        .groups = c->server->groups,
        .fd = c->fd,
        .broker = (int)number,
    };

    if (number < 1 || number > client.cluster->brokers_len || !listener ||
        !peer) {
        log_warn(actor, "a connection without number, listener or peer");
        return;
    }
    client.host = host = host_of(peer);
    client.listener = name = path_of("%s", listener);
    while (frame_read(c->fd, &f, &err) == 0 &&
           api_serve(&client, &f, &err) == 0)
        ;
    if (err.code != -ECONNRESET && err.code != -EPIPE)
        log_info(actor, "broker %d, %s: %s", client.broker, peer, err.text);
    writer_done(&client.out);
    frame_done(&f);
}

static void leave(struct connection *c)
{
    struct server *s = c->server;

    pthread_mutex_lock(&s->lock);
    if (c->before)
        c->before->next = c->next;
    else
        s->connections = c->next;
    if (c->next)
        c->next->before = c->before;
    (void)close(c->fd);
    free(c);
    pthread_cond_broadcast(&s->fewer);
    pthread_mutex_unlock(&s->lock);
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    AUTO_JSON json_t *line = NULL;
    struct err err = {0};

    if (json_line_read(c->fd, &line, &err) < 0)
        log_info(actor, "%s", err.text);
    else if (json_object_get(line, "listeners"))
        serve_control(c, line);
    else
        serve_client(c, line);
    leave(c);
    return NULL;
}

static void enter(struct server *s, int fd)
{
    struct connection *c = must_calloc(1, sizeof(*c));
    pthread_attr_t detached;
    pthread_t thread;

    c->server = s;
    c->fd = fd;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 256 << 10);
    pthread_mutex_lock(&s->lock);
    c->next = s->connections;
    if (c->next)
        c->next->before = c;
    s->connections = c;
    if (pthread_create(&thread, &detached, serve, c))
        abort();
    pthread_mutex_unlock(&s->lock);
    pthread_attr_destroy(&detached);
}

static bool stopping(struct server *s)
{
    bool yes;

    pthread_mutex_lock(&s->lock);
    yes = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return yes;
}

static void *take_connections(void *arg)
{
    struct server *s = arg;
    struct pollfd p = {.fd = s->fd, .events = POLLIN};

    while (!stopping(s)) {
        int fd;

        if (poll(&p, 1, LOOK_MS) <= 0)
            continue;
        fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            enter(s, fd);
    }
    return NULL;
}

static void *tick(void *arg)
{
    struct server *s = arg;
    struct clk clk = clk_real();

    while (!stopping(s)) {
        cluster_tick(s->cluster);
        groups_tick(s->groups);
        clk_sleep(&clk, TICK_US);
    }
    return NULL;
}

void server_start(struct server *s, struct cluster *c, struct groups *g, int fd)
{
    *s = (struct server){.cluster = c, .groups = g, .fd = fd};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->fewer, NULL);
    if (pthread_create(&s->accepting, NULL, take_connections, s) ||
        pthread_create(&s->ticking, NULL, tick, s))
        abort();
    (void)pthread_setname_np(s->accepting, "accept");
    (void)pthread_setname_np(s->ticking, "tick");
}

/* The order matters: no new connection, no tick; then waiting requests are
 * answered, then connections are shut, and their threads counted out. */
void server_stop(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_mutex_unlock(&s->lock);
    (void)shutdown(s->fd, SHUT_RDWR); /* ends poll() in take_connections() */
    pthread_join(s->accepting, NULL);
    pthread_join(s->ticking, NULL);
    groups_stop(s->groups);
    cluster_stop(s->cluster);
    pthread_mutex_lock(&s->lock);
    for (struct connection *c = s->connections; c; c = c->next)
        (void)shutdown(c->fd, SHUT_RDWR);
    while (s->connections)
        pthread_cond_wait(&s->fewer, &s->lock);
    pthread_mutex_unlock(&s->lock);
    (void)close(s->fd);
    pthread_cond_destroy(&s->fewer);
    pthread_mutex_destroy(&s->lock);
}
