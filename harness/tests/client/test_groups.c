/* test_groups.c - records of __consumer_offsets, from bytes made by hand. */
#include <errno.h>
#include <string.h>

#include "client/groups.h"
#include "support/suite.h"

#include "base/attr.h"

/* ---- writing records as a broker does ------------------------------------*/

struct out {
    uint8_t at[4096];
    size_t len;
    bool compact;
};

static void number(struct out *o, int64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        o->at[o->len++] = (uint8_t)((uint64_t)v >> (8 * i));
}

static void length(struct out *o, int64_t n, int bytes)
{
    if (o->compact)
        number(o, n + 1, 1); /* all of ours are short */
    else
        number(o, n, bytes);
}

static void text(struct out *o, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    length(o, s ? (int64_t)n : -1, 2);
    memcpy(o->at + o->len, s ? s : "", n);
    o->len += n;
}

static void raw(struct out *o, const struct out *what)
{
    length(o, (int64_t)what->len, 4);
    memcpy(o->at + o->len, what->at, what->len);
    o->len += what->len;
}

static void no_tags(struct out *o)
{
    if (o->compact)
        number(o, 0, 1);
}

static struct out commit_key(int version)
{
    struct out o = {.len = 0};

    number(&o, version, 2);
    text(&o, "connect-shop");
    text(&o, "orders");
    number(&o, 3, 4);
    return o;
}

static struct out commit_value(int version)
{
    struct out o = {.compact = version >= 4};

    number(&o, version, 2);
    number(&o, 123456789012, 8);
    if (version >= 3)
        number(&o, 7, 4);
    text(&o, "note");
    number(&o, 1000, 8);
    if (version == 1)
        number(&o, 2000, 8);
    no_tags(&o);
    return o;
}

static struct out group_key(void)
{
    struct out o = {.len = 0};

    number(&o, 2, 2);
    text(&o, "connect-shop");
    return o;
}

/* orders[0], orders[2], returns[1] */
static struct out assignment(void)
{
    struct out o = {.len = 0};

    number(&o, 1, 2);
    number(&o, 2, 4);
    text(&o, "orders");
    number(&o, 2, 4);
    number(&o, 0, 4);
    number(&o, 2, 4);
    text(&o, "returns");
    number(&o, 1, 4);
    number(&o, 1, 4);
    number(&o, -1, 4); /* no user data */
    return o;
}

static void member(struct out *o, int version, const char *id,
                   const struct out *assigned)
{
    struct out subscription = {.at = {0, 1, 2}, .len = 3};

    text(o, id);
    if (version >= 3)
        text(o, NULL);
    text(o, "connector-consumer-shop-0");
    text(o, "/10.1.2.3");
    if (version >= 1)
        number(o, 60000, 4);
    number(o, 10000, 4);
    raw(o, &subscription);
    raw(o, assigned);
    no_tags(o);
}

static struct out group_value(int version, const char *type)
{
    struct out o = {.compact = version >= 4};
    struct out assigned = assignment(), nothing = {.len = 0};

    number(&o, version, 2);
    text(&o, type);
    number(&o, 12, 4);
    text(&o, "range");
    text(&o, "member-a");
    if (version >= 2)
        number(&o, 5000, 8);
    length(&o, 2, 4);
    member(&o, version, "member-a", &assigned);
    member(&o, version, "member-b", &nothing);
    no_tags(&o);
    return o;
}

static int parse(const struct out *key, const struct out *value,
                 struct group_record *r)
{
    return group_record_parse(key->at, key->len, value ? value->at : NULL,
                              value ? value->len : 0, r);
}

/* ---- records parsed ------------------------------------------------------*/

START_TEST(a_commit_of_every_version)
{
    struct out key = commit_key(_i % 2), value = commit_value(_i);
    struct group_record r;

    ck_assert_int_eq(parse(&key, &value, &r), 0);
    ck_assert_int_eq(r.kind, GROUP_COMMIT);
    ck_assert(!r.tombstone);
    ck_assert_str_eq(r.group, "connect-shop");
    ck_assert_str_eq(r.topic, "orders");
    ck_assert_int_eq(r.partition, 3);
    ck_assert_int_eq(r.offset, 123456789012);
    ck_assert_int_eq(r.leader_epoch, _i >= 3 ? 7 : -1);
    ck_assert_str_eq(r.metadata, "note");
    ck_assert_int_eq(r.commit_time_us, 1000000);
    ck_assert_int_eq(r.expire_time_us, _i == 1 ? 2000000 : -1);
    group_record_done(&r);
}
END_TEST

