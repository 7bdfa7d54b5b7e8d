/* test_secrets.c - known secrets are replaced in every form, wherever a text is
 * cut, in linear time; other text stays. */
#include "base/file.h"
#include "base/secrets.h"
#include "support/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "base/rng.h"
#include "folder.h"

static void add(const char *name, const char *value)
{
    secret_add(name, value, strlen(value));
}

static char *shown(const char *text)
{
    return secrets_shown(text, strlen(text), NULL);
}

/* ---- forms ---- */

#define HARD "p@ss/wo\"rd\\ \xc3\xa9&"

static const struct {
    const char *what, *value, *text, *want;
} forms[] = {
    {"as it is", HARD, "a " HARD " b", "a <secret:x> b"},
    {"in JSON", HARD, "\"p@ss/wo\\\"rd\\\\ \xc3\xa9&\"", "\"<secret:x>\""},
    {"in JSON, solidus escaped", HARD, "p@ss\\/wo\\\"rd\\\\ \xc3\xa9&",
     "<secret:x>"},
    {"in JSON of ASCII", HARD, "p@ss/wo\\\"rd\\\\ \\u00e9&", "<secret:x>"},
    {"in JSON of ASCII, capitals", HARD, "p@ss/wo\\\"rd\\\\ \\u00E9&",
     "<secret:x>"},
    {"in JSON in JSON", HARD, "p@ss/wo\\\\\\\"rd\\\\\\\\ \xc3\xa9&",
     "<secret:x>"},
    {"a control character in JSON", "ab\x01\ncd", "ab\\u0001\\ncd",
     "<secret:x>"},
    {"beyond the first plane", "ab\xf0\x9f\x98\x80", "ab\\ud83d\\ude00",
     "<secret:x>"},
    {"in a URL", HARD, "?p=p%40ss%2Fwo%22rd%5C%20%C3%A9%26&", "?p=<secret:x>&"},
    {"in a URL, small digits", HARD, "p%40ss%2fwo%22rd%5c%20%c3%a9%26",
     "<secret:x>"},
    {"in a form", HARD, "p%40ss%2Fwo%22rd%5C+%C3%A9%26", "<secret:x>"},
    {"in a URL of ECMAScript", "it's(me)", "it's(me)&", "<secret:x>&"},
    {"in a URL of RFC 3986", "it's(me)", "it%27s%28me%29", "<secret:x>"},
    {"base64, no padding", "secret", "c2VjcmV0", "<hidden:x>"},
    {"base64, one digit half", "secrets", "=c2VjcmV0cw==;", "=<secret:x>==;"},
    {"base64 behind a user's name", "secret",
     "Basic dXNlcjpzZWNyZXQ=", "Basic dXNlcj<hidden:x>="},
    {"base64 behind another", "secret",
     "eHk6c2VjcmV0Cg==", "eHk6<hidden:x>Cg=="},
    {"base64 in the middle", "secret", "YTpzZWNyZXQ6Yg==", "YT<hidden:x>6Yg=="},
    {"base64 of URLs", "\xfb\xff\xbf\xfb", "-_-_-w==", "<secret:x>=="},
    {"base64", "\xfb\xff\xbf\xfb", "+/+/+w==", "<secret:x>=="},
};

START_TEST(each_form_is_replaced)
{
    AUTO_FREE char *got = NULL;

    add("x", forms[_i].value);
    got = shown(forms[_i].text);
    ck_assert_msg(strcmp(got, forms[_i].want) == 0, "%s: got %s",
                  forms[_i].what, got);
}
END_TEST

/* ---- several ---- */

static const struct {
    const char *values[4], *text, *want;
} sets[] = {
    {{"abcd", "abcdefgh"},
     "abcd abcdefgh abcdefg",
     "<secret:0> <secret:1> "
     "<secret:0>efg"},
    {{"abcdefgh", "abcd"},
     "abcdabcdefghabcd",
     "<secret:1><secret:0><secret:1>"},
    {{"efgh", "abcdefgh"}, "abcdefgh efgh", "<secret:1> <secret:0>"},
    {{"abcdef", "defghi"}, "abcdefghi", "<secret:0>"},
    {{"abcdef", "defghi", "hijk"}, "-abcdefghijk-", "-<secret:0>-"},
    {{"aaaa"}, "aaa aaaa aaaaaaaaab", "aaa <secret:0> <secret:0>b"},
    {{"aaaa", "aaaaaaaaaaaab"}, "aaaaaaaaaaaaaaac", "<secret:0>c"},
    {{"abcdabce"}, "abcdabcdabcef", "abcd<secret:0>f"},
    {{"nothing"}, "none of them, noth", "none of them, noth"},
    {{"wxyz"}, "", ""},
};

