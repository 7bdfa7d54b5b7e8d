/* test_memory.c - the must_...() functions return the memory asked for, or
 * abort. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/own.h"
#include "support/suite.h"

START_TEST(nothing_is_a_byte)
{
    AUTO_FREE char *a = must_malloc(0);
    AUTO_FREE char *b = must_calloc(0, 8);
    AUTO_FREE char *c = must_realloc(NULL, 8, 0);
    AUTO_FREE char *d = must_memdup(NULL, 0);

    ck_assert(a && b && c && d);
    ck_assert_int_eq(*b, 0);
    ck_assert_str_eq(d, "");
}
END_TEST

START_TEST(copies)
{
    AUTO_FREE char *text = must_strdup("text");
    AUTO_FREE char *part = must_memdup("a\0bc", 3);
    AUTO_FREE char *printed = must_printf("%s-%d", "a", 7);

    ck_assert_str_eq(text, "text");
    ck_assert_mem_eq(part, "a\0b", 4);
    ck_assert_str_eq(printed, "a-7");
}
END_TEST

START_TEST(arrays_grow_and_keep_what_they_hold)
{
    AUTO_FREE int *at = NULL;
    size_t cap = 0;

    for (size_t len = 0; len < 1000; len++) {
        at = must_grow(at, len, &cap, sizeof(*at));
        ck_assert_uint_gt(cap, len);
        at[len] = (int)len;
    }
    for (size_t i = 0; i < 1000; i++)
        ck_assert_int_eq(at[i], (int)i);
    ck_assert_uint_le(cap, 2048);
}
END_TEST

/* A product that overflows would give a block too small for the elements. */
START_TEST(overflow_ends_the_process)
{
    volatile size_t huge = SIZE_MAX / 4;
    int wait_status = 0;
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)close(STDERR_FILENO); /* a sanitizer's words */
        free(_i == 0 ? must_calloc(huge, 8) : must_realloc(NULL, huge, 8));
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
    ck_assert_int_ne(wait_status, 0);
}
END_TEST

START_TEST(a_stream_becomes_a_text)
{
    AUTO_FREE char *text = NULL;
    size_t len;
    FILE *f = must_memstream(&text, &len);

    ck_assert_int_eq(fprintf(f, "%d%s", 7, "up"), 3);
    must_fclose(f, &text);
    ck_assert_str_eq(text, "7up");
    ck_assert_uint_eq(len, 3);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, nothing_is_a_byte);
    tcase_add_test(tc, copies);
    tcase_add_test(tc, a_stream_becomes_a_text);
    tcase_add_test(tc, arrays_grow_and_keep_what_they_hold);
    tcase_add_loop_test(tc, overflow_ends_the_process, 0, 2);
}

SUITE_MAIN("base/memory", fill)
