/* observer.c - starts the three tails, and tallies live topics. */
#include "observe/observer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "observe/watch.h"

enum { PARTITIONS_MAX = 1024 };

/* A topic of the flow, tallied live. */
struct live_topic {
    char *name;
    struct tally *tally;
    struct committed ends[PARTITIONS_MAX]; /* by partition */
    int64_t seen[PARTITIONS_MAX]; /* the highest value that `ends` ever had */
    size_t ends_len;
    uint64_t records;
    int64_t last_us;
    uint32_t run;
    struct stream_marks marks;
    uint64_t replayed;
    size_t
        stamp_at; /* place of the stamp in the last record: looked at first */
};

struct observer {
    struct observer_spec spec;
    pthread_mutex_t lock; /* guards the live topics */
    struct live_topic *topics;
    size_t topics_len;
    struct groups_watch *groups;
    struct connect_watch *connect;
    struct kafka_tail *tails[3];
};

static struct live_topic *find(struct observer *o, const char *name)
{
    for (size_t i = 0; i < o->topics_len; i++)
        if (strcmp(o->topics[i].name, name) == 0)
            return &o->topics[i];
    return NULL;
}

/* Note the place of a record. Returns whether an offset as high was seen
 * before: a tail that lost its place reads a log again from the beginning, and
 * a record read again is no copy. */
static bool note_place(struct live_topic *t, const struct record *r)
{
    int32_t p = r->at.partition;

    if (p < 0 || p >= PARTITIONS_MAX)
        return false;
    for (; t->ends_len <= (size_t)p; t->ends_len++)
        t->ends[t->ends_len] = (struct committed){(int32_t)t->ends_len, 0};
    t->ends[p].offset = r->at.offset + 1;
    if (r->at.offset < t->seen[p])
        return true;
    t->seen[p] = r->at.offset + 1;
    return false;
}

static void note_record(struct live_topic *t, const struct record *r,
                        int64_t now_us)
{
    uint64_t copies = tally_counts(t->tally).copies;
    struct stamp s;

    tally_record(t->tally, r);
    t->records++;
    t->last_us = now_us;
    if (stamp_find(r->value, r->value_len, &t->stamp_at, &s) == STAMP_INTACT &&
        s.run == t->run &&
        stream_marks_note(&t->marks, s.stream, s.seq, now_us) &&
        tally_counts(t->tally).copies > copies)
        t->replayed++;
}

static void note_live(void *ctx, const char *topic, const struct record *r)
{
    struct observer *o = ctx;
    struct live_topic *t;

    pthread_mutex_lock(&o->lock);
    t = find(o, topic);
    if (t && !note_place(t, r))
        note_record(t, r, clk_now(o->spec.clk));
    pthread_mutex_unlock(&o->lock);
}

static void note_group(void *ctx, const char *topic, const struct record *r)
{
    struct observer *o = ctx;

    (void)topic;
    groups_watch_note(o->groups, r);
}

static void note_connect(void *ctx, const char *topic, const struct record *r)
{
    struct observer *o = ctx;

    (void)topic;
    connect_watch_note(o->connect, r);
}

static int start_topics(struct observer *o, struct err *err)
{
    AUTO_FREE const char **names = must_calloc(o->topics_len, sizeof(*names));
    struct kafka_tail_spec spec = {.name = "tail-flow",
                                   .topics = names,
                                   .topics_len = o->topics_len,
                                   .from_start = true,
                                   .each = note_live,
                                   .ctx = o};

    if (o->topics_len == 0)
        return 0;
    for (size_t i = 0; i < o->topics_len; i++)
        names[i] = o->topics[i].name;
    return kafka_tail_start(o->spec.kafka, &spec, &o->tails[0], err);
}

static int start_groups(struct observer *o, struct err *err)
{
    static const char *const topic[] = {"__consumer_offsets"};
    struct kafka_tail_spec spec = {.name = "tail-groups",
                                   .topics = topic,
                                   .topics_len = 1,
                                   .from_start = !o->spec.internal_from_now,
                                   .each = note_group,
                                   .ctx = o};

    if (!o->spec.consumer_offsets)
        return 0;
    return kafka_tail_start(o->spec.kafka, &spec, &o->tails[1], err);
}

