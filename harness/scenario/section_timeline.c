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

/* Names that a step may use: labels of earlier steps, labels of all steps,
 * topics of flows as well. Objects serve as sets. */
struct names {
    json_t *before;
    json_t *all;
    json_t *topics;
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

/* A declared name, perhaps followed by "/0", a task or partition; or "any", for
 * the seed to choose. */
static void check_name(struct doc *d, const char *path, const char *target,
                       const char *what, const json_t *declared)
{
    AUTO_FREE char *name = path_of("%s", target);

    name[strcspn(name, "/")] = 0;

    if (!json_object_get(declared, name) && strcmp(target, "any") != 0)
        doc_complain(d, path, "no %s \"%.60s\"%s", what, name,
                     did_you_mean(nearest_key(name, declared)));
}

/* The rest of `words` behind a prefix; NULL: another beginning. */
static const char *behind(const char *words, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(words, prefix, len) == 0 ? words + len : NULL;
}

/* "leader of" may name an undeclared topic: a connector's own, or Connect's. A
 * name almost like a declared topic is taken for a typing error. */
static void check_topic_near(struct doc *d, const char *path, const char *words,
                             const struct names *l)
{
    AUTO_FREE char *name = path_of("%s", words);
    const char *near;

    name[strcspn(name, "/")] = 0;
    near = nearest_key(name, l->topics);
    if (near && !json_object_get(l->topics, name))
        doc_complain(d, path, "no topic \"%.60s\"%s", name, did_you_mean(near));
}

/* "running X", "leader of X", "coordinator of X": is X declared? */
static void check_words(struct doc *d, const char *path, const char *words,
                        const struct root_text *t, const struct names *l)
{
    const char *name;

    if ((name = behind(words, "leader of ")))
        check_topic_near(d, path, name, l);
    else if (behind(words, "coordinator of group "))
        return;
    else if ((name = behind(words, "coordinator of ")) ||
             (name = behind(words, "running ")))
        check_name(d, path, name, "connector", t->connectors);
}

static void check_target(struct doc *d, const char *path, const struct step *s,
                         const struct root_text *t, const struct names *l)
{
    AUTO_FREE char *p = NULL;

    if (!s->target_key)
        return;
    p = path_of("%s.%s", path, s->target_key);
    if (strcmp(s->target_key, "worker") == 0 ||
        strcmp(s->target_key, "broker") == 0)
        check_words(d, p, s->target, t, l);
    else if (strcmp(s->target_key, "on") == 0)
        check_name(d, p, s->target, "endpoint", t->endpoints);
    else if (strcmp(s->target_key, "connector") == 0 ||
             strcmp(s->target_key, "task") == 0)
        check_name(d, p, s->target, "connector", t->connectors);
    else if (strcmp(s->target_key, "topic") == 0)
        check_name(d, p, s->target, "topic", l->topics);
}

static void take_target(struct doc *d, const char *path, struct step_text *t)
{
    size_t given = 0;

    for (size_t i = 0; i < TARGET_KEYS; i++) {
        if (!t->targets[i])
            continue;
        given++;
        t->step.target_key = target_keys[i];
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
                      const struct root_text *t, struct names *l)
{
    struct step_text text = {0};
    struct step *step = &s->steps[s->steps_len++];
    bool good;

    (void)snprintf(step->path, sizeof(step->path), "timeline[%zu]",
                   s->steps_len - 1);
    good = section_read(SECTION_STEP, v, d, step->path, &text) == 0;

    take_target(d, step->path, &text); /* even after a complaint the target was
                                          given */
    if (good) {
        check_when(d, step->path, v, &text.step, l);
        check_target(d, step->path, &text.step, t, l);
    }
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

static json_t *all_topics(const struct scenario *s)
{
    json_t *all = json_object();

    for (size_t i = 0; i < s->topics_len; i++)
        (void)json_object_set_new(all, s->topics[i].name, json_true());
    return all;
}

void timeline_read(struct doc *d, struct scenario *s, const json_t *timeline,
                   const struct root_text *t)
{
    struct names l = {json_object(), all_labels(timeline), all_topics(s)};
    size_t i;
    json_t *v;

    s->steps = array_of(json_array_size(timeline), sizeof(*s->steps));
    json_array_foreach (timeline, i, v)
        read_step(d, s, v, t, &l);
    json_decref(l.before);
    json_decref(l.all);
    json_decref(l.topics);
}
