/* test_journal.c - lines in order, bound by hashes, also across a restart. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/own.h"
#include "engine/journal_own.h"
#include "support/suite.h"

static char dir[] = "/tmp/ordeal-journal-XXXXXX";
static char *path;
static struct clk clk;

static void setup(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-journal-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    path = path_of("%s/journal.jsonl", dir);
    clk = clk_real();
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(dir, &err), 0);
    free(path);
}

static struct journal *opened(void)
{
    struct journal *j = NULL;
    struct err err = {0};

    ck_assert_msg(journal_open(path, &clk, NULL, NULL, &j, &err) == 0, "%s",
                  err.text);
    return j;
}

/* Write `n` events, numbered from `first`. */
static void events(struct journal *j, int first, int n)
{
    struct event_sink sink = journal_sink(j);

    for (int i = first; i < first + n; i++)
        event_put(&sink, i, "worker-1", "noted", json_pack("{s:i}", "i", i));
}

/* Returns the number of lines, from the first on, with the right hash and the
 * hash of the line before. */
static int chained(void)
{
    AUTO_FREE char *text = NULL;
    struct err err = {0};
    char before[SHA256_HEX];
    int n = 0;
    char *line, *save = NULL;

    memset(before, '0', SHA256_HEX - 1);
    before[SHA256_HEX - 1] = 0;
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    for (line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        AUTO_JSON json_t *o = json_loads(line, 0, NULL);
        AUTO_FREE char *bare = NULL;
        const char *hash = json_string_value(json_object_get(o, "hash"));
        char own[SHA256_HEX];
        char *tail = strstr(line, ",\"hash\":");

        if (!o || !hash || !tail ||
            strcmp(json_string_value(json_object_get(o, "before")), before) !=
                0)
            break;
        bare = path_of("%.*s}", (int)(tail - line), line);
        sha256_bytes(bare, strlen(bare), own);
        if (strcmp(own, hash) != 0)
            break;
        memcpy(before, own, SHA256_HEX);
        n++;
    }
    return n;
}

/* Replace the journal by the result of `change`. */
static void tamper(void (*change)(char *text))
{
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    change(text);
    ck_assert_int_eq(file_print(path, &err, "%s", text), 0);
}

static void change_third(char *text)
{
    char *at = strstr(text, "\"i\":2");

    ck_assert_ptr_nonnull(at);
    at[4] = '7';
}

static void drop_third(char *text)
{
    char *third = strchr(strchr(text, '\n') + 1, '\n') + 1;
    char *fourth = strchr(third, '\n') + 1;

    memmove(third, fourth, strlen(fourth) + 1);
}

START_TEST(each_line_is_bound_to_the_one_before)
{
    struct journal *j = opened();
    struct err err = {0};

    events(j, 0, 5);
    ck_assert_int_eq(journal_error(j, &err), 0);
    journal_close(j);
    ck_assert_int_eq(chained(), 5);
}
END_TEST

START_TEST(a_line_that_was_changed_or_dropped_shows)
{
    struct journal *j = opened();

    events(j, 0, 5);
    journal_close(j);
    tamper(_i ? drop_third : change_third);
    ck_assert_int_eq(chained(), 2);
}
END_TEST

START_TEST(a_journal_that_is_there_goes_on)
{
    struct journal *j = opened();

    events(j, 0, 3);
    journal_close(j);
    j = opened();
    events(j, 3, 2);
    journal_close(j);
    ck_assert_int_eq(chained(), 5);
}
END_TEST

START_TEST(telling_events_are_kept_and_the_rest_is_counted)
{
    struct journal *j = opened();
    struct event_sink sink = journal_sink(j);
    AUTO_JSON json_t *all = NULL;
    const json_t *last;

    event_put(&sink, 7, "a", "silent", event_no_body());
    for (int i = 0; i < 2003; i++)
        event_put(&sink, i, "a", "said", json_pack("{s:s}", "text", "hello"));
    all = journal_events(j);
    journal_close(j);
    ck_assert_uint_eq(json_array_size(all), 2001);
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_array_get(all, 1), "t_us")), 1);
    last = json_array_get(all, 2000);
    ck_assert_str_eq(json_string_value(json_object_get(last, "text")),
                     "3 more are in journal.jsonl");
    ck_assert_int_eq(chained(), 2004);
}
END_TEST

