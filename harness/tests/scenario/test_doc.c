/* test_doc.c - the document of a scenario: places, vars, --set, limits. */
#include "scenario/doc.h"
#include "support/suite.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

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

static struct doc *load_with(const char *text, const char *const *set, size_t n)
{
    struct err err = {0};
    struct doc *d;

    ck_assert_int_eq(file_print(file, &err, "%s", text), 0);
    ck_assert_msg(doc_load(file, set, n, &d, &err) == 0, "%s", err.text);
    return d;
}

static const char placed[] = "name: x\n"
                             "load:\n"
                             "  into: orders\n"
                             "  rate: 5/s\n"
                             "list: [a, {b: \"c\"}]\n"
                             "dotted.key: {x.y: 1}\n"
                             "empty:\n";

static const struct {
    const char *path;
    int line, column;
} places[] = {
    {"", 1, 1},
    {"name", 1, 7},
    {"load", 3, 3},
    {"load.rate", 4, 9},
    {"load.nowhere", 3, 3},
    {"list[0]", 5, 8},
    {"list[1]", 5, 11},
    {"list[1].b", 5, 15},
    {"list[7]", 5, 7},
    {"list[1].b.c[3]", 5, 15},
    {"dotted.key.x.y", 6, 19},
    {"empty", 7, 1},
    {"nowhere", 1, 1},
};

START_TEST(a_value_or_its_nearest_parent_has_a_place)
{
    struct doc *d = load_with(placed, NULL, 0);
    int line, column;

    doc_mark(d, places[_i].path, &line, &column);
    ck_assert_msg(line == places[_i].line && column == places[_i].column,
                  "%s: %d:%d", places[_i].path, line, column);
    doc_free(d);
}
END_TEST

START_TEST(complaints_come_in_the_order_of_the_file_and_once)
{
    struct doc *d = load_with(placed, NULL, 0);

    doc_complain(d, "load.rate", "third");
    doc_complain(d, "name", "first");
    doc_complain_key(d, "load", "second");
    doc_complain(d, "name", "first");
    ck_assert_uint_eq(doc_complaints(d), 3);
    ck_assert_ptr_nonnull(strstr(doc_complaint(d, 0), ":1:7: name: first"));
    ck_assert_ptr_nonnull(strstr(doc_complaint(d, 1), ":2:1: load: second"));
    ck_assert_ptr_nonnull(
        strstr(doc_complaint(d, 2), ":4:9: load.rate: third"));
    doc_free(d);
}
END_TEST

static const struct {
    const char *yaml;
    const char *json;
} scalars[] = {
    {"1", "1"},
    {"-7", "-7"},
    {"0", "0"},
    {"0.5", "0.5"},
    {"2.0", "2.0"},
    {"true", "true"},
    {"False", "false"},
    {"~", "null"},
    {"null", "null"},
    {"yes", "\"yes\""},
    {"on", "\"on\""},
    {"\"1\"", "\"1\""},
    {"'true'", "\"true\""},
    {"!!str 1", "\"1\""},
    {"10s", "\"10s\""},
    {"1.2.3", "\"1.2.3\""},
    {"+", "\"+\""},
    {".", "\".\""},
    {"1e", "\"1e\""},
    {"0x", "\"0x\""},
    {"nan", "\"nan\""},
    {"2026-11-20", "\"2026-11-20\""},
    {"\"\\u00e9\"", "\"\\u00e9\""},
    {"|\n  a\n  b", "\"a\\nb\\n\""},
};

START_TEST(a_scalar_is_what_yaml_1_2_says)
{
    AUTO_FREE char *text = path_of("v: %s\n", scalars[_i].yaml);
    struct doc *d = load_with(text, NULL, 0);
    AUTO_JSON json_t *want =
        json_loads(scalars[_i].json, JSON_DECODE_ANY, NULL);

    ck_assert_msg(doc_complaints(d) == 0, "%s: %s", scalars[_i].yaml,
                  doc_complaint(d, 0));
    ck_assert_ptr_nonnull(want);
    ck_assert_msg(json_equal(json_object_get(doc_root(d), "v"), want), "%s",
                  scalars[_i].yaml);
    doc_free(d);
}
END_TEST

