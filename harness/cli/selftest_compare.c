/* selftest_compare.c - compares the findings of a run with the log of its
 * defect. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/own.h"
#include "cli/selftest.h"

static const char flow[] = "orders -> orders-to-shop -> shop";

enum { RECORDS_MOST = 65536, SHOWN = 5 };

/* A record, identified by its place in the topic. */
struct at {
    int64_t partition, offset;
    bool met;
};

struct list {
    struct at *at;
    size_t len;
};

struct comparison {
    const struct selftest_trial *trial;
    const json_t *run;
    struct list log;
    size_t strikes; /* lines of the log: a record delivered again is struck
                       again */
    size_t records; /* of the compared kind, including records that run.json
                       counts and does not list */
    struct selftest_result *ret;
    FILE *why;
};

static void mark(struct comparison *c, enum selftest_kind k,
                 enum selftest_mark m)
{
    if (m > c->ret->marks[k])
        c->ret->marks[k] = m;
}

/* ---- lists ---- */

static struct at *find(const struct list *l, int64_t partition, int64_t offset)
{
    for (size_t i = 0; i < l->len; i++)
        if (l->at[i].offset == offset && l->at[i].partition == partition)
            return &l->at[i];
    return NULL;
}

static void add(struct list *l, int64_t partition, int64_t offset)
{
    if (find(l, partition, offset) || l->len == RECORDS_MOST)
        return;
    l->at = must_realloc(l->at, l->len + 1, sizeof(*l->at));
    l->at[l->len++] = (struct at){partition, offset, false};
}

static struct list list_of(const json_t *log)
{
    struct list l = {0};
    const json_t *line;
    size_t i;

    json_array_foreach (log, i, line)
        add(&l, look_int(line, "partition"), look_int(line, "offset"));
    return l;
}

/* ---- findings ---- */

static bool is_in_disturbance(const json_t *run, const json_t *r)
{
    int64_t from_us = look_int(r, "down_first.at_us");
    int64_t to_us = look_int(r, "down_last.at_us");
    const json_t *f;
    size_t i;

    json_array_foreach (look(run, "faults"), i, f)
        if (from_us >= look_int(f, "window_from_us") &&
            (look_int(f, "window_to_us") < 0 ||
             to_us <= look_int(f, "window_to_us")) &&
            from_us >= 0 && look_int(f, "window_from_us") >= 0)
            return true;
    return false;
}

/* The offset of the first record of a run of a finding. Without a place, the
 * sequence is the offset: only the load writes into the topic. */
static int64_t first_offset(const json_t *r)
{
    int64_t at = look_int(r, "up_first.offset");

    return at >= 0 ? at : look_int(r, "first");
}

static int64_t partition_of(const json_t *r)
{
    int64_t p = look_int(r, "up_first.partition");

    return p >= 0 ? p : 0;
}

/* Collect the listed records of a kind. Copies made in a disturbance go to
 * `excused`. False: run.json does not list all records of the kind. */
static bool take(struct comparison *c, const char *hop, const char *name,
                 struct list *into, struct list *excused)
{
    const json_t *h, *r, *all;
    bool whole = true;
    size_t i, k;

    json_array_foreach (look(c->run, "hops"), i, h) {
        all = json_object_get(look(h, "findings"), name);
        if (!all || (hop && !look_is(h, "name", hop)))
            continue;
        c->records += (size_t)look_int(all, "records");
        whole =
            whole && look_len(all, "worst") == (size_t)look_int(all, "runs");
        json_array_foreach (look(all, "worst"), k, r) {
            bool is_copy = strcmp(name, "duplicate") == 0;
            struct list *to =
                is_copy && is_in_disturbance(c->run, r) ? excused : into;

            for (int64_t n = 0; n < look_int(r, "count"); n++)
                add(to, partition_of(r), first_offset(r) + n);
        }
    }
    return whole;
}

static void say_list(const struct comparison *c, const struct list *l,
                     const char *head, const char *what)
{
    size_t n = 0;

    for (size_t i = 0; i < l->len; i++)
        if (!l->at[i].met && n++ < SHOWN)
            fprintf(c->why, "%s%s: %s: orders-%" PRId64 "-%" PRId64 "\n", "  ",
                    head, what, l->at[i].partition, l->at[i].offset);
    if (n > SHOWN)
        fprintf(c->why, "  %s: %s: %d of %zu shown\n", head, what, SHOWN, n);
}

static size_t not_met(const struct list *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->len; i++)
        n += !l->at[i].met;
    return n;
}

