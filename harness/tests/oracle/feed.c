/* feed.c - stations, ledgers and findings as text. */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct tally_stream_spec feed_streams[FEED_STREAMS] = {
    {.stream = 1, .payload_len = FEED_PAYLOAD, .keys = 4},
    {.stream = 2, .payload_len = FEED_PAYLOAD, .keys = 4},
    {.stream = 3, .payload_len = FEED_PAYLOAD, .keys = 4},
};

size_t feed_bytes(uint32_t run, uint32_t stream, uint64_t seq, char damage,
                  char *out)
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

void feed_record(struct feed *f, const char *bytes, size_t len)
{
    const struct record r = {.value = bytes, .value_len = len, .at = f->at};

    tally_record(f->tally, &r);
    f->at.offset++;
    f->at.time_us += 10;
}

static void feed_range(struct feed *f, const char *word)
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

void feed_word(struct feed *f, const char *word)
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

struct tally *feed_station(const struct tally_spec *spec, const char *text)
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

static struct ledger_view_stream *feed_ledger_stream(struct ledger_view *v,
                                                     uint32_t number)
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

static void feed_fate(struct ledger_view_stream *s, int32_t partition,
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

void feed_ledger(struct ledger_view *v, const char *text)
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

void feed_ledger_done(struct ledger_view *v)
{
    for (size_t i = 0; i < v->streams_len; i++)
        free(v->streams[i].runs);
    free(v->streams);
}

void feed_tell(const struct hop_result *r, char out[1024])
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
