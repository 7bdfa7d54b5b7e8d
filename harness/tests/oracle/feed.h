/* feed.h - stations, ledgers and findings as one line of text each, so that a
 * case of a test is a table row.
 *
 * A station, in the order read; every record takes the next offset:
 *   5  3-9      records of the current stream        5!  payload altered
 *   5~          payload cut short                    5+  two stamps in one
 *   s2          from now on stream 2                 p1  partition 1
 *   @100        the next offset                      n3  delivered by node 3
 *   f           a foreign record                     c   a stamp cut short
 *   o           a stamp of another run               oc  the same, cut short
 * A ledger:
 *   a0-9  acknowledged (a0-9@100: from offset 100 on, of partition p)
 *   r x i refused, aborted, indeterminate            s2, p1 as above
 *   sent20 reserved30  the marks (else: behind the last run)
 *   died  not closed
 */
#ifndef TESTS_ORACLE_FEED_H
#define TESTS_ORACLE_FEED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fates.h"
#include "oracle/hop.h"

enum { FEED_RUN = 7, FEED_PAYLOAD = 40, FEED_STREAMS = 3 };

static const struct tally_stream_spec feed_streams[FEED_STREAMS] = {
    {.stream = 1, .payload_len = FEED_PAYLOAD, .keys = 4},
    {.stream = 2, .payload_len = FEED_PAYLOAD, .keys = 4},
    {.stream = 3, .payload_len = FEED_PAYLOAD, .keys = 4},
};

/* A record as an endpoint would hold it; returns its length. */
static inline size_t feed_bytes(uint32_t run, uint32_t stream, uint64_t seq,
                                char damage, char *out)
{
    const struct stamp s = {run, stream, seq};
    size_t len = 7;

    memcpy(out, "{\"id\":\"", 7);
    stamp_write(&s, out + len);
    len += STAMP_LEN;
    memcpy(out + len, stamp_payload(&s, FEED_PAYLOAD), FEED_PAYLOAD);
    if (damage == '!')
        out[len + 5] = 'i';
    len += damage == '~' ? FEED_PAYLOAD / 2 : FEED_PAYLOAD;
    if (damage == '~')
        return len;
    if (damage == '+')
        len += feed_bytes(run, stream, seq + 1, 0, out + len);
    memcpy(out + len, "\"}", 2);
    return len + 2;
}

struct feed {
    struct tally *tally;
    struct place at;
    uint32_t stream;
};

static inline void feed_record(struct feed *f, const char *bytes, size_t len)
{
    const struct record r = {.value = bytes, .value_len = len, .at = f->at};

    tally_record(f->tally, &r);
    f->at.offset++;
    f->at.time_us += 10;
}

static inline void feed_range(struct feed *f, const char *word)
{
    char *end;
    uint64_t first = strtoull(word, &end, 10), last = first;

    if (*end == '-')
        last = strtoull(end + 1, &end, 10);
    for (; first <= last; first++) {
        char bytes[512];

        feed_record(f, bytes,
                    feed_bytes(FEED_RUN, f->stream, first, *end, bytes));
    }
}

static inline void feed_word(struct feed *f, const char *word)
{
    char bytes[512];

    if (*word == 's') {
        f->stream = (uint32_t)strtoul(word + 1, NULL, 10);
    } else if (*word == 'p') {
        f->at.partition = (int32_t)strtol(word + 1, NULL, 10);
    } else if (*word == 'n') {
        f->at.node = (int32_t)strtol(word + 1, NULL, 10);
    } else if (*word == '@') {
        f->at.offset = strtoll(word + 1, NULL, 10);
    } else if (*word == 'f') {
        feed_record(f, "{\"id\":12}", 9);
    } else if (*word == 'c') {
        feed_record(f, bytes,
                    feed_bytes(FEED_RUN, f->stream, 5, 0, bytes) - 60);
    } else if (*word == 'o') {
        feed_record(f, bytes,
                    feed_bytes(0x99999999u, f->stream, 5, 0, bytes) -
                        (word[1] == 'c' ? 60 : 0));
    } else {
        feed_range(f, word);
    }
}

