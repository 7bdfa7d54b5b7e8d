/* test_worker_files.c - tasks between files and topics: each line arrives once,
 * in order, and the next task resumes where the last has stopped. */
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>

#include "base/own.h"
#include "support/suite.h"
#include "support/tasks.h"

static struct ordeal_mock mock;
static struct core core;
static char path[96];

static void start_cluster(void)
{
    ordeal_mock_start(&mock, 1);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void set_up(void)
{
    core_open(&core, &mock);
    (void)snprintf(path, sizeof(path), "%s/lines", core.dir);
}

static void tear_down(void)
{
    core_close(&core);
}

/* Longer than a task waits in one piece: it would have looked by then. */
enum { LOOK_US = 100000 };

#define SOURCE "connector.class", "FileStreamSource", "topic", core.topic
#define SINK   "connector.class", "FileStreamSink", "topics", core.topic

/* Watch reads of the file, which is created. The caller closes the descriptor.
 */
static int watch_reads(void)
{
    int fd = inotify_init1(IN_CLOEXEC);

    append_text(path, "");
    ck_assert_int_ge(inotify_add_watch(fd, path, IN_ACCESS), 0);
    return fd;
}

static bool was_read(int watch, int64_t limit_us)
{
    struct pollfd p = {.fd = watch, .events = POLLIN};

    return poll(&p, 1, (int)(limit_us / US_PER_MS)) == 1;
}

static int64_t stored_position(void)
{
    const char *key;
    json_t *value;

    json_object_foreach (core.offsets, key, value) {
        return json_integer_value(json_object_get(value, "position"));
    }
    return -1;
}

static void await_position(int64_t position)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US, at = -1;

    while (at != position && clk_monotonic_us() < until_us) {
        pthread_mutex_lock(&core.lock);
        at = stored_position();
        pthread_mutex_unlock(&core.lock);
        pause_briefly(&core);
    }
    ck_assert_int_eq(at, position);
}

START_TEST(a_file_goes_to_a_topic_and_on_from_where_it_was)
{
    AUTO_FREE char *first = lines_of(0, 700);
    AUTO_FREE char *second = lines_of(700, 1000);
    AUTO_FREE char *all = lines_of(0, 1000);
    AUTO_FREE char *got = NULL;
    struct task *t;

    topic_create(core.producer, core.topic, 1, 1, 0);
    /* the file does not exist yet */
    t = start_task(&core, SOURCE, "file", path);
    await_state(&core, TASK_RUNNING);
    append_text(path, first);
    append_text(path, "value-7"); /* an unfinished line */
    await_position((int64_t)strlen(first));
    task_stop(t, STOP_US);
    append_text(path, second + strlen("value-7"));
    t = start_task(&core, SOURCE, "file", path);
    await_position((int64_t)strlen(all));
    task_stop(t, STOP_US);
    got = read_topic(&core, core.topic, 1000, NULL);
    ck_assert_str_eq(got, all);
}
END_TEST

START_TEST(a_stop_stores_what_was_acknowledged)
{
    AUTO_FREE char *all = lines_of(0, 5000);
    struct task *t;
    int64_t began_us;

    topic_create(core.producer, core.topic, 1, 1, 0);
    (void)json_object_set_new((json_t *)(uintptr_t)core.env.properties,
                              "offset.flush.interval.ms", json_string("60000"));
    append_text(path, all);
    t = start_task(&core, SOURCE, "file", path);
    free(read_topic(&core, core.topic, 5000, NULL));
    began_us = clk_monotonic_us();
    task_stop(t, STOP_US);
    ck_assert_int_lt(clk_monotonic_us() - began_us, STOP_US);
    ck_assert_int_eq(core.puts, 1);
    ck_assert_int_eq(stored_position(), (int64_t)strlen(all));
}
END_TEST

/* Without acknowledgements no offset may be stored, and the task still ends in
 * time. */
