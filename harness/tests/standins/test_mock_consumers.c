/* test_mock_consumers.c - consumer groups of librdkafka on ordeal-mock:
 * sharing, inheriting, resuming. */
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "support/raw_requests.h"
#include "support/rdkafka_client.h"
#include "support/suite.h"

enum { BROKERS = 2, PARTITIONS = 8, LIMIT_S = 50, SESSION_MS = 800 };

/* shared by all cases but the cases with killed brokers */
static struct ordeal_mock mock;
static char topic[32], group[32]; /* of the present case */
static char session[16];

static const struct client_setting member[] = {
    {"group.id", group},
    {"session.timeout.ms", session},
    {"heartbeat.interval.ms", "50"},
    {"auto.offset.reset", "earliest"},
    {"enable.auto.commit", "false"},
    {"fetch.wait.max.ms", "100"},
    {NULL, NULL},
};

static void start_cluster(void)
{
    ordeal_mock_start(&mock, BROKERS);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void make_topic(void)
{
    AUTO_FD int fd = broker_dial(mock.brokers[1].client);

    ck_assert_int_eq(topic_make(fd, topic, PARTITIONS, BROKERS), 0);
}

static void set_up(void)
{
    (void)snprintf(topic, sizeof(topic), "t-%d", (int)getpid());
    (void)snprintf(group, sizeof(group), "g-%d", (int)getpid());
    (void)snprintf(session, sizeof(session), "%d", SESSION_MS);
    make_topic();
}

static rd_kafka_t *subscribe(void)
{
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, mock.bootstrap, member);
    rd_kafka_topic_partition_list_t *topics =
        rd_kafka_topic_partition_list_new(1);

    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    ck_assert_int_eq(rd_kafka_subscribe(rk, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    return rk;
}

/* ---- a consumer as a process, to be killed ------------------------------- */

struct consumer {
    pid_t pid;
    int out; /* a byte for each change of assignment: the number of partitions
              */
    int has;
};

static void consume(int out)
{
    rd_kafka_t *rk = subscribe();
    int had = 0;

    for (;;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 20);
        rd_kafka_topic_partition_list_t *now;
        uint8_t has;

        if (m)
            rd_kafka_message_destroy(m);
        if (rd_kafka_assignment(rk, &now))
            continue;
        has = (uint8_t)now->cnt;
        rd_kafka_topic_partition_list_destroy(now);
        if (has != had && write(out, &has, 1) != 1)
            _exit(1);
        had = has;
    }
}

static struct consumer consumer_start(void)
{
    struct consumer c = {0};
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    c.pid = fork();
    if (c.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        consume(fds[1]);
    }
    (void)close(fds[1]);
    c.out = fds[0];
    return c;
}

static void listen_to(struct consumer *c, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        struct pollfd p = {.fd = c[i].out, .events = POLLIN};
        uint8_t has;

        if (poll(&p, 1, 20) == 1 && read(c[i].out, &has, 1) == 1)
            c[i].has = has;
    }
}

static void await_shares(struct consumer *c, size_t len, int each)
{
    struct clk clk = clk_real();

    for (;;) {
        bool all = true;

        listen_to(c, len);
        for (size_t i = 0; i < len; i++)
            all &= c[i].has == each;
        if (all)
            return;
        ck_assert_int_lt(clk_now(&clk), (int64_t)LIMIT_S * US_PER_S);
    }
}

static void consumer_end(struct consumer *c, int sig)
{
    ck_assert_int_eq(kill(c->pid, sig), 0);
    if (sig != SIGKILL)
        return;
    ck_assert_int_eq(waitpid(c->pid, NULL, 0), c->pid);
    (void)close(c->out);
}

START_TEST(consumers_share_and_inherit)
{
    struct consumer c[2] = {consumer_start(), consumer_start()};
    int64_t began_us;

    await_shares(c, 2, PARTITIONS / 2);
    began_us = clk_monotonic_us();
    consumer_end(&c[1], SIGKILL);
    await_shares(c, 1, PARTITIONS);
    /* the session has to end first; the last heartbeat may be up to 100 ms old
     */
    ck_assert_int_gt(clk_monotonic_us() - began_us,
                     (SESSION_MS - 100) * US_PER_MS);
    consumer_end(&c[0], SIGKILL);
}
END_TEST

