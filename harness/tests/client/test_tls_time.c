/* test_tls_time.c - TLS against servers that are silent, slow or gone; long
 * answers, a log-in by password, and many connections at once. */
#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "client/http.h"
#include "client/quorum.h"
#include "client/wire/connection.h"
#include "support/certificates.h"
#include "support/suite.h"
#include "tls_server.h"

static char folder[] = "/tmp/ordeal-tls-time-XXXXXX";
static struct access_security security = {.protocol = ACCESS_SSL};
static char *good;

static void make_files(void)
{
    struct authority a;
    char *ca;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    ca = path_of("%s/ca.pem", folder);
    good = path_of("%s/good.pem", folder);
    authority_make(&a, "authority of ours", ca);
    certificate_make(
        &a, &(struct certificate_wish){.name = "good", .names = "IP:127.0.0.1"},
        good);
    authority_done(&a);
    security.ca = ca;
}

static void drop_files(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(folder, &err), 0);
}

static char *address_of(const struct tls_server *s)
{
    return path_of("127.0.0.1:%d", s->port);
}

/* ---- servers that say nothing, too little, or too slowly ----------------- */

/* Hold the connection open until the client ends it. */
static void be_silent(struct peer *p, void *ctx)
{
    char c;

    (void)ctx;
    while (peer_read(p, &c, 1))
        ;
}

/* The beginning of a handshake of 16 kB, a byte every 20 ms, until the client
 * ends the connection. */