START_TEST(an_event_that_is_no_text_is_an_error_and_not_a_silence)
{
    struct journal *j = opened();
    struct event_sink sink = journal_sink(j);
    struct err err = {0};

    event_put(&sink, 1, "\xff", "said", event_no_body());
    events(j, 0, 2);
    ck_assert_int_lt(journal_error(j, &err), 0);
    ck_assert_str_eq(err.text, "journal.jsonl: an event could not be written "
                               "as JSON");
    journal_close(j);
    ck_assert_int_eq(chained(), 2);
}
END_TEST

START_TEST(a_body_that_could_not_be_made_is_an_error_too)
{
    struct journal *j = opened();
    struct event_sink sink = journal_sink(j);
    struct err err = {0};

    event_put(&sink, 1, "a", "silent", event_no_body());
    ck_assert_int_eq(journal_error(j, &err), 0);
    event_put(&sink, 1, "s", "status", json_pack("{s:s}", "text", "\xc3"));
    ck_assert_int_lt(journal_error(j, &err), 0);
    ck_assert_str_eq(err.text, "journal.jsonl: an event has lost its body: s "
                               "status");
    journal_close(j);
    ck_assert_int_eq(chained(), 2);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    struct journal *j = NULL;
    struct err err = {0};

    ck_assert_int_eq(journal_open("/dev/full", &clk, NULL, NULL, &j, &err), 0);
    events(j, 0, 1);
    ck_assert_int_eq(journal_error(j, &err), -ENOSPC);
    journal_close(j);
    err = (struct err){0};
    ck_assert_int_eq(
        journal_open("/nowhere/journal", &clk, NULL, NULL, &j, &err), -ENOENT);
}
END_TEST

static void *many(void *j)
{
    events(j, 0, 200);
    return NULL;
}

START_TEST(threads_may_share_it)
{
    struct journal *j = opened();
    pthread_t t[4];

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, many, j), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    journal_close(j);
    ck_assert_int_eq(chained(), 800);
}
END_TEST

static void count(void *ctx, int64_t at_us, const char *actor, const char *what,
                  const json_t *body)
{
    ck_assert_int_ge(at_us, 0);
    ck_assert_str_eq(actor, "worker-1");
    ck_assert_str_eq(what, "noted");
    ck_assert_ptr_nonnull(body);
    ++*(int *)ctx;
}

START_TEST(others_are_told_too)
{
    struct journal *j = NULL;
    struct event_sink sink;
    struct err err = {0};
    int n = 0;

    ck_assert_int_eq(journal_open(path, &clk, count, &n, &j, &err), 0);
    sink = journal_sink(j);
    event_put(&sink, -1, "worker-1", "noted", json_object());
    events(j, 0, 1);
    ck_assert_int_eq(n, 2);
    journal_close(j);
    journal_close(NULL);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_line_is_bound_to_the_one_before);
    tcase_add_loop_test(tc, a_line_that_was_changed_or_dropped_shows, 0, 2);
    tcase_add_test(tc, a_journal_that_is_there_goes_on);
    tcase_add_test(tc, telling_events_are_kept_and_the_rest_is_counted);
    tcase_add_test(tc, an_event_that_is_no_text_is_an_error_and_not_a_silence);
    tcase_add_test(tc, a_body_that_could_not_be_made_is_an_error_too);
    tcase_add_test(tc, a_full_disk_is_an_error);
    tcase_add_test(tc, threads_may_share_it);
    tcase_add_test(tc, others_are_told_too);
}

SUITE_MAIN("journal", fill)
