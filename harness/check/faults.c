/* faults.c - reads faults of run.json for checks. */
#include "check/faults_own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "check/evidence_look_own.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

bool fault_meant(const json_t *fault, const char *word)
{
    return !word || strcmp(look_text(fault, "label"), word) == 0 ||
           strcmp(look_text(fault, "kind"), word) == 0;
}

struct fault_words fault_named(const json_t *fault)
{
    const char *on = look_text(fault, "resolved");
    struct fault_words w;

    (void)snprintf(w.text, sizeof(w.text), "%.30s %.50s%s%.60s",
                   look_text(fault, "path"), look_text(fault, "kind"),
                   on[0] ? " of " : "", on);
    return w;
}

bool fault_landed(const json_t *fault)
{
    return strcmp(look_text(fault, "outcome"), "landed") == 0;
}

bool fault_is_due(const json_t *fault)
{
    return strcmp(look_text(fault, "outcome"), "not due") != 0;
}

bool fault_restores(const json_t *fault)
{
    return strcmp(look_text(fault, "restores"), "restores") == 0;
}

int refuse_fault(const char *word, const struct scenario *s, struct err *err)
{
    AUTO_FREE const char **names = NULL;
    size_t n = 0;

    if (!word)
        return 0;
    names = must_calloc(2 * s->steps_len, sizeof(*names));
    for (size_t i = 0; i < s->steps_len; i++) {
        if (s->steps[i].label)
            names[n++] = s->steps[i].label;
        if (s->steps[i].fault)
            names[n++] = s->steps[i].fault;
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], word) == 0)
            return 0;
    return err_set(err, -EINVAL,
                   "fault: \"%s\" is no label and no fault of the timeline%s",
                   word, did_you_mean(nearest_word(word, names, n)));
}