static int start_connect(struct observer *o, struct err *err)
{
    struct kafka_tail_spec spec = {.name = "tail-connect",
                                   .topics = o->spec.connect_topics,
                                   .topics_len = o->spec.connect_topics_len,
                                   .from_start = !o->spec.internal_from_now,
                                   .each = note_connect,
                                   .ctx = o};

    if (spec.topics_len == 0)
        return 0;
    return kafka_tail_start(o->spec.kafka, &spec, &o->tails[2], err);
}

static void add_topics(struct observer *o)
{
    o->topics = must_calloc(o->spec.topics_len, sizeof(*o->topics));
    for (size_t i = 0; i < o->spec.topics_len; i++) {
        struct live_topic *t = &o->topics[o->topics_len++];

        t->name = must_strdup(o->spec.topics[i].name);
        t->tally = tally_new(o->spec.topics[i].tally);
        t->run = o->spec.topics[i].tally->run;
        t->last_us = -1;
    }
}

int observer_start(const struct observer_spec *spec, struct observer **ret,
                   struct err *err)
{
    struct observer *o = must_calloc(1, sizeof(*o));

    o->spec = *spec;
    pthread_mutex_init(&o->lock, NULL);
    o->groups = groups_watch_new(spec);
    o->connect = connect_watch_new(spec);
    add_topics(o);
    o->spec.topics = NULL; /* borrowed for the call only */
    if (start_topics(o, err) < 0 || start_groups(o, err) < 0 ||
        start_connect(o, err) < 0) {
        observer_free(o);
        return err_context(err, "observer");
    }
    o->spec.connect_topics = NULL; /* the same */
    *ret = o;
    return 0;
}

void observer_stop(struct observer *o)
{
    for (size_t i = 0; i < ARRAY_LEN(o->tails); i++) {
        kafka_tail_stop(o->tails[i]);
        o->tails[i] = NULL;
    }
}