START_TEST(a_membership_of_every_version)
{
    struct out key = group_key(), value = group_value(_i, "consumer");
    const struct group_member *m;
    struct group_record r;

    ck_assert_int_eq(parse(&key, &value, &r), 0);
    ck_assert_int_eq(r.kind, GROUP_MEMBERSHIP);
    ck_assert_str_eq(r.group, "connect-shop");
    ck_assert_int_eq(r.generation, 12);
    ck_assert_str_eq(r.protocol, "range");
    ck_assert_str_eq(r.leader, "member-a");
    ck_assert_int_eq(r.state_time_us, _i >= 2 ? 5000000 : -1);
    ck_assert_uint_eq(r.members_len, 2);
    m = &r.members[0];
    ck_assert_str_eq(m->id, "member-a");
    ck_assert_ptr_null(m->instance_id);
    ck_assert_str_eq(m->client_id, "connector-consumer-shop-0");
    ck_assert_str_eq(m->client_host, "/10.1.2.3");
    ck_assert_int_eq(m->rebalance_timeout_ms, _i >= 1 ? 60000 : -1);
    ck_assert_int_eq(m->session_timeout_ms, 10000);
    ck_assert_uint_eq(m->subscription_len, 3);
    ck_assert_uint_eq(m->partitions_len, 3);
    ck_assert_str_eq(m->partitions[1].topic, "orders");
    ck_assert_int_eq(m->partitions[1].partition, 2);
    ck_assert_str_eq(m->partitions[2].topic, "returns");
    ck_assert_int_eq(m->partitions[2].partition, 1);
    ck_assert_uint_eq(r.members[1].partitions_len, 0);
    group_record_done(&r);
}
END_TEST

START_TEST(an_assignment_of_workers_is_left_alone)
{
    struct out key = group_key(), value = group_value(3, "connect");
    struct group_record r;

    ck_assert_int_eq(parse(&key, &value, &r), 0);
    ck_assert_uint_eq(r.members[0].partitions_len, 0);
    ck_assert_uint_gt(r.members[0].assignment_len, 0);
    group_record_done(&r);
}
END_TEST

START_TEST(a_deletion_is_a_tombstone)
{
    struct out keys[] = {commit_key(1), group_key()};
    struct group_record r;

    ck_assert_int_eq(parse(&keys[_i], NULL, &r), 0);
    ck_assert(r.tombstone);
    ck_assert_int_eq(r.kind, _i == 0 ? GROUP_COMMIT : GROUP_MEMBERSHIP);
    ck_assert_str_eq(r.group, "connect-shop");
    ck_assert_int_eq(r.offset, -1);
    group_record_done(&r);
}
END_TEST

static const struct strange {
    const char *name;
    uint8_t key[8];
    size_t key_len;
    uint8_t value[8];
    size_t value_len;
} stranges[] = {
    {"no key", {0}, 0, {0}, 2},
    {"half a version", {0}, 1, {0}, 2},
    {"a newer group protocol", {0, 3, 0, 1, 'g'}, 5, {0, 0}, 2},
    {"a key from the future", {0x7f, 0xff}, 2, {0}, 0},
    {"a negative version", {0xff, 0xff}, 2, {0}, 0},
    {"a value from the future", {0, 2, 0, 1, 'g'}, 5, {0, 9}, 2},
};

START_TEST(what_is_strange_is_skipped)
{
    const struct strange *s = &stranges[_i];
    struct group_record r;

    ck_assert_int_eq(
        group_record_parse(s->key, s->key_len, s->value, s->value_len, &r), 0);
    ck_assert_msg(r.kind == GROUP_UNKNOWN, "%s", s->name);
    group_record_done(&r);
}
END_TEST

/* Every prefix, in a buffer of exactly the size, so a sanitizer sees a read
 * behind the end. */
START_TEST(what_is_cut_short_is_refused)
{
    struct out key = _i < 5 ? commit_key(1) : group_key();
    struct out value =
        _i < 5 ? commit_value(_i) : group_value(_i - 5, "consumer");

    for (size_t n = 0; n < value.len; n++) {
        uint8_t *cut = malloc(n + 1);
        struct group_record r;

        ck_assert_ptr_nonnull(cut);
        cut = realloc(cut, n ? n : 1);
        memcpy(cut, value.at, n);
        ck_assert_msg(group_record_parse(key.at, key.len, cut, n, &r) ==
                          -EBADMSG,
                      "%zu of %zu bytes", n, value.len);
        free(cut);
    }
}
END_TEST

/* Every byte to some wicked values: any answer will do, but no bad access. */
START_TEST(what_is_garbled_does_no_harm)
{
    static const uint8_t wicked[] = {0, 1, 0x7f, 0x80, 0xff};
    struct out key = _i < 5 ? commit_key(1) : group_key();
    struct out value =
        _i < 5 ? commit_value(_i) : group_value(_i - 5, "consumer");
    uint8_t *exact = malloc(value.len);

    ck_assert_ptr_nonnull(exact);
    for (size_t at = 0; at < value.len * ARRAY_LEN(wicked); at++) {
        struct group_record r;

        memcpy(exact, value.at, value.len);
        exact[at / ARRAY_LEN(wicked)] = wicked[at % ARRAY_LEN(wicked)];
        if (group_record_parse(key.at, key.len, exact, value.len, &r) == 0)
            group_record_done(&r);
    }
    free(exact);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_commit_of_every_version, 0, 5);
    tcase_add_loop_test(tc, a_membership_of_every_version, 0, 5);
    tcase_add_test(tc, an_assignment_of_workers_is_left_alone);
    tcase_add_loop_test(tc, a_deletion_is_a_tombstone, 0, 2);
    tcase_add_loop_test(tc, what_is_strange_is_skipped, 0, ARRAY_LEN(stranges));
    tcase_add_loop_test(tc, what_is_cut_short_is_refused, 0, 10);
    tcase_add_loop_test(tc, what_is_garbled_does_no_harm, 0, 10);
}

SUITE_MAIN("groups", fill)
