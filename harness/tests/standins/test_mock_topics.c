/* test_mock_topics.c - topics of ordeal-mock deleted and made anew, widened,
 * trimmed and filled, by a client of librdkafka. */
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "support/ordeal_mock.h"
#include "support/rdkafka_client.h"
#include "support/suite.h"

enum {
    BROKERS = 3,
    RECORDS = 300,
    LARGE = 256 << 10,      /* bytes of a large record */
    LARGE_COUNT = 256,      /* so many are 64 MiB */
    GROWTH_MOST = 24 << 20, /* bytes that the process may grow by them */
    MANY = 1100,            /* partitions */
};

static const int limit_ms = 60000;
static const int64_t first_ms = 1700000000000; /* timestamp of record 0 */
static struct ordeal_mock mock;
static char topic[32]; /* of the present case */
static rd_kafka_t *rk;

/* The address sanitizer keeps freed memory for a while, which must not count as
 * growth. */
static void start_cluster(void)
{
    const char *had = getenv("ASAN_OPTIONS");
    AUTO_FREE char *options =
        must_printf("%s:quarantine_size_mb=1", had ? had : "");

    ck_assert_int_eq(setenv("ASAN_OPTIONS", options, 1), 0);
    ordeal_mock_start(&mock, BROKERS);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

/* A busy disk may take seconds to remove a thousand files. */
static const struct client_setting patient[] = {{"socket.timeout.ms", "60000"},
                                                {NULL, NULL}};

static void set_up(void)
{
    (void)snprintf(topic, sizeof(topic), "t-%d", (int)getpid());
    rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, patient);
}

static void tear_down(void)
{
    rd_kafka_destroy(rk);
}

/* The one event of the call `q` was given to; the caller destroys the event. */
static rd_kafka_event_t *answer_of(rd_kafka_queue_t *q)
{
    rd_kafka_event_t *e = rd_kafka_queue_poll(q, limit_ms);

    ck_assert_ptr_nonnull(e);
    ck_assert_msg(rd_kafka_event_error(e) == 0, "%s",
                  rd_kafka_event_error_string(e));
    rd_kafka_queue_destroy(q);
    return e;
}

static void delete_topic(const char *name, rd_kafka_resp_err_t want)
{
    rd_kafka_DeleteTopic_t *t = rd_kafka_DeleteTopic_new(name);
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    const rd_kafka_topic_result_t **results;
    rd_kafka_event_t *e;
    size_t n;

    rd_kafka_DeleteTopics(rk, &t, 1, NULL, q);
    e = answer_of(q);
    results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(e), &n);
    ck_assert_int_eq(rd_kafka_topic_result_error(results[0]), want);
    rd_kafka_event_destroy(e);
    rd_kafka_DeleteTopic_destroy(t);
}

static void widen(const char *name, size_t total, rd_kafka_resp_err_t want)
{
    char text[256];
    rd_kafka_NewPartitions_t *t =
        rd_kafka_NewPartitions_new(name, total, text, sizeof(text));
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    const rd_kafka_topic_result_t **results;
    rd_kafka_event_t *e;
    size_t n;

    rd_kafka_CreatePartitions(rk, &t, 1, NULL, q);
    e = answer_of(q);
    results = rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(e), &n);
    ck_assert_int_eq(rd_kafka_topic_result_error(results[0]), want);
    rd_kafka_event_destroy(e);
    rd_kafka_NewPartitions_destroy(t);
}

/* Trim partition 0. Returns the first offset left. */
static int64_t trim(int64_t offset, rd_kafka_resp_err_t want)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_DeleteRecords_t *d;
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    const rd_kafka_topic_partition_list_t *result;
    rd_kafka_event_t *e;
    int64_t low;

    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = offset;
    d = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(rk, &d, 1, NULL, q);
    e = answer_of(q);
    result = rd_kafka_DeleteRecords_result_offsets(
        rd_kafka_event_DeleteRecords_result(e));
    ck_assert_int_eq(result->elems[0].err, want);
    low = result->elems[0].offset;
    rd_kafka_event_destroy(e);
    rd_kafka_DeleteRecords_destroy(d);
    rd_kafka_topic_partition_list_destroy(list);
    return low;
}

static int partitions_of(const char *name)
{
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, name, NULL);
    const struct rd_kafka_metadata *md;
    int n;

    ck_assert_int_eq(rd_kafka_metadata(rk, 0, t, &md, limit_ms), 0);
    n = md->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(md);
    rd_kafka_topic_destroy(t);
    return n;
}

