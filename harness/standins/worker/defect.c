/* defect.c - the frame around all defects: settings, and the sink between task
 * and sink. */
#include "standins/worker/defect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/defect_own.h"

static const struct defect_kind *const kinds[] = {
#define DEFECT_KIND(id) &defect_##id,
#include "standins/worker/defect_kinds.def"
#undef DEFECT_KIND
};

static const struct option options[] = {
    {.name = "ordeal.defect",
     .type = OPTION_STRING,
     .at = offsetof(struct defect_settings, name),
     .fallback = ""},
    {.name = "ordeal.defect.every",
     .type = OPTION_NUMBER,
     .at = offsetof(struct defect_settings, every),
     .fallback = "100",
     .min = 1},
    {.name = "ordeal.defect.seed",
     .type = OPTION_NUMBER,
     .at = offsetof(struct defect_settings, seed),
     .fallback = "0",
     .min = 0},
    {.name = "ordeal.defect.log",
     .type = OPTION_STRING,
     .at = offsetof(struct defect_settings, log),
     .fallback = ""},
    {.name = "ordeal.defect.to",
     .type = OPTION_STRING,
     .at = offsetof(struct defect_settings, to),
     .fallback = ""},
};

/* ---- settings ---- */

static const struct defect_kind *kind_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

static int unknown(const char *name, struct err *err)
{
    char all[512] = "";
    size_t len = 0;

    for (size_t i = 0; i < ARRAY_LEN(kinds) && len < sizeof(all); i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
                                i ? ", " : "", kinds[i]->name);
    return err_set(err, -EINVAL,
                   "ordeal.defect: this worker has %s, got \"%s\"", all, name);
}

static int check(const struct defect_settings *s, const json_t *config,
                 const struct connector_kind *of, struct err *err)
{
    const struct defect_kind *k = kind_of(s->name);

    if (!k)
        return unknown(s->name, err);
    if (!of->sink)
        return err_set(err, -EINVAL,
                       "ordeal.defect: sources have none, got \"%s\"", s->name);
    if (!s->log)
        return err_set(err, -EINVAL,
                       "ordeal.defect.log: is required with ordeal.defect");
    if (k->needs_to && !s->to)
        return err_set(err, -EINVAL,
                       "ordeal.defect.to: is required by the defect %s",
                       k->name);
    if (k->needs_key && !property(config, k->needs_key, NULL))
        return err_set(err, -EINVAL, "%s: is required by the defect %s",
                       k->needs_key, k->name);
    return 0;
}

int defect_settings_read(const json_t *config, const struct connector_kind *of,
                         struct defect_settings *ret, struct err *err)
{
    int rc = options_read(options, ARRAY_LEN(options), config, ret, err);

    if (rc == 0 && ret->name)
        rc = check(ret, config, of, err);
    return rc;
}

/* ---- the sink seen by the task ---- */

static struct defect *defect_of(struct sink *s)
{
    return (struct defect *)(void *)s;
}

static int defect_put(struct sink *s, const struct sink_record *records,
                      size_t n, size_t *done, struct err *err)
{
    struct defect *d = defect_of(s);
    int rc = 0;

    d->idle = n > 0 ? 0 : d->idle + 1;
    if (d->kind->begin)
        rc = d->kind->begin(d, records, n, err);
    while (rc == 0 && *done < n) {
        rc = d->kind->record ? d->kind->record(d, &records[*done], err)
                             : defect_deliver(d, &records[*done], err);
        if (rc == 0)
            (*done)++;
    }
    /* sinks holding records back wait for calls without records */
    if (rc == 0 && n == 0)
        rc = d->next->ops->put(d->next, records, 0, done, err);
    if (rc == 0 && d->kind->end)
        rc = d->kind->end(d, records, n, err);
    return rc;
}

static int defect_flush(struct sink *s, struct sink_position *at, size_t n,
                        struct err *err)
{
    struct defect *d = defect_of(s);
    int rc = 0;

    if (d->kind->flush)
        rc = d->kind->flush(d, at, n, err);
    if (rc == 0 && d->next->ops->flush)
        rc = d->next->ops->flush(d->next, at, n, err);
    return rc;
}

static void defect_revoked(struct sink *s, const struct sink_position *at,
                           size_t n)
{
    struct defect *d = defect_of(s);

    if (d->kind->revoked)
        d->kind->revoked(d, at, n);
    for (size_t i = 0; i < n; i++)
        held_forget(&d->held, at[i].topic, at[i].partition);
    if (d->next->ops->revoked)
        d->next->ops->revoked(d->next, at, n);
}

static void defect_close(struct sink *s)
{
    struct defect *d = defect_of(s);

    if (d->other)
        d->other->ops->close(d->other);
    if (d->next)
        d->next->ops->close(d->next);
    free(d->other_settings);
    json_decref(d->other_config);
    held_drop(&d->held, d->held.len);
    free(d->held.at);
    if (d->log_fd >= 0)
        (void)close(d->log_fd);
    free(d);
}

static const struct sink_ops ops = {
    .put = defect_put,
    .flush = defect_flush,
    .revoked = defect_revoked,
    .close = defect_close,
};

/* ---- the task seen by the sink ---- */

static int seen_wait(void *ctx, int64_t us, const char *why, struct err *err)
{
    struct defect *d = ctx;

    if (d->kind->wait)
        return d->kind->wait(d, us, why, err);
    return d->host->wait(d->host->ctx, us, why, err);
}

static bool seen_given_up(void *ctx)
{
    const struct defect *d = ctx;

    return d->host->given_up(d->host->ctx);
}

static bool seen_ending(void *ctx)
{
    const struct defect *d = ctx;

    return d->host->ending(d->host->ctx);
}

static int seen_report(void *ctx, const struct sink_record *r, const char *why,
                       struct err *err)
{
    struct defect *d = ctx;

    if (d->kind->report)
        return d->kind->report(d, r, why, err);
    return d->host->report(d->host->ctx, r, why, err);
}

/* ---- opening ---- */

static int open_log(struct defect *d, struct err *err)
{
    struct stat st;

    d->log_fd =
        open(d->settings.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (d->log_fd < 0 || fstat(d->log_fd, &st) < 0)
        return err_errno(err, "ordeal.defect.log: %s", d->settings.log);
    d->struck = st.st_size > 0;
    return 0;
}

static int open_all(struct defect *d, struct err *err)
{
    int rc = open_log(d, err);

    if (rc == 0)
        rc = d->of->sink->open(d->spec, &d->seen, &d->next, err);
    if (rc == 0 && d->kind->open)
        rc = d->kind->open(d, err);
    return rc;
}

/* Without a defect the connector's own sink is opened, and no call passes
 * through this file. */
int defect_open(const struct connector_kind *of, const json_t *config,
                const struct connector_spec *spec, const struct sink_host *host,
                struct sink **ret, struct err *err)
{
    struct defect_settings settings;
    int rc = defect_settings_read(config, of, &settings, err);
    struct defect *d;

    if (rc < 0)
        return rc;
    if (!settings.name)
        return of->sink->open(spec, host, ret, err);
    d = must_calloc(1, sizeof(*d));
    *d = (struct defect){
        .base = {&ops},
        .kind = kind_of(settings.name),
        .settings = settings,
        .of = of,
        .config = config,
        .spec = spec,
        .host = host,
        .seen = {seen_wait, seen_given_up, seen_ending, seen_report, d},
        .log_fd = -1,
    };
    rc = open_all(d, err);
    if (rc < 0)
        defect_close(&d->base);
    else
        *ret = &d->base;
    return rc;
}
