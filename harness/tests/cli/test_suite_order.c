/* test_suite_order.c - which scenarios share a world, and in which order, as a
 * table. */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "cli/suite_order.h"
#include "support/suite.h"

enum { SUITE_MOST = 8 };

/* Needs in short: "A1" are brokers A and workers 1; "-": nodes of its own. An
 * order in short: "0@0 2@0+": scenario 0 in world 0, then 2 in world 0; "+":
 * shared. */
static const struct {
    const char *needs, *order;
} rows[] = {
    {"A1", "0@0"},
    {"-", "0@0"},
    {"- -", "0@0 1@1"},
    {"A1 A1", "0@0+ 1@0+"},
    {"A1 B1", "0@0 1@1"},
    {"A1 B1 A1", "0@0+ 2@0+ 1@1"},
    {"A1 - A1", "0@0+ 2@0+ 1@1"},
    {"- A1 - A1", "0@0 1@1+ 3@1+ 2@2"},
    {"A1 A2 A1", "0@0+ 2@0+ 1@0+"},
    {"A2 A1 A2 A1", "0@0+ 2@0+ 1@0+ 3@0+"},
    {"B1 A1 B2 A1 B1", "0@0+ 4@0+ 2@0+ 1@1+ 3@1+"},
};

static const struct {
    const char *needs;
    size_t jobs;
    const char *order;
} spreads[] = {
    {"A1 A1 A1", 1, "0@0+ 1@0+ 2@0+"},
    {"A1 A1 A1", 2, "0@0+ 1@0+ 2@1"},
    {"A1 A1 A1", 3, "0@0 1@1 2@2"},
    {"A1 A1 A1", 9, "0@0 1@1 2@2"},
    {"A1 B1 A1 B1 B1 B1", 2, "0@0+ 2@0+ 1@1+ 3@1+ 4@1+ 5@1+"},
    {"A1 B1 A1 B1 B1 B1", 3, "0@0+ 2@0+ 1@1+ 3@1+ 4@2+ 5@2+"},
    {"- -", 4, "0@0 1@1"},
};

static json_t *needs_of(const char *text)
{
    json_t *all = json_array();

    for (; *text; text += strcspn(text, " "), text += *text == ' ')
        (void)json_array_append_new(
            all, *text == '-'
                     ? json_null()
                     : json_pack("{s:s%, s:s%}", "brokers", text, (size_t)1,
                                 "workers", text + 1, (size_t)1));
    return all;
}

static void check(const char *text, size_t jobs, const char *order)
{
    AUTO_JSON json_t *needs = needs_of(text);
    struct suite_step steps[SUITE_MOST] = {{0}};
    size_t n = json_array_size(needs), worlds;
    char got[128] = "";

    ck_assert_uint_le(n, SUITE_MOST);
    suite_order(needs, steps);
    worlds = suite_spread(steps, n, jobs);
    ck_assert_uint_eq(worlds, steps[n - 1].world + 1);
    for (size_t i = 0; i < n; i++)
        (void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
                       "%s%zu@%zu%s", i ? " " : "", steps[i].at, steps[i].world,
                       steps[i].shared ? "+" : "");
    ck_assert_str_eq(got, order);
}

START_TEST(test_rows)
{
    check(rows[_i].needs, 1, rows[_i].order);
}
END_TEST

START_TEST(test_spreads)
{
    check(spreads[_i].needs, spreads[_i].jobs, spreads[_i].order);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, test_rows, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, test_spreads, 0, ARRAY_LEN(spreads));
}

SUITE_MAIN("order of a suite", fill)
