/* http_records.c - the log of ordeal-http: counted, read back, and searched for
 * origins of records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "endpoint/http_endpoint.h"
#include "endpoint/http_log_own.h"
#include "oracle/stamp.h"

enum { LOOK_AT_CLOCK_EVERY = 1024 };

/* ---- counted ---- */

static uint64_t stamps_in(const char *body, size_t len)
{
    struct stamp ignored;
    uint64_t n = 0;
    size_t at = 0;
    size_t hint = 0;

    while (stamp_find(body + at, len - at, &hint, &ignored) != STAMP_NONE) {
        n++;
        at += hint + 1;
        hint = 0;
    }
    return n;
}

static int count(void *ctx, const struct request *r, struct err *err)
{
    struct http *h = ctx;
    uint64_t records = 1;

    (void)err;
    if (!request_brings_record(r))
        return 0;
    if (!request_accepted(r->row)) {
        h->count.sum.refused++;
        return 0;
    }
    if (h->settings.batch)
        records = stamps_in(r->body, r->row->body_len);
    h->count.sum.accepted += records > 0 ? records : 1;
    h->count.sum.bytes += r->row->body_len;
    return 0;
}

/* Count in the log instead of asking the server: the server may be dead, and
 * the log has every answer. */
int http_counts(struct endpoint *e, struct endpoint_counts *ret,
                struct err *err)
{
    struct http *h = http_of(e);
    int rc;

    pthread_mutex_lock(&h->lock);
    rc = http_log_read(h->log_path, &h->count.position, count, h, err);
    if (rc == 0)
        *ret = h->count.sum;
    pthread_mutex_unlock(&h->lock);
    return rc;
}

/* ---- read back ---- */

struct reading {
    struct http *h;
    struct senders senders; /* a copy: reading takes long, the lock is not
                               held meanwhile */
    bool accepted;
    record_fn each;
    void *ctx;
    int64_t deadline_us;
};

static int hand_out(void *ctx, const struct request *r, struct err *err)
{
    struct reading *g = ctx;
    const struct record record = {
        .value = r->body,
        .value_len = r->row->body_len,
        .at = {.offset = (int64_t)r->row->number,
               .time_us = r->row->wall_us,
               .partition = -1,
               .node = senders_find(&g->senders, r->row)},
        .time_is = TIME_ARRIVAL,
    };
    int rc;

    if (r->row->number % LOOK_AT_CLOCK_EVERY == 0 &&
        clk_now(g->h->clk) > g->deadline_us)
        return err_set(err, -ETIMEDOUT,
                       "endpoint %s: %llu requests read in "
                       "time",
                       g->h->name, (unsigned long long)r->row->number);
    if (!request_brings_record(r) || request_accepted(r->row) != g->accepted)
        return 0;
    rc = g->each(g->ctx, &record);
    if (rc < 0)
        return err_set(err, rc, "endpoint %s: request %llu: the reader stopped",
                       g->h->name, (unsigned long long)r->row->number);
    return 0;
}

static struct senders senders_now(struct http *h)
{
    struct senders s;

    pthread_mutex_lock(&h->lock);
    s = h->senders;
    pthread_mutex_unlock(&h->lock);
    return s;
}

static int read_log(struct http *h, struct reading *g, struct err *err)
{
    int64_t position = 0;

    g->h = h;
    g->senders = senders_now(h);
    return http_log_read(h->log_path, &position, hand_out, g, err);
}

int http_read(struct endpoint *e, const struct endpoint_read *how,
              struct err *err)
{
    struct http *h = http_of(e);
    struct reading g = {
        .accepted = true,
        .each = how->each,
        .ctx = how->ctxs[0],
        .deadline_us = clk_now(h->clk) + how->timeout_us,
    };

    return read_log(h, &g, err);
}

int http_read_refused(struct endpoint *e, record_fn each, void *ctx,
                      struct err *err)
{
    struct reading g = {
        .accepted = false,
        .each = each,
        .ctx = ctx,
        .deadline_us = INT64_MAX,
    };

    return read_log(http_of(e), &g, err);
}

/* ---- where records came from ---- */

struct notes {
    struct senders senders;
    const char *topic; /* of this topic only; NULL: of any */
    struct delivery_note *at;
    size_t len, cap;
};

/* Split "topic-3-4711" into partition and offset; the text is cut to the topic,
 * whose name may hold dashes. */
static bool read_source(char *text, int32_t *ret_partition, int64_t *ret_offset)
{
    char *dash = strrchr(text, '-');
    long partition;
    char *end;

    if (!dash)
        return false;
    *dash = 0;
    *ret_offset = strtoll(dash + 1, &end, 10);
    if (end == dash + 1 || (*end && *end != ' '))
        return false;
    dash = strrchr(text, '-');
    if (!dash)
        return false;
    partition = strtol(dash + 1, &end, 10);
    *ret_partition = (int32_t)partition;
    *dash = 0;
    return end != dash + 1 && !*end && partition >= 0;
}

static int add_note(struct notes *n, const struct delivery_note *note,
                    struct err *err)
{
    if (n->len == n->cap) {
        size_t cap = n->cap ? 2 * n->cap : 1024;
        struct delivery_note *more = realloc(n->at, cap * sizeof(*more));

        if (!more)
            return err_set(err, -ENOMEM, "no memory for %zu deliveries", cap);
        n->at = more;
        n->cap = cap;
    }
    n->at[n->len++] = *note;
    return 0;
}

static int note_delivery(void *ctx, const struct request *r, struct err *err)
{
    struct notes *n = ctx;
    struct delivery_note note = {
        .time_us = r->row->wall_us,
        .node = senders_find(&n->senders, r->row),
    };
    AUTO_FREE char *text = NULL;
    char *rest, *one;

    if (!request_brings_record(r) || !request_accepted(r->row) ||
        r->row->source_len == 0)
        return 0;
    rest = text = path_of("%.*s", (int)r->row->source_len, r->source);
    while ((one = strsep(&rest, ",")) != NULL) {
        int rc = 0;

        one += strspn(one, " ");
        if (read_source(one, &note.partition, &note.offset) &&
            (!n->topic || strcmp(n->topic, one) == 0))
            rc = add_note(n, &note, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Notes are in order unless the wall clock was set back meanwhile. Insertion
 * keeps the order of notes with equal times. */
static void sort_by_time(struct delivery_note *at, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        struct delivery_note moved = at[i];
        size_t to = i;

        while (to > 0 && at[to - 1].time_us > moved.time_us) {
            at[to] = at[to - 1];
            to--;
        }
        at[to] = moved;
    }
}

int http_deliveries(struct endpoint *e, const char *topic,
                    struct delivery_note **ret, size_t *ret_len,
                    struct err *err)
{
    struct http *h = http_of(e);
    struct notes n = {.senders = senders_now(h), .topic = topic};
    int64_t position = 0;
    int rc = http_log_read(h->log_path, &position, note_delivery, &n, err);

    if (rc < 0) {
        free(n.at);
        return err_context(err, "endpoint %s", h->name);
    }
    sort_by_time(n.at, n.len);
    *ret = n.at;
    *ret_len = n.len;
    return 0;
}