static void trickle(struct peer *p, void *ctx)
{
    static const uint8_t head[] = {0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc};
    struct clk clk = clk_real();
    uint8_t zero = 0, said[256];
    ssize_t n;

    (void)ctx;
    for (size_t i = 0; i < 2000; i++) {
        peer_write(p, i < sizeof(head) ? &head[i] : &zero, 1);
        clk_sleep(&clk, 20 * US_PER_MS);
        n = recv(p->fd, said, sizeof(said), MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return;
    }
}

/* Half of a handshake's first record, then the end. */
static void go_away(struct peer *p, void *ctx)
{
    (void)ctx;
    peer_write(p, "\x16\3\3\0\x40\2", 6);
}

static const struct {
    void (*serve)(struct peer *p, void *ctx);
    bool shaken; /* the handshake succeeds */
    int64_t patience_us;
    int rc;
} tardy[] = {
    {be_silent, false, 400 * US_PER_MS, -ETIMEDOUT},
    {be_silent, true, 400 * US_PER_MS, -ETIMEDOUT},
    {trickle, false, 400 * US_PER_MS, -ETIMEDOUT},
    {go_away, false, 20 * US_PER_S, -ECONNRESET},
};

START_TEST(a_time_out_is_for_the_whole_call)
{
    struct tls_server s = {.serve = tardy[_i].serve,
                           .cert = tardy[_i].shaken ? good : NULL};
    AUTO_FREE char *address = NULL;
    AUTO_FREE char *url = NULL;
    struct http_question q = {.method = "GET",
                              .timeout_us = tardy[_i].patience_us,
                              .security = &security};
    struct http_reply reply;
    struct err err = {0}, other = {0};
    int64_t began_us = clk_monotonic_us();
    int rc;

    tls_server_start(&s);
    address = address_of(&s);
    q.url = url = path_of("https://%s/", address);
    rc = broker_answers(&security, address, tardy[_i].patience_us, &err);
    ck_assert_msg(rc == tardy[_i].rc, "%d %s", rc, err.text);
    if (tardy[_i].rc == -ETIMEDOUT) {
        ck_assert_int_lt(clk_monotonic_us() - began_us, 20 * US_PER_S);
        rc = http_ask(&q, &reply, &other);
        ck_assert_msg(rc == -ETIMEDOUT, "%d %s", rc, other.text);
    }
    tls_server_stop(&s);
}
END_TEST

/* ---- data ---------------------------------------------------------------- */

enum { LONG = 3000000 };

static void say_much(struct peer *p, void *data)
{
    uint8_t request[64];
    uint32_t size;

    while (peer_read(p, &size, sizeof(size)) &&
           peer_read(p, request, be32toh(size))) {
        memcpy((uint8_t *)data + 4, request + 4, 4); /* the correlation id */
        peer_write(p, data, LONG + 4);
    }
}

START_TEST(long_answers_come_whole)
{
    AUTO_FREE uint8_t *data = calloc(1, LONG + 4);
    struct tls_server s = {.serve = say_much, .cert = good, .ctx = data};
    const uint32_t size = htobe32(LONG);
    const struct wire_api api = {17, 1, false};
    AUTO_FREE char *address = NULL;
    struct wire *w = NULL;
    struct wire_in in;
    struct err err = {0};

    for (size_t i = 8; i < LONG + 4; i++)
        data[i] = (uint8_t)(i % 251);
    memcpy(data, &size, sizeof(size));
    tls_server_start(&s);
    address = address_of(&s);
    ck_assert_msg(wire_open(&(struct wire_spec){.address = address,
                                                .security = &security,
                                                .answer_max = LONG,
                                                .timeout_us = 20 * US_PER_S},
                            &w, &err) == 0,
                  "%s", err.text);
    for (int turn = 0; turn < 3; turn++) {
        struct wire_slice all;

        (void)wire_request(w, &api);
        ck_assert_msg(wire_call(w, 20 * US_PER_S, &in, &err) == 0, "%s",
                      err.text);
        all = wire_take_raw(&in, LONG - 4);
        ck_assert(all.data && memcmp(all.data, data + 8, LONG - 4) == 0);
    }
    wire_close(w);
    tls_server_stop(&s);
}
END_TEST

START_TEST(a_password_goes_over_tls)
{
    struct fake_broker b = {.versions_most = 3,
                            .leader = 9,
                            .user = "me",
                            .password = "open sesame"};
    struct tls_server s = {.serve = fake_broker_serve, .cert = good, .ctx = &b};
    AUTO_FREE char *address = NULL;
    struct kafka_access a = {.security = security};
    struct err err = {0};
    int32_t leader = -1;

    tls_server_start(&s);
    a.bootstrap = address = address_of(&s);
    a.security.protocol = ACCESS_SASL_SSL;
    a.security.user = "me";
    a.security.password = "open sesame";
    ck_assert_msg(quorum_leader(&a, 20 * US_PER_S, &leader, &err) == 0, "%s",
                  err.text);
    ck_assert_int_eq(leader, 9);
    a.security.password = "open barley";
    ck_assert_int_eq(quorum_leader(&a, 20 * US_PER_S, &leader, &err), -EACCES);
    ck_assert_ptr_null(strstr(err.text, "barley"));
    tls_server_stop(&s);
}
END_TEST

/* ---- threads ------------------------------------------------------------- */

enum { THREADS = 4, TURNS = 5 };

static void *ask_often(void *bootstrap)
{
    struct kafka_access a = {.bootstrap = bootstrap, .security = security};
    intptr_t good_answers = 0;

    for (int i = 0; i < TURNS; i++) {
        struct err err = {0};
        int32_t leader = -1;

        good_answers +=
            quorum_leader(&a, 50 * US_PER_S, &leader, &err) == 0 && leader == 5;
    }
    return (void *)good_answers;
}

START_TEST(threads_ask_at_once)
{
    struct fake_broker b = {.versions_most = 3, .leader = 5};
    struct tls_server s = {.serve = fake_broker_serve, .cert = good, .ctx = &b};
    AUTO_FREE char *address = NULL;
    pthread_t threads[THREADS];

    tls_server_start(&s);
    address = address_of(&s);
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_often, address),
                         0);
    for (size_t i = 0; i < THREADS; i++) {
        void *answers = NULL;

        ck_assert_int_eq(pthread_join(threads[i], &answers), 0);
        ck_assert_int_eq((intptr_t)answers, TURNS);
    }
    tls_server_stop(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, make_files, drop_files);
    tcase_add_loop_test(tc, a_time_out_is_for_the_whole_call, 0,
                        ARRAY_LEN(tardy));
    tcase_add_test(tc, long_answers_come_whole);
    tcase_add_test(tc, a_password_goes_over_tls);
    tcase_add_test(tc, threads_ask_at_once);
}

SUITE_MAIN("client/tls_time", fill)
