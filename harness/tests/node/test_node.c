/* test_node.c - the pure parts of node/: addresses, /proc texts, wait statuses,
 * messages, leases. */
#include "support/suite.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "node/addresses_own.h"
#include "node/keeper_wire_own.h"
#include "node/lease_own.h"
#include "node/process_own.h"

enum { NODE, FURTHER, OBSERVED };

static const struct address_case {
    struct addressing a;
    int of;
    unsigned number;
    const char *want;
} addresses[] = {
    {{.sandboxed = true}, NODE, 1, "10.88.0.1"},
    {{.sandboxed = true}, NODE, NODES_MAX, "10.88.0.64"},
    {{.sandboxed = true}, FURTHER, 1, "10.88.1.1"},
    {{.sandboxed = true}, FURTHER, FURTHER_ADDRESSES_MAX, "10.88.1.190"},
    {{.sandboxed = true}, OBSERVED, 7, "10.89.7.2"},
    {{.x = 100, .y = 255}, NODE, 64, "127.100.255.64"},
    {{.x = 100, .y = 255}, FURTHER, 1, "127.100.255.65"},
    {{.x = 127, .y = 255}, FURTHER, FURTHER_ADDRESSES_MAX, "127.127.255.254"},
    {{.x = 64, .y = 0}, OBSERVED, 3, "127.64.0.3"},
};

START_TEST(an_address_follows_from_its_number)
{
    const struct address_case *c = &addresses[_i];
    char out[NODE_ADDRESS_MAX] = "";

    if (c->of == NODE)
        address_of_node(&c->a, c->number, out);
    else if (c->of == FURTHER)
        address_further(&c->a, c->number, out);
    else
        address_observed(&c->a, c->number, out);
    ck_assert_str_eq(out, c->want);
}
END_TEST

#define NUMBERS "0 0 0 0 0 0 0 0 0 0 0 20 0 1 0"

static const struct stat_case {
    const char *text;
    int rc;
    struct process_stat want;
} stats[] = {
    {"12 (java) S 3 12 11 " NUMBERS " 98765 1 2\n", 0, {12, 'S', 3, 11, 98765}},
    {"7 (a) T (b)) T 1 7 7 " NUMBERS " 5 1\n", 0, {7, 'T', 1, 7, 5}},
    {"7 (a b\nc) Z 1 7 6 " NUMBERS " 18446744073709551615 1\n",
     0,
     {7, 'Z', 1, 6, UINT64_MAX}},
    {"7 (short) S 1 7 7 0 0 0\n", -EINVAL, {0}},
    {"7 S 1 7 7\n", -EINVAL, {0}},
    {"", -EINVAL, {0}},
};

START_TEST(a_stat_is_read_whatever_the_command)
{
    const struct stat_case *c = &stats[_i];
    struct process_stat p = {0};

    ck_assert_int_eq(process_stat_parse(c->text, &p), c->rc);
    ck_assert_int_eq(p.pid, c->want.pid);
    ck_assert_int_eq(p.state, c->want.state);
    ck_assert_int_eq(p.parent, c->want.parent);
    ck_assert_int_eq(p.session, c->want.session);
    ck_assert_uint_eq(p.start_time, c->want.start_time);
}
END_TEST

static bool is_self(const struct process_stat *p, void *ctx)
{
    (void)ctx;
    return p->pid == getpid() && p->parent == getppid();
}

START_TEST(proc_shows_this_process)
{
    struct process_stat p;

    ck_assert_int_eq(process_each(is_self, NULL), 1);
    ck_assert_int_eq(process_stat_of(getpid(), &p), 0);
    ck_assert_int_eq(p.session, getsid(0));
    ck_assert_uint_gt(p.start_time, 0);
}
END_TEST

static const struct status_case {
    int status;
    const char *want;
} statuses[] = {
    {0, "ended with exit code 0"},
    {1 << 8, "ended with exit code 1"},
    {255 << 8, "ended with exit code 255"},
    {9, "killed by signal 9 (Killed)"},
    {11 | 0x80, "killed by signal 11 (Segmentation fault)"},
    {64, "killed by signal 64 (no name)"},
};

