/* test_hop_status.c - from the facts of a hop to the status, with the sentences
 * of the evidence.
 */
#include <string.h>

#include "base/own.h"
#include "check/check.h"
#include "support/suite.h"
#include "verdict/hop_status.h"

enum promise { AT_LEAST, BY_KEY, UNORDERED, AT_LEAST_10, AT_MOST, EXACTLY };

static const struct guarantee promises[] = {
    [AT_LEAST] = {.delivery = AT_LEAST_ONCE,
                  .ordering = ORDER_STREAM,
                  .duplicates_per_disturbance = -1},
    [BY_KEY] = {.delivery = AT_LEAST_ONCE,
                .ordering = ORDER_KEY,
                .duplicates_per_disturbance = -1},
    [UNORDERED] = {.delivery = AT_LEAST_ONCE,
                   .ordering = ORDER_NONE,
                   .duplicates_per_disturbance = -1},
    [AT_LEAST_10] = {.delivery = AT_LEAST_ONCE,
                     .ordering = ORDER_STREAM,
                     .duplicates_per_disturbance = 10},
    [AT_MOST] = {.delivery = AT_MOST_ONCE,
                 .ordering = ORDER_STREAM,
                 .duplicates_per_disturbance = -1},
    [EXACTLY] = {.delivery = EXACTLY_ONCE,
                 .ordering = ORDER_STREAM,
                 .duplicates_per_disturbance = -1},
};

#define HOP    "orders -> s -> shop: "
#define LOST   FINDING_LOST
#define COPIES FINDING_DUPLICATE
#define MIXED                                                                  \
    "come after later ones of their stream, which comes mixed from several "   \
    "partitions, and those have no order among each other; "
#define TAKEN                                                                  \
    "are absent, and the broker may have taken them out of the log before "    \
    "they were seen; "
#define GONE                                                                   \
    "were seen to be while it ran, and the broker has taken them out of the "  \
    "log since; "

/* Without a field set: the hop of a sink, judged and drained, with two tasks
 * that say RUNNING. A text of a row must be in the list of sentences, of
 * reasons or of not_judged; with NULL the list of reasons or not_judged must be
 * empty. */
