/* test_utf8.c - utf8_mend() leaves text accepted by JSON, and leaves good text
 * unchanged. */
#include <jansson.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "support/suite.h"

static const struct {
    const char *text, *want;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98"
                                             "\x80"},
    {"cut \xc3", "cut ?"},
    {"cut \xe2\x82", "cut ??"},
    {"cut \xf0\x9f\x98", "cut ???"},
    {"\xff\xfe latin \xe9t\xe9", "?? latin ?t?"},
    {"\x80 alone", "? alone"},
    {"overlong \xc0\xaf", "overlong ??"},
    {"surrogate \xed\xa0\x80", "surrogate ???"},
    {"too high \xf4\x90\x80\x80", "too high ????"},
    {"highest \xf4\x8f\xbf\xbf", "highest \xf4\x8f\xbf\xbf"},
};

START_TEST(mends)
{
    char text[64];
    json_t *j;

    (void)snprintf(text, sizeof(text), "%s", rows[_i].text);
    utf8_mend(text);
    ck_assert_str_eq(text, rows[_i].want);
    j = json_string(text);
    ck_assert_ptr_nonnull(j);
    json_decref(j);
}
END_TEST

/* Every pair of bytes: utf8_mend() and jansson agree. */
START_TEST(agrees_with_jansson)
{
    for (int a = 1; a < 256; a++) {
        for (int b = 1; b < 256; b++) {
            char text[] = {(char)a, (char)b, 0}, mended[3];
            json_t *j = json_string(text);

            memcpy(mended, text, sizeof(text));
            utf8_mend(mended);
            ck_assert_msg((j != NULL) == (strcmp(text, mended) == 0),
                          "%02x %02x", (unsigned)a, (unsigned)b);
            json_decref(j);
        }
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, mends, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(tc, agrees_with_jansson);
}

SUITE_MAIN("base/utf8", fill)
