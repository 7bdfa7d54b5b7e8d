/* test_ledger.c - what is written to a ledger comes back, also after a death.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "ledger/ledger.h"
#include "support/suite.h"

enum { ROW = 64 };

static char folder[64];
static char path[96];
static struct err err;
static struct ledger *l;
static struct ledger_view v;

static void setup(void)
{
    const struct ledger_stream one = {.stream = 1,
                                      .payload_len = 100,
                                      .partition = 3,
                                      .keys = 7,
                                      .into = "orders"};

    err = (struct err){0};
    v = (struct ledger_view){0};
    (void)snprintf(folder, sizeof(folder), "/tmp/ordeal-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/ledger", folder);
    ck_assert_int_eq(ledger_create(path, 77, &l, &err), 0);
    ck_assert_int_eq(ledger_declare(l, &one, &err), 0);
}

static void teardown(void)
{
    struct err ignored = {0};

    ledger_close(l);
    l = NULL;
    ledger_view_done(&v);
    ck_assert_int_eq(remove_tree(folder, &ignored), 0);
}

static int note_one(uint32_t stream, uint64_t seq, enum fate fate,
                    int64_t offset, int64_t time_us)
{
    const struct ledger_run one = {
        .first = seq,
        .count = 1,
        .offset = offset,
        .time_us = time_us,
        .partition = 3,
        .fate = fate,
    };

    return ledger_note(l, stream, &one, &err);
}

/* Notes without an assertion for each record: Check writes every assertion to a
 * file, and would take longer than the ledger. */
static void note(uint64_t first, uint64_t count, enum fate fate, int64_t offset,
                 int64_t time_us)
{
    int refused = 0;

    for (uint64_t i = 0; i < count; i++)
        refused += ledger_reserve(l, 1, first + i + 1, 1000, &err) < 0 ||
                   note_one(1, first + i, fate,
                            offset < 0 ? -1 : offset + (int64_t)i, time_us) < 0;
    ck_assert_int_eq(refused, 0);
}

static void end(void)
{
    ledger_close(l);
    l = NULL;
}

static const struct ledger_view_stream *read_stream(void)
{
    ledger_view_done(&v);
    ck_assert_msg(ledger_read(path, &v, &err) == 0, "%s", err.text);
    ck_assert_uint_eq(v.streams_len, 1);
    return &v.streams[0];
}

static off_t file_len(void)
{
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_size;
}

START_TEST(what_was_declared_comes_back)
{
    const struct ledger_view_stream *s;

    end();
    s = read_stream();
    ck_assert_uint_eq(v.run, 77);
    ck_assert(v.closed);
    ck_assert_uint_eq(s->decl.stream, 1);
    ck_assert_uint_eq(s->decl.payload_len, 100);
    ck_assert_int_eq(s->decl.partition, 3);
    ck_assert_uint_eq(s->decl.keys, 7);
    ck_assert_str_eq(s->decl.into, "orders");
}
END_TEST

START_TEST(a_name_of_full_length_comes_back)
{
    struct ledger_stream s = {.stream = 2, .partition = -1};

    memset(s.into, 'x', sizeof(s.into) - 1);
    ck_assert_int_eq(ledger_declare(l, &s, &err), 0);
    end();
    ck_assert_int_eq(ledger_read(path, &v, &err), 0);
    ck_assert_str_eq(ledger_stream(&v, 2)->decl.into, s.into);
    ck_assert_int_eq(ledger_stream(&v, 2)->decl.partition, -1);
}
END_TEST

