/* test_suite_plugins.c - which plugins unite, as a table. */
#include <stdio.h>
#include <string.h>

#include "base/look.h"
#include "base/own.h"
#include "cli/suite_plugins.h"
#include "support/suite.h"

/* A scenario in short: brokers, workers, then plugins, a letter each: a, b and
 * c offer other classes each, A is another version of a, x lists no classes.
 * "-": shares nothing; "=b" behind the plugins: a connector names class b.
 * United in short: the plugins of each scenario. */
static const struct {
    const char *scenarios, *united;
} rows[] = {
    {"Bwa", "a"},
    {"Bw Bw", "_ _"},
    {"Bwa Bwb", "ab ab"},
    {"Bwa Bwab Bwc", "abc abc abc"},
    {"Bwa Bva", "a a"},
    {"Bwa Cwb", "a b"},
    {"Bwa BwA", "a A"},
    {"Bwa BwA Bwb", "ab A ab"},
    {"Bwa Bwx", "a x"},
    {"Bwx Bwx", "x x"},
    {"Bwa - Bwb", "ab - ab"},
    {"Bwa=b Bwb", "a b"},
    {"Bwb Bwa=b Bwc", "bc a bc"},
    {"Bwa=a Bwb=b", "ab ab"},
    {"Bwab=b Bwb", "ab ab"},
    {"Bwa=d Bwb", "ab ab"},
};

static json_t *plugin(char letter)
{
    char digest[] = {letter, 0}, class[] = {letter == 'A' ? 'a' : letter, 0};

    return letter == 'x'
               ? json_pack("{s:s, s:s, s:b, s:[]}", "digest", digest, "name",
                           digest, "services", 0, "classes")
               : json_pack("{s:s, s:s, s:b, s:[s]}", "digest", digest, "name",
                           digest, "services", 1, "classes", class);
}

static json_t *need_of(const char *text, size_t len)
{
    json_t *plugins = json_array();

    json_t *uses = json_array();

    for (size_t i = 2; i < len && text[i] != '='; i++)
        (void)json_array_append_new(plugins, plugin(text[i]));
    if (len > 2 && text[len - 2] == '=')
        (void)json_array_append_new(uses, json_stringn(text + len - 1, 1));
    return json_pack("{s:o, s:s%, s:{s:s%, s:o}}", "uses", uses, "brokers",
                     text, (size_t)1, "workers", "kind", text + 1, (size_t)1,
                     "plugins", plugins);
}

static json_t *needs_of(const char *text)
{
    json_t *all = json_array();

    for (; *text; text += strcspn(text, " "), text += *text == ' ')
        (void)json_array_append_new(
            all,
            *text == '-' ? json_null() : need_of(text, strcspn(text, " ")));
    return all;
}

static void add(char got[128], const char *text)
{
    (void)snprintf(got + strlen(got), 128 - strlen(got), "%s", text);
}

START_TEST(test_rows)
{
    AUTO_JSON json_t *needs = needs_of(rows[_i].scenarios);
    AUTO_JSON json_t *all = suite_plugins(needs);
    char got[128] = "";
    json_t *list, *one;
    size_t i, k;

    ck_assert_uint_eq(json_array_size(all), json_array_size(needs));
    json_array_foreach (all, i, list) {
        add(got, i ? " " : "");
        add(got, json_is_null(list)           ? "-"
                 : json_array_size(list) == 0 ? "_"
                                              : "");
        json_array_foreach (list, k, one)
            add(got, look_text(one, "digest"));
    }
    ck_assert_str_eq(got, rows[_i].united);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, test_rows, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("plugins of a suite", fill)