/* Do the counts agree? A record delivered twice may be struck twice and counts
 * twice. A strike whose delivery a kill cut short is logged and not found. */
static bool counts_agree(const struct comparison *c)
{
    return c->records >= c->log.len && c->records <= c->strikes;
}

/* Compare exactly: every logged record must be found, and every record found
 * must be logged. Where run.json lists the worst records only, the listed
 * records must be logged, and the counts must agree. */
static void match_records(struct comparison *c, enum selftest_kind k,
                          struct list *found, const struct list *excused,
                          bool whole)
{
    const char *head = selftest_columns[k].head;

    for (size_t i = 0; i < c->log.len; i++)
        c->log.at[i].met = false;
    for (size_t i = 0; i < found->len; i++) {
        struct at *a = &found->at[i];
        struct at *entry = find(&c->log, a->partition, a->offset);

        if (entry)
            entry->met = a->met = true;
    }
    for (size_t i = 0; i < c->log.len; i++)
        if (find(excused, c->log.at[i].partition, c->log.at[i].offset))
            c->log.at[i].met = true;
    if (not_met(found) > 0) {
        mark(c, k, MARK_WRONG);
        say_list(c, found, head, "found, and not in the log");
    }
    if (not_met(&c->log) == 0 || (!whole && counts_agree(c)))
        return;
    mark(c, k, MARK_MISSED);
    if (!whole)
        fprintf(c->why,
                "  %s: run.json lists not all of %zu records, the log has "
                "%zu, struck %zu times\n",
                head, c->records, c->log.len, c->strikes);
    say_list(c, &c->log, head, "in the log, and not found");
}

/* Compare from the first logged record of each partition on: nothing before
 * may be found. */
static void match_from(struct comparison *c, enum selftest_kind k,
                       const struct list *found)
{
    const char *head = selftest_columns[k].head;

    for (size_t i = 0; i < c->log.len; i++) {
        const struct at *first = &c->log.at[i];

        if (!find(found, first->partition, first->offset)) {
            mark(c, k, MARK_MISSED);
            fprintf(c->why,
                    "  %s: in the log, and not found: orders-%" PRId64
                    "-%" PRId64 "\n",
                    head, first->partition, first->offset);
        }
        for (size_t n = 0; n < found->len; n++)
            if (found->at[n].partition == first->partition &&
                found->at[n].offset < first->offset) {
                mark(c, k, MARK_WRONG);
                fprintf(c->why,
                        "  %s: found before the first of the log: "
                        "orders-%" PRId64 "-%" PRId64 "\n",
                        head, first->partition, found->at[n].offset);
                break;
            }
    }
}

/* Records of the kind may be found, below the logged offsets. Without any,
 * nothing is marked. */
static void match_below(struct comparison *c, enum selftest_kind k,
                        struct list *found)
{
    if (found->len > 0)
        mark(c, k, MARK_OK);
    for (size_t i = 0; i < found->len; i++)
        for (size_t n = 0; n < c->log.len; n++)
            if (c->log.at[n].partition == found->at[i].partition &&
                found->at[i].offset < c->log.at[n].offset)
                found->at[i].met = true;
    if (not_met(found) == 0)
        return;
    mark(c, k, MARK_WRONG);
    say_list(c, found, selftest_columns[k].head, "found, and not in the log");
}

static void judge_findings(struct comparison *c,
                           const struct selftest_expected *e)
{
    const struct selftest_column *col = &selftest_columns[e->kind];
    const char *hop = e->kind == SELFTEST_MISROUTED ? NULL : flow;
    struct list found = {0}, excused = {0};
    bool whole = true;

    c->records = 0;
    for (size_t i = 0; i < ARRAY_LEN(col->names) && col->names[i]; i++)
        whole = take(c, hop, col->names[i], &found, &excused) && whole;
    if (e->match != MATCH_BELOW)
        mark(c, e->kind, MARK_OK);
    if (e->match == MATCH_BELOW) {
        match_below(c, e->kind, &found);
    } else if (c->log.len == 0) {
        mark(c, e->kind, MARK_MISSED);
        fprintf(c->why, "  %s: the defect has not struck\n", col->head);
    } else if (found.len + excused.len == 0) {
        mark(c, e->kind, MARK_MISSED);
        fprintf(c->why, "  %s: not found at all, %zu records in the log\n",
                col->head, c->log.len);
    } else if (e->match == MATCH_FROM) {
        match_from(c, e->kind, &found);
    } else {
        match_records(c, e->kind, &found, &excused, whole);
    }
    free(found.at);
    free(excused.at);
}