static const struct {
    const char *yaml; /* of `v`, with vars rate: 2000, host: "a.b" */
    const char *json;
} expansions[] = {
    {"\"${rate}\"", "2000"},
    {"${rate}/s", "\"2000/s\""},
    {"\"${host}:${rate}\"", "\"a.b:2000\""},
    {"\"${host}\"", "\"a.b\""},
    {"\"${flag}\"", "true"},
    {"\"x${flag}\"", "\"xtrue\""},
    {"\"${shop.url}\"", "\"${shop.url}\""},
    {"\"${shop.tls.ca}\"", "\"${shop.tls.ca}\""},
    {"\"$${rate}\"", "\"${rate}\""},
    {"\"$${topic}_x\"", "\"${topic}_x\""},
    {"\"$${shop.url}\"", "\"$${shop.url}\""},
    {"\"${file:/a.b:c}\"", "\"${file:/a.b:c}\""},
    {"\"${\"", "\"${\""},
    {"\"${}\"", "\"${}\""},
    {"\"${a.}\"", "\"${a.}\""},
    {"\"$rate $ $$\"", "\"$rate $ $$\""},
    {"[\"${rate}\", {a: \"${rate}\"}]", "[2000, {\"a\": 2000}]"},
};

START_TEST(a_var_is_filled_in_and_others_are_left_alone)
{
    AUTO_FREE char *text =
        path_of("vars: {rate: 2000, host: a.b, flag: true}\nv: %s\n",
                expansions[_i].yaml);
    struct doc *d = load_with(text, NULL, 0);
    AUTO_JSON json_t *want =
        json_loads(expansions[_i].json, JSON_DECODE_ANY, NULL);

    ck_assert_msg(doc_complaints(d) == 0, "%s", doc_complaint(d, 0));
    ck_assert_ptr_nonnull(want);
    ck_assert_msg(json_equal(json_object_get(doc_root(d), "v"), want), "%s",
                  expansions[_i].yaml);
    doc_free(d);
}
END_TEST

static const struct {
    const char *set;
    const char *json;      /* the value of ${rate} afterwards */
    const char *complaint; /* or a part of the complaint */
} sets[] = {
    {"rate=5", "5", NULL},
    {"rate=fast", "\"fast\"", NULL},
    {"rate=1.10", "\"1.10\"", NULL},
    {"rate=", "\"\"", NULL},
    {"rate=a=b", "\"a=b\"", NULL},
    {"raet=5", NULL,
     "--set raet=5: no such key in vars, did you mean \"rate\""},
    {"zzzzzzz=5", NULL, "--set zzzzzzz=5: no such key in vars (it has rate)"},
    {"rate", NULL, "--set rate: wants key=value"},
    {"=5", NULL, "--set =5: wants key=value"},
};

START_TEST(set_replaces_a_var_that_is_there)
{
    struct doc *d =
        load_with("vars: {rate: 2000}\nv: \"${rate}\"\n", &sets[_i].set, 1);
    AUTO_JSON json_t *want =
        sets[_i].json ? json_loads(sets[_i].json, JSON_DECODE_ANY, NULL) : NULL;

    if (sets[_i].complaint) {
        ck_assert_uint_eq(doc_complaints(d), 1);
        ck_assert_ptr_nonnull(strstr(doc_complaint(d, 0), sets[_i].complaint));
    } else {
        ck_assert_uint_eq(doc_complaints(d), 0);
        ck_assert(json_equal(json_object_get(doc_root(d), "v"), want));
    }
    doc_free(d);
}
END_TEST