START_TEST(one_that_stood_still_joins_again)
{
    struct consumer c[2] = {consumer_start(), consumer_start()};

    await_shares(c, 2, PARTITIONS / 2);
    consumer_end(&c[1], SIGSTOP);
    await_shares(c, 1, PARTITIONS);
    consumer_end(&c[1], SIGCONT);
    await_shares(c, 2, PARTITIONS / 2);
    consumer_end(&c[0], SIGKILL);
    consumer_end(&c[1], SIGKILL);
}
END_TEST

/* Every broker is killed in turn, so the group's coordinator dies as well. */
START_TEST(groups_outlive_their_brokers)
{
    struct consumer c[2];

    ordeal_mock_start(&mock,
                      BROKERS); /* for the case with killed brokers only */
    make_topic();
    c[0] = consumer_start();
    c[1] = consumer_start();
    await_shares(c, 2, PARTITIONS / 2);
    for (int k = 1; k <= BROKERS; k++) {
        broker_signal(&mock, k, SIGKILL);
        await_brokers(mock.brokers[3 - k].client, BROKERS - 1);
        broker_start(&mock, k);
        await_brokers(mock.brokers[3 - k].client, BROKERS);
    }
    consumer_end(&c[1], SIGKILL);
    await_shares(c, 1, PARTITIONS);
    consumer_end(&c[0], SIGKILL);
    ordeal_mock_end(&mock);
}
END_TEST

/* ---- a consumer resumes -------------------------------------------------- */

static int read_some(rd_kafka_t *rk, int count)
{
    struct clk clk = clk_real();
    int seen = 0;

    while (seen < count) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 50);

        ck_assert_int_lt(clk_now(&clk), (int64_t)LIMIT_S * US_PER_S);
        seen += m && !m->err;
        if (m)
            rd_kafka_message_destroy(m);
    }
    return seen;
}

START_TEST(goes_on_where_it_has_committed)
{
    rd_kafka_t *producer = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    rd_kafka_message_t *m;
    rd_kafka_t *rk;

    produce_all(producer, topic, PARTITIONS, 0, 200);
    rk = subscribe();
    (void)read_some(rk, 200);
    ck_assert_int_eq(rd_kafka_commit(rk, NULL, 0), 0);
    ck_assert_int_eq(rd_kafka_consumer_close(rk), 0);
    rd_kafka_destroy(rk);
    produce_all(producer, topic, PARTITIONS, 200, 50);
    rk = subscribe();
    (void)read_some(rk, 50);
    m = rd_kafka_consumer_poll(rk, 300);
    ck_assert(!m || m->err);
    if (m)
        rd_kafka_message_destroy(m);
    ck_assert_int_eq(rd_kafka_consumer_close(rk), 0);
    rd_kafka_destroy(rk);
    rd_kafka_destroy(producer);
}
END_TEST

/* A waiting Fetch is answered as soon as a record is appended, not only at the
 * time-out. */
START_TEST(what_comes_is_there_at_once)
{
    static const struct client_setting patient[] = {
        {"group.id", "p"}, {"fetch.wait.max.ms", "8000"}, {NULL, NULL}};
    rd_kafka_t *producer = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, mock.bootstrap, patient);
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(1);
    int64_t began_us;

    rd_kafka_topic_partition_list_add(all, topic, 0)->offset = 0;
    ck_assert_int_eq(rd_kafka_assign(rk, all), 0);
    rd_kafka_topic_partition_list_destroy(all);
    produce_all(producer, topic, 1, 0, 1);
    (void)read_some(rk, 1);
    /* a Fetch is waiting now */
    ck_assert_ptr_null(rd_kafka_consumer_poll(rk, 200));
    began_us = clk_monotonic_us();
    produce_all(producer, topic, 1, 1, 1);
    (void)read_some(rk, 1);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5 * US_PER_S);
    rd_kafka_destroy(rk);
    rd_kafka_destroy(producer);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, consumers_share_and_inherit);
    tcase_add_test(tc, one_that_stood_still_joins_again);
    tcase_add_test(tc, groups_outlive_their_brokers);
    tcase_add_test(tc, goes_on_where_it_has_committed);
    tcase_add_test(tc, what_comes_is_there_at_once);
}

SUITE_MAIN_TIMEOUT("ordeal-mock, consumers", fill, 120)
