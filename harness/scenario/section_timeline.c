/* section_timeline.c - the section `timeline`: faults, their times and
 * targets. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "scenario/doc.h"
#include "scenario/sections_own.h"

/* Names that steps may use: the keys of targets, and as sets the labels of
 * earlier steps and of all steps. */
struct names {
    const char *const *targets; /* NULL-terminated */
    struct arg args[STEP_ARGS_MAX];
    size_t args_len;
    json_t *before;
    json_t *all;
};

static const char *const moments[] = {"landed", "noticed", "mended",
                                      "recovered", NULL};
static const char *const amounts[] = {"delivered", "acknowledged", NULL};

static bool among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static bool all_digits(const char *text, size_t len)
{
    return len > 0 && len < 16 && strspn(text, "0123456789") == len;
}

static void check_label(struct doc *d, const char *path, const char *label,
                        const struct names *l)
{
    if (json_object_get(l->before, label))
        return;
    if (json_object_get(l->all, label))
        doc_complain(d, path,
                     "the step \"%.60s\" does not come before, `after` waits "
                     "for earlier steps only",
                     label);
    else
        doc_complain(d, path, "no step has the label \"%.60s\"%s", label,
                     did_you_mean(nearest_key(label, l->before)));
}

/* "<number> delivered" or "<label> recovered". */
static void check_after(struct doc *d, const char *path, const char *after,
                        const struct names *l)
{
    const char *space = strchr(after, ' ');
    size_t len = space ? (size_t)(space - after) : 0;
    AUTO_FREE char *first = path_of("%.*s", (int)len, after);

    if (space && all_digits(after, len) && among(space + 1, amounts))
        return;
    if (space && len > 0 && !all_digits(after, len) &&
        among(space + 1, moments)) {
        check_label(d, path, first, l);
        return;
    }
    doc_complain(
        d, path,
        "\"%.60s\" is no condition, write \"10000 delivered\", \"10000 "
        "acknowledged\", or a label and landed, noticed, mended or recovered",
        after);
}

static void check_when(struct doc *d, const char *path, const json_t *v,
                       struct step *s, const struct names *l)
{
    bool at = json_object_get(v, "at") != NULL;
    AUTO_FREE char *after = path_of("%s.after", path);

    if (!at)
        s->at_us = -1;
    if (at == (s->after != NULL))
        doc_complain(d, path,
                     at ? "at and after: write one of the two"
                        : "at or after is missing: when the step begins");
    if (s->after)
        check_after(d, after, s->after, l);
}

static void take_target(struct doc *d, const char *path, struct step_text *t,
                        const struct names *l)
{
    size_t given = 0;

    for (size_t i = 0; l->targets[i]; i++) {
        if (!t->targets[i])
            continue;
        given++;
        t->step.target_key = l->targets[i];
        t->step.target = t->targets[i];
    }
    if (given > 1)
        doc_complain(d, path, "%zu targets, a step has one", given);
}

static void take_label(struct doc *d, const char *path, const char *label,
                       struct names *l)
{
    AUTO_FREE char *p = path_of("%s.label", path);

    if (!label || !name_check(d, p, label, "._-", 64, false))
        return;
    if (all_digits(label, strlen(label)))
        doc_complain(
            d, p,
            "a label is no number, `after` would take a number for an amount");
    if (json_object_get(l->before, label))
        doc_complain(d, p, "an earlier step has the label \"%.60s\"", label);
    (void)json_object_set_new(l->before, label, json_true());
}

static void read_step(struct doc *d, struct scenario *s, const json_t *v,
                      struct names *l)
{
    struct step_text text = {0};
    struct step *step = &s->steps[s->steps_len++];
    bool good;

    (void)snprintf(step->path, sizeof(step->path), "timeline[%zu]",
                   s->steps_len - 1);
    good = args_read(l->args, l->args_len, v, d, step->path, &text) == 0;

    take_target(d, step->path, &text, l); /* even after a complaint the target
                                             was given */
    if (good)
        check_when(d, step->path, v, &text.step, l);
    take_label(d, step->path, text.step.label, l);
    memcpy(text.step.path, step->path, sizeof(step->path));
    *step = text.step;
}

static json_t *all_labels(const json_t *timeline)
{
    json_t *all = json_object();
    size_t i;
    json_t *v;

    json_array_foreach (timeline, i, v) {
        const char *label = json_string_value(json_object_get(v, "label"));

        if (label)
            (void)json_object_set_new(all, label, json_true());
    }
    return all;
}

void timeline_read(struct doc *d, struct scenario *s, const json_t *timeline,
                   const char *const *targets)
{
    struct names l = {.targets = targets,
                      .before = json_object(),
                      .all = all_labels(timeline)};
    size_t i;
    json_t *v;

    l.args_len = step_args_with(targets, l.args);
    s->steps = array_of(json_array_size(timeline), sizeof(*s->steps));
    json_array_foreach (timeline, i, v)
        read_step(d, s, v, &l);
    json_decref(l.before);
    json_decref(l.all);
}
