/* sampler.c - rates and lags of a run, once a second. */
#include "engine/sampler_own.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/flow_shape_own.h"

struct sampler {
    struct sampler_spec spec;
    pthread_t thread;
    bool started;
    uint64_t counted[SAMPLE_STATIONS_MAX]; /* last known count of an endpoint;
                                              sampler thread */
    atomic_bool stop;
    atomic_bool anew; /* the next sample is due now */
    pthread_mutex_t lock;
    struct load_thread *load;
    struct load_counts load_last;
    struct load_progress *progress; /* by load of the plan; owned */
    size_t stations, hops;          /* numbers of the plan that samples hold */
    uint64_t *rows;                 /* samples, each packed into row_len() */
    size_t len, cap;                /* in rows */
    json_t *tasks;                  /* an object for each sample */
};

/* ---- rows ----------------------------------------------------------------
 *
 * A struct sample has room for the largest plan, 1.3 KiB. A run keeps a sample
 * each second, so a row holds the plan's own stations and hops alone.
 */

static size_t row_len(const struct sampler *s)
{
    return SAMPLE_TOTALS + s->stations + SAMPLE_BY_HOP * s->hops;
}

/* Copies between the arrays of a sample and a row, `into_row` or back. */
static void copy_row(const struct sampler *s, struct sample *sample,
                     uint64_t *row, bool into_row)
{
    const struct {
        void *at;
        size_t len;
    } parts[] = {{sample, SAMPLE_TOTALS},
                 {sample->due, s->hops},
                 {sample->acknowledged_for, s->hops},
                 {sample->delivered, s->stations},
                 {sample->lag, s->hops},
                 {sample->replayed, s->hops}};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t size = parts[i].len * sizeof(*row);

        memcpy(into_row ? (void *)row : parts[i].at,
               into_row ? parts[i].at : (void *)row, size);
        row += parts[i].len;
    }
}

static void add_row(struct sampler *s, struct sample *sample)
{
    s->rows =
        must_grow(s->rows, s->len, &s->cap, row_len(s) * sizeof(*s->rows));
    copy_row(s, sample, s->rows + s->len * row_len(s), true);
    s->len++;
}

static struct sample sample_at(const struct sampler *s, size_t i)
{
    struct sample sample = {0};

    copy_row(s, &sample, s->rows + i * row_len(s), false);
    return sample;
}

/* The time of a sample is the row's first number. */
static int64_t time_at(const struct sampler *s, size_t i)
{
    return (int64_t)s->rows[i * row_len(s)];
}

/* Statuses rarely change, so samples in a row share an object. */
static void add_tasks(struct sampler *s, json_t *tasks)
{
    json_t *last = json_array_get(s->tasks, json_array_size(s->tasks) - 1);

    if (!json_equal(last, tasks)) {
        json_array_append_new(s->tasks, tasks);
        return;
    }
    json_array_append(s->tasks, last);
    json_decref(tasks);
}

/* ---- samples ------------------------------------------------------------- */

/* The lag of a hop by identities counts the hop's own streams. Records of other
 * loads and other hops in the same topic count neither upstream nor downstream.
 */
static int64_t hop_lag(struct sampler *s, const struct plan_hop *h,
                       const struct sample *now)
{
    const struct plan *p = s->spec.plan;
    int64_t up, behind;

    if (!h->connector)
        return -1;
    if (!h->by_identities)
        return observer_lag(s->spec.observer, h->group,
                            p->stations[h->up].name);
    if (h->up >= SAMPLE_STATIONS_MAX)
        return -1;
    up = station_is_tailed(&p->stations[h->up])
             ? (int64_t)observer_distinct(s->spec.observer,
                                          p->stations[h->up].name, h->streams,
                                          h->streams_len)
             : (int64_t)now->delivered[h->up];
    behind = up - (int64_t)observer_distinct(s->spec.observer,
                                             p->stations[h->down].name,
                                             h->streams, h->streams_len);
    return behind > 0 ? behind : 0;
}

