/* test_wire_connection.c - frames, time-outs, versions and SASL/PLAIN over a
 * connection without TLS. */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "base/clk.h"
#include "base/own.h"
#include "base/secrets.h"
#include "client/wire/connection.h"
#include "client/wire/wire_messages.h"
#include "client/wire/wire_versions.h"
#include "support/suite.h"
#include "tls_server.h"

struct scene {
    struct tls_server server;
    char address[32];
    struct wire *w;
    struct err err;
};

static int begin(struct scene *s, const struct access_security *security,
                 int64_t timeout_us)
{
    const struct wire_spec spec = {
        .address = s->address, .security = security, .timeout_us = timeout_us};

    tls_server_start(&s->server);
    (void)snprintf(s->address, sizeof(s->address), "127.0.0.1:%d",
                   s->server.port);
    return wire_open(&spec, &s->w, &s->err);
}

static void end(struct scene *s)
{
    wire_close(s->w);
    tls_server_stop(&s->server);
}

static int ask_quorum(struct scene *s, int64_t timeout_us, int32_t *leader)
{
    struct wire_in in;

    describe_quorum_put(wire_request(s->w, &describe_quorum));
    if (wire_call(s->w, timeout_us, &in, &s->err) < 0)
        return s->err.code;
    return describe_quorum_take(&in, leader, &s->err);
}

START_TEST(requests_follow_one_another)
{
    struct fake_broker b = {.versions_most = 3, .leader = 0};
    struct scene s = {.server = {.serve = fake_broker_serve, .ctx = &b}};

    ck_assert_int_eq(begin(&s, NULL, 20 * US_PER_S), 0);
    for (int32_t i = 0; i < 20; i++) {
        int32_t leader = -1;

        b.leader = i;
        ck_assert_int_eq(ask_quorum(&s, 20 * US_PER_S, &leader), 0);
        ck_assert_int_eq(leader, i);
    }
    end(&s);
}
END_TEST

/* ---- spoilt answers ------------------------------------------------------ */

/* Bytes sent by a broker after a request, in pieces with a pause between. */
struct babble {
    const void *data;
    size_t len, piece;
    int pause_ms;
};

static void babble_serve(struct peer *p, void *ctx)
{
    const struct babble *b = ctx;
    struct clk clk = clk_real();
    uint8_t request[64];
    uint32_t size;

    if (!peer_read(p, &size, sizeof(size)) ||
        !peer_read(p, request, be32toh(size)))
        return;
    for (size_t at = 0; at < b->len; at += b->piece) {
        peer_write(p, (const char *)b->data + at,
                   b->len - at < b->piece ? b->len - at : b->piece);
        clk_sleep(&clk, b->pause_ms * US_PER_MS);
    }
    if (b->pause_ms > 0)
        (void)peer_read(p, request, sizeof(request));
}

/* Size and correlation id, then: tags, error, topics, ... */
#define HEAD(size) "\0\0\0" size "orde"
#define LEADER                                                                 \
    HEAD("\x26")                                                               \
    "\0"                                                                       \
    "\0\0"                                                                     \
    "\2"                                                                       \
    "\x13"                                                                     \
    "__cluster_metadata"                                                       \
    "\2"                                                                       \
    "\0\0\0\0"                                                                 \
    "\0\0"                                                                     \
    "\0\0\0\7"

static const struct {
    const char *what;
    const char *bytes;
    size_t len, piece;
    int pause_ms;
    int rc;
    const char *says;
} answers[] = {
    {"whole", LEADER, 42, 42, 0, 0, NULL},
    {"byte by byte", LEADER, 42, 1, 5, 0, NULL},
    {"slower than the time-out", LEADER, 42, 1, 50, -ETIMEDOUT, "in time"},
    {"half an answer, then the end", LEADER, 20, 20, 0, -ECONNRESET, "closed"},
    {"half an answer, then silence", LEADER, 20, 20, 400, -ETIMEDOUT,
     "in time"},
    {"half a length", LEADER, 2, 2, 0, -ECONNRESET, "closed"},
    {"another request's", "\0\0\0\4ordf", 8, 8, 0, -EPROTO, "another request"},
    {"too short for an id", "\0\0\0\3ord", 7, 7, 0, -EPROTO, "impossible"},
    {"a length below 0", "\xff\xff\xff\xff", 4, 4, 0, -EPROTO, "impossible"},
    {"a byte over the limit", "\0\x10\0\1", 4, 4, 0, -EPROTO,
     "1048577 bytes, limit 1048576"},
    {"TLS", "\x15\3\3\0\2\2\x46", 7, 7, 0, -EPROTO, "TLS alert"},
    {"HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", 28, 28, 0, -EPROTO,
     "impossible"},
    {"an id alone", "\0\0\0\4orde", 8, 8, 0, -EPROTO, "cut short"},
    {"nothing", "", 0, 1, 0, -ECONNRESET, "closed"},
};

