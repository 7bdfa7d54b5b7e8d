/* station.h - what the tests of endpoints share: a folder, an endpoint in it,
 * and what reading it back gave. */
#ifndef TESTS_SUPPORT_STATION_H
#define TESTS_SUPPORT_STATION_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "endpoint/endpoint.h"
#include "support/suite.h"

static char dir[64];
static struct clk real;

static inline void dir_make(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    real = clk_real();
}

static inline void dir_remove(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(dir, &err) == 0, "%s", err.text);
}

#define OK(rc, e) ck_assert_msg((rc) == 0, "%s", (e).text)

/* Open `kind` called "it" in the folder; settings as the kind's own. */
static inline struct endpoint *station_open(const char *kind,
                                            const void *settings, bool existing)
{
    const struct endpoint_env env = {
        .name = "it",
        .settings = settings,
        .work_dir = dir,
        .logs_dir = dir,
        .program_dir = BUILD_DIR "/bin",
        .clk = &real,
    };
    struct endpoint *e = NULL;
    struct err err = {0};

    OK(endpoint_find(kind)->open(&env, existing, &e, &err), err);
    return e;
}

/* Records as one text: "<offset>:<bytes>|", and the last record's place and
 * kind of time. */
struct heard {
    char text[4096];
    size_t len;
    struct place last;
    enum record_time time_is;
    int stop_at; /* stop with -ECANCELED at that record; 0: never */
    int records;
};

static inline int hear_record(void *ctx, const struct record *r)
{
    struct heard *h = ctx;
    int n = snprintf(h->text + h->len, sizeof(h->text) - h->len, "%lld:%.*s|",
                     (long long)r->at.offset, (int)r->value_len,
                     (const char *)r->value);

    h->len += (size_t)n < sizeof(h->text) - h->len ? (size_t)n : 0;
    h->last = r->at;
    h->time_is = r->time_is;
    ck_assert(r->value != NULL); /* empty is not a tombstone */
    return ++h->records == h->stop_at ? -ECANCELED : 0;
}

/* Read it whole with one thread. */
static inline int station_each(struct endpoint *e, record_fn each, void *ctx,
                               struct err *err)
{
    const struct endpoint_read how = {
        .threads = 1,
        .each = each,
        .ctxs = &ctx,
        .timeout_us = 60 * US_PER_S,
    };

    return e->ops->read(e, &how, err);
}

static inline int station_read(struct endpoint *e, struct heard *h,
                               struct err *err)
{
    return station_each(e, hear_record, h, err);
}

static inline struct endpoint_counts station_counts(struct endpoint *e)
{
    struct endpoint_counts c = {0};
    struct err err = {0};

    OK(e->ops->counts(e, &c, &err), err);
    return c;
}

#endif
