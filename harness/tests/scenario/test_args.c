/* test_args.c - tables of arguments: every type at the limits of its range, and
 * the texts and schemas made from a table. */
#include "scenario/args.h"
#include "support/suite.h"

#include <regex.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

struct some {
    int64_t status, wait, rate, size, share, often, mode;
    const char *text, *note;
    const json_t *list;
};

static const char *const modes[] = {"slow", "stop", NULL};

static const struct arg table[] = {
    {.name = "status",
     .type = ARG_INT,
     .at = offsetof(struct some, status),
     .min = 100,
     .max = 599,
     .dflt = "429",
     .help = "HTTP status"},
    {.name = "wait",
     .type = ARG_DURATION,
     .at = offsetof(struct some, wait),
     .min = 1000,
     .max = 60000000,
     .dflt = "1.5s",
     .help = "how long"},
    {.name = "rate",
     .type = ARG_RATE,
     .at = offsetof(struct some, rate),
     .dflt = "",
     .help = "how fast"},
    {.name = "size",
     .type = ARG_SIZE,
     .at = offsetof(struct some, size),
     .min = 1,
     .max = 1 << 20,
     .dflt = "1KiB",
     .help = "how big"},
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct some, share),
     .max = 1000000,
     .dflt = "100%",
     .help = "how much"},
    {.name = "often",
     .type = ARG_BOOL,
     .at = offsetof(struct some, often),
     .dflt = "true",
     .help = "again"},
    {.name = "mode",
     .type = ARG_WORD,
     .at = offsetof(struct some, mode),
     .dflt = "stop",
     .help = "the way",
     .words = modes},
    {.name = "text",
     .type = ARG_STRING,
     .at = offsetof(struct some, text),
     .help = "a text"},
    {.name = "note",
     .type = ARG_STRING,
     .at = offsetof(struct some, note),
     .max = 3,
     .dflt = "",
     .help = "a short one"},
    {.name = "list",
     .type = ARG_JSON,
     .at = offsetof(struct some, list),
     .max = 2,
     .dflt = "",
     .help = "a few",
     .kind = JSON_ARRAY},
};

struct entry {
    int64_t number;
    const char *word;
};

struct entries {
    const json_t *of;
};

static const struct arg entry_args[] = {
    {.name = "number",
     .type = ARG_INT,
     .at = offsetof(struct entry, number),
     .min = 1,
     .max = 9,
     .dflt = "3",
     .help = "how many"},
    {.name = "word",
     .type = ARG_STRING,
     .at = offsetof(struct entry, word),
     .dflt = "",
     .help = "a word"},
};

static const struct arg of_entries[] = {
    {.name = "of",
     .type = ARG_JSON,
     .at = offsetof(struct entries, of),
     .dflt = "",
     .kind = JSON_OBJECT,
     .each = entry_args,
     .each_len = ARRAY_LEN(entry_args),
     .each_size = sizeof(struct entry),
     .help = "name -> an entry"},
};

static char file[64];

