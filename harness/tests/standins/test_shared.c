/* test_shared.c - addresses and timed waits of the stand-ins. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/cond.h"
#include "standins/shared/address.h"
#include "support/suite.h"

static const struct {
    const char *text;
    bool good;
} cases[] = {
    {"127.0.0.1:80", true},
    {"0.0.0.0:0", true},
    {"255.255.255.255:65535", true},
    {"127.0.0.1:65536", false},
    {"127.0.0.1:", false},
    {"127.0.0.1:80x", false},
    {"127.0.0.1", false},
    {"localhost:80", false},
    {":80", false},
    {"", false},
    {"127.0.0.1:80:90", false},
};

START_TEST(an_address_is_read_or_refused)
{
    struct sockaddr_in at;
    struct err err = {0};
    char text[ADDRESS_TEXT];
    int rc = address_read(cases[_i].text, &at, &err);

    ck_assert_msg((rc == 0) == cases[_i].good, "%s", cases[_i].text);
    if (rc == 0) {
        address_write(&at, text);
        ck_assert_str_eq(text, cases[_i].text);
    } else {
        ck_assert_int_eq(rc, -EINVAL);
        ck_assert_ptr_nonnull(strstr(err.text, "not ADDRESS:PORT"));
    }
}
END_TEST

START_TEST(a_port_is_held_by_one_listener)
{
    struct sockaddr_in at;
    struct err err = {0};
    int first, second;

    ck_assert_int_eq(address_read("127.0.0.1:0", &at, &err), 0);
    ck_assert_int_eq(address_listen(&at, 1, &first, &err), 0);
    ck_assert_uint_ne(at.sin_port, 0);
    ck_assert_int_eq(address_listen(&at, 1, &second, &err), -EADDRINUSE);
    (void)close(first);
    ck_assert_int_eq(address_listen(&at, 1, &second, &(struct err){0}), 0);
    (void)close(second);
}
END_TEST

START_TEST(a_wait_ends_at_its_time)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int64_t until_us = clk_monotonic_us() + 20 * US_PER_MS;
    pthread_cond_t cond;

    cond_init(&cond);
    pthread_mutex_lock(&lock);
    while (cond_wait_until(&cond, &lock, until_us))
        ;
    pthread_mutex_unlock(&lock);
    ck_assert_int_ge(clk_monotonic_us(), until_us);
    pthread_cond_destroy(&cond);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, an_address_is_read_or_refused, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, a_port_is_held_by_one_listener);
    tcase_add_test(tc, a_wait_ends_at_its_time);
}

SUITE_MAIN("what stand-ins share", fill)