START_TEST(several_are_replaced_and_no_part_is_left)
{
    AUTO_FREE char *got = NULL;
    AUTO_FREE char *again = NULL;

    for (size_t i = 0; sets[_i].values[i]; i++) {
        char name[] = {(char)('0' + i), 0};

        add(name, sets[_i].values[i]);
    }
    got = shown(sets[_i].text);
    ck_assert_str_eq(got, sets[_i].want);
    again = shown(got);
    ck_assert_str_eq(again, got);
}
END_TEST

START_TEST(a_secret_like_the_placeholder_ends)
{
    AUTO_FREE char *once = NULL;
    AUTO_FREE char *twice = NULL;

    add("vars.password", "secret");
    add("secret", "password");
    once = shown("my secret password");
    ck_assert_ptr_null(strstr(once, "password"));
    twice = shown(once);
    ck_assert_str_eq(once, twice);
}
END_TEST

/* ---- what is too short ---- */

START_TEST(too_short_a_value_is_listed_and_stays)
{
    AUTO_JSON json_t *list = NULL;
    AUTO_FREE char *got = NULL;

    add("empty", "");
    add("short", "abc");
    ck_assert(!secrets_known());
    got = shown("abc and abc");
    ck_assert_str_eq(got, "abc and abc");
    list = secrets_json();
    ck_assert_uint_eq(json_array_size(list), 1);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_array_get(list, 0), "name")),
        "short");
    ck_assert(
        json_is_false(json_object_get(json_array_get(list, 0), "replaced")));
}
END_TEST

START_TEST(a_long_value_and_its_lines_are_replaced)
{
    char pem[6000];
    size_t len = 0;
    AUTO_FREE char *whole = NULL;
    AUTO_FREE char *line = NULL;

    for (int i = 0; i < 80; i++)
        len +=
            (size_t)snprintf(pem + len, sizeof(pem) - len,
                             "%s%02dMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggS\n",
                             i == 0 ? "-----BEGIN PRIVATE KEY-----\n" : "", i);
    secret_add("key", pem, len);
    whole = secrets_shown(pem, len, NULL);
    ck_assert_msg(!strstr(whole, "MIIE"), "%s", whole);
    line = shown("07MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggS -----BEGIN");
    ck_assert_str_eq(line, "<secret:key> -----BEGIN");
}
END_TEST

/* ---- JSON ---- */

START_TEST(a_document_keeps_its_shape)
{
    AUTO_JSON json_t *doc =
        json_pack("{s:s, s:s, s:[s,s], s:{s:s}, s:{s:i, s:i, s:b}, s:i}",
                  "outcome", "pass", "why", "as they pass", "reasons",
                  "1234 passes", "none", "pass", "x", "pass y", "captured",
                  "pass", 1234, "n", 12345, "b", 1, "count", 1234);
    AUTO_JSON json_t *want =
        json_pack("{s:s, s:s, s:[s,s], s:{s:s}, s:{s:s, s:i, s:b}, s:i}",
                  "outcome", "pass", "why", "as they <secret:x>", "reasons",
                  "<secret:y> <secret:x>es", "none", "pass", "x",
                  "<secret:x> y", "captured", "<secret:x>", "<secret:y>", "n",
                  12345, "b", 1, "count", 1234);
    AUTO_JSON json_t *got = NULL;

    add("x", "pass");
    add("y", "1234");
    got = secrets_shown_json(doc);
    if (!json_equal(got, want)) {
        AUTO_FREE char *text = json_dumps(got, JSON_INDENT(1));

        ck_abort_msg("%s", text);
    }
}
END_TEST

/* ---- keys ---- */

static const struct {
    const char *key;
    bool is;
} keys[] = {
    {"password", true},
    {"db_password", true},
    {"db-password", true},
    {"dbPassword", true},
    {"DB_PASSWORD2", true},
    {"database.history.producer.ssl.key.password", true},
    {"ssl.keystore.key", true},
    {"ssl.keystore.location", false},
    {"sasl.jaas.config", true},
    {"clientSecret", true},
    {"aws.secret.access.key", true},
    {"api.key", true},
    {"apikey", true},
    {"basic.auth.user.info", true},
    {"password.encoder.iterations", false},
    {"password.encoder.key.length", false},
    {"credential-file", false},
    {"delegation.token.expiry.time.ms", false},
    {"key.converter", false},
    {"topic.key", false},
    {"connector.class", false},
    {"", false},
    {"...", false},
};

