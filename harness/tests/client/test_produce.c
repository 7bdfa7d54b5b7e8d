/* test_produce.c - the fate of records, as reported by a producer. */
#include <errno.h>

#include "base/clk.h"
#include "support/mock_cluster_client.h"
#include "support/suite.h"

START_TEST(every_record_is_reported_once)
{
    struct sent sent = {0};
    struct kafka_producer *p;
    struct mock m;

    mock_open(&m, "orders", 2);
    p = producer_into(&m, "orders", false, 20000000, &sent);
    queue(p, 2, 10000);
    for (int i = 0; i < 200 && sent.acknowledged < 10000; i++)
        (void)kafka_producer_poll(p, 100000);
    ck_assert_int_eq(sent.acknowledged, 10000);
    ck_assert_uint_eq(sent.tags, 9999ull * 10000 / 2);
    kafka_producer_close(p, 1000000);
    ck_assert_int_eq(sent_all(&sent), 10000);
    mock_close(&m);
}
END_TEST

/* The broker answers every produce request with the same error. */
static const struct answer {
    const char *name;
    rd_kafka_resp_err_t error;
    bool idempotence;
    enum kafka_sent want;
} answers[] = {
    {"too large", RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, false, KAFKA_REFUSED},
    {"not allowed", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, false,
     KAFKA_REFUSED},
    {"unknown server error", RD_KAFKA_RESP_ERR_UNKNOWN, false,
     KAFKA_INDETERMINATE},
    {"deposed leader", RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, false,
     KAFKA_INDETERMINATE},
    {"written, then too few replicas",
     RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, false,
     KAFKA_INDETERMINATE},
    {"timed out at the broker", RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, false,
     KAFKA_INDETERMINATE},
    {"fatal", RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, true,
     KAFKA_INDETERMINATE},
    {"not allowed, idempotent", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
     true, KAFKA_REFUSED},
};

START_TEST(an_answer_is_judged)
{
    const struct answer *a = &answers[_i];
    rd_kafka_resp_err_t errors[200];
    struct sent sent = {0};
    struct kafka_producer *p;
    struct mock m;

    mock_open(&m, "orders", 1);
    for (size_t i = 0; i < 200; i++)
        errors[i] = a->error;
    rd_kafka_mock_push_request_errors_array(m.cluster, API_PRODUCE, 200,
                                            errors);
    p = producer_into(&m, "orders", a->idempotence, 1500000, &sent);
    queue(p, 1, 10);
    for (int i = 0; i < 100 && sent_all(&sent) < 10; i++)
        (void)kafka_producer_poll(p, 100000);
    kafka_producer_close(p, 1000000);
    ck_assert_msg(sent_all(&sent) == 10 &&
                      (a->want == KAFKA_REFUSED ? sent.refused
                                                : sent.indeterminate) == 10,
                  "%s: %d acknowledged, %d refused, %d indeterminate", a->name,
                  sent.acknowledged, sent.refused, sent.indeterminate);
    mock_close(&m);
}
END_TEST

START_TEST(what_never_left_is_refused)
{
    struct sent sent = {0};
    struct kafka_producer *p;
    struct mock m;

    mock_open(&m, "orders", 1);
    mock_down(&m);
    p = producer_into(&m, "orders", false, 500000, &sent);
    queue(p, 1, 10);
    for (int i = 0; i < 50 && sent_all(&sent) < 10; i++)
        (void)kafka_producer_poll(p, 100000);
    ck_assert_int_eq(sent.refused, 10);
    kafka_producer_close(p, 100000);
    mock_close(&m);
}
END_TEST

