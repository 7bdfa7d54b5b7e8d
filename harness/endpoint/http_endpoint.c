/* http_endpoint.c - an HTTP sink that takes whatever a client sends.
 *
 *   endpoints:
 *     shop: {kind: http}
 *
 * The server is ordeal-http (standins/http/http_program.h), a node of its own,
 * so that faults can kill or cut off the server like any process. A record is a
 * request, and a body may hold several stamps. A request answered 2xx is
 * accepted: the log has the request before the answer leaves. Nobody can know
 * whether the answer reached the sender, so a sender may rightly send an
 * accepted request again.
 *
 * A keyed endpoint stands for a table written by key: the row of a key is the
 * last record taken with the key, in the order of the log.
 *
 * A sender may name the origin of a record in the header X-Ordeal-Source:
 * TOPIC-PARTITION-OFFSET; several origins are parted by commas.
 */
#include "endpoint/http_endpoint.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/secrets.h"
#include "endpoint/endpoint_kinds_own.h"

static const struct arg http_args[] = {
    {.name = "port",
     .type = ARG_INT,
     .at = offsetof(struct http_settings, port),
     .min = 1,
     .max = 65534,
     .dflt = "8080",
     .help = "data port; the control listener has the next port"},
    {.name = "batch",
     .type = ARG_BOOL,
     .at = offsetof(struct http_settings, batch),
     .dflt = "false",
     .help = "a request may hold several records: count stamps, not requests"},
    {.name = "credential",
     .type = ARG_BOOL,
     .at = offsetof(struct http_settings, credential),
     .dflt = "false",
     .help = "take only requests with the credential in "
             "${NAME.credential-file}"},
    {.name = "keyed",
     .type = ARG_BOOL,
     .at = offsetof(struct http_settings, keyed),
     .dflt = "false",
     .help = "keep one row for each key of the load, the last taken; may be "
             "stale"},
};

static const char *const http_properties[] = {"url", "host", "port",
                                              "credential-file", NULL};

static bool http_keeps_rows(const void *settings)
{
    return ((const struct http_settings *)settings)->keyed;
}

static void http_free(struct http *h)
{
    pthread_mutex_destroy(&h->orders);
    pthread_mutex_destroy(&h->lock);
    json_decref(h->told);
    free(h->name);
    free(h->work_dir);
    free(h->log_path);
    free(h->senders_path);
    free(h->output_path);
    free(h->program);
    free(h->credential_path);
    free(h);
}

static void http_close(struct endpoint *e)
{
    struct http *h = http_of(e);

    if (h->nodes)
        http_server_end(h);
    http_free(h);
}

static struct http *http_new(const struct endpoint_env *env, bool existing)
{
    struct http *h = must_calloc(1, sizeof(*h));

    h->base.ops = &endpoint_http;
    h->magic = HTTP_MAGIC;
    h->settings = *(const struct http_settings *)env->settings;
    h->name = path_of("%s", env->name);
    h->work_dir = path_of("%s", env->work_dir);
    h->log_path = path_of("%s/requests.log", env->work_dir);
    h->senders_path = path_of("%s/senders.json", env->work_dir);
    h->output_path = path_of("%s/%s.log", env->logs_dir, env->name);
    h->program = path_of("%s/ordeal-http", env->program_dir);
    if (h->settings.credential)
        h->credential_path = path_of("%s/credential", env->work_dir);
    h->nodes = existing ? NULL : env->nodes;
    h->clk = env->clk;
    h->events = env->events;
    h->told = json_object();
    (void)snprintf(h->port, sizeof(h->port), "%d", (int)h->settings.port);
    (void)snprintf(h->url, sizeof(h->url), "http://%s:%s/", env->name, h->port);
    pthread_mutex_init(&h->orders, NULL);
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

/* 128 bits, for a single run; evidence shows <secret:NAME.credential>. */
static int make_credential(const struct http *h, struct err *err)
{
    AUTO_FREE char *name = path_of("%s.credential", h->name);
    unsigned char bytes[16];
    char text[2 * sizeof(bytes) + 1];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return err_errno(err, "getrandom");
    for (size_t i = 0; i < sizeof(bytes); i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    secret_add(name, text, strlen(text));
    return file_write(h->credential_path, text, strlen(text), err);
}

static int http_open(const struct endpoint_env *env, bool existing,
                     struct endpoint **ret, struct err *err)
{
    struct http *h = http_new(env, existing);
    int rc;

    if (existing) {
        rc = senders_load(&h->senders, h->senders_path, err);
        if (rc == 0 && access(h->log_path, R_OK) < 0)
            rc = err_errno(err, "%s", h->log_path);
    } else {
        rc = mkdir_all(h->work_dir, err);
        if (rc == 0 && h->credential_path)
            rc = make_credential(h, err);
        if (rc == 0)
            rc = http_server_make(h, err);
    }
    if (rc < 0) {
        http_close(&h->base);
        return rc;
    }
    *ret = &h->base;
    return 0;
}

static const char *http_property(struct endpoint *e, const char *key)
{
    struct http *h = http_of(e);

    if (strcmp(key, "url") == 0)
        return h->url;
    if (strcmp(key, "host") == 0)
        return h->name;
    if (strcmp(key, "credential-file") == 0)
        return h->credential_path;
    return strcmp(key, "port") == 0 ? h->port : NULL;
}

static json_t *http_describe(struct endpoint *e)
{
    struct http *h = http_of(e);

    return json_pack("{s:s, s:s, s:b, s:i}", "kind", "http", "url", h->url,
                     "batch", (int)h->settings.batch, "senders",
                     (int)h->senders.len);
}

const struct endpoint_ops endpoint_http = {
    .name = "http",
    .help = "an HTTP sink that takes every request",
    .can = ENDPOINT_CAN_DELIVER | ENDPOINT_HAS_TIMES | ENDPOINT_HAS_SENDERS,
    .args = http_args,
    .args_len = ARRAY_LEN(http_args),
    .settings_size = sizeof(struct http_settings),
    .stamps = STAMPS_MANY,
    .keeps_rows = http_keeps_rows,
    .open = http_open,
    .close = http_close,
    .properties = http_properties,
    .property = http_property,
    .counts = http_counts,
    .read = http_read,
    .deliveries = http_deliveries,
    .read_refused = http_read_refused,
    .behaviours = http_behaviours,
    .misbehave = http_misbehave,
    .misbehaving = http_misbehaving,
    .restart = http_restart,
    .sender = http_sender,
    .describe = http_describe,
};