/* A source that delivers old records again adds to the rate and does not change
 * a lag by identities, so a replay shows in no other number. Several hops into
 * a topic share the count. */
static uint64_t hop_replayed(struct sampler *s, const struct plan_hop *h)
{
    if (!h->by_identities)
        return 0;
    return observer_topic(s->spec.observer,
                          s->spec.plan->stations[h->down].name)
        .replayed;
}

/* An endpoint that gives no answer keeps the last count: a 0 would look like a
 * fall, and the next count like a leap. */
static uint64_t delivered(struct sampler *s, size_t station)
{
    const struct plan_station *st = &s->spec.plan->stations[station];
    struct endpoint *e = s->spec.endpoints[station];
    struct endpoint_counts c = {0};
    struct err ignored = {0};

    if (station_is_tailed(st))
        return observer_topic(s->spec.observer, st->name).records;
    if (e && e->ops->counts(e, &c, &ignored) == 0)
        s->counted[station] = c.accepted;
    return s->counted[station];
}

json_t *sampler_tasks(struct sampler *s)
{
    const struct scenario *sc = &s->spec.plan->scenario;
    json_t *o = json_object();
    char text[96];

    for (size_t i = 0; i < sc->connectors_len; i++) {
        observer_tasks_text(s->spec.observer, sc->connectors[i].name, text,
                            sizeof(text));
        json_object_set_new(o, sc->connectors[i].name, json_string(text));
    }
    return o;
}

/* Under the lock. The load that has stopped stays as it was. */
static void look_at_load(struct sampler *s)
{
    if (!s->load)
        return;
    s->load_last = load_counts(s->load);
    for (size_t i = 0; i < s->spec.plan->loads_len; i++)
        s->progress[i] = load_progress_of(s->load, i);
}

/* Counts are taken without the lock: an endpoint may take seconds to answer,
 * and queries must not wait as long. */
static void take(struct sampler *s)
{
    const struct plan *p = s->spec.plan;
    struct sample now = {.t_us = clk_now(s->spec.clk)};
    json_t *tasks;

    pthread_mutex_lock(&s->lock);
    look_at_load(s);
    now.attempted = s->load_last.attempted;
    now.acknowledged = s->load_last.acknowledged;
    flow_due(p, s->progress, &now);
    pthread_mutex_unlock(&s->lock);

    for (size_t i = 0; i < s->stations; i++)
        now.delivered[i] = delivered(s, i);
    for (size_t i = 0; i < s->hops; i++) {
        now.lag[i] = hop_lag(s, &p->hops[i], &now);
        now.replayed[i] = hop_replayed(s, &p->hops[i]);
    }
    tasks = sampler_tasks(s);

    pthread_mutex_lock(&s->lock);
    add_row(s, &now);
    add_tasks(s, tasks);
    pthread_mutex_unlock(&s->lock);
    if (s->spec.each)
        s->spec.each(s->spec.ctx, &now);
}

static void *run(void *arg)
{
    struct sampler *s = arg;
    int64_t next = clk_now(s->spec.clk);

    while (!atomic_load(&s->stop)) {
        int64_t now = clk_now(s->spec.clk);

        if (atomic_exchange(&s->anew, false))
            next = now;
        if (now >= next) {
            take(s);
            next += US_PER_S;
            if (next < now)
                next = now + US_PER_S;
        }
        clk_sleep(s->spec.clk, 50 * US_PER_MS);
    }
    return NULL;
}

int sampler_start(const struct sampler_spec *spec, struct sampler **ret,
                  struct err *err)
{
    struct sampler *s = must_calloc(1, sizeof(*s));