static const struct row {
    const char *what;
    enum promise promise;
    enum finding_kind kind; /* of `records`, `gone`, `relaxed` */
    uint64_t records, gone;
    bool relaxed;
    uint64_t taken, unordered, unordered_rows, pending, unjudged_copies;
    bool unread; /* not judged, for `why_not` */
    const char *why_not;
    uint64_t disturbances, outside;
    bool untimed; /* when duplicates came is not known */
    bool afterwards, struck;
    struct drain_seen seen; /* `ended` and `drained` inverted: false stands for
                               a drain that ended and a hop that drained */
    bool of_load, source;
    bool blind; /* nothing was observed */
    int not_running;
    bool no_tasks;
    bool unclosed; /* the balance does not add up */

    enum hop_standing is;
    const char *sentence, *reason, *not_judged;
    bool silent, commits_stood; /* the events seen */
    bool not_over;              /* `drained` of the evidence is false */
} rows[] = {
    {"nothing to say", .is = HOP_HELD},
    {"the load's own hop", .of_load = true, .is = HOP_HELD},

    /* ---- losses ---- */
    {"lost", .kind = LOST, .records = 3, .is = HOP_BROKEN,
     .sentence = HOP "lost: expected none, got 3; in 1 stretch: 2 "
                     "records of stream 7 from sequence 40 on, orders[1] "
                     "offset 90, never sent"},
    {"one unseen at the tail", .kind = FINDING_UNSEEN, .records = 1,
     .is = HOP_BROKEN, .sentence = HOP "unseen: expected none, got 1"},
    {"lost, at most once", AT_MOST, LOST, 3, .is = HOP_HELD,
     .sentence = HOP "lost: expected none, got 3"},
    {"lost, and a scenario that relaxes it", .kind = LOST, .records = 3,
     .relaxed = true, .is = HOP_HELD, .sentence = HOP "lost: expected none"},
    {"lost on the load's own hop has its place downstream", .kind = LOST,
     .records = 3, .of_load = true, .is = HOP_BROKEN,
     .sentence = "sequence 40 on, shop[1] offset 90"},
    {"what is proven goes before what is pending", .kind = LOST, .records = 1,
     .pending = 5, .seen = {.drained = true}, .not_over = true,
     .is = HOP_BROKEN, .sentence = HOP "lost: expected none, got 1",
     .reason = HOP "5 records had not arrived"},

    /* ---- duplicates ---- */
    {"copies, and no fault was applied", .kind = COPIES, .records = 2,
     .is = HOP_BROKEN,
     .sentence = HOP "duplicate: expected none outside of a disturbance, got "
                     "2"},
    {"copies within a disturbance", .kind = COPIES, .records = 2,
     .disturbances = 1, .is = HOP_HELD,
     .sentence = HOP "duplicate: 2 within disturbances: at-least-once allows "
                     "them"},
    {"one copy outside of it", .kind = COPIES, .records = 9, .disturbances = 1,
     .outside = 1, .is = HOP_BROKEN,
     .sentence = HOP "duplicate: expected none outside of a disturbance, got "
                     "1"},
    {"copies of which the times are not known", .kind = COPIES, .records = 2,
     .disturbances = 1, .untimed = true, .is = HOP_HELD,
     .sentence = "(their times are not known)",
     .not_judged = HOP "whether its duplicates fell into a disturbance: when "
                       "each of them came is not known"},
    {"as many copies as the bound", AT_LEAST_10, COPIES, 20, .disturbances = 2,
     .is = HOP_HELD, .sentence = HOP "duplicate: 20 within disturbances"},
    {"one above the bound", AT_LEAST_10, COPIES, 21, .disturbances = 2,
     .is = HOP_BROKEN,
     .sentence = HOP "duplicate: expected at most 20 (10 for each of 2 "
                     "disturbances), got 21"},
    {"one above the bound, relaxed", AT_LEAST_10, COPIES, 21, .relaxed = true,
     .disturbances = 2, .is = HOP_HELD},
    {"how often it was disturbed is not known afterwards", AT_LEAST_10, COPIES,
     21, .afterwards = true, .untimed = true, .is = HOP_HELD,
     .sentence = HOP "duplicate: 21, not judged: how often the run had been "
                     "disturbed is not known",
     .not_judged = HOP "whether its duplicates fell"},
    {"nor in a run that others struck", AT_LEAST_10, COPIES, 21, .struck = true,
     .is = HOP_HELD, .sentence = HOP "duplicate: 21, not judged"},
    {"a copy where each may come once, struck or not", EXACTLY, COPIES, 1,
     .struck = true, .is = HOP_BROKEN,
     .sentence = HOP "duplicate: expected none under exactly-once, got 1"},
    {"a copy at most once", AT_MOST, COPIES, 1, .disturbances = 1,
     .is = HOP_BROKEN,
     .sentence = HOP "duplicate: expected none under at-most-once, got 1"},
    {"copies that went with the log, below the bound", AT_LEAST_10, COPIES, 6,
     4, .disturbances = 1, .is = HOP_HELD,
     .sentence = HOP "duplicate: not judged: 4 records " GONE "they are "
                     "allowed",
     .not_judged = GONE "they are allowed"},
    {"one more than the bound", AT_LEAST_10, COPIES, 6, 5, .disturbances = 1,
     .is = HOP_NOT_JUDGED,
     .reason = HOP "duplicate: not judged: 5 records " GONE "the guarantee "
                   "does not allow them: whether it was kept cannot be told"},
    {"and no fault was applied", AT_LEAST, COPIES, 0, 1, .is = HOP_NOT_JUDGED,
     .reason = GONE "the guarantee does not allow them"},
    {"copies that went with the log, where each may come once", EXACTLY, COPIES,
     0, 2, .disturbances = 3, .is = HOP_NOT_JUDGED,
     .reason = HOP "duplicate: not judged: 2 records " GONE},
    {"the same, relaxed", EXACTLY, COPIES, 0, 2, .relaxed = true,
     .is = HOP_HELD, .not_judged = GONE "they are allowed"},
    {"copies of what upstream no longer holds", .unjudged_copies = 4,
     .is = HOP_HELD,
     .not_judged = HOP "4 copies or late arrivals of records that the "
                       "upstream no longer holds: whose doing they are cannot "
                       "be told"},

    /* ---- order ---- */
    {"order is promised and cannot be judged", .unordered = 3,
     .is = HOP_NOT_JUDGED,
     .reason = HOP "reordered: not judged: 3 records " MIXED
                   "the guarantee promises order: whether it was kept cannot "
                   "be told (ordering: none asks for none)"},
    {"by key as well", BY_KEY, .unordered = 3, .is = HOP_NOT_JUDGED,
     .reason = "the guarantee promises order"},
    {"no order is asked for", UNORDERED, .unordered = 3, .is = HOP_HELD,
     .not_judged = MIXED "no order is asked for"},
    {"disorder that is proven", .kind = FINDING_REORDERED, .records = 1,
     .unordered = 3, .is = HOP_BROKEN,
     .sentence = HOP "reordered: expected none, got 1",
     .reason = "promises order"},
    {"late records that went with the log, beside others",
     .kind = FINDING_REORDERED, .gone = 2, .unordered = 1, .is = HOP_NOT_JUDGED,
     .reason = HOP "reordered: not judged: 3 records " MIXED},
    {"rows whose last version cannot be told", .unordered_rows = 2,
     .is = HOP_NOT_JUDGED, .reason = HOP "stale: not judged: 2 records"},

    /* ---- records the broker may have taken ---- */
    {"absent, and perhaps trimmed", .taken = 4, .is = HOP_NOT_JUDGED,
     .sentence = HOP "lost: not judged: 4 records " TAKEN,
     .reason = HOP "lost: not judged: 4 records " TAKEN
                   "the guarantee promises every record: whether it was kept "
                   "cannot be told"},
    {"the same at most once", AT_MOST, .taken = 4, .is = HOP_HELD,
     .not_judged = TAKEN "losses are allowed"},

    /* ---- always wrong ---- */
    {"corrupt, at most once and relaxed by another name", AT_MOST,
     FINDING_CORRUPT, 1, .is = HOP_BROKEN,
     .sentence = HOP "corrupt: expected none, got 1; in 1 stretch: 2 "
                     "records of stream 7 from sequence 40 on, shop record "
                     "12"},
    {"a balance that does not close", .unclosed = true, .is = HOP_HELD,
     .reason = HOP "the balance does not close: a defect of the harness"},

    /* ---- the drain ---- */
    {"pending, and something still moved", .pending = 5,
     .seen = {.drained = true}, .not_over = true, .is = HOP_NOT_JUDGED,
     .reason = HOP "5 records had not arrived: something still moved when the "
                   "drain ended, raise timeouts.drain"},
    {"pending, and the drain was broken off", .pending = 5,
     .seen = {.drained = true, .ended = true}, .not_over = true,
     .is = HOP_NOT_JUDGED,
     .reason = HOP "5 records had not arrived: the run was broken off"},
    {"pending, and a fault may still be there", .pending = 5,
     .seen = {.drained = true, .unmended = true}, .not_over = true,
     .is = HOP_NOT_JUDGED, .reason = "a fault that was not mended may be why"},
    {"pending, and dead letters unread", .pending = 5,
     .seen = {.dead_unread = true, .ended = true}, .not_over = true,
     .is = HOP_NOT_JUDGED,
     .reason = HOP "5 records had not arrived: its dead letters could not be "
                   "read"},
    {"pending, in a run that is read again", .pending = 5, .afterwards = true,
     .seen = {.drained = true, .ended = true, .read_again = true},
     .not_over = true, .is = HOP_NOT_JUDGED,
     .reason = "it may have been removed since"},
    {"pending, though the hop had drained: an open transaction", .pending = 2,
     .seen = {.part_read = true}, .not_over = true, .is = HOP_NOT_JUDGED,
     .reason = HOP "2 records had not arrived: something still moved"},
    {"nothing pending, and records came late", .seen = {.came_late = true},
     .not_over = true, .is = HOP_HELD,
     .reason = HOP "it was still at work: something still moved when the "
                   "drain ended, raise timeouts.drain"},
    {"nothing pending, at work to the end", .seen = {.drained = true},
     .not_over = true, .is = HOP_HELD,
     .reason = HOP "it was still at work: something still moved"},
    {"nothing pending, broken off", .seen = {.drained = true, .ended = true},
     .not_over = true, .is = HOP_HELD},
    {"nothing pending, dead letters unread", .seen = {.dead_unread = true},
     .not_over = true, .is = HOP_HELD,
     .reason = HOP "it was still at work: its dead letters could not be "
                   "read"},

    /* ---- stalls ---- */
    {"a silent stall", .kind = LOST, .records = 8, .seen = {.stalled = true},
     .silent = true, .is = HOP_BROKEN},
    {"a stall of which a task gave a sign", .kind = LOST, .records = 8,
     .seen = {.stalled = true}, .not_running = 1, .is = HOP_BROKEN},
    {"a stall of a connector without tasks", .kind = LOST, .records = 8,
     .seen = {.stalled = true}, .no_tasks = true, .is = HOP_BROKEN},
    {"a stall that nobody observed", .kind = LOST, .records = 8,
     .seen = {.stalled = true}, .blind = true, .is = HOP_BROKEN},
    {"all arrived, and the commits stood still", .seen = {.stalled = true},
     .commits_stood = true, .is = HOP_HELD},
    {"the same with a task that failed", .seen = {.stalled = true},
     .not_running = 2, .is = HOP_HELD},
    {"unseen records wait as well", .kind = FINDING_UNSEEN, .records = 1,
     .seen = {.stalled = true}, .silent = true, .is = HOP_BROKEN},
    {"pending ones too", .pending = 1,
     .seen = {.stalled = true, .drained = true, .unmended = true},
     .not_over = true, .silent = true, .is = HOP_NOT_JUDGED,
     .reason = "a fault that was not mended may be why"},
    {"a source at its end waits for nothing, whatever it lost", .kind = LOST,
     .records = 8, .source = true, .seen = {.stalled = true}, .is = HOP_BROKEN},
    {"a source with unseen records does", .kind = FINDING_UNSEEN, .records = 8,
     .source = true, .seen = {.stalled = true}, .silent = true,
     .is = HOP_BROKEN},

    /* ---- not judged at all ---- */
    {"a station that could not be read", .unread = true,
     .why_not = "shop could not be read", .is = HOP_NOT_JUDGED,
     .sentence = HOP "not judged: shop could not be read",
     .reason = HOP "not judged: shop could not be read"},
    {"a run that did not get so far", .unread = true, .why_not = "",
     .is = HOP_NOT_JUDGED,
     .sentence = HOP "not judged: the run did not get so far",
     .reason = HOP "not judged: the run did not get so far"},
    {"unread, and stalled", .unread = true, .why_not = "x", .source = true,
     .seen = {.stalled = true}, .silent = true, .is = HOP_NOT_JUDGED,
     .reason = HOP "not judged: x"},
};

