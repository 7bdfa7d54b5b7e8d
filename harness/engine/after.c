/* after.c - conditions a step may wait for: "10000 delivered", "kill mended".
 */
#include "engine/after_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records that arrived at the ends of all flows. */
static uint64_t delivered(const struct timeline *t)
{
    struct sample s;
    uint64_t n = 0;

    if (!sampler_last(t->spec.sampler, &s))
        return 0;
    for (size_t i = 0; i < t->spec.plan->stations_len; i++)
        if (t->spec.shape->ends[i])
            n += s.delivered[i];
    return n;
}

static uint64_t acknowledged(const struct timeline *t)
{
    struct sample s;

    return sampler_last(t->spec.sampler, &s) ? s.acknowledged : 0;
}

static bool step_is(const struct step_run *r, const char *what)
{
    if (strcmp(what, "landed") == 0)
        return r->landed_us >= 0;
    if (strcmp(what, "noticed") == 0)
        return r->noticed_us >= 0;
    if (strcmp(what, "mended") == 0)
        return r->mended_us >= 0;
    return r->recovered_us >= 0 || r->state == STEP_DONE;
}

/* Index of the step with the label before `space`; SIZE_MAX for a number, as in
 * "10000 delivered". */
static size_t step_of(const struct timeline *t, const char *words,
                      const char *space)
{
    size_t len = (size_t)(space - words);

    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        const char *label = t->spec.plan->steps[i].step->label;

        if (label && strlen(label) == len && memcmp(label, words, len) == 0)
            return i;
    }
    return SIZE_MAX;
}

bool after_holds(const struct timeline *t, const char *words)
{
    const char *space = strrchr(words, ' ');
    char *end;
    uint64_t n = strtoull(words, &end, 10);
    size_t step;

    if (end > words && *end == ' ')
        return (strcmp(space + 1, "delivered") == 0 ? delivered(t)
                                                    : acknowledged(t)) >= n;
    step = step_of(t, words, space);
    return step != SIZE_MAX && step_is(&t->steps[step], space + 1);
}

bool after_never(const struct timeline *t, const char *words)
{
    const char *space = strrchr(words, ' ');
    size_t step = step_of(t, words, space);

    if (step == SIZE_MAX || step_is(&t->steps[step], space + 1))
        return false;
    if (t->steps[step].state == STEP_DONE)
        return true;
    return step_stays(t, step) &&
           (strcmp(space + 1, "mended") == 0 ||
            (strcmp(space + 1, "recovered") == 0 && !t->spec.baseline->known));
}