/* ---- events and checks ---- */

static const json_t *event_of(const struct comparison *c, const char *name)
{
    const json_t *h;
    size_t i;

    json_array_foreach (look(c->run, "hops"), i, h)
        if (look_is(h, "name", flow))
            return json_object_get(look(h, "events"), name);
    return NULL;
}

static void match_event(struct comparison *c, const struct selftest_expected *e,
                        const json_t *event)
{
    struct list found = {0};
    bool whole = look_len(event, "worst") < 20;
    const json_t *w;
    size_t i;

    json_array_foreach (look(event, "worst"), i, w)
        add(&found, look_int(w, "partition"),
            e->match == MATCH_OFFSETS ? look_int(w, "to") : 0);
    if (e->match == MATCH_OFFSETS) {
        match_records(c, e->kind, &found, &(struct list){0}, whole);
    } else {
        for (i = 0; i < found.len; i++)
            for (size_t n = 0; n < c->log.len; n++)
                if (found.at[i].partition == c->log.at[n].partition)
                    found.at[i].met = true;
        if (not_met(&found) > 0) {
            mark(c, e->kind, MARK_WRONG);
            say_list(c, &found, selftest_columns[e->kind].head,
                     "found, and not in the log");
        }
    }
    free(found.at);
}

static void judge_event(struct comparison *c, const struct selftest_expected *e)
{
    const struct selftest_column *col = &selftest_columns[e->kind];
    const json_t *event = event_of(c, col->names[0]);

    mark(c, e->kind, MARK_OK);
    if (!look_true(event, "judged")) {
        mark(c, e->kind, MARK_MISSED);
        fprintf(c->why, "  %s: \"%s\" was not judged: %s\n", col->head,
                col->names[0],
                event ? look_text(event, "why_not") : "it never is");
    } else if (look_int(event, "count") <= 0) {
        mark(c, e->kind, MARK_MISSED);
        fprintf(c->why, "  %s: no \"%s\" was found\n", col->head,
                col->names[0]);
    } else if (e->match != MATCH_SEEN) {
        match_event(c, e, event);
    }
}

static bool has_failed(const json_t *run, const char *check)
{
    const json_t *k;
    size_t i;

    json_array_foreach (look(run, "checks"), i, k)
        if (look_is(k, "kind", check) && look_is(k, "status", "failed"))
            return true;
    return false;
}

static void judge_check(struct comparison *c, const struct selftest_expected *e)
{
    const struct selftest_column *col = &selftest_columns[e->kind];

    mark(c, e->kind, MARK_OK);
    if (has_failed(c->run, col->names[0]))
        return;
    mark(c, e->kind, MARK_MISSED);
    fprintf(c->why, "  %s: the check %s has not failed\n", col->head,
            col->names[0]);
}

/* ---- what no defect explains ---- */

static enum selftest_kind kind_of(const char *name)
{
    for (int k = 1; k < SELFTEST_KINDS; k++)
        for (size_t i = 0; i < 2; i++)
            if (selftest_columns[k].names[i] &&
                strcmp(selftest_columns[k].names[i], name) == 0)
                return (enum selftest_kind)k;
    return SELFTEST_NONE;
}

static bool is_expected(const struct comparison *c, const char *name)
{
    const struct selftest_expected *e = c->trial->expected;
    enum selftest_kind k = kind_of(name);

    for (size_t i = 0; k != SELFTEST_NONE && i < ARRAY_LEN(c->trial->expected);
         i++)
        if (e[i].kind == k)
            return true;
    return false;
}

static void other_findings(struct comparison *c, const json_t *hop)
{
    const char *name;
    json_t *f;

    json_object_foreach (json_object_get(hop, "findings"), name, f) {
        struct list found = {0}, excused = {0};
        enum selftest_kind k = kind_of(name);

        if (look_int(f, "records") <= 0 || is_expected(c, name))
            continue;
        if (k == SELFTEST_DUPLICATE && !look_true(f, "fails") &&
            take(c, look_text(hop, "name"), name, &found, &excused) &&
            found.len == 0)
            goto next;
        mark(c, k, MARK_WRONG);
        fprintf(c->why, "  %s: %" PRId64 " records %s, which nobody caused\n",
                look_text(hop, "name"), look_int(f, "records"), name);
    next:
        free(found.at);
        free(excused.at);
    }
}

