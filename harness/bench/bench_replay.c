/* bench_replay.c - measures in rounds, prints a line for each, and a summary.
 *
 * In each round both ways read the same topic one after the other, and take
 * turns to be first. Only the ratio counts: on a shared machine the figures
 * come and go.
 */
#include "bench/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "bench/bench.h"
#include "bench/forks.h"

/* Records a second, and microseconds of CPU time a record. */
struct speed {
    double rate, cpu;
};

struct figures {
    struct speed ours, bare; /* medians */
    struct speed ratio;      /* medians of the rounds' ratios */
    size_t bytes_peak;       /* the highest */
};

struct rounds {
    const struct forks *forks;
    struct job job;
    struct tally_counts want;
    int len;
    double ours_rate[ROUNDS_MAX], bare_rate[ROUNDS_MAX], rate[ROUNDS_MAX];
    double ours_cpu[ROUNDS_MAX], bare_cpu[ROUNDS_MAX], cpu[ROUNDS_MAX];
    size_t bytes_peak;
};

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static double median(double *at, int n)
{
    qsort(at, (size_t)n, sizeof(*at), by_size);
    return n % 2 ? at[n / 2] : (at[n / 2 - 1] + at[n / 2]) / 2;
}

static struct speed speed_of(const struct measured *m)
{
    double n = (double)m->counts.records;

    return (struct speed){
        .rate = n / (double)(m->wall_us ? m->wall_us : 1) * 1e6,
        .cpu = (double)m->cpu_us / n,
    };
}

/* A reader that misses records, or sees other records, has measured nothing. */
static int check(const struct rounds *r, const struct measured *ours,
                 const struct measured *bare, struct err *err)
{
    const struct tally_counts *a = &ours->counts, *b = &r->want;

    if (bare->counts.records != b->records)
        return err_set(err, -EBADMSG, "bare: %llu records read, %llu written",
                       (unsigned long long)bare->counts.records,
                       (unsigned long long)b->records);
    if (memcmp(a, b, sizeof(*a)) == 0)
        return 0;
    return err_set(
        err, -EBADMSG,
        "ours: %llu records, %llu of them distinct, %llu copies, "
        "%llu late, %llu corrupt, %llu foreign, where %llu, %llu, "
        "%llu, %llu, 0 and 0 were written",
        (unsigned long long)a->records, (unsigned long long)a->distinct,
        (unsigned long long)a->copies, (unsigned long long)a->reordered,
        (unsigned long long)a->corrupt, (unsigned long long)a->foreign,
        (unsigned long long)b->records, (unsigned long long)b->distinct,
        (unsigned long long)b->copies, (unsigned long long)b->reordered);
}

/* The ratio is taken within a round, where both ways ran under the same load of
 * the machine; medians over rounds come later. */
static int one_round(struct rounds *r, int of, struct err *err)
{
    const job_fn ways[2] = {job_ours, job_bare};
    struct measured m[2];
    int first = r->len % 2, i = r->len;
    struct speed ours, bare;

    for (int k = 0; k < 2; k++) {
        int way = first ^ k;

        if (forks_run(r->forks, ways[way], &r->job, &m[way], err) < 0)
            return err_context(err, way == 0 ? "ours" : "bare");
    }
    if (check(r, &m[0], &m[1], err) < 0)
        return err->code;
    ours = speed_of(&m[0]);
    bare = speed_of(&m[1]);
    r->ours_rate[i] = ours.rate;
    r->bare_rate[i] = bare.rate;
    r->rate[i] = ours.rate / bare.rate;
    r->ours_cpu[i] = ours.cpu;
    r->bare_cpu[i] = bare.cpu;
    r->cpu[i] = ours.cpu / bare.cpu;
    if (m[0].bytes_peak > r->bytes_peak)
        r->bytes_peak = m[0].bytes_peak;
    r->len++;
    printf("%s, round %d of %d: ours %.2f M/s, %.3f us CPU a record; "
           "bare %.2f M/s, %.3f us\n",
           r->job.set.name, r->len, of, ours.rate / 1e6, ours.cpu,
           bare.rate / 1e6, bare.cpu);
    return 0;
}

static struct figures figures_of(struct rounds *r)
{
    int n = r->len;

