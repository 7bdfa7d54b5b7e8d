/* bench_small.c - replays a small and a large topic, with one record in each
 * batch, and holds the time a record against both bounds of small.h. */
#include "bench/small.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "bench/bench.h"
#include "bench/forks.h"

enum { FEW = 100000 };

/* Fill and replay a topic. *ret: nanoseconds a record. */
static int measure(const struct forks *forks, struct job *job, double *ret,
                   struct err *err)
{
    struct measured filled, read, gone;

    if (forks_run(forks, job_fill_small, job, &filled, err) < 0)
        return err_context(err, "fill");
    if (forks_run(forks, job_ours, job, &read, err) < 0)
        return err_context(err, "replay");
    if (read.counts.distinct != job->set.records || read.counts.copies > 0 ||
        read.counts.reordered > 0)
        return err_set(
            err, -EBADMSG,
            "%llu records written; read: %llu, %llu of them distinct",
            (unsigned long long)job->set.records,
            (unsigned long long)read.counts.records,
            (unsigned long long)read.counts.distinct);
    *ret = (double)read.wall_us * 1e3 / (double)job->set.records;
    printf("%llu batches in %u partitions: written in %.2f s, replayed in %.2f "
           "s, %.0f ns a record, %.0f ns of CPU\n",
           (unsigned long long)job->set.records, job->set.partitions,
           (double)filled.wall_us / US_PER_S, (double)read.wall_us / US_PER_S,
           *ret, (double)read.cpu_us * 1e3 / (double)job->set.records);
    return forks_run(forks, job_delete, job, &gone, err);
}

static int measure_both(const struct replay_spec *spec,
                        const struct forks *forks, struct nodes *nodes,
                        double *ret_few, double *ret_many, struct err *err)
{
    const struct cluster *c = spec->cluster;
    struct job job = {.set = {.name = "few",
                              .topic = "few",
                              .partitions = BENCH_PARTITIONS_MOST,
                              .records = FEW}};
    struct kafka_access access;

    if (cluster_up(spec->cluster, nodes, err) < 0)
        return err->code;
    if (c->ops->access(c->platform, VIEW_OBSERVER, &access) < 0)
        return err_set(err, -EINVAL, "no way to the broker");
    job.settings = c->settings;
    (void)snprintf(job.bootstrap, sizeof(job.bootstrap), "%s",
                   access.bootstrap);
    if (measure(forks, &job, ret_few, err) < 0)
        return err->code;
    job.set.name = job.set.topic = "many";
    job.set.records = spec->records;
    return measure(forks, &job, ret_many, err);
}

/* Making connections costs a small topic more time a record than a large topic.
 * So a large topic that takes longer a record shows a search growing with the
 * length of the log. */
static int judge(double few, double many)
{
    bool slow = many > SMALL_NS_MOST;
    bool grows = many * 100 > few * SMALL_GROWTH_MOST;

    printf("embedded-replay: %.0f ns a record, at most %d%s; %.2f of the time "
           "of a small topic, at most %.2f%s\n",
           many, SMALL_NS_MOST, slow ? ": TOO SLOW" : "", many / few,
           SMALL_GROWTH_MOST / 100.0, grows ? ": IT GROWS" : "");
    return slow || grows ? OUTCOME_FAIL : 0;
}

int small_run(struct nodes *nodes, void *ctx)
{
    const struct replay_spec *spec = ctx;
    struct err err = {0};
    struct forks forks;
    double few = 0, many = 0;

    if (forks_start(&forks, &err) == 0) {
        (void)measure_both(spec, &forks, nodes, &few, &many, &err);
        forks_end(&forks);
    }
    cluster_done(spec->cluster);
    if (err.code == 0)
        return judge(few, many);
    fprintf(stderr, "ordeal-bench: %s\n", err.text);
    return OUTCOME_INCONCLUSIVE;
}