/* A worker paused for longer than its session delivers the rest of a batch
 * after going on, while its partitions belong to another worker. Every
 * consumer without fencing does so: no defect. */
static bool is_of_pause(const struct comparison *c, const json_t *w)
{
    const json_t *f;
    size_t i;

    json_array_foreach (look(c->run, "faults"), i, f) {
        AUTO_FREE char *node =
            path_of("worker-%" PRId64, look_int(w, "node_a"));

        if (look_is(f, "kind", "worker_pause") &&
            look_is(f, "resolved", node) &&
            look_int(w, "at_us") >= look_int(f, "landed_us") &&
            look_int(f, "landed_us") >= 0 &&
            look_int(w, "at_us") <= look_int(f, "window_to_us"))
            return true;
    }
    return false;
}

static bool are_of_pause(const struct comparison *c, const char *name,
                         const json_t *event)
{
    const json_t *w;
    size_t i;

    if (kind_of(name) != SELFTEST_OWNERS || look_len(event, "worst") == 0)
        return false;
    json_array_foreach (look(event, "worst"), i, w)
        if (!is_of_pause(c, w))
            return false;
    return true;
}

static void other_events(struct comparison *c, const json_t *hop)
{
    const char *name;
    json_t *e;

    json_object_foreach (json_object_get(hop, "events"), name, e) {
        if (look_int(e, "count") <= 0 || is_expected(c, name) ||
            are_of_pause(c, name, e))
            continue;
        mark(c, kind_of(name), MARK_WRONG);
        fprintf(c->why, "  %s: %" PRId64 " x %s, which nobody caused\n",
                look_text(hop, "name"), look_int(e, "count"), name);
    }
}

/* Is `kind` the check of the trial that must fail? The trial has the kind up
 * to the colon, then arguments. */
static bool is_asked(const struct comparison *c, const char *kind)
{
    size_t len = strlen(kind);

    return c->trial->check && strncmp(c->trial->check, kind, len) == 0 &&
           c->trial->check[len] == ':';
}

static void other_checks(struct comparison *c)
{
    const json_t *k;
    size_t i;

    json_array_foreach (look(c->run, "checks"), i, k) {
        bool failed = look_is(k, "status", "failed");

        if (failed == is_asked(c, look_text(k, "kind")))
            continue;
        mark(c, SELFTEST_NONE, failed ? MARK_WRONG : MARK_MISSED);
        fprintf(c->why, "  check %s: %s: %s\n", look_text(k, "kind"),
                look_text(k, "status"), look_text(k, "sentence"));
    }
}

static void others(struct comparison *c)
{
    const char *outcome =
        c->trial->defect && !c->trial->harmless ? "fail" : "pass";
    const json_t *hop;
    size_t i;

    json_array_foreach (look(c->run, "hops"), i, hop) {
        other_findings(c, hop);
        other_events(c, hop);
    }
    other_checks(c);
    if (look_is(c->run, "outcome", outcome))
        return;
    mark(c, SELFTEST_NONE,
         look_is(c->run, "outcome", "fail") ? MARK_WRONG : MARK_MISSED);
    fprintf(c->why, "  outcome: expected %s, got %s: %s\n", outcome,
            look_text(c->run, "outcome"),
            json_string_value(json_array_get(look(c->run, "reasons"), 0)));
}

void selftest_compare(const struct selftest_trial *t, const json_t *run,
                      const json_t *log, struct selftest_result *ret)
{
    struct comparison c = {.trial = t,
                           .run = run,
                           .log = list_of(log),
                           .strikes = json_array_size(log),
                           .ret = ret};
    size_t len;

    *ret = (struct selftest_result){.marks = {MARK_OK}};
    c.why = must_memstream(&ret->why, &len);
    for (size_t i = 0; run && i < ARRAY_LEN(t->expected); i++) {
        const struct selftest_expected *e = &t->expected[i];

        if (e->kind == SELFTEST_NONE)
            continue;
        switch (selftest_columns[e->kind].place) {
        case IN_FINDINGS:
            judge_findings(&c, e);
            break;
        case IN_EVENTS:
            judge_event(&c, e);
            break;
        case IN_CHECKS:
            judge_check(&c, e);
            break;
        }
    }
    if (run) {
        others(&c);
    } else {
        mark(&c, SELFTEST_NONE, MARK_MISSED);
        fprintf(c.why, "  it could not be run\n");
    }
    must_fclose(c.why, &ret->why);
    free(c.log.at);
}
