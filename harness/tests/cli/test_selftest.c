/* test_selftest.c - selftest_compare(): findings and log are compared in
 * both directions, and findings without a cause are wrong. */
#include "cli/selftest.h"

#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"

#define FLOW "\"name\": \"orders -> orders-to-shop -> shop\""

/* A run of a finding: partition, offset, number of records. */
#define RUN(p, o, n)                                                           \
    "{\"first\": " #o ", \"count\": " #n ", \"up_first\": {\"partition\": " #p \
    ", \"offset\": " #o                                                        \
    "}, \"down_first\": {\"at_us\": 50}, \"down_last\": {\"at_us\": 60}}"

#define FOUND(kind, records, runs, worst)                                      \
    "\"" kind "\": {\"records\": " #records ", \"runs\": " #runs               \
    ", \"fails\": true, \"worst\": [" worst "]}"

#define HOP(findings, events)                                                  \
    "\"hops\": [{" FLOW ", \"findings\": {" findings "}, \"events\": {" events \
    "}}]"

#define EVENT(kind, count, p, to)                                              \
    "\"" kind "\": {\"judged\": true, \"count\": " #count                      \
    ", \"worst\": [{\"partition\": " #p ", \"to\": " #to "}]}"

#define LOGGED(p, o) "{\"partition\": " #p ", \"offset\": " #o "}"

#define FAILED "\"outcome\": \"fail\""
#define PASSED "\"outcome\": \"pass\""
#define WINDOW "\"faults\": [{\"window_from_us\": 40, \"window_to_us\": 70}]"

#define PAUSED(n)                                                              \
    "\"faults\": [{\"kind\": \"worker_pause\", \"resolved\": \"worker-" #n     \
    "\", \"window_from_us\": 40, \"landed_us\": 50, \"window_to_us\": 70}]"
#define OWNERS(node, at)                                                       \
    "\"two owners\": {\"judged\": true, \"count\": 1, \"worst\": "             \
    "[{\"node_a\": " #node ", \"at_us\": " #at "}]}"

