/* http_strikes.c - the ways in which ordeal-http misbehaves, each a row.
 *
 * A new way is a row here, with a struct filled by the settings, and a row of
 * the same name and settings in endpoint/http_behaviours.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "standins/http/http_program.h"

/* ---- requests to strike -------------------------------------------------- */

/* Begins the struct of each row that strikes a share of the requests. */
struct drawn {
    int64_t share, seed;
    char containing[SETTING_TEXT_MAX]; /* strike only requests with this text in
                                          the body */
};

/* A draw for each request, whatever else decides, so that the same seed strikes
 * the same requests. */
static bool is_drawn(struct sink *s, const struct drawn *d,
                     const struct asked *r)
{
    const char *text = d->containing;

    return rng_below(&s->draw, PPM) < (uint64_t)d->share &&
           (!*text || memmem(r->body, r->len, text, strlen(text)));
}

#define DRAWN_SETTINGS                                                         \
    {.name = "share",                                                          \
     .type = SETTING_SHARE,                                                    \
     .at = offsetof(struct drawn, share),                                      \
     .max = PPM,                                                               \
     .dflt = PPM},                                                             \
        {.name = "seed",                                                       \
         .type = SETTING_NUMBER,                                               \
         .at = offsetof(struct drawn, seed)},                                  \
    {                                                                          \
        .name = "containing", .type = SETTING_TEXT,                            \
        .at = offsetof(struct drawn, containing)                               \
    }

static const char *const whens[] = {"before", "after", NULL};

/* ---- answer: another status, later --------------------------------------- */

struct answer {
    struct drawn drawn;
    int64_t status;
    int64_t retry_after_us;
    int64_t delay_us; /* before every answer, of whatever status */
};

static const struct setting answer_settings[] = {
    DRAWN_SETTINGS,
    {.name = "status",
     .type = SETTING_NUMBER,
     .at = offsetof(struct answer, status),
     .min = 200,
     .max = 599,
     .dflt = MHD_HTTP_SERVICE_UNAVAILABLE},
    {.name = "retry-after",
     .type = SETTING_DURATION,
     .at = offsetof(struct answer, retry_after_us)},
    {.name = "delay",
     .type = SETTING_DURATION,
     .at = offsetof(struct answer, delay_us)},
};

static void answer_strike(struct sink *s, const void *how,
                          const struct asked *r, struct treatment *t)
{
    const struct answer *a = how;

    if (is_drawn(s, &a->drawn, r) && t->status == MHD_HTTP_OK) {
        t->status = (unsigned)a->status;
        if (a->retry_after_us > 0)
            t->retry_after_s = (a->retry_after_us + US_PER_S - 1) / US_PER_S;
        t->struck = true;
    }
    t->hold_us = a->delay_us;
    t->struck |= a->delay_us > 0;
}

/* ---- reset: the connection, in place of an answer ------------------------ */

struct reset {
    struct drawn drawn;
    int64_t after; /* true: the request is taken */
};

static const struct setting reset_settings[] = {
    DRAWN_SETTINGS,
    {.name = "when",
     .type = SETTING_WORD,
     .at = offsetof(struct reset, after),
     .words = whens},
};

static void reset_strike(struct sink *s, const void *how, const struct asked *r,
                         struct treatment *t)
{
    const struct reset *w = how;

    if (!is_drawn(s, &w->drawn, r) || t->status != MHD_HTTP_OK)
        return;
    if (!w->after)
        t->status = 0;
    t->no_answer = t->struck = true;
}

/* ---- hang: no answer until the next order -------------------------------- */

/* A request taken on arrival is answered 200 when the behaviour ends: a client
 * still waiting learns the truth, and a client that gave up has rightly sent
 * the record again. A request not taken loses the connection, as every answer
 * would be untrue. */
static const struct setting hang_settings[] = {
    DRAWN_SETTINGS,
    {.name = "when",
     .type = SETTING_WORD,
     .at = offsetof(struct reset, after),
     .dflt = 1,
     .words = whens},
};

static void hang_strike(struct sink *s, const void *how, const struct asked *r,
                        struct treatment *t)
{
    reset_strike(s, how, r, t);
    if (!t->struck)
        return;
    t->no_answer = t->status == 0;
    t->hold_us = HOLD_ON;
}

/* ---- revoke: no credential is good --------------------------------------- */

static void revoke_strike(struct sink *s, const void *how,
                          const struct asked *r, struct treatment *t)
{
    (void)s, (void)how, (void)r;
    t->status = MHD_HTTP_UNAUTHORIZED;
    t->struck = true;
}

/* ---- down: connections are refused --------------------------------------- */

struct down {
    int64_t kept; /* open connections go on; false: they are cut */
};

static const char *const connections[] = {"cut", "kept", NULL};

static const struct setting down_settings[] = {
    {.name = "connections",
     .type = SETTING_WORD,
     .at = offsetof(struct down, kept),
     .words = connections},
};

static int down_begin(struct sink *s, const void *how, struct err *err)
{
    const struct down *d = how;
    uint64_t refused = 0;
    int rc = sink_go_down(s, !d->kept, &refused, err);

    pthread_mutex_lock(&s->lock);
    s->applied += refused;
    pthread_mutex_unlock(&s->lock);
    return rc;
}

/* ---- the rows ------------------------------------------------------------ */

static const struct sink_behaviour rows[] = {
    {.name = "answer",
     .settings = answer_settings,
     .settings_len = ARRAY_LEN(answer_settings),
     .size = sizeof(struct answer),
     .strike = answer_strike},
    {.name = "down",
     .settings = down_settings,
     .settings_len = ARRAY_LEN(down_settings),
     .size = sizeof(struct down),
     .begin = down_begin,
     .end = sink_come_up},
    {.name = "hang",
     .settings = hang_settings,
     .settings_len = ARRAY_LEN(hang_settings),
     .size = sizeof(struct reset),
     .strike = hang_strike},
    {.name = "reset",
     .settings = reset_settings,
     .settings_len = ARRAY_LEN(reset_settings),
     .size = sizeof(struct reset),
     .strike = reset_strike},
    {.name = "revoke", .strike = revoke_strike},
};

static const struct sink_behaviour *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

int order_read(const json_t *body, struct sink_order *ret, struct err *err)
{
    const char *name = json_object_iter_key(json_object_iter((json_t *)body));
    struct sink_order o = {0};

    if (!json_is_object(body) || json_object_size(body) > 1)
        return err_set(err, -EINVAL, "an order is {} or {\"NAME\": {...}}");
    if (name && !(o.row = find(name)))
        return err_set(err, -EINVAL, "there is no behaviour \"%.60s\"", name);
    o.how = must_calloc(1, o.row ? o.row->size + 1 : 1);
    if (o.row && settings_read(o.row->settings, o.row->settings_len,
                               json_object_get(body, name), o.how, err) < 0) {
        free(o.how);
        return err_context(err, "%s", name);
    }
    o.said = json_incref((json_t *)body);
    *ret = o;
    return 0;
}

void order_done(struct sink_order *o)
{
    json_decref(o->said);
    free(o->how);
    *o = (struct sink_order){0};
}