START_TEST(a_wait_status_is_put_into_words)
{
    char text[64];

    wait_status_text(statuses[_i].status, text, sizeof(text));
    ck_assert_str_eq(text, statuses[_i].want);
}
END_TEST

START_TEST(a_message_arrives_whole)
{
    struct err err = {0};
    AUTO_JSON json_t *sent = json_array();
    AUTO_JSON json_t *got = NULL;
    int ends[2];

    for (int i = 0; i < 20000; i++)
        ck_assert_int_eq(json_array_append_new(sent, json_integer(i)), 0);
    ck_assert_int_eq(wire_pair(ends, &err), 0);
    ck_assert_int_eq(wire_send(ends[0], sent, &err), 0);
    ck_assert_int_eq(wire_receive(ends[1], &got, &err), 0);
    ck_assert(json_equal(sent, got));
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

START_TEST(too_much_is_refused_not_cut)
{
    struct err err = {0};
    AUTO_FREE char *long_text = calloc(1, 1000001);
    AUTO_JSON json_t *message = NULL;
    int ends[2];

    ck_assert_ptr_nonnull(long_text);
    memset(long_text, 'x', 1000000);
    message = json_pack("{s:s}", "env", long_text);
    ck_assert_int_eq(wire_pair(ends, &err), 0);
    ck_assert_int_eq(wire_send(ends[0], message, &err), -EMSGSIZE);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

START_TEST(the_other_sides_end_is_noticed)
{
    struct err err = {0};
    AUTO_JSON json_t *message = json_object();
    json_t *got;
    int ends[2];

    ck_assert_int_eq(wire_pair(ends, &err), 0);
    (void)close(ends[1]);
    ck_assert_int_eq(wire_receive(ends[0], &got, &err), -EPIPE);
    ck_assert_int_eq(wire_send(ends[0], message, &err), -EPIPE);
    (void)close(ends[0]);
}
END_TEST

START_TEST(a_reply_is_a_value_or_an_error)
{
    struct err sent = {.code = -ENOENT, .text = "x: no such node"};
    struct err err = {0}, bad = {0};
    AUTO_JSON json_t *values = NULL;
    json_t *none;

    ck_assert_int_eq(
        wire_unpack(wire_reply(0, json_pack("{s:i}", "pid", 3), &sent), &values,
                    &err),
        0);
    ck_assert_int_eq(json_integer_value(json_object_get(values, "pid")), 3);
    ck_assert_int_eq(
        wire_unpack(wire_reply(-ENOENT, json_object(), &sent), &none, &err),
        -ENOENT);
    ck_assert_str_eq(err.text, "x: no such node");
    ck_assert_int_eq(wire_unpack(json_object(), &none, &bad), -EBADMSG);
}
END_TEST

START_TEST(a_range_has_one_holder)
{
    struct err err = {0};
    struct lease a, b, again;

    ck_assert_msg(lease_take(&a, &err) == 0, "%s", err.text);
    ck_assert_msg(lease_take(&b, &err) == 0, "%s", err.text);
    ck_assert(a.x != b.x || a.y != b.y);
    ck_assert_int_ge(a.x, 64);
    ck_assert_int_le(a.x, 127);
    ck_assert_int_eq(lease_take_at(a.x, a.y, &again, &(struct err){0}),
                     -EADDRINUSE);
    lease_drop(&a);
    ck_assert_int_eq(lease_take_at(a.x, a.y, &again, &err), 0);
    lease_drop(&again);
    lease_drop(&b);
    lease_drop(&b);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, an_address_follows_from_its_number, 0,
                        ARRAY_LEN(addresses));
    tcase_add_loop_test(tc, a_stat_is_read_whatever_the_command, 0,
                        ARRAY_LEN(stats));
    tcase_add_test(tc, proc_shows_this_process);
    tcase_add_loop_test(tc, a_wait_status_is_put_into_words, 0,
                        ARRAY_LEN(statuses));
    tcase_add_test(tc, a_message_arrives_whole);
    tcase_add_test(tc, too_much_is_refused_not_cut);
    tcase_add_test(tc, the_other_sides_end_is_noticed);
    tcase_add_test(tc, a_reply_is_a_value_or_an_error);
    tcase_add_test(tc, a_range_has_one_holder);
}

SUITE_MAIN("node", fill)
