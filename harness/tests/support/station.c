/* station.c - an endpoint in a folder of a test. */
#include "support/station.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

char dir[64];
struct clk real;

void dir_make(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    real = clk_real();
}

void dir_remove(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(dir, &err) == 0, "%s", err.text);
}

struct endpoint *station_open(const char *kind, const void *settings,
                              bool existing)
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

int hear_record(void *ctx, const struct record *r)
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

int station_each(struct endpoint *e, record_fn each, void *ctx, struct err *err)
{
    const struct endpoint_read how = {
        .threads = 1,
        .each = each,
        .ctxs = &ctx,
        .timeout_us = 60 * US_PER_S,
    };

    return e->ops->read(e, &how, err);
}

int station_read(struct endpoint *e, struct heard *h, struct err *err)
{
    return station_each(e, hear_record, h, err);
}

struct endpoint_counts station_counts(struct endpoint *e)
{
    struct endpoint_counts c = {0};
    struct err err = {0};

    OK(e->ops->counts(e, &c, &err), err);
    return c;
}