START_TEST(a_key_says_whether_it_holds_a_secret)
{
    ck_assert_msg(secret_named(keys[_i].key) == keys[_i].is, "%s",
                  keys[_i].key);
}
END_TEST

START_TEST(what_keys_hold_is_found_at_any_depth)
{
    AUTO_JSON json_t *doc = json_pack(
        "{s:{s:{s:s, s:s, s:s, s:s}}, s:{s:i}, s:[{s:s}], s:b, s:s}",
        "connectors", "sink", "db.password", "hunter22", "other",
        "jdbc:x://me:my@pass@host/db?a=b", "sasl.jaas.config",
        "org.apache.X.ScramLoginModule required username=\"u1u1\" "
        "password=\"scrammed\";",
        "file.password", "${file:/a:b}", "vars", "pin.password", 123456, "list",
        "token", "tokened!", "credential", 1, "user", "someone");
    AUTO_FREE char *got = NULL;

    secrets_look(doc, "");
    got = shown("hunter22 my@pass scrammed u1u1 123456 tokened! someone "
                "${file:/a:b}");
    ck_assert_str_eq(got, "<secret:connectors.sink.db.password> "
                          "<secret:connectors.sink.other> "
                          "<secret:connectors.sink.sasl.jaas.config> u1u1 "
                          "<secret:vars.pin.password> <secret:list.token> "
                          "someone ${file:/a:b}");
}
END_TEST

/* ---- files ---- */

