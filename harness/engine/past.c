/* past.c - the journal and undo records of an earlier run, read again. */
#include "engine/past.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "engine/undo_own.h"

enum { EVENTS_KEPT = 2000, LOADS_MAX = 1000 };

/* Whether `line` carries the right hash, and the hash of the line before. */
static bool is_genuine(const char *line, size_t len, const json_t *o,
                       const char *before)
{
    const char *hash = look_text(o, "hash");
    AUTO_FREE char *tail = path_of(",\"hash\":\"%s\"}", hash);
    size_t cut = strlen(tail);
    AUTO_FREE char *text = NULL;
    char sha[SHA256_HEX];

    if (len <= cut || strcmp(line + len - cut, tail) != 0 ||
        strcmp(look_text(o, "before"), before) != 0)
        return false;
    text = path_of("%.*s}", (int)(len - cut), line);
    sha256_bytes(text, strlen(text), sha);
    return strcmp(sha, hash) == 0;
}

static void end_phase(struct past *p, int64_t at_us)
{
    size_t n = json_array_size(p->phases);

    if (n > 0)
        json_object_set_new(json_array_get(p->phases, n - 1), "to_us",
                            json_integer(at_us));
}

static void note_phase(struct past *p, int64_t at_us, const json_t *o)
{
    end_phase(p, at_us);
    json_array_append_new(p->phases, json_pack("{s:s, s:I, s:I}", "name",
                                               look_text(o, "body.phase"),
                                               "from_us", (json_int_t)at_us,
                                               "to_us", (json_int_t)at_us));
}

static void note_step(struct past *p, const char *path, const char *what,
                      int64_t at_us, const json_t *o)
{
    json_t *step = json_object_get(p->steps, path);
    int64_t since_us = look_int(o, "body.since_us");

    if (!step) {
        step = json_object();
        json_object_set_new(p->steps, path, step);
    }
    json_object_set_new(step, what,
                        json_pack("{s:I, s:s, s:s}", "t_us",
                                  (json_int_t)(since_us < 0 ? at_us : since_us),
                                  "target", look_text(o, "body.target"), "text",
                                  look_text(o, "body.text")));
}

static void note_event(struct past *p, const json_t *o)
{
    if (!look_text(o, "body.text")[0])
        return;
    if (json_array_size(p->events) >= EVENTS_KEPT) {
        p->events_not_kept++;
        return;
    }
    json_array_append_new(p->events, json_pack("{s:I, s:s, s:s, s:s}", "t_us",
                                               (json_int_t)p->last_us, "actor",
                                               look_text(o, "actor"), "what",
                                               look_text(o, "what"), "text",
                                               look_text(o, "body.text")));
}

/* The `began_us` or `ended_us` of a load. */
static void note_load(struct past *p, const json_t *o, const char *key,
                      int64_t at_us)
{
    size_t load = (size_t)look_int(o, "body.load");

    while (load < LOADS_MAX && json_array_size(p->loads) <= load)
        json_array_append_new(p->loads, json_pack("{s:s, s:I, s:I}", "into", "",
                                                  "began_us", (json_int_t)-1,
                                                  "ended_us", (json_int_t)-1));
    json_object_set_new(json_array_get(p->loads, load), key,
                        json_integer(at_us));
    json_object_set_new(json_array_get(p->loads, load), "into",
                        json_string(look_text(o, "body.into")));
}

static void take(struct past *p, const json_t *o)
{
    const char *actor = look_text(o, "actor"), *what = look_text(o, "what");
    int64_t at_us = look_int(o, "t_us");

    p->last_us = at_us > p->last_us ? at_us : p->last_us;
    if (strcmp(what, "phase") == 0)
        note_phase(p, at_us, o);
    else if (strcmp(what, "load.started") == 0)
        p->load_began_us = at_us;
    else if (strcmp(what, "load.began") == 0)
        note_load(p, o, "began_us", at_us);
    else if (strcmp(what, "load.written") == 0)
        note_load(p, o, "ended_us", at_us);
    else if (strcmp(what, "load.stopped") == 0 ||
             strcmp(what, "load.failed") == 0)
        p->load_ended_us = at_us;
    else if (strcmp(what, "generation") == 0)
        json_object_set_new(p->generations, actor, json_integer(at_us));
    else if (strcmp(what, "status") == 0 && look_int(o, "body.task") >= 0)
        json_object_set_new(p->statuses, actor, json_integer(at_us));
    else if (look(o, "body.target"))
        note_step(p, actor, what, at_us, o);
    note_event(p, o);
}

