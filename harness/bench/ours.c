/* ours.c - reads a topic as runs do: as a station, through endpoint_tally(). */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "bench/bench.h"
#include "endpoint/endpoint.h"
#include "scenario/doc.h"

static const int64_t read_us = INT64_C(600) * US_PER_S;

int64_t cpu_us_of(const struct rusage *u)
{
    return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * US_PER_S +
           u->ru_utime.tv_usec + u->ru_stime.tv_usec;
}

static int64_t cpu_now_us(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) < 0 ? 0 : cpu_us_of(&u);
}

struct measured measure_begin(void)
{
    return (struct measured){
        .wall_us = clk_monotonic_us(),
        .cpu_us = cpu_now_us(),
    };
}

void measure_end(struct measured *m)
{
    m->wall_us = clk_monotonic_us() - m->wall_us;
    m->cpu_us = cpu_now_us() - m->cpu_us;
}

int bench_readers(void)
{
    return kafka_default_readers(BENCH_PARTITIONS);
}

static int open_station(const struct job *job, const struct kafka_access *a,
                        const struct clk *clk, struct endpoint **ret,
                        struct err *err)
{
    const struct endpoint_ops *ops = endpoint_find("topic");
    struct doc *d = job->settings;
    AUTO_FREE void *settings = must_calloc(1, ops->settings_size);
    struct endpoint_env env = {
        .name = job->set.topic,
        .settings = settings,
        .kafka = a,
        .clk = clk,
    };

    if (args_read(ops->args, ops->args_len,
                  json_object_get(doc_root(d), job->set.topic), d,
                  job->set.topic, settings) > 0)
        return err_set(err, -EINVAL, "%s", doc_complaint(d, 0));
    return ops->open(&env, true, ret, err);
}

/* Time is taken around endpoint_tally() alone: opening the station is no part
 * of a replay's speed. */
int job_ours(const struct job *job, struct measured *ret, struct err *err)
{
    const struct kafka_access access = {.bootstrap = job->bootstrap};
    const struct clk clk = clk_real();
    struct tally_stream_spec streams[BENCH_PARTITIONS_MOST];
    const struct tally_spec spec = {
        .run = BENCH_RUN,
        .streams = streams,
        .streams_len = job->set.partitions,
    };
    struct offset_walks walks = {0};
    struct tally *tally = NULL;
    struct endpoint *station;

    for (uint32_t p = 0; p < job->set.partitions; p++)
        streams[p] = (struct tally_stream_spec){.stream = p + 1,
                                                .payload_len = PAYLOAD_LEN};
    if (open_station(job, &access, &clk, &station, err) < 0)
        return err->code;
    *ret = measure_begin();
    if (endpoint_tally(station, false, &spec, read_us, &tally, &walks, err) ==
        0) {
        measure_end(ret);
        ret->counts = tally_counts(tally);
        ret->bytes_peak = tally_bytes_peak(tally);
        tally_free(tally);
        free(walks.at);
    }
    station->ops->close(station);
    return err->code;
}
