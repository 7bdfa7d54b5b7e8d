/* test_http_log.c - reading the log of ordeal-http: torn, spoilt, by sender. */
#include "support/station.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "base/request_log.h"
#include "endpoint/http_endpoint.h"
#include "endpoint/http_log_own.h"
#include "oracle/stamp.h"
#include "support/suite.h"

static const struct http_settings plain = {.port = 8080};
static const struct http_settings batched = {.port = 8080, .batch = 1};

struct sample {
    const char *method, *source, *body;
    int status;
    const char *peer, *local;
};

static char *log_name(void)
{
    return path_of("%s/requests.log", dir);
}

/* Append a row; returns the length of the row. */
static size_t put(const struct sample *s, uint64_t number, int64_t wall_us)
{
    AUTO_FREE char *path = log_name();
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    struct err err = {0};
    char tail[512];
    int n = snprintf(tail, sizeof(tail), "%s/%s%s", s->method,
                     s->source ? s->source : "", s->body);
    struct request_row row = {
        .magic = REQUEST_ROW_MAGIC,
        .tail_crc = crc32c(0, tail, (size_t)n),
        .body_len = (uint32_t)strlen(s->body),
        .number = number,
        .wall_us = wall_us,
        .status = (uint16_t)s->status,
        .peer = s->peer ? inet_addr(s->peer) : 0,
        .local = s->local ? inet_addr(s->local) : 0,
        .method_len = (uint16_t)strlen(s->method),
        .path_len = 1,
        .source_len = (uint16_t)(s->source ? strlen(s->source) : 0),
    };

    row.head_crc = request_head_crc(&row);
    OK(write_all(fd, &row, sizeof(row), &err), err);
    OK(write_all(fd, tail, (size_t)n, &err), err);
    (void)close(fd);
    return sizeof(row) + (size_t)n;
}

static const struct sample posts[] = {
    {"POST", NULL, "one", 200, NULL, NULL},
    {"POST", NULL, "two", 429, NULL, NULL},
    {"PUT", NULL, "three", 204, NULL, NULL},
    {"GET", NULL, "", 200, NULL, NULL},
    {"POST", NULL, "", 200, NULL, NULL},
};

/* Returns where the last row begins. */
static size_t put_posts(void)
{
    size_t at = 0, last = 0;

    for (size_t i = 0; i < ARRAY_LEN(posts); i++) {
        last = at;
        at += put(&posts[i], i, 1000 + (int64_t)i);
    }
    return last;
}

START_TEST(accepted_is_what_was_answered_well)
{
    struct heard h = {0}, no = {0};
    struct err err = {0};
    struct endpoint *e;

    put_posts();
    e = station_open("http", &plain, true);
    OK(station_read(e, &h, &err), err);
    ck_assert_str_eq(h.text, "0:one|2:three|4:|");
    ck_assert_int_eq(h.last.time_us, 1004);
    ck_assert_int_eq(h.time_is, TIME_ARRIVAL);
    ck_assert_int_eq(h.last.node, -1);
    OK(e->ops->read_refused(e, hear_record, &no, &err), err);
    ck_assert_str_eq(no.text, "1:two|");
    ck_assert_uint_eq(station_counts(e).accepted, 3);
    ck_assert_uint_eq(station_counts(e).refused, 1);
    ck_assert_uint_eq(station_counts(e).bytes, 8);
    ck_assert_str_eq(e->ops->property(e, "url"), "http://it:8080/");
    ck_assert_str_eq(e->ops->property(e, "host"), "it");
    ck_assert_str_eq(e->ops->property(e, "port"), "8080");
    e->ops->close(e);
}
END_TEST

START_TEST(a_torn_row_is_left_out_wherever_it_was_torn)
{
    AUTO_FREE char *path = log_name();
    struct sample last = {"POST", NULL, "torn", 200, NULL, NULL};
    size_t at = put_posts(), rest;
    struct endpoint *e = station_open("http", &plain, true);

    at += sizeof(struct request_row) + 5;
    rest = put(&last, 5, 2000);
    for (size_t cut = rest; cut-- > 0;) {
        struct heard h = {0};
        struct err err = {0};

        ck_assert_int_eq(truncate(path, (off_t)(at + cut)), 0);
        OK(station_read(e, &h, &err), err);
        ck_assert_str_eq(h.text, "0:one|2:three|4:|");
        ck_assert_uint_eq(station_counts(e).accepted, 3);
    }
    put(&last, 5, 2000);
    ck_assert_uint_eq(station_counts(e).accepted, 4);
    e->ops->close(e);
}
END_TEST