START_TEST(an_answer_is_whole_or_refused)
{
    struct babble b = {answers[_i].bytes, answers[_i].len, answers[_i].piece,
                       answers[_i].pause_ms};
    struct scene s = {.server = {.serve = babble_serve, .ctx = &b}};
    int64_t enough_us =
        answers[_i].rc == -ETIMEDOUT ? 300 * US_PER_MS : 20 * US_PER_S;
    int32_t leader = -1;
    int rc;

    ck_assert_int_eq(begin(&s, NULL, 20 * US_PER_S), 0);
    rc = ask_quorum(&s, enough_us, &leader);
    ck_assert_msg(rc == answers[_i].rc, "%s: %d %s", answers[_i].what, rc,
                  s.err.text);
    ck_assert_int_eq(leader, rc == 0 ? 7 : -1);
    ck_assert_msg(!answers[_i].says || strstr(s.err.text, answers[_i].says),
                  "%s: %s", answers[_i].what, s.err.text);
    /* a connection out of step stays so */
    if (rc < 0 && strcmp(answers[_i].says, "cut short") != 0) {
        s.err = (struct err){0};
        ck_assert_int_eq(ask_quorum(&s, 20 * US_PER_S, &leader), -ENOTCONN);
    }
    end(&s);
}
END_TEST

START_TEST(a_long_answer_needs_its_limit)
{
    enum { LEN = 300000 };
    AUTO_FREE uint8_t *data = calloc(1, LEN + 4);
    const uint32_t size = htobe32(LEN), id = htobe32(0x6f726465);
    struct babble b = {data, LEN + 4, 10000, 1};
    struct tls_server server = {.serve = babble_serve, .ctx = &b};
    struct wire_api api = {WIRE_SASL_HANDSHAKE, 1, false};
    struct err err = {0};
    struct wire *w = NULL;
    struct wire_in in;
    char address[32];

    memcpy(data, &size, 4);
    memcpy(data + 4, &id, 4);
    memset(data + 8, 'x', LEN - 4);
    tls_server_start(&server);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%d", server.port);
    ck_assert_int_eq(
        wire_open(&(struct wire_spec){.address = address,
                                      .answer_max = _i ? LEN : LEN - 1,
                                      .timeout_us = US_PER_S},
                  &w, &err),
        0);
    (void)wire_request(w, &api);
    ck_assert_int_eq(wire_call(w, 20 * US_PER_S, &in, &err), _i ? 0 : -EPROTO);
    if (_i) {
        struct wire_slice all = wire_take_raw(&in, LEN - 4);

        ck_assert_ptr_nonnull(all.data);
        ck_assert_int_eq(all.data[LEN - 5], 'x');
        ck_assert_uint_eq(wire_left(&in), 0);
    }
    wire_close(w);
    tls_server_stop(&server);
}
END_TEST

START_TEST(nobody_listens_or_the_address_is_none)
{
    static const struct {
        const char *address;
        int rc;
    } rows[] = {
        {"127.0.0.1:1", -ECONNREFUSED}, {"[::1]:1", 0},
        {"nowhere", -EINVAL},           {":9092", -EINVAL},
        {"127.0.0.1:", -EINVAL},        {"127.0.0.1:kafka", -EHOSTUNREACH}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct wire *w = NULL;
        int rc = wire_open(&(struct wire_spec){.address = rows[i].address,
                                               .timeout_us = US_PER_S},
                           &w, &err);

        ck_assert_int_lt(rc, 0);
        ck_assert_msg(rows[i].rc == 0 || rc == rows[i].rc, "%d %s", rc,
                      err.text);
        ck_assert_int_eq(
            strncmp(err.text, rows[i].address, strlen(rows[i].address)), 0);
    }
}
END_TEST

/* ---- versions ------------------------------------------------------------ */

static const struct {
    int most;
    bool names_itself;
    int asked;
} brokers[] = {
    {3, true, 1}, {4, true, 1},  {2, true, 2},
    {0, true, 2}, {2, false, 2}, {0, false, 2},
};

