/* test_groups_watch.c - facts from records of __consumer_offsets. */
#include <errno.h>
#include <malloc.h>

#include "base/own.h"
#include "observe/watching.h"
#include "support/suite.h"

#define GROUP "connect-orders-to-shop"
#define TOPIC "orders"

/* ---- records of __consumer_offsets, as written by a broker --------------- */

struct bytes {
    unsigned char at[2048];
    size_t len;
};

static void put(struct bytes *b, uint64_t v, size_t n)
{
    ck_assert_uint_le(b->len + n, sizeof(b->at));
    for (size_t i = 0; i < n; i++)
        b->at[b->len++] = (unsigned char)(v >> 8 * (n - 1 - i));
}

static void put_raw(struct bytes *b, const void *at, size_t n)
{
    ck_assert_uint_le(b->len + n, sizeof(b->at));
    memcpy(b->at + b->len, at, n);
    b->len += n;
}

static void put_text(struct bytes *b, const char *s)
{
    put(b, strlen(s), 2);
    put_raw(b, s, strlen(s));
}

static void note(struct groups_watch *w, const struct bytes *key,
                 const struct bytes *value, int64_t wall_us)
{
    groups_watch_note(w, &(struct record){
                             .key = key->at,
                             .key_len = key->len,
                             .value = value ? value->at : NULL,
                             .value_len = value ? value->len : 0,
                             .at.time_us = wall_us,
                         });
}

/* offset -1: the commit is deleted. */
static void commit(struct groups_watch *w, int partition, int64_t offset,
                   int64_t wall_ms)
{
    struct bytes key = {.len = 0}, value = {.len = 0};

    put(&key, 1, 2);
    put_text(&key, GROUP);
    put_text(&key, TOPIC);
    put(&key, (uint64_t)partition, 4);
    put(&value, 3, 2);
    put(&value, (uint64_t)offset, 8);
    put(&value, (uint32_t)-1, 4);
    put_text(&value, "");
    put(&value, (uint64_t)wall_ms, 8);
    note(w, &key, offset < 0 ? NULL : &value, wall_ms * 1000);
}

struct member {
    const char *client, *host;
    int first, count; /* partitions */
    const char *id;   /* NULL: as the client */
};

static void put_assignment(struct bytes *b, const struct member *m)
{
    struct bytes a = {.len = 0};

    put(&a, 0, 2);
    put(&a, 1, 4);
    put_text(&a, TOPIC);
    put(&a, (uint64_t)m->count, 4);
    for (int i = 0; i < m->count; i++)
        put(&a, (uint64_t)(m->first + i), 4);
    put(&a, 0, 4);
    put(b, a.len, 4);
    put_raw(b, a.at, a.len);
}

static void generation(struct groups_watch *w, int number,
                       const struct member *m, size_t n, int64_t wall_us)
{
    struct bytes key = {.len = 0}, value = {.len = 0};

    put(&key, 2, 2);
    put_text(&key, GROUP);
    put(&value, 1, 2);
    put_text(&value, "consumer");
    put(&value, (uint64_t)number, 4);
    put_text(&value, "range");
    put_text(&value, "leader");
    put(&value, n, 4);
    for (size_t i = 0; i < n; i++) {
        put_text(&value, m[i].id ? m[i].id : m[i].client);
        put_text(&value, m[i].client);
        put_text(&value, m[i].host);
        put(&value, 60000, 4);
        put(&value, 45000, 4);
        put(&value, 0, 4);
        put_assignment(&value, &m[i]);
    }
    note(w, &key, &value, wall_us);
}

/* ---- tests --------------------------------------------------------------- */

static struct watching env;
static struct groups_watch *watch;

static void setup(void)
{
    watching_init(&env);
    watch = groups_watch_new(&env.spec);
}

static void teardown(void)
{
    groups_watch_free(watch);
}

static int64_t committed(int partition)
{
    struct committed c[8];
    size_t n = groups_watch_committed(watch, GROUP, TOPIC, c, ARRAY_LEN(c));

    for (size_t i = 0; i < n; i++)
        if (c[i].partition == partition)
            return c[i].offset;
    return -1;
}

START_TEST(the_last_commit_counts_and_all_are_kept)
{
    AUTO_FREE struct commit *all = NULL;

    commit(watch, 0, 10, 100);
    commit(watch, 1, 5, 101);
    commit(watch, 0, 20, 102);
    commit(watch, 0, 15, 103);
    ck_assert_int_eq(committed(0), 15);
    ck_assert_int_eq(committed(1), 5);
    ck_assert_int_eq(committed(2), -1);
    ck_assert_uint_eq(groups_watch_commits(watch, GROUP, TOPIC, &all), 4);
    ck_assert_int_eq(all[2].offset, 20);
    ck_assert_int_eq(all[2].time_us, 102000);
    ck_assert_int_eq(all[3].offset, 15);
    ck_assert_uint_eq(groups_watch_committed(watch, GROUP, TOPIC, NULL, 0), 0);
}
END_TEST