START_TEST(a_close_reports_what_is_in_flight)
{
    int64_t began_us = clk_monotonic_us();
    struct sent sent = {0};
    struct kafka_producer *p;
    struct mock m;

    mock_open(&m, "orders", 1);
    p = producer_into(&m, "orders", false, 30000000, &sent);
    queue(p, 1, 1);
    while (sent.acknowledged < 1)
        (void)kafka_producer_poll(p, 100000);
    for (int32_t id = 1; id <= MOCK_BROKERS; id++)
        rd_kafka_mock_broker_set_rtt(m.cluster, id, 20000);
    queue(p, 1, 10);
    kafka_producer_close(p, 300000);
    ck_assert_int_eq(sent.acknowledged, 1);
    ck_assert_int_eq(sent.indeterminate, 10);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 10000000);
    mock_close(&m);
}
END_TEST

START_TEST(after_a_fatal_error_nothing_is_taken)
{
    struct err err = {0};
    struct sent sent = {0};
    struct kafka_producer *p;
    struct mock m;

    mock_open(&m, "orders", 1);
    p = producer_into(&m, "orders", true, 5000000, &sent);
    rd_kafka_mock_push_request_errors(
        m.cluster, API_PRODUCE, 1,
        RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    queue(p, 1, 1);
    for (int i = 0; i < 50 && sent_all(&sent) < 1; i++)
        (void)kafka_producer_poll(p, 100000);
    ck_assert_int_eq(sent.indeterminate, 1);
    ck_assert_int_eq(kafka_produce(p, 0, NULL, 0, "x", 1, 2, &err), -ESHUTDOWN);
    kafka_producer_close(p, 100000);
    mock_close(&m);
}
END_TEST

START_TEST(without_acks_offsets_are_unknown)
{
    struct sent sent = {0};
    struct kafka_producer *p;
    struct err err = {0};
    struct mock m;
    struct kafka_producer_spec spec = {
        .topic = "orders",
        .acks = 0,
        .delivery_timeout_us = 5000000,
        .report = sent_note,
        .ctx = &sent,
    };

    mock_open(&m, "orders", 1);
    ck_assert_int_eq(kafka_producer_open(&m.access, &spec, &p, &err), 0);
    queue(p, 1, 5);
    kafka_producer_close(p, 5000000);
    ck_assert_int_eq(sent.acknowledged, 5);
    mock_close(&m);
}
END_TEST

static const struct refused {
    const char *property, *says;
    bool may_be_taken; /* some versions of librdkafka check a key only when
                          making a connection */
} properties[] = {
    {"linger.ms", "property \"linger.ms\": not key=value", false},
    {"no.such=1", "property no.such: No such configuration property", false},
    {"linger.ms=many", "property linger.ms: ", false},
    {"ssl.key.pem=hunter2", "property ssl.key.pem: its value was refused",
     true},
};

START_TEST(a_bad_property_is_named_and_no_secret_shown)
{
    const struct refused *r = &properties[_i];
    struct kafka_access access = {.bootstrap = "127.0.0.1:1",
                                  .properties = &r->property,
                                  .properties_len = 1};
    struct kafka_admin *k;
    struct err err = {0};
    int rc = kafka_admin_open(&access, &k, &err);

    if (rc == 0 && r->may_be_taken) {
        kafka_admin_close(k);
        return;
    }
    ck_assert_int_eq(rc, -EINVAL);
    ck_assert_msg(strstr(err.text, "hunter2") == NULL, "%s", err.text);
    ck_assert_msg(strncmp(err.text, r->says, strlen(r->says)) == 0, "%s",
                  err.text);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, every_record_is_reported_once);
    tcase_add_loop_test(tc, an_answer_is_judged, 0, ARRAY_LEN(answers));
    tcase_add_test(tc, what_never_left_is_refused);
    tcase_add_test(tc, a_close_reports_what_is_in_flight);
    tcase_add_test(tc, after_a_fatal_error_nothing_is_taken);
    tcase_add_test(tc, without_acks_offsets_are_unknown);
    tcase_add_loop_test(tc, a_bad_property_is_named_and_no_secret_shown, 0,
                        ARRAY_LEN(properties));
}

SUITE_MAIN("produce", fill)