/* A SIGKILL may leave a last line without an end: such a line is no damage. */
static void read_lines(struct past *p, char *text)
{
    char before[SHA256_HEX];
    char *end, *line;
    int number = 1;

    memset(before, '0', SHA256_HEX - 1);
    before[SHA256_HEX - 1] = 0;
    for (line = text; (end = strchr(line, '\n')); line = end + 1) {
        AUTO_JSON json_t *o = NULL;

        *end = 0;
        o = json_loads(line, 0, NULL);
        if (!is_genuine(line, (size_t)(end - line), o, before)) {
            (void)snprintf(p->damage, sizeof(p->damage),
                           "journal.jsonl: line %d is not what was written",
                           number);
            return;
        }
        memcpy(before, look_text(o, "hash"), SHA256_HEX);
        take(p, o);
        number++;
    }
    p->torn = *line != 0;
}

/* run.json is only asked whether the run ended by itself: everything else comes
 * from the journal, which is bound by hashes and was written before any
 * judging.
 */
void past_read(const char *dir, struct past *ret)
{
    AUTO_FREE char *journal = path_of("%s/journal.jsonl", dir);
    AUTO_FREE char *own = path_of("%s/run.json", dir);
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *run = NULL;
    struct err err = {0}, ignored = {0};

    *ret = (struct past){.load_began_us = -1,
                         .load_ended_us = -1,
                         .phases = json_array(),
                         .events = json_array(),
                         .steps = json_object(),
                         .loads = json_array(),
                         .generations = json_object(),
                         .statuses = json_object()};
    if (json_read(own, &run, &ignored) == 0) {
        ret->ended = !look_true(run, "run.broken_off");
        (void)snprintf(ret->outcome, sizeof(ret->outcome), "%s",
                       look_text(run, "outcome"));
        ret->faults = json_incref(json_object_get(run, "faults"));
    }
    if (file_read(journal, &text, NULL, &err) < 0)
        (void)snprintf(ret->damage, sizeof(ret->damage), "%.250s", err.text);
    else
        read_lines(ret, text);
    end_phase(ret, ret->last_us);
    if (ret->events_not_kept > 0)
        json_array_append_new(
            ret->events,
            json_pack("{s:I, s:s, s:s, s:o}", "t_us", (json_int_t)ret->last_us,
                      "actor", "journal", "what", "cut", "text",
                      json_sprintf("%llu more are in journal.jsonl",
                                   (unsigned long long)ret->events_not_kept)));
}

void past_done(struct past *p)
{
    json_decref(p->phases);
    json_decref(p->events);
    json_decref(p->steps);
    json_decref(p->loads);
    json_decref(p->generations);
    json_decref(p->statuses);
    json_decref(p->faults);
    *p = (struct past){0};
}

static int64_t told_us(const json_t *step, const char *what)
{
    const json_t *told = look(step, what);

    return told ? look_int(told, "t_us") : -1;
}

static int64_t later(int64_t last, const json_t *at)
{
    int64_t t = at ? json_integer_value(at) : -1;

    return t > last ? t : last;
}

/* The newest generation of any sink's group, or status of a source's task. */
static int64_t last_generation(const struct past *p, const struct plan *plan)
{
    int64_t last = -1;

    for (size_t i = 0; i < plan->hops_len; i++) {
        const struct plan_hop *h = &plan->hops[i];

        last = later(last, json_object_get(p->generations, h->group));
        if (h->by_identities)
            last =
                later(last, json_object_get(p->statuses, h->connector->name));
    }
    return last;
}

/* A record in undo/ of a fault whose apply() was never called. */
static void say_prepared(size_t number, struct step_run *r)
{
    r->never_due = true;
    (void)snprintf(r->why_not, sizeof(r->why_not),
                   "the run was broken off before it began; undo/%zu.json was "
                   "written ahead of time",
                   number);
}