static void check_ends(int32_t partition, int64_t want_low, int64_t want_high)
{
    int64_t low, high;

    ck_assert_int_eq(rd_kafka_query_watermark_offsets(rk, topic, partition,
                                                      &low, &high, limit_ms),
                     0);
    ck_assert_int_eq(low, want_low);
    ck_assert_int_eq(high, want_high);
}

START_TEST(a_topic_is_deleted_and_made_anew)
{
    topic_create(rk, topic, 6, 2, 0);
    produce_all(rk, topic, 6, 0, RECORDS);
    delete_topic(topic, 0);
    ck_assert_int_eq(partitions_of(topic), 0);
    delete_topic(topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    delete_topic("__consumer_offsets", RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION);
    for (int i = 0; i < 3; i++) {
        topic_create(rk, topic, 2, 1, 0);
        ck_assert_int_eq(partitions_of(topic), 2);
        check_ends(0, 0, 0);
        produce_all(rk, topic, 2, 0, 10);
        check_ends(0, 0, 5);
        ck_assert_int_eq(read_all(&mock, topic, 2, 10), 10);
        delete_topic(topic, 0);
    }
}
END_TEST

static rd_kafka_t *member_of(const char *group)
{
    const struct client_setting set[] = {{"group.id", group}, {NULL, NULL}};

    return client_new(RD_KAFKA_CONSUMER, mock.bootstrap, set);
}

static int64_t committed_by(rd_kafka_t *consumer, const char *name)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    int64_t offset;

    rd_kafka_topic_partition_list_add(list, name, 0);
    ck_assert_int_eq(rd_kafka_committed(consumer, list, limit_ms), 0);
    ck_assert_int_eq(list->elems[0].err, 0);
    offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

static void commit(rd_kafka_t *consumer, const char *name, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, name, 0)->offset = offset;
    ck_assert_int_eq(rd_kafka_commit(consumer, list, 0), 0);
    rd_kafka_topic_partition_list_destroy(list);
    ck_assert_int_eq(committed_by(consumer, name), offset);
}

/* Kafka writes tombstones for the commits of a deleted topic, so a group begins
 * anew in a topic of the same name. Commits of other topics stay. */
START_TEST(a_deleted_topic_takes_its_commits_along)
{
    static const char *const groups[] = {"of-one", "of-both"};
    rd_kafka_t *consumers[ARRAY_LEN(groups)];

    topic_create(rk, topic, 1, 1, 0);
    topic_create(rk, "stays", 1, 1, 0);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        consumers[i] = member_of(groups[i]);
        commit(consumers[i], topic, 5 + (int64_t)i);
    }
    commit(consumers[1], "stays", 7);
    delete_topic(topic, 0);
    topic_create(rk, topic, 1, 1, 0);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        ck_assert_int_eq(committed_by(consumers[i], topic),
                         RD_KAFKA_OFFSET_INVALID);
    ck_assert_int_eq(committed_by(consumers[1], "stays"), 7);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        rd_kafka_destroy(consumers[i]);
}
END_TEST

/* The producer was there before the partitions. */
START_TEST(partitions_are_added)
{
    topic_create(rk, topic, 2, 2, 0);
    produce_all(rk, topic, 2, 0, 2);
    widen(topic, 2, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS);
    widen(topic, 10001, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS);
    widen("nosuch", 3, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    widen(topic, 6, 0);
    ck_assert_int_eq(partitions_of(topic), 6);
    for (int32_t p = 2; p < 6; p++)
        check_ends(p, 0, 0);
    produce_all(rk, topic, 6, 2, 4);
    for (int32_t p = 0; p < 6; p++)
        check_ends(p, 0, 1);
    ck_assert_int_eq(read_all(&mock, topic, 6, 6), 6);
}
END_TEST

static void produce_at(int64_t ms)
{
    ck_assert_int_eq(
        rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_VALUE((void *)(uintptr_t) "x", 1),
                          RD_KAFKA_V_TIMESTAMP(ms),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_END),
        0);
}

static int64_t offset_at(int64_t ms)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    int64_t offset;

    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = ms;
    ck_assert_int_eq(rd_kafka_offsets_for_times(rk, list, limit_ms), 0);
    ck_assert_int_eq(list->elems[0].err, 0);
    offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

