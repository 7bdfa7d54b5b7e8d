/* test_quorum.c - the two hand-made requests, against a broker of the test. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "client/quorum.h"
#include "support/suite.h"

/* A broker for a single connection: reads a request and sends `reply`. */
struct broker {
    const uint8_t *reply;
    size_t len;
    int fd;
    char address[32];
    uint8_t asked[256]; /* the request, without the size in front */
    pthread_t thread;
};

static void *serve(void *ctx)
{
    struct broker *b = ctx;
    AUTO_FD int c = accept(b->fd, NULL, NULL);

    uint8_t size[4], rest;

    if (recv(c, size, 4, MSG_WAITALL) == 4)
        best_effort(recv(c, b->asked, size[3], MSG_WAITALL));
    best_effort(write(c, b->reply, b->len));
    /* until the client has had enough */
    best_effort(recv(c, &rest, 1, 0));
    return NULL;
}

static void broker_start(struct broker *b)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof(at);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    b->fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(b->fd, (struct sockaddr *)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(b->fd, 1), 0);
    ck_assert_int_eq(getsockname(b->fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(b->address, sizeof(b->address), "127.0.0.1:%d",
                   ntohs(at.sin_port));
    ck_assert_int_eq(pthread_create(&b->thread, NULL, serve, b), 0);
}

static void broker_stop(struct broker *b)
{
    (void)pthread_join(b->thread, NULL);
    (void)close(b->fd);
}

static int ask(const char *bootstrap, int64_t timeout_us, int32_t *leader,
               struct err *err)
{
    const struct kafka_access access = {.bootstrap = bootstrap};

    return quorum_leader(&access, timeout_us, leader, err);
}

/* Size, correlation "orde", tags, error, number of topics, name, number of
 * partitions, index, error, leader. The parser reads no field behind. */
#define HEAD(size) 0, 0, 0, size, 'o', 'r', 'd', 'e'
#define NAME                                                                   \
    19, '_', '_', 'c', 'l', 'u', 's', 't', 'e', 'r', '_', 'm', 'e', 't', 'a',  \
        'd', 'a', 't', 'a'

static const uint8_t leader_two[] = {HEAD(38), 0, 0, 0, 2, NAME, 2, 0, 0,
                                     0,        0, 0, 0, 0, 0,    0, 2};
static const uint8_t tagged[] = {HEAD(41), 1, 5, 1, 9, 0, 0, 2, NAME, 2,
                                 0,        0, 0, 0, 0, 0, 0, 0, 0,    7};
static const uint8_t no_leader[] = {HEAD(38), 0, 0, 0, 2,    NAME, 2,    0,   0,
                                    0,        0, 0, 0, 0xff, 0xff, 0xff, 0xff};
static const uint8_t not_controller[] = {HEAD(7), 0, 0, 41};
static const uint8_t cut_short[] = {HEAD(9), 0, 0, 0, 2, 19};
static const uint8_t foreign[] = {0, 0, 0, 5, 'x', 'r', 'd', 'e', 0};
static const uint8_t too_long[] = {0x7f, 0xff, 0xff, 0xff};
static const uint8_t endless_number[] = {HEAD(12), 0,    0,    0,   0xff,
                                         0xff,     0xff, 0xff, 0xff};
static const uint8_t silence[] = {0};

static const struct {
    const char *what;
    const uint8_t *reply;
    size_t len;
    int rc, leader;
} answers[] = {
    {"a leader", leader_two, sizeof(leader_two), 0, 2},
    {"tags are passed over", tagged, sizeof(tagged), 0, 7},
    {"an election", no_leader, sizeof(no_leader), -EAGAIN, 0},
    {"an error", not_controller, sizeof(not_controller), -EAGAIN, 0},
    {"cut short", cut_short, sizeof(cut_short), -EPROTO, 0},
    {"of another request", foreign, sizeof(foreign), -EPROTO, 0},
    {"too long", too_long, sizeof(too_long), -EPROTO, 0},
    {"a number without end", endless_number, sizeof(endless_number), -EPROTO,
     0},
    {"nothing", silence, 0, -ETIMEDOUT, 0},
};

START_TEST(what_a_broker_says_is_read)
{
    struct broker b = {.reply = answers[_i].reply, .len = answers[_i].len};
    struct err err = {0};
    int32_t leader = 0;
    int rc;

    broker_start(&b);
    rc = ask(b.address, 300 * US_PER_MS, &leader, &err);
    ck_assert_msg(rc == answers[_i].rc, "%s: %d %s", answers[_i].what, rc,
                  err.text);
    ck_assert_int_eq(leader, answers[_i].leader);
    broker_stop(&b);
    ck_assert_int_eq(memcmp(b.asked, "\0\x37\0\0", 4), 0); /* 55, version 0 */
}
END_TEST

START_TEST(the_next_broker_is_asked_when_one_is_gone)
{
    struct broker b = {.reply = leader_two, .len = sizeof(leader_two)};
    AUTO_FREE char *both = NULL;
    struct err err = {0};
    int32_t leader = 0;

    broker_start(&b);
    both = path_of("127.0.0.1:1,%s", b.address);
    ck_assert_int_eq(ask(both, US_PER_S, &leader, &err), 0);
    ck_assert_int_eq(leader, 2);
    broker_stop(&b);
}
END_TEST

START_TEST(a_broker_answers_or_it_does_not)
{
    /* version 3: error, no API, throttle time, no tags */
    static const uint8_t yes[] = {HEAD(12), 0, 0, 1, 0, 0, 0, 0, 0};
    struct broker b = {.reply = yes, .len = sizeof(yes)};
    struct err err = {0};

    broker_start(&b);
    ck_assert_int_eq(broker_answers(NULL, b.address, US_PER_S, &err), 0);
    broker_stop(&b);
    ck_assert_int_eq(broker_answers(NULL, b.address, US_PER_S, &err),
                     -ECONNREFUSED);
    err = (struct err){0};
    ck_assert_int_eq(broker_answers(NULL, "nowhere", US_PER_S, &err), -EINVAL);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, what_a_broker_says_is_read, 0, ARRAY_LEN(answers));
    tcase_add_test(tc, the_next_broker_is_asked_when_one_is_gone);
    tcase_add_test(tc, a_broker_answers_or_it_does_not);
}

SUITE_MAIN("client/quorum", fill)