/* Fates noted, in order, and the runs read back. */
static const struct {
    const char *name;
    struct ledger_run noted[4];
    size_t noted_len;
    struct ledger_run want[5];
    size_t want_len;
} cases[] = {
    {"neighbours are joined",
     {{0, 10, 100, 5, 3, FATE_ACKNOWLEDGED},
      {10, 10, 110, 6, 3, FATE_ACKNOWLEDGED}},
     2,
     {{0, 20, 100, 5, 3, FATE_ACKNOWLEDGED}},
     1},
    {"a marker's offset parts a run",
     {{0, 10, 100, 5, 3, FATE_ACKNOWLEDGED},
      {10, 10, 111, 6, 3, FATE_ACKNOWLEDGED}},
     2,
     {{0, 10, 100, 5, 3, FATE_ACKNOWLEDGED},
      {10, 10, 111, 6, 3, FATE_ACKNOWLEDGED}},
     2},
    {"fates are kept apart",
     {{0, 2, 100, 5, 3, FATE_ACKNOWLEDGED},
      {2, 2, -1, 6, 3, FATE_REFUSED},
      {4, 2, -1, 6, 3, FATE_ABORTED},
      {6, 2, -1, 6, 3, FATE_INDETERMINATE}},
     4,
     {{0, 2, 100, 5, 3, FATE_ACKNOWLEDGED},
      {2, 2, -1, 6, 3, FATE_REFUSED},
      {4, 2, -1, 6, 3, FATE_ABORTED},
      {6, 2, -1, 6, 3, FATE_INDETERMINATE}},
     4},
    {"rows out of order are sorted",
     {{10, 5, 110, 5, 3, FATE_ACKNOWLEDGED},
      {0, 5, 100, 6, 3, FATE_ACKNOWLEDGED}},
     2,
     {{0, 5, 100, 6, 3, FATE_ACKNOWLEDGED},
      {10, 5, 110, 5, 3, FATE_ACKNOWLEDGED}},
     2},
    {"a late acknowledgement inside a time-out is the truth",
     {{0, 10, -1, 5, 3, FATE_INDETERMINATE},
      {4, 2, 104, 9, 3, FATE_ACKNOWLEDGED}},
     2,
     {{0, 4, -1, 5, 3, FATE_INDETERMINATE},
      {4, 2, 104, 9, 3, FATE_ACKNOWLEDGED},
      {6, 4, -1, 5, 3, FATE_INDETERMINATE}},
     3},
    {"a later row that covers others hides them",
     {{2, 2, 102, 5, 3, FATE_ACKNOWLEDGED},
      {6, 2, 106, 6, 3, FATE_ACKNOWLEDGED},
      {0, 10, -1, 7, 3, FATE_ABORTED}},
     3,
     {{0, 10, -1, 7, 3, FATE_ABORTED}},
     1},
    {"the part of a run that stays keeps its offsets",
     {{0, 10, 100, 5, 3, FATE_ACKNOWLEDGED},
      {0, 5, 200, 6, 3, FATE_ACKNOWLEDGED}},
     2,
     {{0, 5, 200, 6, 3, FATE_ACKNOWLEDGED},
      {5, 5, 105, 5, 3, FATE_ACKNOWLEDGED}},
     2},
};

START_TEST(rows_become_disjoint_runs)
{
    const struct ledger_view_stream *s;

    for (size_t i = 0; i < cases[_i].noted_len; i++) {
        const struct ledger_run *r = &cases[_i].noted[i];

        note(r->first, r->count, r->fate, r->offset, r->time_us);
    }
    end();
    s = read_stream();
    ck_assert_msg(s->runs_len == cases[_i].want_len, "%s: %zu runs",
                  cases[_i].name, s->runs_len);
    for (size_t i = 0; i < s->runs_len; i++) {
        const struct ledger_run *want = &cases[_i].want[i];
        const struct ledger_run *got = &s->runs[i];

        ck_assert_msg(
            got->first == want->first && got->count == want->count &&
                got->offset == want->offset && got->time_us == want->time_us &&
                got->partition == want->partition && got->fate == want->fate,
            "%s: run %zu", cases[_i].name, i);
    }
}
END_TEST