START_TEST(nothing_is_stored_that_no_broker_has)
{
    AUTO_FREE char *all = lines_of(0, 100);
    struct task *t;
    int64_t began_us;
    AUTO_FD int reads = watch_reads();

    topic_create(core.producer, core.topic, 1, 1, 0);
    t = start_task(&core, SOURCE, "file", path);
    await_state(&core, TASK_RUNNING);
    broker_signal(&mock, 1, SIGSTOP);
    append_text(path, all);
    ck_assert(was_read(reads, LIMIT_US));
    began_us = clk_monotonic_us();
    task_stop(t, 500 * US_PER_MS);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5 * US_PER_S);
    ck_assert_int_eq(core.puts, 0);
    broker_signal(&mock, 1, SIGCONT);
    await_brokers(mock.brokers[1].client, 1);
}
END_TEST

START_TEST(a_record_that_is_refused_for_good_fails_the_source)
{
    char want[256];
    struct task *t;

    topic_create_set(core.producer, core.topic, 1, 1,
                     (struct client_setting){"max.message.bytes", "70"}, 0);
    append_text(path, "a line that is too long for its topic\n");
    t = start_task(&core, SOURCE, "file", path);
    await_state(&core, TASK_FAILED);
    (void)snprintf(want, sizeof(want),
                   "ConnectException: %s: a record was not written: %s",
                   core.topic,
                   rd_kafka_err2str(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE));
    ck_assert_msg(strstr(core.trace, want) != NULL, "%s", core.trace);
    ck_assert_int_eq(core.puts, 0);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_paused_source_reads_nothing)
{
    AUTO_FREE char *got = NULL;
    AUTO_FD int reads = watch_reads();
    struct task *t;

    topic_create(core.producer, core.topic, 1, 1, 0);
    t = start_of(&core, 0, (const char *const[]){SOURCE, "file", path, NULL},
                 true);
    await_state(&core, TASK_PAUSED);
    append_text(path, "value-0\n");
    ck_assert(!was_read(reads, 3 * LOOK_US));
    ck_assert_int_eq(core.puts, 0);
    task_pause(t, false);
    await_state(&core, TASK_RUNNING);
    got = read_topic(&core, core.topic, 1, NULL);
    ck_assert_str_eq(got, "value-0\n");
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_topic_goes_to_a_file_and_on_from_where_it_was)
{
    AUTO_FREE char *all = lines_of(0, 2000);
    AUTO_FREE char *got = NULL;
    struct task *t;

    topic_create(core.producer, core.topic, 1, 1, 0);
    produce_range(&core, core.topic, 0, 0, 1500);
    t = start_task(&core, SINK, "file", path);
    await_state(&core, TASK_RUNNING);
    free(await_file(&core, path, strlen("value-0\n")));
    task_stop(t, STOP_US);
    produce_range(&core, core.topic, 0, 1500, 2000);
    t = start_task(&core, SINK, "file", path);
    got = await_file(&core, path, strlen(all));
    task_stop(t, STOP_US);
    ck_assert_str_eq(got, all);
    ck_assert_int_eq(committed(&core, 0), 2000);
}
END_TEST

START_TEST(a_paused_sink_keeps_its_place)
{
    AUTO_FREE char *all = lines_of(0, 100);
    AUTO_FREE char *half = NULL, *got = NULL;
    struct task *t;
    size_t len;

    topic_create(core.producer, core.topic, 1, 1, 0);
    produce_range(&core, core.topic, 0, 0, 50);
    t = start_task(&core, SINK, "file", path);
    half = lines_of(0, 50);
    len = strlen(half);
    free(await_file(&core, path, len));
    task_pause(t, true);
    await_state(&core, TASK_PAUSED);
    produce_range(&core, core.topic, 0, 50, 100);
    clk_sleep(&core.clk, 3 * LOOK_US);
    got = await_file(&core, path, len);
    ck_assert_str_eq(got, half);
    task_pause(t, false);
    free(got);
    got = await_file(&core, path, strlen(all));
    ck_assert_str_eq(got, all);
    task_stop(t, STOP_US);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_file_goes_to_a_topic_and_on_from_where_it_was);
    tcase_add_test(tc, a_stop_stores_what_was_acknowledged);
    tcase_add_test(tc, nothing_is_stored_that_no_broker_has);
    tcase_add_test(tc, a_record_that_is_refused_for_good_fails_the_source);
    tcase_add_test(tc, a_paused_source_reads_nothing);
    tcase_add_test(tc, a_topic_goes_to_a_file_and_on_from_where_it_was);
    tcase_add_test(tc, a_paused_sink_keeps_its_place);
}

SUITE_MAIN("worker-files", fill)