static void say_why(const struct past *p, const json_t *told, bool left,
                    size_t number, struct step_run *r)
{
    const char *failed = look_text(look(told, "failed"), "text");

    if (failed[0])
        (void)snprintf(r->why_not, sizeof(r->why_not), "%s", failed);
    else if (left && !r->applied)
        say_prepared(number, r);
    else if (left && !told && !p->damage[0])
        (void)snprintf(
            r->why_not, sizeof(r->why_not),
            "it may have begun before the run %s: undo/%zu.json says "
            "what was to be restored, and the journal may lack its "
            "last lines",
            p->ended ? "ended" : "was broken off", number);
    else if (left && r->mended_us < 0)
        (void)snprintf(r->why_not, sizeof(r->why_not),
                       "it was in force when the run %s, undo/%zu.json says "
                       "what was to be restored",
                       p->ended ? "ended" : "was broken off", number);
    else if (!r->landed && r->applied && p->damage[0])
        (void)snprintf(r->why_not, sizeof(r->why_not),
                       "what became of it is not known");
    else if (!r->landed && !r->applied) {
        r->never_due = true;
        (void)snprintf(r->why_not, sizeof(r->why_not),
                       p->ended ? "its time never came"
                                : "the run was broken off before its time "
                                  "came");
    }
}

/* Times that the run measured better than the journal tells: the journal has a
 * recovery when three quiet seconds have proven it, and no reaction. */
static void fill_measured(const struct past *p, const char *path,
                          struct step_run *r)
{
    size_t i;
    json_t *fault;

    json_array_foreach (p->faults, i, fault) {
        if (!p->ended || p->damage[0] ||
            strcmp(look_text(fault, "path"), path) != 0)
            continue;
        r->noticed_us = look_int(fault, "noticed_us");
        r->recovered_us = look_int(fault, "recovered_us");
    }
}

/* Whether the journal holds every line that the run wrote. Without a new start
 * of the machine since the record, no power cut can have lost lines. */
static bool is_complete(const struct past *p, const json_t *record)
{
    const char *then = look_text(record, "boot");
    char now[BOOT_TEXT];

    undo_boot(now);
    return !p->damage[0] && !p->torn && now[0] && strcmp(then, now) == 0;
}

/* A record in undo/ is written up to half a second ahead of apply(), and
 * "asked" comes into the journal right before apply(). So a record without an
 * "asked" in a complete journal belongs to a fault that never began. In a
 * journal that may lack its last lines the record counts like an "asked": the
 * fault may have begun, though not before the due time of its record. A kind
 * without a revert never tells "mended": its record is removed instead. */
static void fill_step(const struct past *p, const struct timeline *t, size_t i,
                      int64_t generation_us)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    const json_t *told = json_object_get(p->steps, s->step->path);
    AUTO_FREE char *undo = path_of("%s/%zu.json", t->spec.undo_dir, i);
    AUTO_JSON json_t *record = NULL;
    struct err ignored = {0};
    bool left = json_read(undo, &record, &ignored) == 0;
    struct step_run *r = &t->steps[i];

    left |= access(undo, F_OK) == 0;
    r->state = STEP_DONE;
    r->due_us = left ? look_int(record, "due_us") : -1;
    r->asked_us = told_us(told, "asked");
    r->applied =
        r->asked_us >= 0 || p->damage[0] || (left && !is_complete(p, record));
    if (r->applied && r->asked_us < 0)
        r->asked_us = left && r->due_us > 0 && !p->damage[0] ? r->due_us : 0;
    r->applied_us = r->began_us = r->asked_us;
    r->landed_us = told_us(told, "landed");
    r->landed = r->landed_us >= 0;
    r->reverted_us = told_us(told, "reverted");
    r->mended_us = told_us(told, "mended");
    if (!s->ops->revert && r->landed && !left)
        r->mended_us = r->landed_us;
    if (!p->damage[0])
        r->recovered_us = told_us(told, "recovered");
    fill_measured(p, s->step->path, r);
    if (generation_us > r->asked_us)
        r->last_generation_us = generation_us;
    (void)snprintf(r->target.name, sizeof(r->target.name), "%s",
                   look_text(look(told, "asked"), "target"));
    say_why(p, told, left, i, r);
}

void past_steps(const struct past *p, struct timeline *t)
{
    int64_t generation_us = last_generation(p, t->spec.plan);

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        fill_step(p, t, i, generation_us);
}