struct made {
    struct hop_result result;
    struct stream_balance stream;
    struct finding worst;
    struct commit_result commits;
    struct late_failed late;
    struct hop_status_spec spec;
};

static void make_result(const struct row *w, struct made *m)
{
    struct balance *b = &m->result.balance;

    m->worst = (struct finding){
        .kind = w->kind,
        .stream = 7,
        .first = 40,
        .count = 2,
        .up_first = {.partition = 1, .offset = 90},
        .down_first = {.partition = -1, .offset = 12},
        .note = w->kind == LOST ? "never sent" : NULL,
    };
    m->result.findings.records[w->kind] = w->records;
    m->result.findings.runs[w->kind] = w->records > 0;
    m->result.findings.worst = &m->worst;
    m->result.findings.worst_len = w->records > 0;
    m->result.gone[w->kind] = w->gone;
    m->result.unordered = w->unordered;
    m->result.unordered_rows = w->unordered_rows;
    m->result.unjudged = w->unjudged_copies;
    m->result.pending = b->pending = w->pending;
    b->unjudged = w->taken;
    b->upstream = w->pending + w->taken + (w->unclosed ? 1 : 0);
    m->stream.sum = *b;
    m->result.streams = &m->stream;
    m->result.streams_len = 1;
}

static void make(const struct row *w, struct made *m)
{
    int tasks = w->no_tasks ? 0 : 2;

    *m = (struct made){.commits = {.ahead_judged = true},
                       .late = {.judged = true}};
    make_result(w, m);
    m->spec = (struct hop_status_spec){
        .name = "orders -> s -> shop",
        .up = w->of_load ? NULL : "orders",
        .down = "shop",
        .has_connector = !w->of_load,
        .by_identities = w->source,
        .guarantee = promises[w->promise],
        .judged = !w->unread,
        .why_not = w->why_not ? w->why_not : "",
        .result = &m->result,
        .dead_why = w->seen.dead_unread ? "no answer" : "",
        .disturbances = w->disturbances,
        .afterwards = w->afterwards,
        .struck = w->struck,
        .outside_judged = !w->untimed,
        .outside = w->outside,
        .drain = w->seen,
        .events = {.observed = !w->blind,
                   .sampled = true,
                   .group = w->source ? "" : "connect-s",
                   .commits_len = 9,
                   .commits = &m->commits,
                   .late = &m->late,
                   .tasks = tasks,
                   .tasks_running = tasks - w->not_running},
    };
    m->spec.drain.ended = !w->seen.ended;
    m->spec.drain.drained = !w->seen.drained;
    m->spec.relaxed[w->kind] = w->relaxed;
}

