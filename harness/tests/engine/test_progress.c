/* test_progress.c - lines for the live view over a pipe that may be full. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "engine/progress_own.h"
#include "support/suite.h"

static struct progress progress;
static int reader;
static FILE *lines;

static void setup(void)
{
    int fds[2];

    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    reader = fds[0];
    lines = fdopen(reader, "r");
    ck_assert_ptr_nonnull(lines);
    ck_assert_int_eq(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
    (void)signal(SIGPIPE, SIG_IGN);
    progress_init(&progress, fds[1]);
}

static void teardown(void)
{
    progress_done(&progress);
    if (lines)
        (void)fclose(lines);
}

static void send_number(int i)
{
    progress_send(&progress, json_pack("{s:i, s:s}", "i", i, "event", "said"));
}

/* More than a pipe holds, with nobody reading. */
static int send_many(void)
{
    enum { MANY = 20000 };

    for (int i = 0; i < MANY; i++)
        send_number(i);
    return MANY;
}

/* The next line, which must be JSON; NULL: the pipe is empty. */
static json_t *next(void)
{
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    json_t *o;

    clearerr(lines);
    if (getline(&text, &size, lines) < 0)
        return NULL;
    o = json_loads(text, 0, NULL);
    ck_assert_msg(o != NULL, "%s", text);
    return o;
}

static json_int_t number(json_t *o, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(o, key));

    json_decref(o);
    return n;
}

/* Reads all lines; returns how many, whole and in order. */
static int read_all(void)
{
    int n = 0;

    for (json_t *o = next(); o; o = next())
        ck_assert_int_eq(number(o, "i"), n++);
    return n;
}

START_TEST(who_stops_reading_holds_nobody_up)
{
    int sent = send_many();
    int shown = read_all();

    ck_assert_int_gt(shown, 100);
    ck_assert_int_lt(shown, sent);
    progress_send(&progress, json_pack("{s:s}", "live", "steady"));
    ck_assert_int_eq(number(next(), "not_shown"), sent - shown);
    send_number(7);
    ck_assert_int_eq(number(next(), "not_shown"), 0);
}
END_TEST

START_TEST(what_the_next_line_replaces_is_not_missed)
{
    int sent = send_many(), shown;

    for (int i = 0; i < 50; i++)
        progress_send(&progress, json_pack("{s:s}", "live", "steady"));
    shown = read_all();
    send_number(7);
    ck_assert_int_eq(number(next(), "not_shown"), sent - shown);
}
END_TEST

/* A line longer than a pipe: the rest of a line is sent before any other line.
 */
static json_t *long_line(void)
{
    static char text[300000];

    memset(text, 'x', sizeof(text) - 1);
    return json_pack("{s:i, s:s}", "i", 0, "event", text);
}

START_TEST(a_long_line_stays_whole)
{
    AUTO_FREE char *bytes = calloc(1, 400000);
    size_t len = 0;
    char *second;

    ck_assert_ptr_nonnull(bytes);
    progress_send(&progress, long_line());
    for (int i = 1; !strchr(bytes, '\n') || i < 20; i++) {
        ssize_t n = read(reader, bytes + len, 399999 - len);

        if (n > 0)
            len += (size_t)n;
        send_number(i);
    }
    second = strchr(bytes, '\n');
    ck_assert_uint_gt((size_t)(second - bytes), 300000);
    ck_assert_int_eq(strncmp(bytes, "{\"i\":0,\"event\":\"xxx", 18), 0);
    ck_assert_int_eq(strncmp(second - 4, "xx\"}", 4), 0);
    ck_assert_int_eq(strncmp(second + 1, "{\"i\":", 5), 0);
}
END_TEST

static void *read_some_later(void *into)
{
    struct clk clk = clk_real();

    clk_sleep(&clk, 300 * US_PER_MS);
    ck_assert_int_eq(read(reader, into, 10000), 10000);
    return NULL;
}

START_TEST(the_last_line_waits_for_room)
{
    static char bytes[100000];
    pthread_t t;

    (void)send_many();
    ck_assert_int_eq(pthread_create(&t, NULL, read_some_later, bytes), 0);
    progress_last(&progress, json_pack("{s:s}", "broken", "full"),
                  20 * US_PER_S);
    pthread_join(t, NULL);
    ck_assert_int_gt(read(reader, bytes, sizeof(bytes) - 1), 0);
    ck_assert_ptr_nonnull(
        strstr(bytes, "\n{\"broken\":\"full\",\"not_shown\""));
}
END_TEST

START_TEST(the_last_line_does_not_wait_for_ever)
{
    int64_t began_us = clk_monotonic_us();

    (void)send_many();
    progress_last(&progress, long_line(), 200 * US_PER_MS);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 20 * US_PER_S);
}
END_TEST

START_TEST(without_a_reader_nothing_is_sent)
{
    struct progress none;

    (void)fclose(lines);
    lines = NULL;
    send_number(1);
    send_number(2);
    ck_assert_int_eq(progress.fd, -1);
    progress_init(&none, -1);
    progress_send(&none, json_object());
    progress_last(&none, json_object(), 60 * US_PER_S);
    progress_done(&none);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, who_stops_reading_holds_nobody_up);
    tcase_add_test(tc, what_the_next_line_replaces_is_not_missed);
    tcase_add_test(tc, a_long_line_stays_whole);
    tcase_add_test(tc, the_last_line_waits_for_room);
    tcase_add_test(tc, the_last_line_does_not_wait_for_ever);
    tcase_add_test(tc, without_a_reader_nothing_is_sent);
}

SUITE_MAIN("progress", fill)
