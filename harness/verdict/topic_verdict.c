/* topic_verdict.c - the verdict over a topic, from identities in the records.
 */
#include "verdict/topic_verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "verdict/sentence_own.h"
#include "verdict/verdict.h"

static const struct guarantee promise = {.delivery = EXACTLY_ONCE,
                                         .ordering = ORDER_STREAM,
                                         .once_by = BY_CONTENTS,
                                         .duplicates_per_disturbance = -1};

static void *zeroes(size_t n, size_t size)
{
    void *p = must_calloc(n + 1, size);

    return p;
}

/* The ledger as left by a writer of the whole row. */
static struct ledger_view expectation(const struct topic_facts *f)
{
    struct ledger_view v = {.closed = true};

    v.streams = zeroes(f->rows_len, sizeof(*v.streams));
    for (size_t i = 0; i < f->rows_len; i++) {
        const struct number_row *row = &f->rows[i];
        struct ledger_view_stream *s = &v.streams[v.streams_len];

        if (row->high == 0)
            continue;
        s->decl.stream = (uint32_t)i + 1;
        s->decl.partition = -1;
        s->reserved = s->sent = row->high;
        s->runs = zeroes(1, sizeof(*s->runs));
        s->runs_len = 1;
        s->runs[0] = (struct ledger_run){.first = row->low,
                                         .count = row->high - row->low,
                                         .offset = -1,
                                         .partition = -1};
        s->acknowledged = s->runs[0].count;
        v.streams_len++;
    }
    return v;
}

static void expectation_done(struct ledger_view *v)
{
    for (size_t i = 0; i < v->streams_len; i++)
        free(v->streams[i].runs);
    free(v->streams);
}

/* Sequences of the tally count from each row's origin. */
static void use_numbers(const struct topic_facts *f, struct findings *all)
{
    for (size_t i = 0; i < all->worst_len; i++)
        if (all->worst[i].stream > 0)
            all->worst[i].first += f->rows[all->worst[i].stream - 1].origin;
}

/* Nothing more comes, and no fault was applied: every finding counts. */
static void settle(const struct topic_facts *f, struct topic_hop *h)
{
    static const struct commit_result no_commits;
    static const struct late_failed no_failures;
    const struct hop_status_spec spec = {
        .name = h->name,
        .down = f->topic,
        .guarantee = h->guarantee,
        .judged = true,
        .why_not = "",
        .result = &h->result,
        .dead_why = "",
        .outside_judged = true,
        .drain = {.ended = true, .drained = true},
        .events = {.group = "", .commits = &no_commits, .late = &no_failures},
    };

    hop_status_judge(&spec, &h->status);
    h->judged = true;
}

static void judge_numbers(const struct topic_facts *f, struct topic_hop *h)
{
    struct ledger_view v = expectation(f);
    uint32_t *streams = zeroes(f->rows_len, sizeof(*streams));
    struct hop_spec spec = {
        .ledger = &v, .down = f->numbers, .drained = true, .streams = streams};

    for (size_t i = 0; i < v.streams_len; i++)
        streams[spec.streams_len++] = v.streams[i].decl.stream;
    hop_judge(&spec, &h->result);
    use_numbers(f, &h->result.findings);
    expectation_done(&v);
    free(streams);
    settle(f, h);
}

/* Texts have no order and no successor: each text seen is expected once. */
static void judge_texts(const struct topic_facts *f, struct topic_hop *h)
{
    uint64_t distinct = f->texts_len - f->text_copies;
    struct stream_balance *all = zeroes(1, sizeof(*all));

    all->sum = (struct balance){.attempted = distinct,
                                .acknowledged = distinct,
                                .upstream = distinct,
                                .delivered = distinct,
                                .downstream_copies = f->text_copies};
    h->result.balance = all->sum;
    h->result.streams = all;
    h->result.streams_len = 1;
    h->result.findings.records[FINDING_DUPLICATE] = f->text_copies;
    settle(f, h);
}

static void add(json_t *to, json_t *said)
{
    json_array_append_new(to, said);
}

static void say_unjudged(const struct topic_facts *f, json_t *to)
{
    if (!f->by_offset && f->without > 0)
        add(to,
            sentence("%" PRIu64 " records have no %s", f->without, f->locator));
    if (f->far > 0)
        add(to, sentence("%" PRIu64 " records have numbers far from those "
                         "before them",
                         f->far));
}

static void say_reasons(const struct topic_facts *f, json_t *to)
{
    if (f->records == 0)
        add(to, sentence("the topic is empty"));
    else if (f->without + f->far > 0)
        add(to, sentence("not every record could be judged"));
    else if (f->by_offset)
        add(to, sentence("offsets alone prove no continuity, name a "
                         "--locator"));
}

static bool is_broken(const struct topic_hop *h)
{
    return h->judged && h->status.is == HOP_BROKEN;
}

/* The reasons of a hop's status, for example a balance not closing. */
static void take_reasons(const struct topic_hop *h, struct topic_verdict *v)
{
    if (h->judged)
        json_array_extend(v->reasons, h->status.reasons);
}

static void name(const struct topic_facts *f, const char *what,
                 struct topic_hop *h)
{
    (void)snprintf(h->name, sizeof(h->name), "%.200s: %s by %.80s", f->topic,
                   what, f->locator);
    h->guarantee = promise;
}

void topic_judge(const struct topic_facts *f, struct topic_verdict *ret)
{
    *ret = (struct topic_verdict){.reasons = json_array(),
                                  .not_judged = json_array()};
    name(f, "numbers", &ret->numbers);
    name(f, "texts", &ret->texts);
    ret->texts.guarantee.ordering = ORDER_NONE;
    if (f->numbers_len > 0)
        judge_numbers(f, &ret->numbers);
    if (f->texts_len > 0)
        judge_texts(f, &ret->texts);
    say_unjudged(f, ret->not_judged);
    say_reasons(f, ret->reasons);
    take_reasons(&ret->numbers, ret);
    take_reasons(&ret->texts, ret);
    ret->outcome = verdict_outcome(&(struct outcome_facts){
        .hop_broken = is_broken(&ret->numbers) || is_broken(&ret->texts),
        .in_doubt = json_array_size(ret->reasons) > 0,
    });
}

static void hop_done(struct topic_hop *h)
{
    if (!h->judged)
        return;
    hop_result_done(&h->result);
    hop_status_done(&h->status);
}

void topic_verdict_done(struct topic_verdict *v)
{
    hop_done(&v->numbers);
    hop_done(&v->texts);
    json_decref(v->reasons);
    json_decref(v->not_judged);
    *v = (struct topic_verdict){0};
}

const char *topic_holes_unjudged(const struct topic_facts *f)
{
    return f->missing > 0 ? "transaction markers, aborted records and "
                            "compaction take up offsets too"
                          : NULL;
}