/* Whether a text of the list contains `part`; NULL: whether the list is empty.
 */
static bool says(const json_t *list, const char *part)
{
    for (size_t i = 0; part && i < json_array_size(list); i++)
        if (strstr(json_string_value(json_array_get(list, i)), part))
            return true;
    return !part && json_array_size(list) == 0;
}

static uint64_t seen(const struct hop_status *s, enum event_finding_kind kind)
{
    for (size_t i = 0; i < s->events_len; i++)
        if (s->events[i].kind == kind)
            return s->events[i].count;
    return 0;
}

START_TEST(facts_make_a_status)
{
    const struct row *w = &rows[_i];
    struct made m;
    struct hop_status s;

    make(w, &m);
    hop_status_judge(&m.spec, &s);
    ck_assert_msg(s.is == w->is, "%s: %s", w->what, hop_standing_name(s.is));
    ck_assert_msg(!w->sentence || says(s.sentences, w->sentence), "%s: %s",
                  w->what, json_dumps(s.sentences, 0));
    ck_assert_msg(says(s.reasons, w->reason), "%s: reasons %s", w->what,
                  json_dumps(s.reasons, 0));
    ck_assert_msg(says(s.not_judged, w->not_judged), "%s: not judged %s",
                  w->what, json_dumps(s.not_judged, 0));
    ck_assert_msg(seen(&s, EVENT_SILENT_STALL) == w->silent, "%s: silent stall",
                  w->what);
    ck_assert_msg(seen(&s, EVENT_COMMITS_STOOD_STILL) == w->commits_stood,
                  "%s: commits", w->what);
    ck_assert_msg(drain_is_over(&m.spec.drain) == !w->not_over, "%s: drained",
                  w->what);
    ck_assert_uint_eq(s.events_len, w->of_load ? 0 : HOP_EVENTS);
    ck_assert(s.closes == (!w->unread && !w->unclosed));
    hop_status_done(&s);
}
END_TEST