void observer_free(struct observer *o)
{
    if (!o)
        return;
    observer_stop(o);
    for (size_t i = 0; i < o->topics_len; i++) {
        free(o->topics[i].name);
        tally_free(o->topics[i].tally);
        stream_marks_done(&o->topics[i].marks);
    }
    free(o->topics);
    groups_watch_free(o->groups);
    connect_watch_free(o->connect);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

struct topic_seen observer_topic(struct observer *o, const char *topic)
{
    struct topic_seen seen = {.last_us = -1};
    struct live_topic *t;

    pthread_mutex_lock(&o->lock);
    t = find(o, topic);
    if (t) {
        seen.records = t->records;
        seen.distinct = tally_counts(t->tally).distinct;
        seen.replayed = t->replayed;
        seen.last_us = t->last_us;
    }
    pthread_mutex_unlock(&o->lock);
    return seen;
}

uint64_t observer_distinct(struct observer *o, const char *topic,
                           const uint32_t *streams, size_t streams_len)
{
    struct live_topic *t;
    uint64_t n;

    pthread_mutex_lock(&o->lock);
    t = find(o, topic);
    n = t ? tally_distinct(t->tally, streams, streams_len) : 0;
    pthread_mutex_unlock(&o->lock);
    return n;
}

uint64_t observer_missing(struct observer *o, const char *topic,
                          const struct ledger_view *ledger,
                          const uint32_t *streams, size_t streams_len)
{
    struct live_topic *t;
    uint64_t missing;

    pthread_mutex_lock(&o->lock);
    t = find(o, topic);
    missing = hop_missing(ledger, streams, streams_len, t ? t->tally : NULL);
    pthread_mutex_unlock(&o->lock);
    return missing;
}

size_t observer_ends(struct observer *o, const char *topic,
                     struct committed *out, size_t max)
{
    struct live_topic *t;
    size_t n = 0;

    pthread_mutex_lock(&o->lock);
    t = find(o, topic);
    for (size_t i = 0; t && i < t->ends_len && n < max; i++)
        if (t->ends[i].offset > 0)
            out[n++] = t->ends[i];
    pthread_mutex_unlock(&o->lock);
    return n;
}

const struct tally *observer_tally(struct observer *o, const char *topic)
{
    struct live_topic *t = find(o, topic);

    return t ? t->tally : NULL;
}

size_t observer_committed(struct observer *o, const char *group,
                          const char *topic, struct committed *out, size_t max)
{
    return groups_watch_committed(o->groups, group, topic, out, max);
}

int64_t observer_lag(struct observer *o, const char *group, const char *topic)
{
    AUTO_FREE struct committed *ends =
        must_calloc(PARTITIONS_MAX, sizeof(*ends));
    AUTO_FREE struct committed *done =
        must_calloc(PARTITIONS_MAX, sizeof(*done));
    size_t n, m;
    int64_t lag = 0;

    n = observer_ends(o, topic, ends, PARTITIONS_MAX);
    m = observer_committed(o, group, topic, done, PARTITIONS_MAX);
    for (size_t i = 0; i < n; i++) {
        int64_t at = 0;

        for (size_t k = 0; k < m; k++)
            if (done[k].partition == ends[i].partition)
                at = done[k].offset;
        lag += ends[i].offset > at ? ends[i].offset - at : 0;
    }
    return lag;
}

size_t observer_commits(struct observer *o, const char *group,
                        const char *topic, struct commit **ret)
{
    return groups_watch_commits(o->groups, group, topic, ret);
}

/* A member is matched to a worker by its host. Where all workers share a host,
 * the client id of the member gives the task, and the status topic gives the
 * worker that ran the task at the time of the assignment. The status of a task
 * is written before its consumer joins the group; in case the status came late,
 * look again a second later. */
size_t observer_owners(struct observer *o, const char *group,
                       const char *connector, const char *topic,
                       struct ownership **ret)
{
    AUTO_FREE struct group_owner *at = NULL;
    size_t n = groups_watch_owners(o->groups, group, topic, &at);
    size_t len = 0;

    *ret = must_calloc(n, sizeof(**ret));
    for (size_t i = 0; i < n; i++) {
        int node = at[i].node;

        for (int late = 0; late < 2 && node < 0 && at[i].task >= 0; late++)
            node = connect_watch_worker_at(o->connect, connector, at[i].task,
                                           at[i].time_us + late * US_PER_S);
        if (node < 0 && !at[i].nobody)
            return 0; /* an unmatched member may be any of the owners */
        (*ret)[len++] = (struct ownership){.time_us = at[i].time_us,
                                           .partition = at[i].partition,
                                           .node = node};
    }
    return len;
}

int64_t observer_last_generation_us(struct observer *o, const char *group)
{
    return groups_watch_last_generation(o->groups, group);
}

struct task_seen observer_task(struct observer *o, const char *connector,
                               int task)
{
    return connect_watch_task(o->connect, connector, task);
}

size_t observer_failures(struct observer *o, const char *connector,
                         struct failure_seen **ret)
{
    return connect_watch_failures(o->connect, connector, ret);
}

int observer_tasks(struct observer *o, const char *connector)
{
    return connect_watch_tasks(o->connect, connector);
}

void observer_tasks_text(struct observer *o, const char *connector, char *out,
                         size_t size)
{
    int n = observer_tasks(o, connector);
    int running = 0, failed = 0;

    if (size == 0)
        return;
    for (int i = 0, seen = 0; seen < n && i < 10000; i++) {
        struct task_seen t = observer_task(o, connector, i);

        if (!t.state[0])
            continue;
        seen++;
        running += strcmp(t.state, "RUNNING") == 0;
        failed += strcmp(t.state, "FAILED") == 0;
    }
    if (failed > 0)
        (void)snprintf(out, size, "RUNNING %d/%d FAILED %d", running, n,
                       failed);
    else
        (void)snprintf(out, size, "RUNNING %d/%d", running, n);
}

uint64_t observer_status_changes(struct observer *o, const char *connector)
{
    return connect_watch_changes(o->connect, connector);
}

json_t *observer_source_offsets(struct observer *o, const char *connector)
{
    return connect_watch_offsets(o->connect, connector);
}

uint64_t observer_source_commits(struct observer *o, const char *connector)
{
    return connect_watch_commits(o->connect, connector);
}