START_TEST(an_alias_is_a_copy_of_its_own)
{
    struct doc *d = load_with("vars: {x: 1}\n"
                              "a: &a {v: \"${x}\"}\n"
                              "b: *a\n",
                              NULL, 0);
    const json_t *a = json_object_get(doc_root(d), "a");
    const json_t *b = json_object_get(doc_root(d), "b");

    ck_assert_ptr_ne(a, b);
    ck_assert(json_equal(a, b));
    ck_assert_int_eq(json_integer_value(json_object_get(b, "v")), 1);
    doc_free(d);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
    struct err err = {0}, second = {0};
    struct doc *d;

    ck_assert_int_eq(doc_load("/nowhere/at.all", NULL, 0, &d, &err), -ENOENT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at.all"));
    ck_assert_int_eq(doc_load("/dev/zero", NULL, 0, &d, &second), -EINVAL);
}
END_TEST

START_TEST(a_file_that_is_too_big_is_not_read)
{
    struct err err = {0};
    struct doc *d;

    ck_assert_int_eq(truncate(file, DOC_BYTES_MAX + 1), 0);
    ck_assert_int_eq(doc_load(file, NULL, 0, &d, &err), 0);
    ck_assert(!doc_readable(d));
    ck_assert_uint_eq(doc_complaints(d), 1);
    ck_assert_uint_eq(json_object_size(doc_root(d)), 0);
    doc_free(d);
}
END_TEST

/* Each fills 4 MiB with text that is short to write and long to read. */
static const struct {
    const char *head, *again;
} floods[] = {
    {"", "["},
    {"", "{a: "},
    {"", "- "},
    {"", "? "},
    {"", "&a "},
    {"", "!x "},
    {"", "\n"},
    {"", "---\n"},
    {"a: ", "x\n  "},
    {"a: \"", "\\x00"},
    {"a: '", "''"},
    {"", "k: 1\n"},
    {"[", "a,"},
    {"a: &a [x]\nb:\n", "- *a\n"},
    {"name: x\nload: {into: a}\nflow: ", "a -> "},
};

START_TEST(a_flood_is_refused_quickly)
{
    size_t head = strlen(floods[_i].head), again = strlen(floods[_i].again);
    AUTO_FREE char *text = malloc(DOC_BYTES_MAX);
    size_t size = test_cases(DOC_BYTES_MAX), at = head;
    struct err err = {0};
    struct doc *d;

    memcpy(text, floods[_i].head, head);
    for (; at + again <= size; at += again)
        memcpy(text + at, floods[_i].again, again);
    ck_assert_int_eq(file_write(file, text, at, &err), 0);
    ck_assert_int_eq(doc_load(file, NULL, 0, &d, &err), 0);
    ck_assert_uint_le(doc_complaints(d), DOC_COMPLAINTS_MAX + 1);
    doc_free(d);
}
END_TEST

START_TEST(vars_cannot_make_more_text_than_is_allowed)
{
    enum { VAR = 1 << 20 };
    AUTO_FREE char *text = malloc(DOC_BYTES_MAX);
    struct err err = {0};
    struct doc *d;
    int at = snprintf(text, DOC_BYTES_MAX, "vars: {v: ");

    memset(text + at, 'x', VAR);
    at += VAR;
    at += snprintf(text + at, 8, "}\n");
    for (int i = 0; i < 1000; i++)
        at += snprintf(text + at, 64, "k%d: \"${v}${v}\"\n", i);
    ck_assert_int_eq(file_write(file, text, (size_t)at, &err), 0);
    ck_assert_int_eq(doc_load(file, NULL, 0, &d, &err), 0);
    ck_assert_uint_gt(doc_complaints(d), 0);
    doc_free(d);
}
END_TEST

static const char *const words[] = {"quiet", "duration", "rate", "at"};

static const struct {
    const char *word, *want;
} nearest[] = {
    {"quite", "quiet"},
    {"durations", "duration"},
    {"duratoin", "duration"},
    {"raet", "rate"},
    {"zzz", NULL},
    {"", NULL},
    {"rating", "rate"},
    {"x", NULL},
    {"quiet", "quiet"},
};

START_TEST(a_typing_error_finds_its_word)
{
    const char *got = nearest_word(nearest[_i].word, words, ARRAY_LEN(words));

    if (nearest[_i].want)
        ck_assert_ptr_nonnull(got);
    ck_assert_msg(!got == !nearest[_i].want, "%s: %s", nearest[_i].word, got);
    if (got)
        ck_assert_str_eq(got, nearest[_i].want);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, make_file, remove_file);
    tcase_add_loop_test(tc, a_value_or_its_nearest_parent_has_a_place, 0,
                        ARRAY_LEN(places));
    tcase_add_test(tc, complaints_come_in_the_order_of_the_file_and_once);
    tcase_add_loop_test(tc, a_scalar_is_what_yaml_1_2_says, 0,
                        ARRAY_LEN(scalars));
    tcase_add_loop_test(tc, a_var_is_filled_in_and_others_are_left_alone, 0,
                        ARRAY_LEN(expansions));
    tcase_add_loop_test(tc, set_replaces_a_var_that_is_there, 0,
                        ARRAY_LEN(sets));
    tcase_add_test(tc, an_alias_is_a_copy_of_its_own);
    tcase_add_test(tc, what_cannot_be_read_is_an_error);
    tcase_add_test(tc, a_file_that_is_too_big_is_not_read);
    tcase_add_loop_test(tc, a_flood_is_refused_quickly, 0, ARRAY_LEN(floods));
    tcase_add_test(tc, vars_cannot_make_more_text_than_is_allowed);
    tcase_add_loop_test(tc, a_typing_error_finds_its_word, 0,
                        ARRAY_LEN(nearest));
}

SUITE_MAIN("doc", fill)