START_TEST(versions_are_asked_for_in_a_form_the_broker_knows)
{
    struct fake_broker b = {.versions_most = brokers[_i].most,
                            .names_itself = brokers[_i].names_itself};
    struct scene s = {.server = {.serve = fake_broker_serve, .ctx = &b}};
    struct wire_versions v;
    struct err err = {0};

    ck_assert_int_eq(begin(&s, NULL, 20 * US_PER_S), 0);
    ck_assert_msg(wire_ask_versions(s.w, 20 * US_PER_S, &v, &s.err) == 0, "%s",
                  s.err.text);
    ck_assert_int_eq(b.asked[WIRE_API_VERSIONS], brokers[_i].asked);
    ck_assert_int_eq(v.of[WIRE_API_VERSIONS].most, brokers[_i].most);
    ck_assert_int_eq(wire_pick(&v, WIRE_DESCRIBE_QUORUM, 0, 1, &err), 1);
    ck_assert_int_eq(wire_pick(&v, WIRE_DESCRIBE_QUORUM, 0, 9, &err), 2);
    ck_assert_int_eq(wire_pick(&v, WIRE_DESCRIBE_QUORUM, 3, 9, &err), -ENOTSUP);
    err = (struct err){0};
    ck_assert_int_eq(wire_pick(&v, 51, 0, 0, &err), -ENOTSUP);
    ck_assert_str_eq(err.text, "the broker does not know request 51");
    end(&s);
}
END_TEST

/* ---- SASL/PLAIN ---------------------------------------------------------- */

static const struct {
    const char *user, *password; /* the broker's */
    int rc;
    const char *says;
} logins[] = {
    {"me", "open sesame", 0, NULL},
    {"me", "another", -EACCES, "refuses user \"me\": Invalid username"},
    {"me", NULL, -EACCES, "offers SASL mechanisms \"SCRAM-SHA-512, GSSAPI\""},
    {NULL, NULL, -EACCES, "takes no log-in by SASL"},
};

START_TEST(a_user_logs_in_by_password)
{
    struct fake_broker b = {.versions_most = 3,
                            .user = logins[_i].user,
                            .password = logins[_i].password,
                            .leader = 4};
    struct scene s = {.server = {.serve = fake_broker_serve, .ctx = &b}};
    const struct access_security me = {.protocol = ACCESS_SASL_PLAINTEXT,
                                       .user = "me",
                                       .password = "open sesame"};
    int32_t leader = -1;
    int rc;

    secrets_forget();
    rc = begin(&s, &me, 20 * US_PER_S);
    ck_assert_msg(rc == logins[_i].rc, "%d %s", rc, s.err.text);
    ck_assert(!logins[_i].says || strstr(s.err.text, logins[_i].says));
    ck_assert_ptr_null(strstr(s.err.text, "sesame"));
    ck_assert(secret_is("open sesame", 11));
    if (rc == 0)
        ck_assert_int_eq(ask_quorum(&s, 20 * US_PER_S, &leader), 0);
    ck_assert_int_eq(leader, rc == 0 ? 4 : -1);
    end(&s);
}
END_TEST

START_TEST(an_access_without_a_part_is_refused_before_dialling)
{
    static const struct access_security rows[] = {
        {.protocol = ACCESS_SASL_SSL, .user = "me"},
        {.protocol = ACCESS_SASL_PLAINTEXT, .password = "x"},
        {.protocol = ACCESS_SSL, .key = "k.pem"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct wire *w = NULL;

        ck_assert_int_eq(wire_open(&(struct wire_spec){.address = "127.0.0.1:1",
                                                       .security = &rows[i],
                                                       .timeout_us = US_PER_S},
                                   &w, &err),
                         -EINVAL);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, requests_follow_one_another);
    tcase_add_loop_test(tc, an_answer_is_whole_or_refused, 0,
                        ARRAY_LEN(answers));
    tcase_add_loop_test(tc, a_long_answer_needs_its_limit, 0, 2);
    tcase_add_test(tc, nobody_listens_or_the_address_is_none);
    tcase_add_loop_test(tc, versions_are_asked_for_in_a_form_the_broker_knows,
                        0, ARRAY_LEN(brokers));
    tcase_add_loop_test(tc, a_user_logs_in_by_password, 0, ARRAY_LEN(logins));
    tcase_add_test(tc, an_access_without_a_part_is_refused_before_dialling);
}

SUITE_MAIN("client/wire_connection", fill)
