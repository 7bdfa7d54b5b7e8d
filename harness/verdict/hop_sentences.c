/* hop_sentences.c - the sentences of a hop's status. */
#include <inttypes.h>
#include <stdio.h>

#include "verdict/hop_sentences_own.h"
#include "verdict/sentence_own.h"

struct place_words {
    char text[64];
};

/* "[3] offset 9120"; a sink without partitions: " record 9120"; or "". */
static struct place_words words_of(const struct place *p)
{
    struct place_words w = {""};

    if (p->offset >= 0 && p->partition >= 0)
        (void)snprintf(w.text, sizeof(w.text), "[%d] offset %" PRId64,
                       (int)p->partition, p->offset);
    else if (p->offset >= 0)
        (void)snprintf(w.text, sizeof(w.text), " record %" PRId64, p->offset);
    return w;
}

static const struct finding *worst_of(const struct findings *f,
                                      enum finding_kind kind)
{
    for (size_t i = 0; i < f->worst_len; i++)
        if (f->worst[i].kind == kind)
            return &f->worst[i];
    return NULL;
}

/* "orders -> x -> shop: lost: expected none, got 12; the longest of 4
 * stretches: 5 records of stream 3 from sequence 1041 on, orders[3] offset
 * 9120". Absent records have a place upstream only. */
json_t *finding_sentence(const struct hop_status_spec *s,
                         enum finding_kind kind, const char *why)
{
    const struct findings *f = &s->result->findings;
    const struct finding *w = worst_of(f, kind);
    char where[256] = "";

    if (w) {
        bool absent = kind == FINDING_LOST || kind == FINDING_UNSEEN;
        struct place_words at =
            words_of(absent ? &w->up_first : &w->down_first);

        (void)snprintf(
            where, sizeof(where),
            "; %s%" PRIu64 " %s: %" PRIu64
            " record%s of stream %u from sequence %" PRIu64 " on, %s%s%s%s",
            f->runs[kind] == 1 ? "in " : "the longest of ", f->runs[kind],
            f->runs[kind] == 1 ? "stretch" : "stretches", w->count,
            w->count == 1 ? "" : "s", w->stream, w->first,
            absent && s->up ? s->up : s->down, at.text, w->note ? ", " : "",
            w->note ? w->note : "");
    }
    return sentence("%s: %s: %s%s", s->name, finding_kind_name(kind), why,
                    where);
}

static const char *words_of_order(bool in_doubt)
{
    return in_doubt
               ? "come after later ones of their stream, which comes mixed "
                 "from several partitions, and those have no order among each "
                 "other; the guarantee promises order: whether it was kept "
                 "cannot be told (ordering: none asks for none)"
               : "come after later ones of their stream, which comes mixed "
                 "from several partitions, and those have no order among each "
                 "other; no order is asked for";
}

static const char *words_of_loss(bool in_doubt)
{
    return in_doubt ? "are absent, and the broker may have taken them out of "
                      "the log before they were seen; the guarantee promises "
                      "every record: whether it was kept cannot be told"
                    : "are absent, and the broker may have taken them out of "
                      "the log before they were seen; losses are allowed";
}

static const char *words_of_gone(bool in_doubt)
{
    return in_doubt ? "were seen to be while it ran, and the broker has taken "
                      "them out of the log since; the guarantee does not allow "
                      "them: whether it was kept cannot be told"
                    : "were seen to be while it ran, and the broker has taken "
                      "them out of the log since; they are allowed";
}

json_t *unjudged_sentence(const struct hop_status_spec *s,
                          enum finding_kind kind,
                          const struct finding_status *f)
{
    if (f->unjudged == 0)
        return NULL;
    return sentence("%s: %s: not judged: %" PRIu64 " records %s", s->name,
                    finding_kind_name(kind), f->unjudged,
                    kind == FINDING_LOST ? words_of_loss(f->in_doubt)
                    : s->result->gone[kind] == f->unjudged
                        ? words_of_gone(f->in_doubt)
                        : words_of_order(f->in_doubt));
}

json_t *undrained_sentence(const struct hop_status_spec *s)
{
    const struct drain_seen *d = &s->drain;
    uint64_t pending = s->result->pending;
    const char *why = d->dead_unread  ? "its dead letters could not be read"
                      : d->read_again ? "it may have been removed since"
                      : !d->ended     ? "the run was broken off"
                      : d->unmended   ? "a fault that was not mended may be why"
                                      : "something still moved when the drain "
                                        "ended, raise timeouts.drain";

    if (pending > 0)
        return sentence("%s: %" PRIu64 " records had not arrived: %s", s->name,
                        pending, why);
    if (d->ended && !drain_is_over(d))
        return sentence("%s: it was still at work: %s", s->name, why);
    return NULL;
}
