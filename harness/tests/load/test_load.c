/* test_load.c - load into files on a clock moved by the test: pace, ledger,
 * records. */
#include "support/station.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/own.h"
#include "ledger/ledger.h"
#include "load/load.h"
#include "oracle/stamp.h"
#include "support/suite.h"

enum { RUN = 77 };

/* A clock moved by step() alone. The load's thread sleeps until the clock has
 * been moved far enough. */
struct stepped {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int64_t now_us;
    int64_t wanted_us; /* the time until which the load sleeps */
    bool free;         /* sleeping returns at once */
};

static struct stepped stepped;

static int64_t stepped_now(void *ctx)
{
    struct stepped *s = ctx;
    int64_t now;

    pthread_mutex_lock(&s->lock);
    now = s->now_us;
    pthread_mutex_unlock(&s->lock);
    return now;
}

static void stepped_sleep(void *ctx, int64_t at_us)
{
    struct stepped *s = ctx;

    pthread_mutex_lock(&s->lock);
    s->wanted_us = at_us;
    pthread_cond_broadcast(&s->moved);
    while (!s->free && s->now_us < at_us)
        pthread_cond_wait(&s->moved, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static const struct clk clk = {stepped_now, stepped_sleep, &stepped};

/* Moves the clock by `us` in one jump, and waits until the load sleeps again:
 * by then the load has sent all records due. */
static void step(int64_t us)
{
    pthread_mutex_lock(&stepped.lock);
    stepped.now_us += us;
    pthread_cond_broadcast(&stepped.moved);
    while (stepped.wanted_us <= stepped.now_us)
        pthread_cond_wait(&stepped.moved, &stepped.lock);
    pthread_mutex_unlock(&stepped.lock);
}

static void let_go(void)
{
    pthread_mutex_lock(&stepped.lock);
    stepped.free = true;
    pthread_cond_broadcast(&stepped.moved);
    pthread_mutex_unlock(&stepped.lock);
}

static void step_for(int64_t us)
{
    for (int64_t t = 0; t < us; t += 5000)
        step(5000);
}

static char *ledger_name(void)
{
    return path_of("%s/ledger.bin", dir);
}

static struct load_thread *start(const struct load_item *items, size_t n)
{
    AUTO_FREE char *path = ledger_name();
    const struct load_spec spec = {
        .run = RUN,
        .seed = 1,
        .ledger_path = path,
        .items = items,
        .items_len = n,
        .clk = &clk,
    };
    struct load_thread *l = NULL;
    struct err err = {0};

    stepped = (struct stepped){.wanted_us = 0};
    pthread_mutex_init(&stepped.lock, NULL);
    pthread_cond_init(&stepped.moved, NULL);
    OK(load_start(&spec, &l, &err), err);
    step(0);
    return l;
}

static void stop(struct load_thread *l)
{
    struct err err = {0};

    let_go();
    OK(load_stop(l, &err), err);
}

static struct endpoint *file(const char *name)
{
    return station_open("file", &name, false);
}

/* A load into the file endpoint `e`; further members by their designators. */
#define INTO_FILE(name, e, ...)                                                \
    {                                                                          \
        .into = (name), .ops = load_into(endpoint_find("file")),               \
        .endpoint = (e), __VA_ARGS__                                           \
    }

static const struct {
    int64_t rate, size;
    int streams;
    bool json;
    int64_t for_us;
} loads[] = {
    {1000, 100, 1, false, US_PER_S},       {1000, 100, 3, true, US_PER_S},
    {7, 64, 2, false, 3 * US_PER_S},       {1, 38, 1, true, 5 * US_PER_S},
    {200000, 200, 6, false, US_PER_S / 2}, {333, 2000, 5, true, US_PER_S},
};

START_TEST(file_ledger_and_counts_agree)
{
    struct endpoint *e = file("in.txt");
    struct load_item item =
        INTO_FILE("in", e, .rate = loads[_i].rate, .size = loads[_i].size,
                  .streams = loads[_i].streams, .first_stream = 5,
                  .json = loads[_i].json, .timeout_us = US_PER_S);
    AUTO_FREE char *path = ledger_name();
    uint64_t want = (uint64_t)(loads[_i].rate * loads[_i].for_us / US_PER_S);
    struct load_thread *l = start(&item, 1);
    struct tally_stream_spec streams[8];
    struct tally_spec spec = {.run = RUN, .streams = streams};
    struct offset_walks walks;
    struct tally *t = NULL;
    struct load_counts c;
    struct ledger_view v;
    struct err err = {0};
    uint64_t acknowledged = 0;

    step_for(loads[_i].for_us);
    c = load_counts(l);
    ck_assert_uint_eq(c.attempted, want);
    ck_assert_uint_eq(c.acknowledged, want);
    ck_assert_uint_eq(c.in_flight, 0);
    ck_assert(!c.failed);
    stop(l);
    OK(ledger_read(path, &v, &err), err);
    ck_assert(v.closed);
    ck_assert_uint_eq(v.streams_len, (size_t)item.streams);
    for (size_t i = 0; i < v.streams_len; i++) {
        const struct ledger_view_stream *s = &v.streams[i];

        streams[spec.streams_len++] = (struct tally_stream_spec){
            .stream = s->decl.stream, .payload_len = s->decl.payload_len};
        ck_assert_uint_eq(s->decl.stream, 5 + i);
        ck_assert_int_eq(s->decl.partition, -1);
        ck_assert_str_eq(s->decl.into, "in");
        ck_assert_uint_eq(s->indeterminate, 0);
        ck_assert_uint_eq(s->sent, s->acknowledged);
        acknowledged += s->acknowledged;
    }
    OK(endpoint_tally(e, false, &spec, 60 * US_PER_S, &t, &walks, &err), err);
    ck_assert_uint_eq(tally_counts(t).records, acknowledged);
    ck_assert_uint_eq(tally_counts(t).distinct, acknowledged);
    ck_assert_uint_eq(tally_counts(t).corrupt, 0);
    ck_assert_uint_eq(tally_counts(t).reordered, 0);
    ck_assert_uint_eq(walks.len, 0);
    ck_assert_ptr_null(walks.at);
    ck_assert_uint_ge(acknowledged, want);
    tally_free(t);
    ledger_view_done(&v);
    e->ops->close(e);
}
END_TEST

START_TEST(after_a_stall_at_most_twice_the_rate)
{
    struct endpoint *e = file("in.txt");
    struct load_item item = INTO_FILE("in", e, .rate = 1000, .size = 100,
                                      .streams = 1, .first_stream = 1);
    struct load_thread *l = start(&item, 1);
    uint64_t before;

    step_for(US_PER_S);
    before = load_counts(l).attempted;
    ck_assert_uint_eq(before, 1000);
    step(10 * US_PER_S); /* the load got no CPU for 10 s */
    ck_assert_uint_le(load_counts(l).attempted - before, 40);
    for (int i = 0; i < 5; i++) {
        before = load_counts(l).attempted;
        step_for(US_PER_S);
        ck_assert_uint_ge(load_counts(l).attempted - before, 1900);
        ck_assert_uint_le(load_counts(l).attempted - before, 2001);
    }
    step_for(10 * US_PER_S); /* the load catches up */
    before = load_counts(l).attempted;
    ck_assert_uint_eq(before, 26000);
    step_for(US_PER_S);
    ck_assert_uint_eq(load_counts(l).attempted - before, 1000);
    stop(l);
    e->ops->close(e);
}
END_TEST

START_TEST(several_loads_share_thread_and_ledger)
{
    struct endpoint *a = file("a.txt"), *b = file("b.txt");
    struct load_item items[] = {
        INTO_FILE("a", a, .rate = 100, .size = 100, .streams = 1,
                  .first_stream = 1),
        INTO_FILE("b", b, .rate = 400, .size = 100, .streams = 2,
                  .first_stream = 2),
    };
    struct load_thread *l = start(items, 2);

    step_for(US_PER_S);
    ck_assert_uint_eq(station_counts(a).accepted, 100);
    ck_assert_uint_eq(station_counts(b).accepted, 400);
    ck_assert_uint_eq(load_counts(l).acknowledged, 500);
    stop(l);
    a->ops->close(a);
    b->ops->close(b);
}
END_TEST

/* Before its time a late load sends nothing, and then owes nothing. */
START_TEST(a_load_may_begin_late)
{
    struct endpoint *a = file("a.txt"), *b = file("b.txt");
    struct load_item items[] = {
        INTO_FILE("a", a, .rate = 100, .size = 100, .streams = 1,
                  .first_stream = 1),
        INTO_FILE("b", b, .from_us = 2 * US_PER_S, .rate = 400, .size = 100,
                  .streams = 1, .first_stream = 2),
    };
    struct load_thread *l = start(items, 2);

    step_for(2 * US_PER_S - 5000);
    ck_assert_uint_eq(station_counts(b).accepted, 0);
    ck_assert_int_eq(load_progress_of(l, 1).began_us, -1);
    ck_assert_int_eq(load_progress_of(l, 1).ended_us, -1);
    ck_assert_int_eq(load_progress_of(l, 0).began_us, 0);
    ck_assert(load_has_more(l));
    step_for(5000);
    ck_assert_int_eq(load_progress_of(l, 1).began_us, 2 * US_PER_S);
    ck_assert(!load_has_more(l));
    step_for(US_PER_S);
    ck_assert_uint_eq(station_counts(a).accepted, 300);
    ck_assert_uint_eq(station_counts(b).accepted, 400);
    ck_assert_uint_eq(load_progress_of(l, 1).acknowledged, 400);
    stop(l);
    a->ops->close(a);
    b->ops->close(b);
}
END_TEST

static const struct {
    int64_t records, rate;
    int streams;
    int64_t ends_us; /* the tick of the last record */
} numbers[] = {
    {2040, 200, 1, 10200000}, {1, 1000, 3, 5000}, {1000, 1000, 7, 1000000}};

START_TEST(a_load_of_a_number_ends_when_it_is_written)
{
    struct endpoint *e = file("in.txt");
    struct load_item item = INTO_FILE(
        "in", e, .rate = numbers[_i].rate, .records = numbers[_i].records,
        .size = 100, .streams = numbers[_i].streams, .first_stream = 1);
    struct load_thread *l = start(&item, 1);

    step_for(numbers[_i].ends_us - 5000);
    ck_assert_int_eq(load_progress_of(l, 0).ended_us, -1);
    ck_assert(load_has_more(l));
    step_for(5000);
    ck_assert_int_eq(load_progress_of(l, 0).ended_us, numbers[_i].ends_us);
    ck_assert(!load_has_more(l));
    step_for(5 * US_PER_S);
    ck_assert_uint_eq(load_counts(l).acknowledged,
                      (uint64_t)numbers[_i].records);
    ck_assert_uint_eq(station_counts(e).accepted,
                      (uint64_t)numbers[_i].records);
    stop(l);
    ck_assert_uint_eq(station_counts(e).accepted,
                      (uint64_t)numbers[_i].records);
    e->ops->close(e);
}
END_TEST

START_TEST(a_load_that_is_stopped_has_ended)
{
    struct endpoint *e = file("in.txt");
    struct load_item items[] = {INTO_FILE("in", e, .rate = 100, .size = 100,
                                          .streams = 1, .first_stream = 1),
                                INTO_FILE("in", e, .from_us = US_PER_S,
                                          .rate = 100, .size = 100,
                                          .streams = 1, .first_stream = 2)};
    struct load_thread *l = start(items, 2);

    step_for(US_PER_S / 2);
    load_ask_stop(l);
    let_go();
    while (!load_has_ended(l))
        continue;
    ck_assert_int_ge(load_progress_of(l, 0).ended_us, US_PER_S / 2);
    ck_assert_int_eq(load_progress_of(l, 1).began_us, -1);
    ck_assert_int_eq(load_progress_of(l, 1).ended_us, -1);
    ck_assert(!load_has_more(l)); /* no record of the second load will come */
    stop(l);
    e->ops->close(e);
}
END_TEST

START_TEST(a_file_that_is_full_ends_the_load)
{
    struct endpoint *e = file("in.txt");
    struct load_item item = INTO_FILE("in", e, .rate = 1000, .size = 5000,
                                      .streams = 1, .first_stream = 1);
    AUTO_FREE char *path = ledger_name();
    struct rlimit limit = {100000, RLIM_INFINITY};
    struct load_thread *l = start(&item, 1);
    struct load_counts c;
    struct ledger_view v;
    struct err err = {0};

    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    let_go();
    pthread_mutex_lock(&stepped.lock);
    stepped.now_us = US_PER_S;
    pthread_mutex_unlock(&stepped.lock);
    while (!(c = load_counts(l)).failed)
        continue;
    ck_assert_int_eq(load_stop(l, &err), -ENOSPC);
    ck_assert_ptr_nonnull(strstr(err.text, "load into in: "));
    ck_assert_uint_eq(c.attempted, c.acknowledged + c.indeterminate);
    ck_assert_uint_gt(c.indeterminate, 0);
    err = (struct err){0};
    OK(ledger_read(path, &v, &err), err);
    ck_assert_uint_eq(v.streams[0].acknowledged, c.acknowledged);
    ck_assert_uint_eq(v.streams[0].indeterminate, c.indeterminate);
    ledger_view_done(&v);
    e->ops->close(e);
}
END_TEST

static const struct {
    int64_t size;
    bool json;
    uint32_t payload;
} payloads[] = {
    {100, false, 70},   {100, true, 42}, {38, false, 8},
    {38, true, 0},      {0, false, 0},   {INT64_MAX, false, STAMP_PAYLOAD_MAX},
    {2000, true, 1942},
};

START_TEST(payload_is_what_the_size_leaves)
{
    ck_assert_uint_eq(load_payload_len(payloads[_i].size, payloads[_i].json),
                      payloads[_i].payload);
}
END_TEST

START_TEST(json_lines_are_json)
{
    struct endpoint *e = file("in.txt");
    struct load_item item =
        INTO_FILE("in", e, .rate = 1000, .size = 120, .streams = 1,
                  .first_stream = 9, .json = true);
    struct load_thread *l = start(&item, 1);
    struct stamp s;
    size_t hint = 0;
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *j = NULL;
    struct err err = {0};
    const char *value;

    step_for(20000);
    stop(l);
    OK(file_read(e->ops->property(e, "path"), &text, NULL, &err), err);
    *strchr(text, '\n') = 0;
    ck_assert_uint_le(strlen(text), 120);
    ck_assert_uint_ge(strlen(text), 111);
    j = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(j);
    ck_assert_int_eq(json_integer_value(json_object_get(j, "n")), 0);
    value = json_string_value(json_object_get(j, "ordeal"));
    ck_assert_int_eq(stamp_find(value, strlen(value), &hint, &s), STAMP_INTACT);
    ck_assert_uint_eq(s.run, RUN);
    ck_assert_uint_eq(s.stream, 9);
    ck_assert_uint_eq(s.seq, 0);
    ck_assert_uint_eq(strlen(value), STAMP_LEN + load_payload_len(120, true));
    ck_assert_int_eq(memcmp(value + STAMP_LEN,
                            stamp_payload(&s, load_payload_len(120, true)),
                            load_payload_len(120, true)),
                     0);
    e->ops->close(e);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, dir_make, dir_remove);
    tcase_add_loop_test(tc, file_ledger_and_counts_agree, 0, ARRAY_LEN(loads));
    tcase_add_test(tc, after_a_stall_at_most_twice_the_rate);
    tcase_add_test(tc, several_loads_share_thread_and_ledger);
    tcase_add_test(tc, a_load_may_begin_late);
    tcase_add_loop_test(tc, a_load_of_a_number_ends_when_it_is_written, 0,
                        ARRAY_LEN(numbers));
    tcase_add_test(tc, a_load_that_is_stopped_has_ended);
    tcase_add_test(tc, a_file_that_is_full_ends_the_load);
    tcase_add_loop_test(tc, payload_is_what_the_size_leaves, 0,
                        ARRAY_LEN(payloads));
    tcase_add_test(tc, json_lines_are_json);
}

SUITE_MAIN("load", fill)