    s->spec = *spec;
    s->stations = spec->plan->stations_len;
    if (s->stations > SAMPLE_STATIONS_MAX)
        s->stations = SAMPLE_STATIONS_MAX;
    s->hops = spec->plan->hops_len;
    if (s->hops > SAMPLE_HOPS_MAX)
        s->hops = SAMPLE_HOPS_MAX;
    s->tasks = json_array();
    s->progress = must_calloc(spec->plan->loads_len, sizeof(*s->progress));
    for (size_t i = 0; i < spec->plan->loads_len; i++)
        s->progress[i] = (struct load_progress){-1, -1, 0};
    pthread_mutex_init(&s->lock, NULL);
    if (pthread_create(&s->thread, NULL, run, s) != 0) {
        sampler_free(s);
        return err_set(err, -EAGAIN, "sampler: no thread");
    }
    s->started = true;
    (void)pthread_setname_np(s->thread, "sampler");
    *ret = s;
    return 0;
}

void sampler_stop(struct sampler *s)
{
    if (!s->started)
        return;
    atomic_store(&s->stop, true);
    pthread_join(s->thread, NULL);
    s->started = false;
}

void sampler_free(struct sampler *s)
{
    if (!s)
        return;
    sampler_stop(s);
    pthread_mutex_destroy(&s->lock);
    json_decref(s->tasks);
    free(s->progress);
    free(s->rows);
    free(s);
}

void sampler_load(struct sampler *s, struct load_thread *load)
{
    pthread_mutex_lock(&s->lock);
    if (!load)
        look_at_load(s);
    s->load = load;
    pthread_mutex_unlock(&s->lock);
}

void sampler_begin_anew(struct sampler *s)
{
    atomic_store(&s->anew, true);
}

bool sampler_last(struct sampler *s, struct sample *ret)
{
    bool have;

    pthread_mutex_lock(&s->lock);
    have = s->len > 0;
    if (have)
        *ret = sample_at(s, s->len - 1);
    pthread_mutex_unlock(&s->lock);
    return have;
}

int64_t sampler_last_us(struct sampler *s)
{
    int64_t last_us;

    pthread_mutex_lock(&s->lock);
    last_us = s->len > 0 ? time_at(s, s->len - 1) : -1;
    pthread_mutex_unlock(&s->lock);
    return last_us;
}

size_t sampler_since(struct sampler *s, int64_t since_us, struct sample **ret)
{
    size_t from = 0, n;

    pthread_mutex_lock(&s->lock);
    for (from = s->len; from > 0 && time_at(s, from - 1) >= since_us; from--)
        ;
    n = s->len - from;
    *ret = must_malloc(n * sizeof(**ret));
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = sample_at(s, from + i);
    pthread_mutex_unlock(&s->lock);
    return n;
}

/* A connector may have several hops. */
static void add_lag(json_t *lag, const char *connector, int64_t n)
{
    n += json_integer_value(json_object_get(lag, connector));
    json_object_set_new(lag, connector, json_integer(n));
}

static json_t *sample_json(const struct plan *p, const struct sample *s,
                           json_t *tasks)
{
    json_t *delivered_by = json_object();
    json_t *lag = json_object();

    for (size_t i = 0; i < p->stations_len && i < SAMPLE_STATIONS_MAX; i++)
        json_object_set_new(delivered_by, p->stations[i].name,
                            json_integer((json_int_t)s->delivered[i]));
    for (size_t i = 0; i < p->hops_len && i < SAMPLE_HOPS_MAX; i++)
        if (p->hops[i].connector && s->lag[i] >= 0)
            add_lag(lag, p->hops[i].connector->name, s->lag[i]);
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:O}", "t_us",
                     (json_int_t)s->t_us, "attempted", (json_int_t)s->attempted,
                     "acknowledged", (json_int_t)s->acknowledged, "delivered",
                     delivered_by, "lag", lag, "tasks", tasks);
}

json_t *sampler_series(struct sampler *s)
{
    json_t *series = json_array();

    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->len; i++) {
        struct sample at = sample_at(s, i);

        json_array_append_new(series, sample_json(s->spec.plan, &at,
                                                  json_array_get(s->tasks, i)));
    }
    pthread_mutex_unlock(&s->lock);
    return series;
}
