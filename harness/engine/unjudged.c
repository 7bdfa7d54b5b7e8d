#include "engine/unjudged_own.h"

#include <inttypes.h>

uint64_t hop_unjudged(const struct hop_result *res, enum finding_kind kind)
{
    uint64_t n = res->gone[kind];

    if (kind == FINDING_LOST)
        n += res->balance.unjudged;
    if (kind == FINDING_REORDERED)
        n += res->unordered;
    if (kind == FINDING_STALE)
        n += res->unordered_rows;
    return n;
}

bool hop_in_doubt(const struct run *r, size_t hop, enum finding_kind kind)
{
    const struct hop_judgement *hr = &r->results.hops[hop];
    struct duplicates_seen d = hop_disturbances(r, hr);
    uint64_t n = hop_unjudged(&hr->result, kind);
    char why[160];

    return n > 0 &&
           guarantee_breaks(&r->given.plan->hops[hop].guarantee, kind,
                            n + hr->result.findings.records[kind], &d, why,
                            sizeof(why)) &&
           !run_relaxed(r, finding_kind_name(kind));
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

json_t *hop_unjudged_sentence(const struct run *r, size_t hop,
                              enum finding_kind kind)
{
    const struct hop_result *res = &r->results.hops[hop].result;
    uint64_t n = hop_unjudged(res, kind);
    bool in_doubt = hop_in_doubt(r, hop, kind);

    if (n == 0)
        return NULL;
    return json_sprintf("%s: %s: not judged: %" PRIu64 " records %s",
                        r->given.plan->hops[hop].name, finding_kind_name(kind),
                        n,
                        kind == FINDING_LOST   ? words_of_loss(in_doubt)
                        : res->gone[kind] == n ? words_of_gone(in_doubt)
                                               : words_of_order(in_doubt));
}
