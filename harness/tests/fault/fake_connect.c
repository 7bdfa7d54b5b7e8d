/* fake_connect.c - a fake of a worker's REST API. */
#include "fake_connect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"
#include "world_state.h"

void disturb(int first, int last)
{
    w.shop.restless = true;
    for (int i = first; i <= last; i++) {
        w.shop.changes[i] += 2;
        w.shop.written_us[i] = clk_wall_us();
    }
}

static int tasks_now(void)
{
    json_t *max = json_object_get(w.shop.config, "tasks.max");

    if (strcmp(w.shop.target, "STOPPED") == 0)
        return 0;
    return (int)strtol(json_string_value(max), NULL, 10);
}

static json_t *status_now(void)
{
    const char *state = w.shop.restless ? "UNASSIGNED" : w.shop.target;
    json_t *tasks = json_array();

    w.shop.restless = false;
    for (int i = 0; i < tasks_now(); i++)
        json_array_append_new(
            tasks,
            json_pack("{s:i, s:s, s:s}", "id", i, "state", state, "worker_id",
                      i == 0 ? "worker-2:8083" : "10.0.1.1:8083"));
    return json_pack("{s:s, s:{s:s, s:s}, s:o, s:s}", "name", "shop",
                     "connector", "state", state, "worker_id", "worker-1:8083",
                     "tasks", tasks, "type", w.shop.sink ? "sink" : "source");
}

void set_target(const char *target)
{
    if (strcmp(w.shop.target, target) == 0)
        return;
    (void)snprintf(w.shop.target, sizeof(w.shop.target), "%s", target);
    disturb(0, tasks_now());
}

static int move_offsets(const json_t *body)
{
    if (strcmp(w.shop.target, "STOPPED") != 0)
        return 400;
    w.patches++;
    json_decref(w.shop.offsets);
    w.shop.offsets =
        body ? json_incref(json_object_get(body, "offsets")) : json_array();
    return 200;
}

static int put_config(json_t *body)
{
    if (!w.shop.there)
        (void)snprintf(w.shop.target, sizeof(w.shop.target), "RUNNING");
    w.shop.there = true;
    json_decref(w.shop.config);
    w.shop.config = json_incref(body);
    disturb(0, tasks_now());
    return 200;
}

/* Answers a GET on the connector. Returns the HTTP status, the body in *ret. */
static int look(const char *what, json_t **ret)
{
    json_t *tasks;

    if (strcmp(what, "/status") == 0)
        *ret = status_now();
    else if (strcmp(what, "/config") == 0)
        *ret = json_deep_copy(w.shop.config);
    else if (strcmp(what, "/offsets") == 0)
        *ret = json_pack("{s:O}", "offsets", w.shop.offsets);
    else if (!*what) {
        tasks = json_array();
        for (int i = 0; i < tasks_now(); i++)
            json_array_append_new(tasks, json_integer(i));
        *ret = json_pack("{s:o}", "tasks", tasks);
    }
    return *ret ? 200 : 404;
}

/* Carries out a request to change the connector. Returns the HTTP status. */
static int act(const char *method, const char *what, json_t *body)
{
    if (strcmp(what, "/pause") == 0)
        set_target("PAUSED");
    else if (strcmp(what, "/resume") == 0)
        set_target("RUNNING");
    else if (strcmp(what, "/stop") == 0)
        set_target("STOPPED");
    else if (strncmp(what, "/restart", 8) == 0)
        disturb(0, tasks_now());
    else if (strcmp(what, "/tasks/1/restart") == 0)
        disturb(2, 2);
    else if (strcmp(what, "/offsets") == 0)
        return move_offsets(strcmp(method, "PATCH") == 0 ? body : NULL);
    else if (!*what && strcmp(method, "DELETE") == 0)
        w.shop.there = false;
    else
        return 404;
    return 202;
}

/* With w.fail a change is carried out and answered with 500: a worker may fail
 * after the change. */
static int handle(const char *method, const char *path, json_t *body,
                  json_t **ret)
{
    const char *what = path + strlen("/connectors/shop");
    int code;

    if (strcmp(path, "/connectors") == 0) {
        *ret = json_pack("[s]", "shop");
        return 200;
    }
    if (strncmp(path, "/connectors/shop", strlen("/connectors/shop")) != 0)
        return 404;
    if (strcmp(method, "PUT") == 0 && strcmp(what, "/config") == 0)
        code = put_config(body);
    else if (!w.shop.there)
        return 404;
    else if (strcmp(method, "GET") == 0)
        return look(what, ret);
    else
        code = act(method, what, body);
    return w.fail && code < 300 ? 500 : code;
}

/* Reads a whole request, since the client may send header and body apart, and
 * answers. */
static void answer(int fd)
{
    char text[8192], method[16] = "", path[256] = "";
    AUTO_JSON json_t *body = NULL;
    AUTO_JSON json_t *said = NULL;
    AUTO_FREE char *out = NULL;
    AUTO_FREE char *reply = NULL;
    size_t len = 0;
    int code;

    for (;;) {
        ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);
        const char *end, *length;

        if (n <= 0)
            return;
        len += (size_t)n;
        text[len] = 0;
        end = strstr(text, "\r\n\r\n");
        length = strstr(text, "Content-Length: ");
        if (end &&
            text + len >=
                end + 4 + (length ? strtoul(length + 16, NULL, 10) : 0)) {
            body = json_loads(end + 4, 0, NULL);
            break;
        }
    }
    ck_assert_int_eq(sscanf(text, "%15s %255s", method, path), 2);
    pthread_mutex_lock(&w.lock);
    code = handle(method, path, body, &said);
    pthread_mutex_unlock(&w.lock);
    out = json_dumps(said, 0);
    reply = path_of("HTTP/1.1 %d X\r\nContent-Length: %zu\r\n"
                    "Connection: close\r\n\r\n%s",
                    code, out ? strlen(out) : 0, out ? out : "");
    /* send(), not dprintf(): thread sanitizers know send(), and see the reply
     * happen before the test reads the reply */
    (void)send(fd, reply, strlen(reply), MSG_NOSIGNAL);
}

static void *serve(void *arg)
{
    int fd;

    (void)arg;
    while ((fd = accept(w.fd, NULL, NULL)) >= 0) {
        answer(fd);
        (void)close(fd);
    }
    return NULL;
}

void connect_begin(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    char url[64];
    const struct connect_access at_url = {.url = url};

    w.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(w.fd, 0);
    ck_assert_int_eq(bind(w.fd, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(w.fd, 16), 0);
    ck_assert_int_eq(getsockname(w.fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d", ntohs(at.sin_port));
    ck_assert_int_eq(pthread_create(&w.server, NULL, serve, NULL), 0);
    w.connects[0] = (struct field_group){"", connect_new()};
    connect_workers(w.connects[0].connect, &at_url, 1);
    w.field.groups = w.connects;
    w.field.groups_len = 1;
}

void connect_end(void)
{
    (void)shutdown(w.fd, SHUT_RDWR);
    pthread_join(w.server, NULL);
    (void)close(w.fd);
    connect_free(w.connects[0].connect);
}