static void copy(const char *from, const char *to, const char *text, size_t len)
{
    AUTO_FREE char *in = path_of("%s/%s", folder, from);
    AUTO_FREE char *out = path_of("%s/%s", folder, to);
    struct err err = {0};
    AUTO_FD int fd = -1;
    FILE *f;

    ck_assert_int_eq(file_write(in, text, len, &err), 0);
    fd = open(in, O_RDONLY | O_CLOEXEC);
    f = fopen(out, "we");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(secrets_stream(fd, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

/* Wherever the end of a block read falls, from far before to far behind. */
START_TEST(a_secret_over_the_end_of_a_block_is_replaced)
{
    enum { BLOCK = 65536 };
    static const char secret[] = "a-secret-over-two";
    AUTO_FREE char *out = path_of("%s/out", folder);

    add("x", secret);
    for (size_t at = BLOCK - sizeof(secret) - 2; at < BLOCK + 2; at++) {
        AUTO_FREE char *text = malloc(2 * BLOCK);
        AUTO_FREE char *got = NULL;
        size_t len;
        struct err err = {0};

        memset(text, '.', 2 * BLOCK);
        memcpy(text + at, secret, sizeof(secret) - 1);
        copy("in", "out", text, 2 * BLOCK);
        ck_assert_int_eq(file_read(out, &got, &len, &err), 0);
        ck_assert_uint_eq(len, 2 * BLOCK - sizeof(secret) + 1 +
                                   strlen("<secret:x>"));
        ck_assert_ptr_eq(strstr(got, "<secret:x>"), got + at);
    }
}
END_TEST

/* Random texts and secrets over two letters, against the plain way. */
START_TEST(every_byte_of_a_match_goes_and_no_other)
{
    struct rng rng = {(uint64_t)_i};
    char values[3][10], text[400];
    bool gone[sizeof(text)] = {false};
    AUTO_FREE char *got = NULL;
    AUTO_FREE char *want = malloc(sizeof(text) * 16);
    size_t len = sizeof(text) - 1, at = 0;

    for (size_t k = 0; k < 3; k++) {
        char name[] = {'!', 0}; /* the same for all: which one is no matter */
        size_t n = 4 + rng_below(&rng, 5);

        for (size_t i = 0; i < n; i++)
            values[k][i] = "#%"[rng_below(&rng, 2)];
        values[k][n] = 0;
        add(name, values[k]);
    }
    for (size_t i = 0; i < len; i++)
        text[i] = "##%%. "[rng_below(&rng, 6)];
    text[len] = 0;
    for (size_t k = 0; k < 3; k++)
        for (char *p = text; (p = strstr(p, values[k])) != NULL; p++)
            memset(gone + (p - text), true, strlen(values[k]));
    for (size_t i = 0; i < len; i++)
        if (!gone[i])
            want[at++] = text[i];
    want[at] = 0;
    got = shown(text);
    for (char *p; (p = strstr(got, "<secret:!>")) != NULL;)
        memmove(p, p + 10, strlen(p + 10) + 1);
    ck_assert_str_eq(got, want);
}
END_TEST

static double copied_in(const char *text, size_t len)
{
    int64_t from = clk_monotonic_us();

    copy("in", "out", text, len);
    return (double)(clk_monotonic_us() - from) / US_PER_S;
}

/* 64 MiB each: a log of few secrets, and one made to be slow for whoever tries
 * a pattern at each byte. */
START_TEST(a_log_is_copied_in_linear_time_and_little_memory)
{
    enum { LEN = 64 << 20 };
    AUTO_FREE char *text = malloc(LEN);
    char slow[1024];
    struct rusage before, after;
    double took;

    memset(slow, 'a', sizeof(slow));
    slow[sizeof(slow) - 1] = 0;
    slow[sizeof(slow) - 2] = 'b';
    add("slow", slow);
    add("one", "hunter-one");
    add("two", "hunter-two-and-more");
    add("three", "/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    add("four", "org.apache.kafka.four");
    for (size_t i = 0; i < LEN; i++)
        text[i] =
            "[2026-01-01 12:00:00] INFO org.apache.kafka.x hunter-2\n"[i % 55];
    getrusage(RUSAGE_SELF, &before);
    took = copied_in(text, LEN);
    ck_assert_msg(took < 20, "a log of 64 MiB took %.1f s", took);
    memset(text, 'a', LEN);
    took = copied_in(text, LEN);
    ck_assert_msg(took < 20, "64 MiB of one letter took %.1f s", took);
    getrusage(RUSAGE_SELF, &after);
    ck_assert_msg(after.ru_maxrss - before.ru_maxrss < 8 << 10,
                  "%ld KiB more than before",
                  after.ru_maxrss - before.ru_maxrss);
}
END_TEST

START_TEST(what_is_kept_is_known_to_who_loads_it)
{
    AUTO_FREE char *path = path_of("%s/kept", folder);
    AUTO_FREE char *got = NULL;
    struct err err = {0};
    struct stat st;

    add("a b\nc", "first\nvalue");
    ck_assert_int_eq(secrets_keep(path, &err), 0);
    add("second", "\xff\xfe\x00"
                  "bin");
    secret_add("third", "nul\0inside", 10);
    secrets_forget();
    ck_assert(!secrets_known());
    ck_assert_int_eq(secrets_load(path, &err), 0);
    got = secrets_shown("nul\0inside first\nvalue", 22, NULL);
    ck_assert_str_eq(got, "<secret:third> <secret:a_b>");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

/* At each place of the cut, the longest text that fits included. */
START_TEST(an_error_is_not_cut_in_the_midst_of_a_secret)
{
    static const char secret[] = "hunter-of-secrets";

    add("x", secret);
    for (size_t at = 950; at < 1050; at++) {
        struct err err = {0};
        AUTO_FREE char *shown = NULL;

        err_set(&err, -EIO, "%*s%s", (int)at, "", secret);
        shown = secrets_shown(err.text, strlen(err.text), NULL);
        ck_assert_msg(!strstr(shown, "hun"), "%zu: %s", at, shown);
    }
}
END_TEST

static void make(void)
{
    folder_make();
    secrets_forget();
}

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, make, folder_remove);
    tcase_add_loop_test(tc, each_form_is_replaced, 0, ARRAY_LEN(forms));
    tcase_add_loop_test(tc, several_are_replaced_and_no_part_is_left, 0,
                        ARRAY_LEN(sets));
    tcase_add_test(tc, a_secret_like_the_placeholder_ends);
    tcase_add_test(tc, too_short_a_value_is_listed_and_stays);
    tcase_add_test(tc, a_long_value_and_its_lines_are_replaced);
    tcase_add_test(tc, a_document_keeps_its_shape);
    tcase_add_loop_test(tc, a_key_says_whether_it_holds_a_secret, 0,
                        ARRAY_LEN(keys));
    tcase_add_test(tc, what_keys_hold_is_found_at_any_depth);
    tcase_add_test(tc, a_secret_over_the_end_of_a_block_is_replaced);
    tcase_add_loop_test(tc, every_byte_of_a_match_goes_and_no_other, 0, 200);
    tcase_add_test(tc, a_log_is_copied_in_linear_time_and_little_memory);
    tcase_add_test(tc, what_is_kept_is_known_to_who_loads_it);
    tcase_add_test(tc, an_error_is_not_cut_in_the_midst_of_a_secret);
}

SUITE_MAIN("secrets", fill)