    return (struct figures){
        .ours = {median(r->ours_rate, n), median(r->ours_cpu, n)},
        .bare = {median(r->bare_rate, n), median(r->bare_cpu, n)},
        .ratio = {median(r->rate, n), median(r->cpu, n)},
        .bytes_peak = r->bytes_peak,
    };
}

static int measure_set(const struct replay_spec *spec, struct rounds *r,
                       struct figures *ret, struct err *err)
{
    const struct data_set *set = &r->job.set;
    struct measured m;

    if (forks_run(r->forks, job_fill, &r->job, &m, err) < 0)
        return err_context(err, "fill");
    r->want = m.counts;
    printf("%s: %llu records of %d bytes written in %.1f s, %llu late, %llu "
           "doubled\n",
           set->name, (unsigned long long)m.counts.records, VALUE_LEN,
           (double)m.wall_us / US_PER_S, (unsigned long long)m.counts.reordered,
           (unsigned long long)m.counts.copies);
    while (r->len < spec->rounds)
        if (one_round(r, spec->rounds, err) < 0)
            return err->code;
    *ret = figures_of(r);
    printf("%s: %.2f of bare librdkafka, %.2f of its CPU, %.1f MB; medians of "
           "%d: ours %.2f M/s, %.3f us CPU a record; bare %.2f M/s, %.3f us\n",
           set->name, ret->ratio.rate, ret->ratio.cpu,
           (double)ret->bytes_peak / 1e6, spec->rounds, ret->ours.rate / 1e6,
           ret->ours.cpu, ret->bare.rate / 1e6, ret->bare.cpu);
    return forks_run(r->forks, job_delete, &r->job, &m, err);
}

/* Keep the worse value of the two data sets, for each figure separately. */
static void worsen(struct figures *into, const struct figures *f)
{
    if (into->ratio.cpu == 0 || f->ratio.rate < into->ratio.rate)
        into->ratio.rate = f->ratio.rate;
    if (f->ratio.cpu > into->ratio.cpu)
        into->ratio.cpu = f->ratio.cpu;
    if (f->bytes_peak > into->bytes_peak)
        into->bytes_peak = f->bytes_peak;
}

/* Bootstrap addresses travel as text in the job, since processes were forked
 * before the broker had any. */
static int measure_all(const struct replay_spec *spec,
                       const struct forks *forks, struct nodes *nodes,
                       struct err *err)
{
    const struct data_set sets[] = {
        {.name = "in order", .topic = "in-order"},
        {.name = "1 % disturbed", .topic = "disturbed", .disturbed = 10000},
    };
    struct figures worst = {0};
    struct kafka_access access;

    if (cluster_up(spec->cluster, nodes, err) < 0)
        return err->code;
    if (spec->cluster->ops->access(spec->cluster->platform, VIEW_OBSERVER,
                                   &access) < 0)
        return err_set(err, -ENOTSUP, "brokers: no way in");
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct rounds r = {
            .forks = forks,
            .job = {.settings = spec->cluster->settings, .set = sets[i]},
        };
        struct figures f = {0};

        r.job.set.records = spec->records;
        r.job.set.partitions = BENCH_PARTITIONS;
        (void)snprintf(r.job.bootstrap, sizeof(r.job.bootstrap), "%s",
                       access.bootstrap);
        if (measure_set(spec, &r, &f, err) < 0)
            return err_context(err, "%s", sets[i].name);
        worsen(&worst, &f);
    }
    printf("replay: %.2f of bare librdkafka, %.2f of its CPU, %.1f MB\n",
           worst.ratio.rate, worst.ratio.cpu, (double)worst.bytes_peak / 1e6);
    return 0;
}

int replay_run(struct nodes *nodes, void *ctx)
{
    const struct replay_spec *spec = ctx;
    struct err err = {0};
    struct forks forks;

    if (forks_start(&forks, &err) == 0) {
        (void)measure_all(spec, &forks, nodes, &err);
        forks_end(&forks);
    }
    cluster_done(spec->cluster);
    if (err.code == 0)
        return 0;
    fprintf(stderr, "ordeal-bench: %s\n", err.text);
    return OUTCOME_INCONCLUSIVE;
}
