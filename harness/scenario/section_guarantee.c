/* section_guarantee.c - the sections `guarantee` and `guarantees`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "scenario/doc.h"
#include "scenario/sections_own.h"

enum { BOUND_MAX = 1000000000 };

/* 2000, or "2000 per disturbance". -1: neither. */
static int64_t bound_of(const json_t *v)
{
    char *end;
    long long n;

    if (json_is_integer(v))
        n = json_integer_value(v);
    else if (json_is_string(v) && json_string_value(v)[0] >= '0' &&
             json_string_value(v)[0] <= '9')
        n = strtoll(json_string_value(v), &end, 10);
    else
        return -1;
    if (json_is_string(v) && strcmp(end, " per disturbance") != 0)
        return -1;
    return n >= 0 && n <= BOUND_MAX ? n : -1;
}

static int64_t duplicates_read(struct doc *d, const char *path, const json_t *v)
{
    AUTO_FREE char *p = path_of("%s.duplicates", path);
    char shown[SHOWN_MAX];
    int64_t n = bound_of(v);

    if (n < 0) {
        value_show(v, shown);
        doc_complain(
            d, p, "%s is not a number of 0 to %d or \"2000 per disturbance\"",
            shown, BOUND_MAX);
    }
    return n;
}

/* Refuse words without meaning for the delivery: a reader would take such words
 * for a promise. */
static void check_sense(struct doc *d, const json_t *object, const char *path,
                        const struct guarantee *g)
{
    AUTO_FREE char *once_by = path_of("%s.once-by", path);
    AUTO_FREE char *duplicates = path_of("%s.duplicates", path);
    const json_t *stated = json_object_get(object, "duplicates");

    if (json_object_get(object, "once-by") && g->delivery != EXACTLY_ONCE)
        doc_complain_key(
            d, once_by, "needs delivery: exactly-once, else leave the key out");
    if (stated && g->duplicates_per_disturbance > 0 &&
        g->delivery != AT_LEAST_ONCE)
        doc_complain_key(d, duplicates,
                         "%s allows no duplicates, leave the key out",
                         delivery_words[g->delivery]);
}

struct guarantee guarantee_read(struct doc *d, const json_t *object,
                                const char *path, const struct guarantee *base)
{
    struct guarantee_text t;
    struct guarantee *g = &t.g;
    size_t bad = section_read(SECTION_GUARANTEE, object, d, path, &t);

    if (base && !json_object_get(object, "delivery"))
        g->delivery = base->delivery;
    if (base && !json_object_get(object, "ordering"))
        g->ordering = base->ordering;
    if (base && !json_object_get(object, "once-by"))
        g->once_by = base->once_by;
    g->duplicates_per_disturbance = base && g->delivery == AT_LEAST_ONCE
                                        ? base->duplicates_per_disturbance
                                        : -1;
    if (t.duplicates)
        g->duplicates_per_disturbance = duplicates_read(d, path, t.duplicates);
    if (bad == 0)
        check_sense(d, object, path, g);
    return *g;
}

struct guarantee scenario_guarantee(const struct scenario *s, struct doc *d,
                                    const char *connector)
{
    const json_t *own = json_object_get(s->hop_guarantees, connector);
    AUTO_FREE char *path = path_of("guarantees.%s", connector);

    return own ? guarantee_read(d, own, path, &s->guarantee) : s->guarantee;
}