START_TEST(in_flight_at_a_clean_end_is_indeterminate_and_no_more)
{
    const struct ledger_view_stream *s;

    note(0, 10, FATE_ACKNOWLEDGED, 0, 1);
    ck_assert_int_eq(ledger_reserve(l, 1, 15, 1000, &err), 0);
    end();
    s = read_stream();
    ck_assert_uint_eq(s->sent, 15);
    ck_assert_uint_eq(s->reserved, 1000);
    ck_assert_uint_eq(s->acknowledged, 10);
    ck_assert_uint_eq(s->indeterminate, 5);
}
END_TEST

START_TEST(what_a_dead_writer_reserved_is_indeterminate)
{
    const struct ledger_view_stream *s;

    note(0, 10, FATE_ACKNOWLEDGED, 0, 1);
    note(10, 5, FATE_REFUSED, -1, 1);
    ck_assert_int_eq(ledger_flush(l, &err), 0);
    note(15, 5, FATE_ACKNOWLEDGED, 10, 1); /* never gets to the file */
    s = read_stream();
    ck_assert(!v.closed);
    ck_assert_uint_eq(s->reserved, 1000);
    ck_assert_uint_eq(s->acknowledged, 10);
    ck_assert_uint_eq(s->refused, 5);
    ck_assert_uint_eq(s->indeterminate, 985);
}
END_TEST

START_TEST(a_reservation_is_in_the_file_before_it_is_granted)
{
    ck_assert_int_eq(ledger_reserve(l, 1, 1, 500, &err), 0);
    ck_assert_uint_eq(read_stream()->reserved, 500);
    ck_assert_int_eq(ledger_reserve(l, 1, 501, 500, &err), 0);
    ck_assert_uint_eq(read_stream()->reserved, 1000);
    ck_assert_int_eq(ledger_reserve(l, 1, 9000, 500, &err), 0);
    ck_assert_uint_eq(read_stream()->reserved, 9000);
}
END_TEST

START_TEST(reserving_inside_a_block_writes_nothing)
{
    off_t before;

    ck_assert_int_eq(ledger_reserve(l, 1, 1, 500, &err), 0);
    before = file_len();
    for (uint64_t i = 2; i <= 500; i++)
        ck_assert_int_eq(ledger_reserve(l, 1, i, 500, &err), 0);
    ck_assert_int_eq(file_len(), before);
}
END_TEST

START_TEST(a_torn_last_row_is_left_out)
{
    off_t whole;

    note(0, 10, FATE_ACKNOWLEDGED, 0, 1);
    ck_assert_int_eq(ledger_flush(l, &err), 0);
    whole = file_len();
    note(10, 10, FATE_ACKNOWLEDGED, 20, 1);
    ck_assert_int_eq(ledger_flush(l, &err), 0);
    ck_assert_int_eq(truncate(path, whole + 1 + _i * 31), 0);
    ck_assert_uint_eq(read_stream()->acknowledged, 10);
    ck_assert(!v.closed);
}
END_TEST

static void damage(off_t at)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    unsigned char c;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pread(fd, &c, 1, at), 1);
    c ^= 0x10;
    ck_assert_int_eq(pwrite(fd, &c, 1, at), 1);
    ck_assert_int_eq(close(fd), 0);
}

START_TEST(a_last_row_that_is_whole_but_wrong_is_left_out)
{
    note(0, 10, FATE_ACKNOWLEDGED, 0, 1);
    ck_assert_int_eq(ledger_flush(l, &err), 0);
    damage(file_len() - 20);
    ck_assert_uint_eq(read_stream()->acknowledged, 0);
}
END_TEST

START_TEST(a_bad_row_in_the_middle_is_named)
{
    note(0, 10, FATE_ACKNOWLEDGED, 0, 1);
    end();
    damage(2 * ROW + 9);
    ck_assert_int_eq(ledger_read(path, &v, &err), -EBADMSG);
    ck_assert_ptr_nonnull(strstr(err.text, "row 2 at byte 128"));
}
END_TEST