/* Two minutes of 96 partitions committed five times a second. */
START_TEST(commits_do_not_make_memory_grow)
{
    enum { COMMITS = 60000, PARTITIONS = 96 };
    AUTO_FREE struct commit *all = NULL;
    size_t before, wrong = 0;

    groups_watch_free(watch);
    env.spec.work_dir = "/tmp";
    watch = groups_watch_new(&env.spec);
    for (int i = 0; i < 10000; i++)
        commit(watch, i % PARTITIONS, i, i);
    before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (int i = 10000; i < COMMITS; i++)
        commit(watch, i % PARTITIONS, i, i);
    ck_assert_uint_lt(mallinfo2().uordblks + mallinfo2().hblkhd,
                      before + (1 << 18));
    ck_assert_uint_eq(groups_watch_commits(watch, GROUP, TOPIC, &all), COMMITS);
    for (int i = 0; i < COMMITS; i++)
        wrong += all[i].offset != i || all[i].partition != i % PARTITIONS ||
                 all[i].time_us != (int64_t)i * 1000;
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(commits_without_a_file_stay_in_memory)
{
    AUTO_FREE struct commit *all = NULL;

    groups_watch_free(watch);
    env.spec.work_dir = "/nowhere";
    watch = groups_watch_new(&env.spec);
    for (int i = 0; i < 10000; i++)
        commit(watch, 0, i, i);
    ck_assert_uint_eq(groups_watch_commits(watch, GROUP, TOPIC, &all), 10000);
    ck_assert_int_eq(all[9999].offset, 9999);
}
END_TEST

START_TEST(a_commit_that_was_deleted_is_none)
{
    AUTO_FREE struct commit *all = NULL;

    commit(watch, 0, 10, 100);
    commit(watch, 1, 7, 100);
    commit(watch, 2, 8, 100);
    commit(watch, 0, -1, 101);
    commit(watch, 3, -1, 101);
    ck_assert_int_eq(committed(0), -1);
    ck_assert_int_eq(committed(1), 7);
    ck_assert_int_eq(committed(2), 8);
    ck_assert_int_eq(committed(3), -1);
    commit(watch, 0, 3, 102);
    ck_assert_int_eq(committed(0), 3);
    ck_assert_uint_eq(groups_watch_commits(watch, GROUP, TOPIC, &all), 4);
}
END_TEST

START_TEST(other_groups_are_others)
{
    AUTO_FREE struct commit *none = NULL;
    struct committed c;

    commit(watch, 0, 10, 100);
    ck_assert_uint_eq(groups_watch_committed(watch, "x", TOPIC, &c, 1), 0);
    ck_assert_uint_eq(groups_watch_committed(watch, GROUP, "x", &c, 1), 0);
    ck_assert_uint_eq(groups_watch_commits(watch, "x", TOPIC, &none), 0);
    ck_assert_int_eq(groups_watch_last_generation(watch, "x"), -1);
}
END_TEST

START_TEST(what_is_no_record_of_groups_is_passed_over)
{
    struct bytes cut = {.len = 0}, unknown = {.len = 0};

    put(&cut, 1, 2);
    put(&cut, 400, 2); /* a text longer than the key */
    note(watch, &cut, NULL, 0);
    put(&unknown, 77, 2);
    note(watch, &unknown, &unknown, 0);
    note(watch, &(struct bytes){.len = 0}, NULL, 0);
    ck_assert_int_eq(env.events_len, 0);
}
END_TEST

/* "p<partition>=<node>/<task>" of each change, "-" for nobody. */
static void owners_text(char *out, size_t size)
{
    AUTO_FREE struct group_owner *o = NULL;
    size_t n = groups_watch_owners(watch, GROUP, TOPIC, &o), at = 0;

    out[0] = 0;
    for (size_t i = 0; i < n; i++)
        at +=
            (size_t)(o[i].nobody ? snprintf(out + at, size - at, "%sp%d=-",
                                            i ? " " : "", o[i].partition)
                                 : snprintf(out + at, size - at, "%sp%d=%d/%d",
                                            i ? " " : "", o[i].partition,
                                            o[i].node, o[i].task));
}

#define SINK "connector-consumer-orders-to-shop-"

static const struct handover {
    const char *what;
    struct {
        int number;
        struct member members[3];
        size_t len;
    } generations[3];
    const char *want;
} handovers[] = {
    {"by host",
     {{1,
       {{SINK "0", "/10.0.0.1", 0, 2, NULL},
        {SINK "1", "/10.0.0.2", 2, 1, NULL}},
       2}},
     "p0=1/0 p1=1/0 p2=2/1"},
    {"who keeps it is said once",
     {{1, {{SINK "0", "/10.0.0.1", 0, 1, NULL}}, 1},
      {2, {{SINK "0", "/10.0.0.1", 0, 1, NULL}}, 1}},
     "p0=1/0"},
    {"handed over",
     {{1, {{SINK "0", "/10.0.0.1", 0, 2, NULL}}, 1},
      {2,
       {{SINK "0", "/10.0.0.1", 0, 1, NULL},
        {SINK "1", "/10.0.0.2", 1, 1, NULL}},
       2}},
     "p0=1/0 p1=1/0 p1=2/1"},
    {"nobody is left",
     {{1, {{SINK "0", "/10.0.0.1", 0, 2, NULL}}, 1}, {2, {{0}}, 0}},
     "p0=1/0 p1=1/0 p0=- p1=-"},
    {"nobody, then somebody again",
     {{1, {{SINK "0", "/10.0.0.1", 0, 1, NULL}}, 1},
      {2, {{0}}, 0},
      {3, {{SINK "0", "/10.0.0.1", 0, 1, NULL}}, 1}},
     "p0=1/0 p0=- p0=1/0"},
    {"a task that was started anew is another owner",
     {{1, {{SINK "0", "/127.0.0.1", 0, 1, "a"}}, 1},
      {2, {{SINK "0", "/127.0.0.1", 0, 1, "a"}}, 1},
      {3, {{SINK "0", "/127.0.0.1", 0, 1, "b"}}, 1}},
     "p0=-1/0 p0=-1/0"},
    {"by task alone",
     {{1, {{SINK "3", "/127.0.0.1", 0, 1, NULL}}, 1}},
     "p0=-1/3"},
    {"a client that says nothing",
     {{1, {{"rdkafka", "/127.0.0.1", 0, 1, NULL}}, 1}},
     "p0=-1/-1"},
    {"one task twice is nobody to be told",
     {{1,
       {{SINK "0", "/127.0.0.1", 0, 1, NULL},
        {SINK "0", "/127.0.0.1", 1, 1, NULL}},
       2}},
     "p0=-1/-1 p1=-1/-1"},
    {"a name that ends in no number",
     {{1, {{SINK, "/127.0.0.1", 0, 1, NULL}}, 1}},
     "p0=-1/-1"},
};

START_TEST(who_owns_what)
{
    const struct handover *h = &handovers[_i];
    char got[400];

    for (size_t i = 0; i < ARRAY_LEN(h->generations); i++)
        if (h->generations[i].number > 0)
            generation(watch, h->generations[i].number,
                       h->generations[i].members, h->generations[i].len,
                       (int64_t)i);
    owners_text(got, sizeof(got));
    ck_assert_msg(strcmp(got, h->want) == 0, "%s: %s", h->what, got);
}
END_TEST

START_TEST(a_new_generation_is_an_event_with_its_time)
{
    const struct member m = {SINK "0", "/10.0.0.1", 0, 1, NULL};

    generation(watch, 4, &m, 1, 1);
    ck_assert_int_eq(groups_watch_last_generation(watch, GROUP), 5000000);
    env.now_us = 9000000;
    generation(watch, 4, &m, 1, 2); /* the same generation written again */
    ck_assert_int_eq(groups_watch_last_generation(watch, GROUP), 5000000);
    ck_assert_int_eq(env.events_len, 1);
    generation(watch, 5, &m, 1, 3);
    ck_assert_int_eq(groups_watch_last_generation(watch, GROUP), 9000000);
    ck_assert_int_eq(env.events_len, 2);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_last_commit_counts_and_all_are_kept);
    tcase_add_test(tc, commits_do_not_make_memory_grow);
    tcase_add_test(tc, commits_without_a_file_stay_in_memory);
    tcase_add_test(tc, a_commit_that_was_deleted_is_none);
    tcase_add_test(tc, other_groups_are_others);
    tcase_add_test(tc, what_is_no_record_of_groups_is_passed_over);
    tcase_add_loop_test(tc, who_owns_what, 0, ARRAY_LEN(handovers));
    tcase_add_test(tc, a_new_generation_is_an_event_with_its_time);
}

SUITE_MAIN("groups watched", fill)