/* NULL for NULL. */
static inline struct tally *feed_station(const struct tally_spec *spec,
                                         const char *text)
{
    struct feed f = {.stream = 1, .at = {.time_us = 1000, .node = -1}};
    char *words, *rest, *word;

    if (!text)
        return NULL;
    f.tally = tally_new(spec);
    rest = words = strdup(text);
    while ((word = strsep(&rest, " ")))
        if (*word)
            feed_word(&f, word);
    free(words);
    return f.tally;
}

static inline struct ledger_view_stream *
feed_ledger_stream(struct ledger_view *v, uint32_t number)
{
    struct ledger_view_stream *s;

    for (size_t i = 0; i < v->streams_len; i++)
        if (v->streams[i].decl.stream == number)
            return &v->streams[i];
    s = &v->streams[v->streams_len++];
    s->decl.stream = number;
    s->runs = calloc(32, sizeof(*s->runs));
    return s;
}

static inline void feed_fate(struct ledger_view_stream *s, int32_t partition,
                             const char *word)
{
    struct ledger_run *r = &s->runs[s->runs_len++];
    char *end;

    r->fate = *word == 'a'   ? FATE_ACKNOWLEDGED
              : *word == 'r' ? FATE_REFUSED
              : *word == 'x' ? FATE_ABORTED
                             : FATE_INDETERMINATE;
    r->first = strtoull(word + 1, &end, 10);
    r->count = 1;
    r->partition = partition;
    r->offset = -1;
    if (*end == '-')
        r->count = strtoull(end + 1, &end, 10) - r->first + 1;
    if (*end == '@')
        r->offset = strtoll(end + 1, NULL, 10);
    if (s->sent < r->first + r->count)
        s->sent = r->first + r->count;
    if (s->reserved < s->sent)
        s->reserved = s->sent;
}

static inline void feed_ledger(struct ledger_view *v, const char *text)
{
    uint32_t stream = 1;
    int32_t partition = 0;
    char *words = strdup(text), *rest = words, *word;

    *v = (struct ledger_view){.run = FEED_RUN, .closed = true};
    v->streams = calloc(8, sizeof(*v->streams));
    while ((word = strsep(&rest, " "))) {
        struct ledger_view_stream *s = feed_ledger_stream(v, stream);

        if (strncmp(word, "sent", 4) == 0)
            s->sent = strtoull(word + 4, NULL, 10);
        else if (strncmp(word, "reserved", 8) == 0)
            s->reserved = strtoull(word + 8, NULL, 10);
        else if (strcmp(word, "died") == 0)
            v->closed = false;
        else if (*word == 's')
            stream = (uint32_t)strtoul(word + 1, NULL, 10);
        else if (*word == 'p')
            partition = (int32_t)strtol(word + 1, NULL, 10);
        else if (*word)
            feed_fate(s, partition, word);
    }
    free(words);
}

static inline void feed_ledger_done(struct ledger_view *v)
{
    for (size_t i = 0; i < v->streams_len; i++)
        free(v->streams[i].runs);
    free(v->streams);
}

/* "lost 3 of 2: 4+2 9+1; duplicate 2 of 1: 2/0+2<": records, runs, the runs
 * listed as [stream/]first+count, "<" behind rewinds. */
static inline void feed_tell(const struct hop_result *r, char out[1024])
{
    size_t at = 0;

    out[0] = 0;
    for (int k = 0; k < FINDING_KINDS; k++) {
        if (!r->findings.records[k])
            continue;
        at += (size_t)snprintf(out + at, 1024 - at,
                               "%s%s %llu of %llu:", at ? "; " : "",
                               finding_kind_name((enum finding_kind)k),
                               (unsigned long long)r->findings.records[k],
                               (unsigned long long)r->findings.runs[k]);
        for (size_t i = 0; i < r->findings.worst_len; i++) {
            const struct finding *f = &r->findings.worst[i];
            char stream[16] = "";

            if ((int)f->kind != k)
                continue;
            if (f->stream > 1)
                (void)snprintf(stream, sizeof(stream), "%u/", f->stream);
            at += (size_t)snprintf(out + at, 1024 - at, " %s%llu+%llu%s",
                                   stream, (unsigned long long)f->first,
                                   (unsigned long long)f->count,
                                   f->rewind ? "<" : "");
        }
    }
}

#endif