static void make_file(void)
{
    int fd;

    (void)snprintf(file, sizeof(file), "/tmp/ordeal-test-XXXXXX");
    fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void remove_file(void)
{
    ck_assert_int_eq(unlink(file), 0);
}

static struct doc *load(const char *text)
{
    struct doc *d;
    struct err err = {0};

    ck_assert_int_eq(file_print(file, &err, "%s", text), 0);
    ck_assert_int_eq(doc_load(file, NULL, 0, &d, &err), 0);
    ck_assert_uint_eq(doc_complaints(d), 0);
    return d;
}

/* Read {text: x, <member>} into *out; returns the number of complaints, and the
 * document in *d. */
static size_t read_member(const char *member, struct doc **d, struct some *out)
{
    struct err err = {0};

    ck_assert_int_eq(file_print(file, &err, "with: {text: x, %s}\n", member),
                     0);
    ck_assert_int_eq(doc_load(file, NULL, 0, d, &err), 0);
    ck_assert_uint_eq(doc_complaints(*d), 0);
    return args_read(table, ARRAY_LEN(table),
                     json_object_get(doc_root(*d), "with"), *d, "with", out);
}

static const struct {
    const char *member;
    const char *complaint; /* NULL: taken */
} members[] = {
    {"status: 100", NULL},
    {"status: 599", NULL},
    {"status: 99", "with.status: 99 is not in 100 to 599"},
    {"status: 600", "with.status: 600 is not in 100 to 599"},
    {"status: 429.5", "with.status: 429.5 is not a whole number"},
    {"status: \"429\"", "with.status: \"429\" is not a whole number"},
    {"status: {}", "with.status: a mapping is not a whole number"},
    {"wait: 1ms", NULL},
    {"wait: 60s", NULL},
    {"wait: 999us", "with.wait: \"999us\" is not in 1ms to 1m"},
    {"wait: 61s", "with.wait: \"61s\" is not in 1ms to 1m"},
    {"wait: 5", "with.wait: 5 is not a duration such as 10s, 250ms or 2m"},
    {"rate: 0/s", NULL},
    {"rate: 5", "with.rate: 5 is not a rate such as 2000/s"},
    {"size: 1MiB", NULL},
    {"size: 2MiB", "with.size: \"2MiB\" is not in 1B to 1MiB"},
    {"share: 0%", NULL},
    {"share: 100.1%", "with.share: \"100.1%\" is not in 0% to 100%"},
    {"share: 0.5", "with.share: 0.5 is not a share such as 50%"},
    {"often: false", NULL},
    {"often: \"false\"", "with.often: \"false\" is not true or false"},
    {"mode: slow", NULL},
    {"mode: never", "with.mode: \"never\" is not allowed, one of slow or stop"},
    {"mode: sloww", "is not allowed, did you mean \"slow\""},
    {"note: abc", NULL},
    {"note: \"\"", NULL},
    {"note: abcd", "with.note: a text of 4 bytes, 0 to 3 allowed"},
    {"note: 7", "with.note: 7 is not a text, quote it: \"7\""},
    {"note: true", "with.note: true is not a text, quote it: \"true\""},
    {"list: [1, 2]", NULL},
    {"list: [1, 2, 3]", "with.list: 3 entries, 0 to 2 allowed"},
    {"list: {}", "with.list: a mapping is not a list"},
    {"statsu: 1", "with.statsu: unknown key, did you mean \"status\""},
};

START_TEST(an_argument_is_taken_or_refused_in_words)
{
    struct doc *d;
    struct some got;
    size_t bad = read_member(members[_i].member, &d, &got);

    ck_assert_uint_eq(bad, doc_complaints(d));
    if (!members[_i].complaint) {
        ck_assert_msg(bad == 0, "%s", doc_complaint(d, 0));
    } else {
        ck_assert_uint_eq(bad, 1);
        ck_assert_msg(strstr(doc_complaint(d, 0), members[_i].complaint), "%s",
                      doc_complaint(d, 0));
    }
    doc_free(d);
}
END_TEST

START_TEST(defaults_stand_where_nothing_is_said)
{
    struct doc *d;
    struct some got;

    memset(&got, 0x55, sizeof(got));
    ck_assert_uint_eq(read_member("", &d, &got), 0);
    ck_assert_int_eq(got.status, 429);
    ck_assert_int_eq(got.wait, 1500000);
    ck_assert_int_eq(got.rate, 0);
    ck_assert_int_eq(got.size, 1024);
    ck_assert_int_eq(got.share, 1000000);
    ck_assert_int_eq(got.often, 1);
    ck_assert_int_eq(got.mode, 1);
    ck_assert_str_eq(got.text, "x");
    ck_assert_ptr_null(got.note);
    ck_assert_ptr_null(got.list);
    doc_free(d);
}
END_TEST

START_TEST(all_that_is_wrong_is_said_at_once)
{
    struct doc *d;
    struct some got;

    ck_assert_uint_eq(
        read_member("status: 1, wait: x, none: 1, mode: y", &d, &got), 4);
    ck_assert_uint_eq(doc_complaints(d), 4);
    doc_free(d);
}
END_TEST

START_TEST(no_object_is_an_empty_one)
{
    struct doc *d;
    struct some got;

    (void)read_member("", &d, &got);
    ck_assert_uint_eq(args_read(table, ARRAY_LEN(table), NULL, d, "with", &got),
                      1);
    ck_assert_ptr_nonnull(
        strstr(doc_complaint(d, 0), "with: \"text\" is missing: a text"));
    doc_free(d);
}
END_TEST

START_TEST(what_was_taken_is_written_as_a_file_would_hold_it)
{
    struct doc *d;
    struct some got;
    AUTO_JSON json_t *json = NULL;
    AUTO_JSON json_t *want = NULL;

    ck_assert_uint_eq(
        read_member("wait: 1250ms, share: 0.05%, list: [1], rate: 7/s", &d,
                    &got),
        0);
    json = args_json(table, ARRAY_LEN(table), &got);
    want = json_pack("{si ss ss ss ss sb ss ss s[i]}", "status", 429, "wait",
                     "1250ms", "rate", "7/s", "size", "1KiB", "share", "0.05%",
                     "often", 1, "mode", "stop", "text", "x", "list", 1);
    ck_assert_ptr_nonnull(want);
    ck_assert(json_equal(json, want));
    doc_free(d);
}
END_TEST

START_TEST(entries_of_a_mapping_are_read_by_their_own_table)
{
    struct doc *d = load("of: {a: {number: 7, word: x}, b: }\n");
    struct entries out;
    struct entry e;

    ck_assert_uint_eq(args_read(of_entries, 1, doc_root(d), d, "p", &out), 0);
    args_read_entry(of_entries, json_object_get(out.of, "a"), &e);
    ck_assert_int_eq(e.number, 7);
    ck_assert_str_eq(e.word, "x");
    args_read_entry(of_entries, json_object_get(out.of, "b"), &e);
    ck_assert_int_eq(e.number, 3);
    ck_assert_ptr_null(e.word);
    doc_free(d);
}
END_TEST

static const struct {
    const char *text, *want;
} wrong_entries[] = {
    {"of: {a: {number: 10}}\n", "p.of.a.number: 10 is not in 1 to 9"},
    {"of: {a: {numbr: 1}}\n",
     "p.of.a.numbr: unknown key, did you mean \"number\""},
    {"of: {a: 7}\n", "p.of.a: 7 is not a mapping of arguments"},
};

START_TEST(a_wrong_entry_is_complained_of_at_its_path)
{
    struct doc *d = load(wrong_entries[_i].text);
    struct entries out;

    ck_assert_uint_eq(args_read(of_entries, 1, doc_root(d), d, "p", &out), 1);
    ck_assert_msg(strstr(doc_complaint(d, 0), wrong_entries[_i].want) != NULL,
                  "%s", doc_complaint(d, 0));
    doc_free(d);
}
END_TEST

START_TEST(entries_are_explained_and_have_a_schema)
{
    AUTO_FREE char *text = args_explain(of_entries, 1);
    AUTO_JSON json_t *schema = args_schema(of_entries, 1);
    AUTO_FREE char *shown = json_dumps(schema, JSON_COMPACT);

    ck_assert_ptr_nonnull(
        strstr(text, "of.*.number  a whole number, 1 to 9 (default 3)\n"));
    ck_assert_ptr_nonnull(strstr(shown, "\"additionalProperties\":{\"anyOf\":"
                                        "[{\"type\":\"object\""));
}
END_TEST

START_TEST(explaining_names_range_and_default)
{
    AUTO_FREE char *text = args_explain(table, ARRAY_LEN(table));

    ck_assert_ptr_nonnull(
        strstr(text, "status  a whole number, 100 to 599 (default 429)\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "mode    slow or stop (default stop)\n"));
    ck_assert_ptr_nonnull(strstr(text, "text    a text (required)\n"));
    ck_assert_ptr_nonnull(strstr(text, "HTTP status\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "wait    a duration, 1ms to 1m (default 1.5s)\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "rate    a rate such as 2000/s (optional)\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "note    a text of at most 3 bytes (optional)\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "list    a list of at most 2 entries (optional)\n"));
}
END_TEST

/* Walk a schema: every pattern compiles and matches the default in the same
 * object. */
static void check_schema(const json_t *v)
{
    const char *pattern = json_string_value(json_object_get(v, "pattern"));
    const char *dflt = json_string_value(json_object_get(v, "default"));
    const char *key;
    json_t *child;
    size_t i;

    if (pattern) {
        regex_t re;

        ck_assert_int_eq(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
        if (dflt)
            ck_assert_msg(regexec(&re, dflt, 0, NULL, 0) == 0, "%s", dflt);
        ck_assert_int_eq(regexec(&re, "a ${var} b", 0, NULL, 0), 0);
        ck_assert_int_ne(regexec(&re, "no good", 0, NULL, 0), 0);
        regfree(&re);
    }
    json_object_foreach ((json_t *)v, key, child)
        check_schema(child);
    json_array_foreach (v, i, child)
        check_schema(child);
}

START_TEST(a_table_makes_a_schema)
{
    AUTO_JSON json_t *schema = args_schema(table, ARRAY_LEN(table));
    const json_t *required = json_object_get(schema, "required");

    ck_assert_uint_eq(json_array_size(required), 1);
    ck_assert_str_eq(json_string_value(json_array_get(required, 0)), "text");
    ck_assert_uint_eq(json_object_size(json_object_get(schema, "properties")),
                      ARRAY_LEN(table));
    check_schema(schema);
}
END_TEST

START_TEST(a_scenario_has_a_schema_of_all_kinds)
{
    const struct schema_kind kinds[] = {
        {"fault", "sink_throttle", "slow", "on", table, ARRAY_LEN(table)},
        {"fault", "plain", "nothing", NULL, NULL, 0},
        {"check", "recovered", "back", NULL, table, ARRAY_LEN(table)},
        {"endpoint", "http", "a server", NULL, table, ARRAY_LEN(table)},
        {"platform", "local", "here", NULL, table, ARRAY_LEN(table)},
        {"target", "worker", "a worker", NULL, NULL, 0},
        {"target", "on", "an endpoint", NULL, NULL, 0},
    };
    AUTO_JSON json_t *schema = scenario_schema(kinds, ARRAY_LEN(kinds));
    AUTO_JSON json_t *bare = scenario_schema(NULL, 0);
    AUTO_FREE char *text = json_dumps(schema, 0);

    check_schema(schema);
    check_schema(bare);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        ck_assert_ptr_nonnull(strstr(text, kinds[i].name));
}
END_TEST

/* The tables of sections follow the rules that args.h states for tables. */
START_TEST(every_section_has_a_sound_table)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    for (size_t i = 0; i < n; i++) {
        AUTO_JSON json_t *schema = args_schema(s[i].args, s[i].args_len);

        ck_assert_ptr_nonnull(s[i].name);
        ck_assert_ptr_nonnull(s[i].help);
        check_schema(schema);
        for (size_t k = 0; k < s[i].args_len; k++) {
            ck_assert_ptr_nonnull(s[i].args[k].help);
            ck_assert(s[i].args[k].type != ARG_WORD || s[i].args[k].words);
        }
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, make_file, remove_file);
    tcase_add_loop_test(tc, an_argument_is_taken_or_refused_in_words, 0,
                        ARRAY_LEN(members));
    tcase_add_test(tc, defaults_stand_where_nothing_is_said);
    tcase_add_test(tc, all_that_is_wrong_is_said_at_once);
    tcase_add_test(tc, no_object_is_an_empty_one);
    tcase_add_test(tc, what_was_taken_is_written_as_a_file_would_hold_it);
    tcase_add_test(tc, entries_of_a_mapping_are_read_by_their_own_table);
    tcase_add_loop_test(tc, a_wrong_entry_is_complained_of_at_its_path, 0,
                        ARRAY_LEN(wrong_entries));
    tcase_add_test(tc, entries_are_explained_and_have_a_schema);
    tcase_add_test(tc, explaining_names_range_and_default);
    tcase_add_test(tc, a_table_makes_a_schema);
    tcase_add_test(tc, a_scenario_has_a_schema_of_all_kinds);
    tcase_add_test(tc, every_section_has_a_sound_table);
}

SUITE_MAIN("args", fill)
