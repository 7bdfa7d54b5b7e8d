/* test_locator.c - identities found in records, and records without any. */
#include <errno.h>
#include <string.h>

#include "engine/locator.h"
#include "support/suite.h"

static const struct {
    const char *words;
    int rc;
} words[] = {
    {"offset", 0},      {"key", 0},           {"header:id", 0},
    {"json:/id", 0},    {"json:/", 0},        {"", -EINVAL},
    {"keys", -EINVAL},  {"header:", -EINVAL}, {"json:id", -EINVAL},
    {"value", -EINVAL},
};

START_TEST(locators_are_read)
{
    struct locator l;

    ck_assert_int_eq(locator_read(words[_i].words, &l), words[_i].rc);
}
END_TEST

static const struct {
    const char *locator, *key, *value;
    const char *id; /* NULL: none */
} rows[] = {
    {"key", "7", "x", "7"},
    {"key", NULL, "x", NULL},
    {"key", "", "x", ""},
    {"offset", "7", "x", NULL},
    {"json:/id", NULL, "{\"id\":7}", "7"},
    {"json:/id", NULL, "{\"id\":\"a7\"}", "a7"},
    {"json:/id", NULL, "{\"id\":7.0}", NULL},
    {"json:/id", NULL, "{\"id\":null}", NULL},
    {"json:/id", NULL, "{\"ID\":7}", NULL},
    {"json:/id", NULL, "{", NULL},
    {"json:/id", NULL, NULL, NULL},
    {"json:/a/1/id", NULL, "{\"a\":[0,{\"id\":4}]}", "4"},
    {"json:/a/01/id", NULL, "{\"a\":[0,{\"id\":4}]}", NULL},
    {"json:/a/x", NULL, "{\"a\":[0,1]}", NULL},
    {"json:/a/2", NULL, "{\"a\":[0,1]}", NULL},
    {"json:/0", NULL, "[8]", "8"},
    /* of equal names the last counts */
    {"json:/id", NULL, "{\"id\":7,\"id\":8}", "8"},
    {"json:/id", NULL, "{\"id\":7,\"id\":[]}", NULL},
    {"json:/a/id", NULL, "{\"a\":{\"id\":7},\"a\":{\"x\":8}}", NULL},
    {"json:/id", NULL, "{\"a\":{\"id\":7}}", NULL},
    /* escapes, in names too */
    {"json:/id", NULL, "{\"\\u0069d\":\"\\u00e9\\n\"}", "\u00e9\n"},
    {"json:/id", NULL, "{\"id\":\"\\ud83d\\ude00\"}", "\U0001f600"},
    {"json:/id", NULL, "{\"id\":\"\\ud83d\"}", NULL},
    {"json:/id", NULL, "{\"id\":1,\"x\":\"\\u0000\"}", NULL},
    {"json:/id", NULL, "{\"id\":1,\"x\":\"\xed\xa0\x80\"}", NULL},
    /* whole numbers have 64 bits, here and elsewhere in the document */
    {"json:/id", NULL, "{\"id\":9223372036854775807}", "9223372036854775807"},
    {"json:/id", NULL, "{\"id\":-9223372036854775808}", "-9223372036854775808"},
    {"json:/id", NULL, "{\"id\":9223372036854775808}", NULL},
    {"json:/id", NULL, "{\"id\":1,\"x\":9223372036854775808}", NULL},
    {"json:/id", NULL, "{\"id\":1,\"x\":1e999}", NULL},
    {"json:/id", NULL, "{\"id\":-0}", "0"},
    {"json:/id", NULL, "{\"id\":07}", NULL},
    /* a document is JSON up to its end, or none */
    {"json:/id", NULL, "{\"id\":7,}", NULL},
    {"json:/id", NULL, "{\"id\":7} 8", NULL},
    {"json:/id", NULL, "{\"id\":7", NULL},
    {"json:/id", NULL, " {\"id\" : 7 } ", "7"},
};

START_TEST(an_identity_is_found_or_not)
{
    const struct record r = {
        .key = rows[_i].key,
        .key_len = rows[_i].key ? strlen(rows[_i].key) : 0,
        .value = rows[_i].value,
        .value_len = rows[_i].value ? strlen(rows[_i].value) : 0,
    };
    struct locator l;
    char id[IDENTITY_MAX] = "";
    int len;

    ck_assert_int_eq(locator_read(rows[_i].locator, &l), 0);
    len = locator_find(&l, &r, id);
    if (!rows[_i].id) {
        ck_assert_int_eq(len, -ENOENT);
        return;
    }
    ck_assert_int_eq(len, strlen(rows[_i].id));
    ck_assert_str_eq(id, rows[_i].id);
}
END_TEST

START_TEST(a_key_may_be_too_long)
{
    char key[IDENTITY_MAX] = {0}, id[IDENTITY_MAX];
    struct record r = {.key = key, .key_len = IDENTITY_MAX - 1};
    struct locator l;

    memset(key, 'k', sizeof(key));
    ck_assert_int_eq(locator_read("key", &l), 0);
    ck_assert_int_eq(locator_find(&l, &r, id), IDENTITY_MAX - 1);
    r.key_len++;
    ck_assert_int_eq(locator_find(&l, &r, id), -ENOENT);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, locators_are_read, 0,
                        sizeof(words) / sizeof(words[0]));
    tcase_add_loop_test(tc, an_identity_is_found_or_not, 0,
                        sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tc, a_key_may_be_too_long);
}

SUITE_MAIN("locator", fill)