/* All records may be in one batch, so times are found inside a batch too. */
START_TEST(records_are_trimmed_and_found_by_time)
{
    topic_create(rk, topic, 1, 1, 0);
    client_failures = 0;
    leaders_find(rk, topic);
    for (int i = 0; i < RECORDS; i++)
        produce_at(first_ms + 1000 * i);
    ck_assert_int_eq(rd_kafka_flush(rk, limit_ms), 0);
    ck_assert_int_eq(client_failures, 0);
    ck_assert_int_eq(offset_at(first_ms - 1), 0);
    ck_assert_int_eq(offset_at(first_ms + 7000), 7);
    ck_assert_int_eq(offset_at(first_ms + 7001), 8);
    ck_assert_int_eq(offset_at(first_ms + 1000 * RECORDS), RD_KAFKA_OFFSET_END);
    ck_assert_int_eq(trim(100, 0), 100);
    check_ends(0, 100, RECORDS);
    ck_assert_int_eq(offset_at(first_ms + 50000), 100);
    ck_assert_int_eq(trim(50, 0), 100);
    (void)trim(RECORDS + 1, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE);
    check_ends(0, 100, RECORDS);
    ck_assert_int_eq(trim(RD_KAFKA_OFFSET_END, 0), RECORDS);
    check_ends(0, RECORDS, RECORDS);
    produce_at(first_ms);
    ck_assert_int_eq(rd_kafka_flush(rk, limit_ms), 0);
    check_ends(0, RECORDS, RECORDS + 1);
}
END_TEST

/* Read partitions 0 to `partitions` - 1 from offset 0 on until `count` records
 * have come. Returns the sum of the records' bytes. */
static size_t read_bytes(int partitions, int count)
{
    static const struct client_setting set[] = {
        {"group.id", "reader"}, {"fetch.wait.max.ms", "100"}, {NULL, NULL}};
    rd_kafka_t *reader = client_new(RD_KAFKA_CONSUMER, mock.bootstrap, set);
    rd_kafka_topic_partition_list_t *all =
        rd_kafka_topic_partition_list_new(partitions);
    struct clk clk = clk_real();
    size_t bytes = 0;

    for (int p = 0; p < partitions; p++)
        rd_kafka_topic_partition_list_add(all, topic, p)->offset = 0;
    ck_assert_int_eq(rd_kafka_assign(reader, all), 0);
    rd_kafka_topic_partition_list_destroy(all);
    for (int seen = 0; seen < count;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(reader, 100);

        ck_assert_int_lt(clk_now(&clk), 60 * US_PER_S);
        if (!m)
            continue;
        if (!m->err) {
            bytes += m->len;
            seen++;
        }
        rd_kafka_message_destroy(m);
    }
    rd_kafka_destroy(reader);
    return bytes;
}

static int64_t resident_bytes(pid_t pid)
{
    char path[64];
    AUTO_FILE FILE *f = NULL;
    long size, resident;

    (void)snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%ld %ld", &size, &resident), 2);
    return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

START_TEST(a_partition_holds_64_mib)
{
    AUTO_FREE char *value = calloc(1, LARGE);
    int64_t before, after;

    ck_assert_ptr_nonnull(value);
    topic_create(rk, topic, 1, 1, 0);
    client_failures = 0;
    leaders_find(rk, topic);
    before = resident_bytes(mock.pid);
    for (int i = 0; i < LARGE_COUNT; i++) {
        while (rd_kafka_producev(
                   rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
                   RD_KAFKA_V_VALUE(value, LARGE),
                   RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                   RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            (void)rd_kafka_poll(rk, 10);
    }
    ck_assert_int_eq(rd_kafka_flush(rk, limit_ms), 0);
    ck_assert_int_eq(client_failures, 0);
    check_ends(0, 0, LARGE_COUNT);
    ck_assert_uint_eq(read_bytes(1, LARGE_COUNT), (size_t)LARGE * LARGE_COUNT);
    after = resident_bytes(mock.pid);
    ck_assert_msg(after - before < GROWTH_MOST, "%lld bytes more",
                  (long long)(after - before));
}
END_TEST

START_TEST(more_than_a_thousand_partitions_are_served)
{
    topic_create(rk, topic, MANY, 1, 0);
    ck_assert_int_eq(partitions_of(topic), MANY);
    produce_all(rk, topic, MANY, 0, MANY);
    check_ends(MANY - 1, 0, 1);
    (void)read_bytes(MANY, MANY);
    delete_topic(topic, 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_topic_is_deleted_and_made_anew);
    tcase_add_test(tc, a_deleted_topic_takes_its_commits_along);
    tcase_add_test(tc, partitions_are_added);
    tcase_add_test(tc, records_are_trimmed_and_found_by_time);
    tcase_add_test(tc, a_partition_holds_64_mib);
    tcase_add_test(tc, more_than_a_thousand_partitions_are_served);
}

SUITE_MAIN("ordeal-mock, topics", fill)
