/* http_control.c - the control listener: orders, counts, further addresses. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "standins/http/http_program.h"

enum { CONTROL_BODY_MAX = 65536 };

/* The body of a request, as far as received. */
struct upload {
    size_t len;
    char body[CONTROL_BODY_MAX];
};

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status,
                              json_t *body)
{
    char *text = json_dumps(body, JSON_SORT_KEYS);
    struct MHD_Response *r;
    enum MHD_Result rc;

    json_decref(body);
    if (!text)
        return MHD_NO;
    r = MHD_create_response_from_buffer(strlen(text), text,
                                        MHD_RESPMEM_MUST_FREE);
    if (!r)
        return MHD_NO;
    (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
                                  "application/json");
    rc = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return rc;
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned status,
                              const char *why)
{
    return answer(c, status, json_pack("{s:s}", "error", why));
}

static json_t *control_json(struct sink *s)
{
    json_t *j;

    pthread_mutex_lock(&s->lock);
    j = json_pack("{s:o, s:I, s:I}", "behaviour",
                  s->order.said ? json_incref(s->order.said) : json_object(),
                  "applied", (json_int_t)s->applied, "held",
                  (json_int_t)s->held);
    pthread_mutex_unlock(&s->lock);
    return j;
}

static json_t *counts_json(struct sink *s)
{
    json_t *j;

    pthread_mutex_lock(&s->lock);
    j = json_pack("{s:I, s:I, s:I}", "accepted", (json_int_t)s->accepted,
                  "refused", (json_int_t)s->refused, "bytes",
                  (json_int_t)s->bytes);
    pthread_mutex_unlock(&s->lock);
    return j;
}

/* Put `o` in force in place of the last order, and let go every request held by
 * the last order. Takes `o`. */
static void take_effect(struct sink *s, struct sink_order *o)
{
    const json_t *with = json_object_iter_value(json_object_iter(o->said));
    json_int_t seed = json_integer_value(json_object_get(with, "seed"));
    struct sink_order last;

    pthread_mutex_lock(&s->lock);
    last = s->order;
    s->order = *o;
    *o = (struct sink_order){0};
    s->order_number++;
    s->draw = (struct rng){.s = (uint64_t)seed};
    s->applied = 0;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    order_done(&last);
}

/* `orders` is held. A failure leaves the sink well. */
static int obey(struct sink *s, struct sink_order *o, struct err *err)
{
    const struct sink_behaviour *last = s->order.row, *next = o->row;
    struct sink_order well = {0};
    int rc = 0;

    if (s->stopping)
        return err_set(err, -ECANCELED, "the server ends");
    if (last && last->end && last != next)
        rc = last->end(s, err);
    if (rc < 0)
        return rc; /* the last order could not be ended, and stays in force */
    take_effect(s, o);
    if (next && next->begin)
        rc = next->begin(s, s->order.how, err);
    if (rc < 0)
        take_effect(s, &well);
    return rc;
}

static enum MHD_Result set_control(struct sink *s, struct MHD_Connection *c,
                                   json_t *body)
{
    struct sink_order o;
    struct err err = {0};
    int rc = order_read(body, &o, &err);

    if (rc < 0)
        return refuse(c, MHD_HTTP_BAD_REQUEST, err.text);
    pthread_mutex_lock(&s->orders);
    rc = obey(s, &o, &err);
    pthread_mutex_unlock(&s->orders);
    order_done(&o);
    if (rc < 0)
        return refuse(c, MHD_HTTP_CONFLICT, err.text);
    return answer(c, MHD_HTTP_OK, control_json(s));
}

static enum MHD_Result listen_too(struct sink *s, struct MHD_Connection *c,
                                  json_t *body)
{
    const char *address;
    struct err err = {0};
    json_int_t port;
    json_error_t e;
    uint16_t got;
    int rc;

    if (json_unpack_ex(body, &e, JSON_STRICT, "{s:s, s:I}", "address", &address,
                       "port", &port) < 0)
        return refuse(c, MHD_HTTP_BAD_REQUEST, e.text);
    if (port < 0 || port > UINT16_MAX)
        return refuse(c, MHD_HTTP_BAD_REQUEST, "port is 0 to 65535");
    pthread_mutex_lock(&s->orders);
    rc = sink_listen(s, address, (uint16_t)port, false, &got, &err);
    pthread_mutex_unlock(&s->orders);
    if (rc < 0)
        return refuse(c, MHD_HTTP_CONFLICT, err.text);
    return answer(c, MHD_HTTP_OK, json_pack("{s:i}", "port", (int)got));
}

static enum MHD_Result route(struct sink *s, struct MHD_Connection *c,
                             const char *url, const char *method,
                             const struct upload *o)
{
    bool get = strcmp(method, MHD_HTTP_METHOD_GET) == 0;
    bool put = strcmp(method, MHD_HTTP_METHOD_PUT) == 0;
    AUTO_JSON json_t *body = NULL;
    json_error_t e;

    if (get && strcmp(url, "/control") == 0)
        return answer(c, MHD_HTTP_OK, control_json(s));
    if (get && strcmp(url, "/counts") == 0)
        return answer(c, MHD_HTTP_OK, counts_json(s));
    if (!put)
        return refuse(c, MHD_HTTP_NOT_FOUND, "no such resource");
    body = json_loadb(o->body, o->len, JSON_REJECT_DUPLICATES, &e);
    if (!body)
        return refuse(c, MHD_HTTP_BAD_REQUEST, e.text);
    if (strcmp(url, "/control") == 0)
        return set_control(s, c, body);
    if (strcmp(url, "/listen") == 0)
        return listen_too(s, c, body);
    return refuse(c, MHD_HTTP_NOT_FOUND, "no such resource");
}

SINK_HANDLER(sink_control)
{
    struct sink_listener *l = cls;
    struct upload *o = *request_cls;

    (void)version;
    if (!o) {
        *request_cls = calloc(1, sizeof(*o));
        return *request_cls ? MHD_YES : MHD_NO;
    }
    if (*upload_data_size == 0)
        return route(l->sink, connection, url, method, o);
    if (*upload_data_size > sizeof(o->body) - o->len)
        return MHD_NO;
    memcpy(o->body + o->len, upload_data, *upload_data_size);
    o->len += *upload_data_size;
    *upload_data_size = 0;
    return MHD_YES;
}

void sink_control_done(void *cls, struct MHD_Connection *connection,
                       void **request_cls, enum MHD_RequestTerminationCode why)
{
    (void)cls;
    (void)connection;
    (void)why;
    free(*request_cls);
    *request_cls = NULL;
}