START_TEST(a_spoilt_byte_is_never_read_over)
{
    AUTO_FREE char *path = log_name();
    size_t size = put_posts() + sizeof(struct request_row) + 5;
    struct endpoint *e = station_open("http", &plain, true);
    AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC);

    for (size_t at = 0; at < size; at++) {
        struct heard h = {0};
        struct err err = {0};
        char was, spoilt;

        ck_assert_int_eq(pread(fd, &was, 1, (off_t)at), 1);
        spoilt = (char)(was ^ 0x10);
        ck_assert_int_eq(pwrite(fd, &spoilt, 1, (off_t)at), 1);
        ck_assert_int_eq(station_read(e, &h, &err), -EBADMSG);
        ck_assert_int_eq(pwrite(fd, &was, 1, (off_t)at), 1);
    }
    e->ops->close(e);
}
END_TEST

START_TEST(a_batch_counts_its_stamps)
{
    struct sample s = {"POST", NULL, NULL, 200, NULL, NULL};
    char body[128] = "[";
    struct endpoint *e;

    for (uint64_t i = 0; i < 3; i++) {
        const struct stamp st = {.run = 7, .stream = 1, .seq = i};

        stamp_write(&st, body + strlen(body));
        (void)snprintf(body + strlen(body), 2, ",");
    }
    s.body = body;
    put(&s, 0, 1);
    s.body = "nobody stamped this";
    put(&s, 1, 2);
    e = station_open("http", &plain, true);
    ck_assert_uint_eq(station_counts(e).accepted, 2);
    e->ops->close(e);
    e = station_open("http", &batched, true);
    ck_assert_uint_eq(station_counts(e).accepted, 4);
    e->ops->close(e);
}
END_TEST

static const struct {
    const char *source, *heard;
} sources[] = {
    {"orders-3-4711", "3/4711 "},
    {"or-de-rs-0-0", "0/0 "},
    {"orders-1-5,orders-1-6, orders-2-7", "1/5 1/6 2/7 "},
    {"orders-1-5,,nonsense,orders-2-7", "1/5 2/7 "},
    {"orders", ""},
    {"orders-3", ""},
    {"orders-x-4", ""},
    {"orders-3-", ""},
    {"orders-3-4x", ""},
    {"", ""},
};

START_TEST(senders_say_where_records_came_from)
{
    struct sample s = {"POST", sources[_i].source, "x", 200, NULL, NULL};
    struct delivery_note *at = NULL;
    struct endpoint *e;
    struct err err = {0};
    char text[128] = "";
    size_t n = 0;

    put(&s, 0, 99);
    s.status = 503;
    put(&s, 1, 100);
    e = station_open("http", &plain, true);
    OK(e->ops->deliveries(e, NULL, &at, &n, &err), err);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(at[i].time_us, 99);
        (void)snprintf(text + strlen(text), 32, "%d/%lld ", at[i].partition,
                       (long long)at[i].offset);
    }
    ck_assert_str_eq(text, sources[_i].heard);
    free(at);
    e->ops->close(e);
}
END_TEST

/* Two topics into a single sink: partitions and offsets alone would mix them.
 */
START_TEST(deliveries_are_told_apart_by_topic)
{
    static const char *const from[] = {"a-1-0-10", "a-0-10", "a-0-11, a-1-0-11",
                                       "a-1-1-12"};
    struct delivery_note *at = NULL;
    struct endpoint *e;
    struct err err = {0};
    char text[128] = "";
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(from); i++) {
        struct sample s = {"POST", from[i], "x", 200, NULL, NULL};

        put(&s, i, (int64_t)i);
    }
    e = station_open("http", &plain, true);
    OK(e->ops->deliveries(e, "a-1", &at, &n, &err), err);
    for (size_t i = 0; i < n; i++)
        (void)snprintf(text + strlen(text), 32, "%d/%lld ", at[i].partition,
                       (long long)at[i].offset);
    ck_assert_str_eq(text, "0/10 0/11 1/12 ");
    free(at);
    e->ops->close(e);
}
END_TEST

