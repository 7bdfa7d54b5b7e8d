/* findings.c - looks up rows of the table of findings and events. */
#include "base/findings.h"

#include <errno.h>
#include <string.h>

const struct finding_row finding_rows[] = {
#define RECORD_FINDING(id, name, word, unjudged, meaning, rule)                \
    {name, word, unjudged, meaning, rule, NULL},
#define EVENT_FINDING(id, name, word, unjudged, meaning, rule, seen_by)        \
    {name, word, unjudged, meaning, rule, seen_by},
#include "base/findings.def"
};

const struct finding_row *finding_row_of(enum finding_kind k)
{
    return &finding_rows[k];
}

const struct finding_row *finding_row(const char *name_or_word)
{
    for (int i = 0; i < FINDING_ROWS; i++)
        if (strcmp(finding_rows[i].name, name_or_word) == 0 ||
            strcmp(finding_rows[i].word, name_or_word) == 0)
            return &finding_rows[i];
    return NULL;
}

bool finding_is_event(const struct finding_row *row)
{
    return row->seen_by != NULL;
}

const char *finding_kind_name(enum finding_kind k)
{
    return finding_rows[k].name;
}

const char *event_finding_name(enum event_finding_kind k)
{
    return finding_rows[FINDING_KINDS + (int)k].name;
}

int finding_kind_read(const char *name, enum finding_kind *ret)
{
    for (int k = 0; k < FINDING_KINDS; k++)
        if (strcmp(name, finding_rows[k].name) == 0) {
            *ret = (enum finding_kind)k;
            return 0;
        }
    return -EINVAL;
}
