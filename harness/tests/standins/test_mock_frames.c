/* test_mock_frames.c - ordeal-mock against requests made by hand: malformed,
 * cut, repeated. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/crc32c.h"
#include "base/own.h"
#include "standins/mock/batch.h"
#include "standins/mock/errors.h"
#include "support/ordeal_mock.h"
#include "support/raw_requests.h"
#include "support/suite.h"

static struct ordeal_mock mock;
static int fd;

/* A mock for all cases: a malformed request of one case must not harm the next.
 */
static void start_cluster(void)
{
    ordeal_mock_start(&mock, 1);
    fd = broker_dial(mock.brokers[1].client);
    ck_assert_int_eq(topic_make(fd, "have", 2, 1), NO_ERROR);
    (void)close(fd);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void set_up(void)
{
    fd = broker_dial(mock.brokers[1].client);
}

static void tear_down(void)
{
    (void)close(fd);
}

/* A topic of the present case only. */
static const char *topic_of_ours(void)
{
    static char name[32];

    (void)snprintf(name, sizeof(name), "t-%d", (int)getpid());
    return name;
}

static const struct {
    int16_t version, want;
    bool flexible;
} versions[] = {{0, 0, false}, {1, 0, false},  {2, 0, false},
                {3, 0, true},  {4, 35, false}, {99, 35, false}};

START_TEST(says_its_versions)
{
    struct answer a = ask(fd, 18, versions[_i].version, NULL);
    int n;

    ck_assert_ptr_nonnull(a.data);
    ck_assert_int_eq(get_i16(&a.body), versions[_i].want);
    n = versions[_i].flexible ? get_i8(&a.body) - 1 : get_i32(&a.body);
    ck_assert_int_gt(n, 10);
    for (int i = 0; i < n; i++) {
        int16_t key = get_i16(&a.body);
        int16_t min = get_i16(&a.body);
        int16_t max = get_i16(&a.body);

        if (versions[_i].flexible)
            ck_assert_int_eq(get_i8(&a.body), 0);
        ck_assert_int_le(min, max);
        if (key == 3)
            ck_assert_int_eq(max, 4);
    }
    ck_assert(!a.body.bad);
    answer_done(&a);
}
END_TEST

/* Each row is sent over a new connection, which ordeal-mock has to close. */
static const struct {
    const char *name;
    size_t len;
    const char *data;
} malformed[] = {
    {"an unknown request", 14, "\0\0\0\12\3\347\0\0\0\0\0\1\377\377"},
    {"an unknown version", 14, "\0\0\0\12\0\3\0\143\0\0\0\1\377\377"},
    {"a negative version", 14, "\0\0\0\12\0\3\377\377\0\0\0\1\377\377"},
    {"a head cut", 8, "\0\0\0\4\0\3\0\1"},
    {"nothing in it", 4, "\0\0\0\0"},
    {"a body cut", 14, "\0\0\0\12\0\3\0\1\0\0\0\1\377\377"},
    {"topics beyond the end", 18,
     "\0\0\0\16\0\3\0\1\0\0\0\1\377\377\177\377\377\377"},
    {"too long", 14, "\177\377\377\377\0\3\0\1\0\0\0\1\377\377"},
    {"a negative length", 14, "\377\377\377\377\0\3\0\1\0\0\0\1\377\377"},
    {"a client id beyond the end", 14, "\0\0\0\12\0\3\0\1\0\0\0\1\0\11"},
    {"another protocol", 18, "GET / HTTP/1.1\r\n\r\n"},
};

START_TEST(what_is_malformed_closes_its_connection_alone)
{
    AUTO_FD int other = broker_dial(mock.brokers[1].client);
    char byte;

    ck_assert_int_eq(send(other, malformed[_i].data, malformed[_i].len, 0),
                     (ssize_t)malformed[_i].len);
    ck_assert_msg(recv(other, &byte, 1, 0) <= 0, "%s", malformed[_i].name);
    ck_assert_int_eq(topic_make(fd, topic_of_ours(), 1, 1), NO_ERROR);
    ck_assert_int_eq(brokers_known(mock.brokers[1].observer), 1);
}
END_TEST

/* Every request type served, cut after each third byte: ordeal-mock must
 * survive, whether or not a response comes. */
START_TEST(what_is_cut_does_no_harm)
{
    static const int16_t keys[] = {0,  1,  2,  3,  8,  9,  10, 11, 12,
                                   13, 14, 15, 19, 20, 21, 22, 32, 37};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        for (int len = 0; len < 24; len += 3) {
            AUTO_FD int other = broker_dial(mock.brokers[1].client);
            struct timeval limit = {.tv_usec = 1000};
            struct writer w = {0};
            char byte;

            for (int k = 0; k < len; k++)
                put_i8(&w, k % 4 == 3);
            request_send(other, keys[i], 1, &w);
            writer_done(&w);
            (void)setsockopt(other, SOL_SOCKET, SO_RCVTIMEO, &limit,
                             sizeof(limit));
            (void)recv(other, &byte, 1, 0);
        }
    ck_assert_int_eq(topic_make(fd, topic_of_ours(), 1, 1), NO_ERROR);
}
END_TEST

static const struct {
    const char *name;
    int partitions, replicas;
    int16_t want;
} topics[] = {
    {"four", 4, 1, NO_ERROR},
    {"default", -1, -1, NO_ERROR},
    {"have", 1, 1, TOPIC_ALREADY_EXISTS},
    {"__consumer_offsets", 1, 1, TOPIC_ALREADY_EXISTS},
    {"t", 0, 1, INVALID_PARTITIONS},
    {"t", 10001, 1, INVALID_PARTITIONS},
    {"t", 1, 2, INVALID_REPLICATION_FACTOR},
    {"t", 1, 0, INVALID_REPLICATION_FACTOR},
    {"", 1, 1, INVALID_TOPIC_EXCEPTION},
    {"..", 1, 1, INVALID_TOPIC_EXCEPTION},
    {"a b", 1, 1, INVALID_TOPIC_EXCEPTION},
};

START_TEST(topics_are_made)
{
    ck_assert_int_eq(topic_make(fd, topics[_i].name, topics[_i].partitions,
                                topics[_i].replicas),
                     topics[_i].want);
}
END_TEST

START_TEST(transactions_are_refused)
{
    struct writer w = {0};
    struct answer a;

    put_string(&w, "tx");
    put_i32(&w, 1000);
    a = ask(fd, 22, 1, &w);
    (void)get_i32(&a.body);
    ck_assert_int_eq(get_i16(&a.body), TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    answer_done(&a);
    put_string(&w, "tx");
    put_i8(&w, 1);
    a = ask(fd, 10, 1, &w);
    (void)get_i32(&a.body);
    ck_assert_int_eq(get_i16(&a.body), TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    answer_done(&a);
}
END_TEST

/* A batch of one record of idempotent producer 42. */
static struct writer batch_of_42(int32_t sequence)
{
    struct writer key = {0}, value = {0}, w = {0};

    batch_put(&w, &key, &value, 1700000000000);
    set_i32(&w, 43, 0); /* producer id, epoch 0, sequence */
    set_i32(&w, 47, 42);
    set_i32(&w, 51, 0);
    set_i32(&w, 53, sequence);
    set_i32(&w, 17, (int32_t)crc32c(0, w.data + 21, w.len - 21));
    return w;
}

/* Send the batch by Produce version 3. Returns the offset, or the negative
 * error code. */
static int64_t produce(int on, int32_t sequence)
{
    struct writer w = {0}, batch = batch_of_42(sequence);
    struct answer a;
    int16_t error;
    int64_t offset;

    put_string(&w, NULL);
    put_i16(&w, -1);
    put_i32(&w, 1000);
    put_i32(&w, 1);
    put_string(&w, topic_of_ours());
    put_i32(&w, 1);
    put_i32(&w, 0);
    put_bytes(&w, batch.data, (int32_t)batch.len);
    writer_done(&batch);
    a = ask(on, 0, 3, &w);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_string(&a.body);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_i32(&a.body);
    error = get_i16(&a.body);
    offset = get_i64(&a.body);
    ck_assert(!a.body.bad);
    answer_done(&a);
    return error ? -error : offset;
}

START_TEST(a_batch_that_comes_again_is_not_appended_again)
{
    AUTO_FD int other = broker_dial(mock.brokers[1].client);

    ck_assert_int_eq(topic_make(fd, topic_of_ours(), 1, 1), NO_ERROR);
    ck_assert_int_eq(produce(fd, 0), 0);
    ck_assert_int_eq(produce(fd, 1), 1);
    ck_assert_int_eq(produce(other, 1), 1);
    ck_assert_int_eq(produce(other, 2), 2);
    ck_assert_int_eq(produce(fd, 4), -OUT_OF_ORDER_SEQUENCE_NUMBER);
}
END_TEST

struct fetched {
    int16_t code;
    int32_t bytes; /* of records */
    int64_t took_us;
};

static void fetch_send(const char *topic, int64_t offset, int32_t wait_ms,
                       int32_t least)
{
    struct writer w = {0};

    put_i32(&w, -1); /* replica id */
    put_i32(&w, wait_ms);
    put_i32(&w, least);
    put_i32(&w, 1 << 20);
    put_i8(&w, 0); /* isolation level */
    put_i32(&w, 1);
    put_string(&w, topic);
    put_i32(&w, 1);
    put_i32(&w, 0);
    put_i64(&w, offset);
    put_i32(&w, 1 << 20);
    request_send(fd, 1, 4, &w);
    writer_done(&w);
}

static struct fetched fetch_read(int64_t began_us)
{
    struct answer a = answer_read(fd);
    struct fetched f = {0};

    ck_assert_ptr_nonnull(a.data);
    f.took_us = clk_monotonic_us() - began_us;
    (void)get_i32(&a.body); /* throttle_time_ms */
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_string(&a.body);
    ck_assert_int_eq(get_i32(&a.body), 1);
    (void)get_i32(&a.body); /* partition */
    f.code = get_i16(&a.body);
    (void)get_i64(&a.body); /* high watermark, last stable offset */
    (void)get_i64(&a.body);
    (void)get_i32(&a.body); /* aborted transactions */
    f.bytes = get_bytes(&a.body).len;
    ck_assert(!a.body.bad && a.body.left == 0);
    answer_done(&a);
    return f;
}

static const struct {
    const char *name;
    const char *topic; /* NULL: the topic of the case, with one record */
    int64_t offset;
    int32_t wait_ms, least;
    int16_t want;
    bool records, waits;
} fetches[] = {
    {"a record", NULL, 0, 60000, 1, NO_ERROR, true, false},
    {"nothing yet", NULL, 1, 300, 1, NO_ERROR, false, true},
    {"nothing, and no wait", NULL, 1, 60000, 0, NO_ERROR, false, false},
    {"fewer bytes than asked", NULL, 0, 300, 1 << 20, NO_ERROR, true, true},
    {"behind the end", NULL, 2, 60000, 1, OFFSET_OUT_OF_RANGE, false, false},
    {"before the start", NULL, -1, 60000, 1, OFFSET_OUT_OF_RANGE, false, false},
    {"an unknown topic", "nosuch", 0, 60000, 1, UNKNOWN_TOPIC_OR_PARTITION,
     false, false},
};

START_TEST(a_fetch_waits_for_enough_or_answers)
{
    int64_t began_us;
    struct fetched f;

    ck_assert_int_eq(topic_make(fd, topic_of_ours(), 1, 1), NO_ERROR);
    ck_assert_int_eq(produce(fd, 0), 0);
    began_us = clk_monotonic_us();
    fetch_send(fetches[_i].topic ? fetches[_i].topic : topic_of_ours(),
               fetches[_i].offset, fetches[_i].wait_ms, fetches[_i].least);
    f = fetch_read(began_us);
    ck_assert_msg(f.code == fetches[_i].want, "%s: %d", fetches[_i].name,
                  f.code);
    ck_assert_msg((f.bytes > 0) == fetches[_i].records, "%s: %d bytes",
                  fetches[_i].name, f.bytes);
    ck_assert_msg(fetches[_i].waits ? f.took_us >= 300 * US_PER_MS
                                    : f.took_us < 30 * US_PER_S,
                  "%s: %lld us", fetches[_i].name, (long long)f.took_us);
}
END_TEST

START_TEST(a_waiting_fetch_is_woken)
{
    AUTO_FD int other = broker_dial(mock.brokers[1].client);
    int64_t began_us = clk_monotonic_us();
    struct fetched f;

    ck_assert_int_eq(topic_make(fd, topic_of_ours(), 1, 1), NO_ERROR);
    fetch_send(topic_of_ours(), 0, 15000, 1);
    ck_assert_int_eq(produce(other, 0), 0);
    f = fetch_read(began_us);
    ck_assert_int_eq(f.code, NO_ERROR);
    ck_assert_int_gt(f.bytes, 0);
    ck_assert_int_lt(f.took_us, 15 * US_PER_S);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, says_its_versions, 0, ARRAY_LEN(versions));
    tcase_add_loop_test(tc, what_is_malformed_closes_its_connection_alone, 0,
                        ARRAY_LEN(malformed));
    tcase_add_test(tc, what_is_cut_does_no_harm);
    tcase_add_loop_test(tc, topics_are_made, 0, ARRAY_LEN(topics));
    tcase_add_test(tc, transactions_are_refused);
    tcase_add_test(tc, a_batch_that_comes_again_is_not_appended_again);
    tcase_add_loop_test(tc, a_fetch_waits_for_enough_or_answers, 0,
                        ARRAY_LEN(fetches));
    tcase_add_test(tc, a_waiting_fetch_is_woken);
}

SUITE_MAIN("ordeal-mock, frames", fill)