/* The numbers of a kind of finding in run.json. */
START_TEST(a_finding_has_its_numbers)
{
    struct row w = {.promise = AT_LEAST_10,
                    .kind = COPIES,
                    .records = 25,
                    .gone = 2,
                    .disturbances = 2,
                    .relaxed = _i == 1};
    struct made m;
    struct hop_status s;

    make(&w, &m);
    hop_status_judge(&m.spec, &s);
    ck_assert(s.findings[COPIES].fails == !w.relaxed);
    ck_assert(s.findings[COPIES].relaxed == w.relaxed);
    ck_assert(s.findings[COPIES].in_doubt == !w.relaxed);
    ck_assert_uint_eq(s.findings[COPIES].unjudged, 2);
    ck_assert_int_eq(s.findings[COPIES].allowed, 20);
    ck_assert_int_eq(s.findings[LOST].allowed, 0);
    ck_assert(!s.findings[LOST].fails && !s.findings[LOST].relaxed);
    hop_status_done(&s);
}
END_TEST

static const struct {
    const char *check;
    enum finding_kind relaxed, not_relaxed;
} relaxations[] = {
    {"no_loss", FINDING_UNSEEN, FINDING_DUPLICATE},
    {"duplicates", FINDING_DUPLICATE, FINDING_LOST},
    {"order", FINDING_REORDERED, FINDING_LOST},
    {"intact", FINDING_CORRUPT, FINDING_FOREIGN},
};

START_TEST(a_check_relaxes_its_own_findings)
{
    bool relaxed[FINDING_KINDS] = {false};

    hop_status_relax(check_find(relaxations[_i].check), relaxed);
    ck_assert(relaxed[relaxations[_i].relaxed]);
    ck_assert(!relaxed[relaxations[_i].not_relaxed]);
}
END_TEST

START_TEST(a_check_that_relaxes_nothing)
{
    bool relaxed[FINDING_KINDS] = {false};

    hop_status_relax(check_find("recovered"), relaxed);
    for (int k = 0; k < FINDING_KINDS; k++)
        ck_assert(!relaxed[k]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, facts_make_a_status, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, a_finding_has_its_numbers, 0, 2);
    tcase_add_loop_test(tc, a_check_relaxes_its_own_findings, 0,
                        ARRAY_LEN(relaxations));
    tcase_add_test(tc, a_check_that_relaxes_nothing);
}

SUITE_MAIN("hop_status", fill)
