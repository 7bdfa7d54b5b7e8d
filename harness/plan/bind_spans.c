/* bind_spans.c - from when to when loads run, as far as the file can tell: a
 * fault that must strike when no load runs proves nothing. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "plan/bind_own.h"

/* Three windows of a second each: no baseline is found earlier. */
enum { STEADY_LEAST_US = 3 * US_PER_S };

int64_t bind_load_ends_us(const struct load_item *l)
{
    return l->records > 0 ? l->from_us + l->records * US_PER_S / l->rate
                          : INT64_MAX;
}

static int64_t first_load_us(const struct plan *p)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].from_us < first)
            first = p->loads[i].from_us;
    return p->loads_len > 0 ? first : 0;
}

/* The step called as the label at the beginning of `after`; NULL: the number of
 * "10000 delivered". */
static const struct step *step_labelled(const struct scenario *s,
                                        const char *after)
{
    size_t len = strcspn(after, " ");

    for (size_t i = 0; i < s->steps_len; i++)
        if (s->steps[i].label && strlen(s->steps[i].label) == len &&
            memcmp(s->steps[i].label, after, len) == 0)
            return &s->steps[i];
    return NULL;
}

/* The earliest time, since the timeline began, at which a step can strike.
 * Waits are for earlier steps only, so the walk ends. */
static int64_t earliest_us(const struct scenario *s, const struct step *step)
{
    const struct step *first;
    int64_t at_us = 0;

    if (step->at_us >= 0)
        return step->at_us;
    first = step->after ? step_labelled(s, step->after) : NULL;
    if (!first)
        return 0;
    at_us = earliest_us(s, first);
    if (strstr(step->after, " mended") || strstr(step->after, " recovered"))
        at_us += first->for_us;
    return at_us;
}

static size_t last_load(const struct plan *p)
{
    size_t last = 0;

    for (size_t i = 1; i < p->loads_len; i++)
        if (bind_load_ends_us(&p->loads[i]) >
            bind_load_ends_us(&p->loads[last]))
            last = i;
    return last;
}

void bind_spans(struct plan *p)
{
    const struct scenario *s = &p->scenario;
    const struct step *last = NULL;
    char ends[UNITS_TEXT_MAX], strikes[UNITS_TEXT_MAX];
    int64_t at_us = -1, ends_us;

    for (size_t i = 0; i < s->steps_len; i++)
        if (earliest_us(s, &s->steps[i]) > at_us) {
            at_us = earliest_us(s, &s->steps[i]);
            last = &s->steps[i];
        }
    if (!last || p->loads_len == 0)
        return;
    at_us += first_load_us(p) + s->warm_up_us + STEADY_LEAST_US;
    ends_us = bind_load_ends_us(&p->loads[last_load(p)]);
    if (ends_us >= at_us)
        return;
    duration_write(ends_us, ends);
    duration_write(at_us, strikes);
    bind_complain_load(p, last_load(p), "records",
                       "%" PRId64 " records at %" PRId64
                       "/s are written after %s, and %s strikes after %s at "
                       "the earliest: no load would run then",
                       p->loads[last_load(p)].records,
                       p->loads[last_load(p)].rate, ends, last->path, strikes);
}