START_TEST(deliveries_are_in_the_order_of_their_times)
{
    static const int64_t times[] = {5, 6, 3, 3, 9, 1};
    static const int want[] = {5, 2, 3, 0, 1, 4};
    struct delivery_note *at = NULL;
    struct endpoint *e;
    struct err err = {0};
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        char source[32];
        struct sample s = {"POST", source, "x", 200, NULL, NULL};

        (void)snprintf(source, sizeof(source), "t-0-%zu", i);
        put(&s, i, times[i]);
    }
    e = station_open("http", &plain, true);
    OK(e->ops->deliveries(e, NULL, &at, &n, &err), err);
    ck_assert_uint_eq(n, ARRAY_LEN(want));
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(at[i].offset, want[i]);
    free(at);
    e->ops->close(e);
}
END_TEST

START_TEST(who_delivered_is_known_after_the_run)
{
    static const struct {
        const char *peer, *local;
        int worker;
    } seen[] = {
        {"10.0.0.1", "10.0.0.9", 1},  {"10.0.0.2", "10.0.0.9", 2},
        {"10.0.0.3", "10.0.0.9", -1}, {"127.0.0.1", "127.1.2.3", 3},
        {"10.0.0.9", "10.0.0.1", -1},
    };
    AUTO_FREE char *path = path_of("%s/senders.json", dir);
    struct senders known = {0};
    struct err err = {0};
    struct endpoint *e;

    OK(senders_add(&known, 1, false, "10.0.0.1", &err), err);
    OK(senders_add(&known, 2, false, "10.0.0.2", &err), err);
    OK(senders_add(&known, 3, true, "127.1.2.3", &err), err);
    ck_assert_int_eq(senders_add(&known, 4, true, "broker-1", &err), -EINVAL);
    err = (struct err){0};
    OK(senders_save(&known, path, &err), err);
    for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
        AUTO_FREE char *log = log_name();
        struct sample s = {"POST", NULL, "x", 200, seen[i].peer, seen[i].local};
        struct heard h = {0};

        put(&s, 0, 0);
        e = station_open("http", &plain, true);
        OK(station_read(e, &h, &err), err);
        ck_assert_int_eq(h.last.node, seen[i].worker);
        e->ops->close(e);
        ck_assert_int_eq(unlink(log), 0);
    }
}
END_TEST

START_TEST(what_is_only_read_back_cannot_be_told)
{
    AUTO_JSON json_t *how = json_pack("{s:{}}", "revoke");
    json_t *now;
    char dial[NODE_ADDRESS_MAX];
    uint64_t applied;
    struct err err = {0};
    struct endpoint *e;

    put_posts();
    e = station_open("http", &plain, true);
    ck_assert_int_eq(e->ops->misbehave(e, how, &err), -ENOTSUP);
    ck_assert_int_eq(e->ops->misbehaving(e, &now, &applied, &err), -ENOTSUP);
    ck_assert_int_eq(e->ops->restart(e, &err), -ENOTSUP);
    ck_assert_int_eq(e->ops->sender(e, 1, "10.0.0.1", dial, &err), -ENOTSUP);
    e->ops->close(e);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, dir_make, dir_remove);
    tcase_add_test(tc, accepted_is_what_was_answered_well);
    tcase_add_test(tc, a_torn_row_is_left_out_wherever_it_was_torn);
    tcase_add_test(tc, a_spoilt_byte_is_never_read_over);
    tcase_add_test(tc, a_batch_counts_its_stamps);
    tcase_add_loop_test(tc, senders_say_where_records_came_from, 0,
                        ARRAY_LEN(sources));
    tcase_add_test(tc, deliveries_are_told_apart_by_topic);
    tcase_add_test(tc, deliveries_are_in_the_order_of_their_times);
    tcase_add_test(tc, who_delivered_is_known_after_the_run);
    tcase_add_test(tc, what_is_only_read_back_cannot_be_told);
}

SUITE_MAIN("http log", fill)