START_TEST(a_file_that_is_no_ledger_is_refused)
{
    end();
    ck_assert_int_eq(file_print(path, &err, "%0200d", 1), 0);
    ck_assert_int_eq(ledger_read(path, &v, &err), -EBADMSG);
    err = (struct err){0};
    ck_assert_int_eq(file_print(path, &err, "%s", ""), 0);
    ck_assert_int_eq(ledger_read(path, &v, &err), -EBADMSG);
    err = (struct err){0};
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(ledger_read(path, &v, &err), -ENOENT);
}
END_TEST

START_TEST(a_ledger_is_never_overwritten)
{
    struct ledger *second;

    ck_assert_int_eq(ledger_create(path, 78, &second, &err), -EEXIST);
}
END_TEST

START_TEST(wrong_use_is_refused_in_words)
{
    const struct ledger_stream again = {.stream = 1};

    ck_assert_int_eq(ledger_reserve(l, 9, 1, 1, &err), -ENOENT);
    err = (struct err){0};
    ck_assert_int_eq(note_one(9, 0, FATE_REFUSED, 0, 0), -ENOENT);
    err = (struct err){0};
    ck_assert_int_eq(ledger_declare(l, &again, &err), -EEXIST);
    err = (struct err){0};
    ck_assert_int_eq(note_one(1, 0, FATE_ACKNOWLEDGED, 0, 0), -EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "acknowledged noted for"));
}
END_TEST

START_TEST(millions_in_order_are_few_rows)
{
    int refused = 0;

    for (uint64_t i = 0; i < 2000000; i++) {
        refused += ledger_reserve(l, 1, i + 1, 65536, &err) < 0 ||
                   note_one(1, i, FATE_ACKNOWLEDGED, (int64_t)i, 1) < 0;
        if (i % 200000 == 0)
            ck_assert_int_eq(ledger_flush(l, &err), 0);
    }
    ck_assert_int_eq(refused, 0);
    end();
    ck_assert_int_le(file_len(), 60 * ROW);
    ck_assert_uint_eq(read_stream()->acknowledged, 2000000);
}
END_TEST

START_TEST(six_streams_that_interleave_are_few_rows_too)
{
    struct rng r = rng_for(42, "ledger");
    uint64_t next[8] = {0};
    int refused = 0;

    for (uint32_t s = 2; s < 8; s++) {
        const struct ledger_stream d = {.stream = s, .partition = (int)s};

        ck_assert_int_eq(ledger_declare(l, &d, &err), 0);
    }
    for (int i = 0; i < 120000; i++) {
        uint32_t s = 2 + (uint32_t)rng_below(&r, 6);
        uint64_t seq = next[s]++;

        refused += ledger_reserve(l, s, seq + 1, 4096, &err) < 0 ||
                   note_one(s, seq, FATE_ACKNOWLEDGED, (int64_t)seq, i) < 0;
    }
    ck_assert_int_eq(refused, 0);
    end();
    ck_assert_int_le(file_len(), 120 * ROW);
    ck_assert_int_eq(ledger_read(path, &v, &err), 0);
    for (uint32_t s = 2; s < 8; s++)
        ck_assert_uint_eq(ledger_stream(&v, s)->acknowledged, next[s]);
}
END_TEST

/* The referee: fates noted at random over each other, against an array with one
 * fate a sequence. */
START_TEST(random_rows_read_as_an_array_would)
{
    enum { SEQS = 300 };
    struct rng r = rng_for((uint64_t)_i, "rows");
    int fate[SEQS];
    int64_t offset[SEQS];
    const struct ledger_view_stream *s;
    uint64_t below = 0;

    memset(fate, -1, sizeof(fate));
    for (int k = 0; k < 60; k++) {
        uint64_t first = rng_below(&r, SEQS - 40);
        uint64_t count = 1 + rng_below(&r, 40);
        enum fate f = (enum fate)rng_below(&r, 4);
        int64_t at = f == FATE_ACKNOWLEDGED
                         ? (int64_t)(first + 1000 * rng_below(&r, 2))
                         : -1;

        note(first, count, f, at, 0);
        for (uint64_t i = first; i < first + count; i++) {
            fate[i] = (int)f;
            offset[i] = at < 0 ? -1 : at + (int64_t)(i - first);
        }
        if (rng_below(&r, 3) == 0)
            ck_assert_int_eq(ledger_flush(l, &err), 0);
    }
    end();
    s = read_stream();
    for (size_t i = 0; i < s->runs_len; i++) {
        ck_assert(i == 0 || s->runs[i].first >= below);
        below = s->runs[i].first + s->runs[i].count;
    }
    for (uint64_t i = 0; i < SEQS; i++) {
        const struct ledger_run *run = ledger_find(s, i);

        ck_assert_int_eq(run ? (int)run->fate : -1, fate[i]);
        if (run)
            ck_assert_int_eq(
                run->offset < 0 ? -1 : run->offset + (int64_t)(i - run->first),
                offset[i]);
    }
}
END_TEST

