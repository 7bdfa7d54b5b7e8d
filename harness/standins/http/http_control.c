/* http_control.c - how to misbehave, and how often it was done. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "standins/http/http_program.h"

enum { CONTROL_BODY_MAX = 65536 };

struct order {
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

static const char *const resets[] = {
    [RESET_NEVER] = "", [RESET_BEFORE] = "before", [RESET_AFTER] = "after"};

static json_t *control_json(struct sink *s)
{
    const struct sink_control *k = &s->control;
    json_t *j;

    pthread_mutex_lock(&s->lock);
    j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:b, s:I}", "status",
                  (json_int_t)k->status, "share_ppm", (json_int_t)k->share,
                  "retry_after_s", (json_int_t)k->retry_after_s, "delay_us",
                  (json_int_t)k->delay_us, "seed", (json_int_t)k->seed, "reset",
                  resets[k->reset], "containing", k->containing, "revoked",
                  k->revoked, "applied", (json_int_t)s->applied);
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

/* What is wrong with it, or NULL. */
static const char *control_read(json_t *body, struct sink_control *ret,
                                json_error_t *e)
{
    json_int_t status = 0, share = 1000000, retry = -1, delay = 0, seed = 0;
    const char *reset = "", *containing = "";
    size_t how = 0;
    int revoked = 0;

    if (json_unpack_ex(body, e, JSON_STRICT,
                       "{s?I, s?I, s?I, s?I, s?I, s?s, s?s, s?b}", "status",
                       &status, "share_ppm", &share, "retry_after_s", &retry,
                       "delay_us", &delay, "seed", &seed, "reset", &reset,
                       "containing", &containing, "revoked", &revoked) < 0)
        return e->text;
    if (status != 0 && (status < 200 || status > 599))
        return "status is 0 or 200 to 599";
    if (share < 0 || share > 1000000 || retry < -1 || delay < 0)
        return "share_ppm is 0 to 1000000, retry_after_s at least -1, delay_us "
               "at least 0";
    while (how < ARRAY_LEN(resets) && strcmp(resets[how], reset) != 0)
        how++;
    if (how == ARRAY_LEN(resets))
        return "reset is \"\", \"before\" or \"after\"";
    if (strlen(containing) >= sizeof(ret->containing))
        return "containing is too long";
    *ret = (struct sink_control){
        .status = status,
        .share = share,
        .retry_after_s = retry,
        .delay_us = delay,
        .reset = (enum sink_reset)how,
        .revoked = revoked,
        .seed = (uint64_t)seed,
    };
    memcpy(ret->containing, containing, strlen(containing));
    return NULL;
}

static enum MHD_Result set_control(struct sink *s, struct MHD_Connection *c,
                                   json_t *body)
{
    struct sink_control control;
    json_error_t e;
    const char *wrong = control_read(body, &control, &e);

    if (wrong)
        return refuse(c, MHD_HTTP_BAD_REQUEST, wrong);
    pthread_mutex_lock(&s->lock);
    s->control = control;
    s->draw = (struct rng){.s = control.seed};
    s->applied = 0;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
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

    if (json_unpack_ex(body, &e, JSON_STRICT, "{s:s, s:I}", "address", &address,
                       "port", &port) < 0)
        return refuse(c, MHD_HTTP_BAD_REQUEST, e.text);
    if (port < 0 || port > UINT16_MAX)
        return refuse(c, MHD_HTTP_BAD_REQUEST, "port is 0 to 65535");
    if (sink_listen(s, address, (uint16_t)port, false, &got, &err) < 0)
        return refuse(c, MHD_HTTP_CONFLICT, err.text);
    return answer(c, MHD_HTTP_OK, json_pack("{s:i}", "port", (int)got));
}

static enum MHD_Result route(struct sink *s, struct MHD_Connection *c,
                             const char *url, const char *method,
                             const struct order *o)
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
    struct order *o = *request_cls;

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