static const struct {
    const char *defect; /* name in the table; "": the clean worker */
    const char *run, *log;
    enum selftest_kind kind;
    enum selftest_mark mark, others;
} cases[] = {
    {"drop-one", FAILED "," HOP(FOUND("lost", 1, 1, RUN(0, 7, 1)), ""),
     LOGGED(0, 7), SELFTEST_ABSENT, MARK_OK, MARK_OK},
    /* the last record of a stream is unseen */
    {"drop-one",
     FAILED "," HOP(FOUND("lost", 2, 1, RUN(0, 7, 2)) "," FOUND("unseen", 1, 1,
                                                                RUN(1, 9, 1)),
                    ""),
     LOGGED(0, 7) "," LOGGED(0, 8) "," LOGGED(1, 9), SELFTEST_ABSENT, MARK_OK,
     MARK_OK},
    {"drop-one", FAILED "," HOP(FOUND("lost", 1, 1, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(1, 7), SELFTEST_ABSENT, MARK_MISSED, MARK_OK},
    {"drop-one", FAILED "," HOP(FOUND("lost", 2, 1, RUN(0, 7, 2)), ""),
     LOGGED(0, 7), SELFTEST_ABSENT, MARK_WRONG, MARK_OK},
    {"drop-one", PASSED "," HOP("", ""), LOGGED(0, 7), SELFTEST_ABSENT,
     MARK_MISSED, MARK_MISSED},
    {"drop-one", PASSED "," HOP("", ""), "", SELFTEST_ABSENT, MARK_MISSED,
     MARK_MISSED},
    /* more runs than run.json lists: only the number can be compared */
    {"drop-one", FAILED "," HOP(FOUND("lost", 2, 2, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(0, 9), SELFTEST_ABSENT, MARK_OK, MARK_OK},
    {"drop-one", FAILED "," HOP(FOUND("lost", 3, 3, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(0, 9), SELFTEST_ABSENT, MARK_MISSED, MARK_OK},
    /* a record delivered again may be struck again, and counts again */
    {"flip", FAILED "," HOP(FOUND("corrupt", 3, 3, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(0, 9) "," LOGGED(0, 9), SELFTEST_CORRUPT, MARK_OK,
     MARK_OK},
    {"flip", FAILED "," HOP(FOUND("corrupt", 2, 2, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(0, 9) "," LOGGED(0, 9), SELFTEST_CORRUPT, MARK_OK,
     MARK_OK},
    {"flip", FAILED "," HOP(FOUND("corrupt", 4, 4, RUN(0, 7, 1)), ""),
     LOGGED(0, 7) "," LOGGED(0, 9) "," LOGGED(0, 9), SELFTEST_CORRUPT,
     MARK_MISSED, MARK_OK},
    {"drop-one", FAILED "," HOP(FOUND("foreign", 1, 1, ""), ""), LOGGED(0, 7),
     SELFTEST_NONE, MARK_WRONG, MARK_WRONG},
    {"drop-one",
     FAILED
     "," HOP(FOUND("lost", 1, 1, RUN(0, 7, 1)), EVENT("two owners", 1, 0, 0)),
     LOGGED(0, 7), SELFTEST_OWNERS, MARK_WRONG, MARK_OK},
    /* copies in a disturbance need no cause */
    {"twice",
     FAILED "," WINDOW "," HOP(FOUND("duplicate", 1, 1, RUN(0, 7, 1)), ""),
     LOGGED(0, 7), SELFTEST_DUPLICATE, MARK_OK, MARK_OK},
    {"twice", FAILED "," HOP(FOUND("duplicate", 1, 1, RUN(0, 8, 1)), ""),
     LOGGED(0, 7), SELFTEST_DUPLICATE, MARK_WRONG, MARK_OK},
    {"silent",
     FAILED "," HOP(FOUND("unseen", 3, 1, RUN(0, 7, 3)),
                    EVENT("silent stall", 1, 0,
                          0)) ","
                              "\"checks\": [{\"kind\": \"no_stall\", "
                              "\"status\": \"failed\"}]",
     LOGGED(0, 7), SELFTEST_ABSENT, MARK_OK, MARK_OK},
    {"silent",
     FAILED "," HOP(
         FOUND("unseen", 4, 1, RUN(0, 6, 4)),
         EVENT(
             "silent stall", 0, 0,
             0)) ","
                 "\"checks\": [{\"kind\": \"no_stall\", \"status\": \"held\"}]",
     LOGGED(0, 7), SELFTEST_ABSENT, MARK_WRONG, MARK_MISSED},
    {"never-commit",
     FAILED "," HOP(FOUND("duplicate", 2, 1, RUN(0, 5, 2)),
                    EVENT("commits stood still", 1, 0,
                          0)) ","
                              "\"checks\": [{\"kind\": \"no_stall\", "
                              "\"status\": \"failed\"}]",
     LOGGED(0, 7), SELFTEST_DUPLICATE, MARK_OK, MARK_OK},
    {"never-commit",
     FAILED "," HOP(FOUND("duplicate", 2, 1, RUN(0, 6, 2)),
                    EVENT("commits stood still", 1, 0,
                          0)) ","
                              "\"checks\": [{\"kind\": \"no_stall\", "
                              "\"status\": \"failed\"}]",
     LOGGED(0, 7), SELFTEST_DUPLICATE, MARK_WRONG, MARK_OK},
    {"commit-back",
     FAILED
     "," HOP("", EVENT("offset regression", 1, 1,
                       40)) ","
                            "\"checks\": [{\"kind\": \"offset_continuity\", "
                            "\"status\": \"failed\"}]",
     LOGGED(1, 40), SELFTEST_REGRESSION, MARK_OK, MARK_OK},
    {"commit-back",
     FAILED
     "," HOP("", EVENT("offset regression", 1, 1,
                       41)) ","
                            "\"checks\": [{\"kind\": \"offset_continuity\", "
                            "\"status\": \"failed\"}]",
     LOGGED(1, 40), SELFTEST_REGRESSION, MARK_WRONG, MARK_OK},
    {"", PASSED "," HOP("", ""), "", SELFTEST_ABSENT, MARK_NONE, MARK_OK},
    /* a paused worker delivers the rest of a batch; any other worker may not */
    {"", PASSED "," PAUSED(1) "," HOP("", OWNERS(1, 55)), "", SELFTEST_OWNERS,
     MARK_NONE, MARK_OK},
    {"", PASSED "," PAUSED(2) "," HOP("", OWNERS(1, 55)), "", SELFTEST_OWNERS,
     MARK_WRONG, MARK_OK},
    {"", PASSED "," PAUSED(1) "," HOP("", OWNERS(1, 45)), "", SELFTEST_OWNERS,
     MARK_WRONG, MARK_OK},
    {"", FAILED "," HOP(FOUND("lost", 1, 1, RUN(0, 7, 1)), ""), "",
     SELFTEST_ABSENT, MARK_WRONG, MARK_WRONG},
    {"", "\"outcome\": \"inconclusive\"", "", SELFTEST_ABSENT, MARK_NONE,
     MARK_MISSED},
};

static const struct selftest_trial *trial(const char *defect)
{
    for (size_t i = 0; i < selftest_trials_len; i++) {
        const struct selftest_trial *t = &selftest_trials[i];

        if (strcmp(t->defect ? t->defect : "", defect) == 0)
            return t;
    }
    return NULL;
}

START_TEST(found_and_logged_are_held_together)
{
    AUTO_FREE char *run_text = path_of("{%s}", cases[_i].run);
    AUTO_FREE char *log_text = path_of("[%s]", cases[_i].log);
    AUTO_JSON json_t *run = json_loads(run_text, 0, NULL);
    AUTO_JSON json_t *log = json_loads(log_text, 0, NULL);
    struct selftest_result r;

    ck_assert_msg(run && log, "%s %s", run_text, log_text);
    selftest_compare(trial(cases[_i].defect), run, log, &r);
    ck_assert_msg(r.marks[cases[_i].kind] == cases[_i].mark, "%d: %d: %s", _i,
                  r.marks[cases[_i].kind], r.why);
    ck_assert_msg(r.marks[0] == cases[_i].others, "%d: %d: %s", _i, r.marks[0],
                  r.why);
    free(r.why);
}
END_TEST

START_TEST(without_a_run_nothing_is_as_expected)
{
    AUTO_JSON json_t *log = json_array();
    struct selftest_result r;

    selftest_compare(trial("drop-one"), NULL, log, &r);
    ck_assert_int_eq(r.marks[0], MARK_MISSED);
    free(r.why);
}
END_TEST

/* Every defect of the stand-in worker must have a trial. */
START_TEST(every_defect_is_tried)
{
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    char *save = NULL;
    size_t n = 0;

    ck_assert_int_eq(file_read(SOURCE_DIR
                               "/harness/standins/worker/defect_kinds.def",
                               &text, NULL, &err),
                     0);
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char name[64];

        if (sscanf(line, "DEFECT_KIND(%63[a-z_])", name) != 1)
            continue;
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        ck_assert_msg(trial(name) != NULL, "%s is not tried", name);
        n++;
    }
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_ge(selftest_trials_len, n + 1);
    for (size_t i = 0; i < selftest_trials_len; i++)
        ck_assert_ptr_nonnull(selftest_trials[i].under[0]);
    for (size_t i = 0; i < selftest_trials_len; i++)
        for (size_t u = 0; u < ARRAY_LEN(selftest_trials[i].under); u++)
            if (selftest_trials[i].under[u])
                (void)selftest_disturbance(selftest_trials[i].under[u]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, found_and_logged_are_held_together, 0,
                        ARRAY_LEN(cases));
    tcase_add_test(tc, without_a_run_nothing_is_as_expected);
    tcase_add_test(tc, every_defect_is_tried);
}

SUITE_MAIN("selftest", fill)