/* Rows of `streams` streams by turns, about 200 000 in all, in a ledger of
 * their own. A fate other than the last makes a row of each note. */
static void write_turns(uint32_t streams)
{
    enum { ROWS = 200000 };
    int refused = 0;

    for (uint32_t s = 2; s < streams + 2; s++) {
        const struct ledger_stream one = {.stream = s, .into = "orders"};

        refused += ledger_declare(l, &one, &err) < 0 ||
                   ledger_reserve(l, s, ROWS, 0, &err) < 0;
    }
    for (uint64_t i = 0; i < ROWS / streams; i++)
        for (uint32_t s = 2; s < streams + 2; s++)
            refused += note_one(s, i, i % 2 ? FATE_ACKNOWLEDGED : FATE_REFUSED,
                                (int64_t)i, 0) < 0;
    ck_assert_int_eq(refused, 0);
    end();
}

static double seconds_to_read(void)
{
    double best = 1e9;

    for (int i = 0; i < 3; i++) {
        clock_t from = clock();
        double took;

        ledger_view_done(&v);
        ck_assert_int_eq(ledger_read(path, &v, &err), 0);
        took = (double)(clock() - from) / CLOCKS_PER_SEC;
        best = took < best ? took : best;
    }
    return best;
}

/* A search from stream to stream took twenty times as long with ten thousand
 * streams as with ten. */
START_TEST(a_row_takes_no_longer_among_many_streams)
{
    double few, many;

    write_turns(10);
    few = seconds_to_read();
    teardown();
    setup();
    write_turns(10000);
    many = seconds_to_read();
    ck_assert_uint_eq(v.streams_len, 10001);
    ck_assert_msg(many < 6 * few, "10 streams: %.3f s, 10000: %.3f s", few,
                  many);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_was_declared_comes_back);
    tcase_add_test(tc, a_name_of_full_length_comes_back);
    tcase_add_loop_test(tc, rows_become_disjoint_runs, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, in_flight_at_a_clean_end_is_indeterminate_and_no_more);
    tcase_add_test(tc, what_a_dead_writer_reserved_is_indeterminate);
    tcase_add_test(tc, a_reservation_is_in_the_file_before_it_is_granted);
    tcase_add_test(tc, reserving_inside_a_block_writes_nothing);
    tcase_add_loop_test(tc, a_torn_last_row_is_left_out, 0, 3);
    tcase_add_test(tc, a_last_row_that_is_whole_but_wrong_is_left_out);
    tcase_add_test(tc, a_bad_row_in_the_middle_is_named);
    tcase_add_test(tc, a_file_that_is_no_ledger_is_refused);
    tcase_add_test(tc, a_ledger_is_never_overwritten);
    tcase_add_test(tc, wrong_use_is_refused_in_words);
    tcase_add_test(tc, millions_in_order_are_few_rows);
    tcase_add_test(tc, six_streams_that_interleave_are_few_rows_too);
    tcase_add_test(tc, a_row_takes_no_longer_among_many_streams);
    tcase_add_loop_test(tc, random_rows_read_as_an_array_would, 0, 50);
}

SUITE_MAIN("ledger", fill)
