/* fuzz_stations.c - records of two stations and a dead-letter topic, and the
 * judgement of the hop: the balance closes for any records.
 *
 * The input is a row of orders, four bytes each: a station (0 up, 1 down, 2
 * dead, 3 the ledger) with a way to damage the record, a stream, a sequence,
 * and the step of the offset.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fates.h"
#include "fuzz/fuzz.h"
#include "oracle/hop.h"

enum { RUN = 7, STREAMS = 2, PAYLOAD = 12, ROOM = 2 * (STAMP_LEN + PAYLOAD) };
enum { UP, DOWN, DEAD, LEDGER };
enum { SEQUENCES = 32 };

struct world {
    struct tally *at[3];
    struct ledger_run fates[STREAMS][SEQUENCES];
    bool noted[STREAMS][SEQUENCES];
    int64_t offset;
};

static size_t write_record(const uint8_t *order, char out[ROOM])
{
    struct stamp s = {.run = order[0] & 64 ? RUN + 1 : RUN,
                      .stream = 1 + order[1] % 3, /* the third is unknown */
                      .seq = order[2]};

    stamp_write(&s, out);
    memcpy(out + STAMP_LEN, stamp_payload(&s, PAYLOAD), PAYLOAD);
    return STAMP_LEN + PAYLOAD;
}

static void damage(const uint8_t *order, char out[ROOM], size_t *len)
{
    switch (order[0] >> 2 & 3) {
    case 0:
        return;
    case 1:
        out[order[3] % *len] ^= (char)(1 + (order[3] & 31));
        return;
    case 2:
        *len = order[3] % *len;
        return;
    case 3: /* twice in one record */
        memcpy(out + *len, out, *len);
        *len *= 2;
        return;
    }
}

/* An order to the ledger notes a fate; any other order makes a record, damages
 * the record, and shows it to the tally of the station. */
static void obey(struct world *w, const uint8_t *order)
{
    int station = order[0] & 3;
    char text[ROOM];
    size_t len = write_record(order, text);
    struct record r = {
        .value = text,
        .at = {.time_us = w->offset, .partition = order[1] >> 6, .node = -1},
    };

    if (station == LEDGER) {
        size_t stream = order[1] % STREAMS, seq = order[2] % SEQUENCES;

        w->noted[stream][seq] = true;
        w->fates[stream][seq] = (struct ledger_run){
            .first = seq,
            .count = 1,
            .offset = order[3] & 1 ? order[3] : -1,
            .partition = (int32_t)stream,
            .fate = (enum fate)(order[0] >> 2 & 3),
        };
        return;
    }
    damage(order, text, &len);
    w->offset += 1 + (order[3] & 3);
    r.at.offset = order[0] & 32 ? -1 : w->offset;
    r.value_len = len;
    tally_record(w->at[station], &r);
}

/* Counts the fates as the ledger would: a ledger view whose sums contradict its
 * runs would make the assertions about the balance worthless. */
static void fill_view(struct world *w, struct ledger_view_stream *s, size_t n)
{
    size_t len = 0;

    s->decl = (struct ledger_stream){.stream = (uint32_t)n + 1,
                                     .payload_len = PAYLOAD,
                                     .partition = (int32_t)n,
                                     .into = "t"};
    for (size_t i = 0; i < SEQUENCES; i++) {
        if (!w->noted[n][i])
            continue;
        w->fates[n][len] = w->fates[n][i];
        s->sent = i + 1;
        switch (w->fates[n][len].fate) {
        case FATE_ACKNOWLEDGED:
            s->acknowledged++;
            break;
        case FATE_REFUSED:
            s->refused++;
            break;
        case FATE_ABORTED:
            s->aborted++;
            break;
        case FATE_INDETERMINATE:
            break;
        }
        len++;
    }
    s->runs = w->fates[n];
    s->runs_len = len;
    s->reserved = s->sent;
    s->indeterminate = s->sent - s->acknowledged - s->refused - s->aborted;
}

/* Draws the kind of hop from the bits of `how`, so that a single corpus covers
 * hops with and without upstream, dead-letter topic and drain. */
static void judge(struct world *w, uint8_t how)
{
    static const uint32_t streams[STREAMS] = {1, 2};
    struct ledger_view_stream views[STREAMS] = {{.reserved = 0}};
    struct ledger_view ledger = {
        .run = RUN, .closed = true, .streams = views, .streams_len = STREAMS};
    struct hop_spec spec = {
        .ledger = &ledger,
        .up = how & 1 ? w->at[UP] : NULL,
        .down = w->at[DOWN],
        .dead = how & 2 ? w->at[DEAD] : NULL,
        .down_is_loaded = !(how & 1) && how & 4,
        .streams = streams,
        .streams_len = STREAMS,
        .down_private = how & 8,
        .drained = how & 16,
        .sees_uncommitted = how & 32,
    };
    struct hop_result r;

    for (size_t i = 0; i < STREAMS; i++)
        fill_view(w, &views[i], i);
    hop_judge(&spec, &r);
    assert(hop_balance_closes(&r));
    assert(spec.drained || r.findings.records[FINDING_LOST] == 0);
    hop_result_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct tally_stream_spec streams[STREAMS] = {
        {.stream = 1, .payload_len = PAYLOAD},
        {.stream = 2, .payload_len = PAYLOAD}};
    struct world *w = calloc(1, sizeof(*w));

    assert(w);
    if (len > 0)
        for (int i = 0; i < 3; i++)
            w->at[i] = tally_new(&(struct tally_spec){
                .run = RUN,
                .streams = streams,
                .streams_len = STREAMS,
                .stamps = (enum stamps_in_record)(data[0] >> 6) % 3});
    for (size_t i = 1; i + 4 <= len; i += 4)
        obey(w, data + i);
    if (len > 0)
        judge(w, data[0]);
    for (int i = 0; i < 3; i++)
        tally_free(w->at[i]);
    free(w);
    return 0;
}
