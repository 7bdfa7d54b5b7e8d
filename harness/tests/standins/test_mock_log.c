/* test_mock_log.c - the log of a partition, against a list of its batches. */
#include "standins/mock/part_log.h"

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "base/own.h"
#include "base/rng.h"
#include "standins/mock/errors.h"
#include "support/suite.h"

enum { BATCHES = 2000, VALUE_MAX = 3000 };

static struct part_log l;
static char folder[] = "/tmp/ordeal-log-XXXXXX";

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    part_log_init(&l, path_of("%s/t-0", folder));
}

static void tear_down(void)
{
    struct err err = {0};

    part_log_done(&l);
    ck_assert_msg(remove_tree(folder, &err) == 0, "%s", err.text);
}

/* A batch of one record; only the header says that there are `count`. */
static struct writer make(const char *value, size_t len, int32_t count,
                          int64_t ms)
{
    struct writer key = {0}, text = {0}, w = {0};

    put_raw(&text, value, len);
    batch_put(&w, &key, &text, ms);
    set_i32(&w, 57, count);
    set_i32(&w, 23, count - 1);
    set_i32(&w, 17, (int32_t)crc32c(0, w.data + 21, w.len - 21));
    writer_done(&text);
    return w;
}

static int64_t append(const struct writer *w)
{
    const struct bytes sent = {w->data, (int32_t)w->len};
    struct batch_head h;
    int64_t base;

    ck_assert_int_eq(batch_check(sent, &h), NO_ERROR);
    ck_assert_int_eq(part_log_append(&l, w->data, &h, 7, &base), NO_ERROR);
    return base;
}

static int64_t append_text(const char *text, int32_t count, int64_t ms)
{
    struct writer w = make(text, strlen(text), count, ms);
    int64_t base = append(&w);

    writer_done(&w);
    return base;
}

/* What a read yields: base offset of the first batch and offset behind the
 * last; first -1: nothing. */
struct seen {
    int16_t code;
    int64_t first, next;
    size_t len;
};

static struct seen look(int64_t offset, size_t most, bool at_least_one)
{
    struct writer w = {0};
    struct part_ends ends;
    struct seen s = {.first = -1};
    struct batch_head h;

    put_raw(&w, "before", 6);
    s.code = part_log_read(&l, offset, most, at_least_one, &w, &ends);
    s.len = w.len - 6;
    for (size_t at = 6; at < w.len; at += (size_t)h.size) {
        struct reader epoch = reader_of(w.data + at + 12, 4);
        const struct bytes b = {w.data + at, (int32_t)(w.len - at)};

        ck_assert(batch_head_read(b.data, (size_t)b.len, &h));
        ck_assert_int_eq(batch_check((struct bytes){b.data, h.size}, &h),
                         NO_ERROR);
        ck_assert_int_eq(get_i32(&epoch), 7);
        ck_assert_int_eq(h.base, s.first < 0 ? h.base : s.next);
        if (s.first < 0)
            s.first = h.base;
        s.next = batch_last(&h) + 1;
    }
    ck_assert(s.first < 0 || s.next <= ends.next);
    writer_done(&w);
    return s;
}

START_TEST(an_empty_log_has_no_files)
{
    struct part_ends ends = part_log_ends(&l);
    int64_t offset, ms;

    ck_assert_int_eq(ends.start, 0);
    ck_assert_int_eq(ends.next, 0);
    ck_assert_int_eq(look(0, 100, true).code, NO_ERROR);
    ck_assert_int_eq(look(0, 100, true).first, -1);
    ck_assert_int_eq(look(1, 100, true).code, OFFSET_OUT_OF_RANGE);
    ck_assert_int_eq(look(-1, 100, true).code, OFFSET_OUT_OF_RANGE);
    ck_assert_int_eq(part_log_at_time(&l, 0, &offset, &ms), NO_ERROR);
    ck_assert_int_eq(offset, -1);
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(batches_are_read_whole)
{
    size_t one;

    ck_assert_int_eq(append_text("a", 3, 100), 0);
    ck_assert_int_eq(append_text("b", 1, 100), 3);
    ck_assert_int_eq(append_text("c", 2, 100), 4);
    one = look(0, 0, true).len;
    ck_assert_int_eq(look(0, 0, false).first, -1);
    ck_assert_int_eq(look(0, one - 1, false).first, -1);
    ck_assert_int_eq(look(0, one - 1, true).next, 3);
    ck_assert_int_eq(look(0, 2 * one - 1, false).next, 3);
    ck_assert_int_eq(look(0, 2 * one, false).next, 4);
    ck_assert_int_eq(look(2, 2 * one, false).first, 0);
    ck_assert_int_eq(look(5, 9999, true).first, 4);
    ck_assert_int_eq(look(3, 9999, true).next, 6);
    ck_assert_int_eq(look(6, 9999, true).first, -1);
    ck_assert_int_eq(look(7, 9999, true).code, OFFSET_OUT_OF_RANGE);
}
END_TEST

/* A batch of three records, the first with the highest timestamp: 120, 100 and
 * 110. */
static void append_three(void)
{
    static const int after[] = {20, 0, 10};
    struct writer w = make("", 0, 3, 100);

    w.len = BATCH_HEAD;
    for (int i = 0; i < 3; i++) {
        put_i8(&w, 2 * 6);        /* length; signed varints are doubled */
        put_i8(&w, 0);            /* attributes */
        put_i8(&w, 2 * after[i]); /* timestamp, after the batch's */
        put_i8(&w, 2 * i);        /* offset, after the batch's */
        put_i8(&w, 1);            /* no key */
        put_i8(&w, 1);            /* no value */
        put_i8(&w, 0);            /* headers */
    }
    set_i32(&w, 8, (int32_t)w.len - 12);
    set_i32(&w, 39, 120);
    set_i32(&w, 17, (int32_t)crc32c(0, w.data + 21, w.len - 21));
    (void)append(&w);
    writer_done(&w);
}

START_TEST(what_is_trimmed_is_gone)
{
    int64_t start, offset, ms;

    append_three();
    ck_assert_int_eq(part_log_at_time(&l, 115, &offset, &ms), NO_ERROR);
    ck_assert_int_eq(offset, 0);
    ck_assert_int_eq(ms, 120);
    append_text("b", 3, 200);
    ck_assert_int_eq(part_log_trim(&l, 7, &start), OFFSET_OUT_OF_RANGE);
    ck_assert_int_eq(part_log_trim(&l, -2, &start), OFFSET_OUT_OF_RANGE);
    ck_assert_int_eq(part_log_trim(&l, 2, &start), NO_ERROR);
    ck_assert_int_eq(start, 2);
    ck_assert_int_eq(part_log_trim(&l, 1, &start), NO_ERROR);
    ck_assert_int_eq(start, 2);
    ck_assert_int_eq(look(1, 9999, true).code, OFFSET_OUT_OF_RANGE);
    ck_assert_int_eq(look(2, 9999, true).first, 0);
    ck_assert_int_eq(part_log_at_time(&l, 50, &offset, &ms), NO_ERROR);
    ck_assert_int_eq(offset, 2);
    ck_assert_int_eq(ms, 110);
    ck_assert_int_eq(part_log_at_time(&l, 115, &offset, &ms), NO_ERROR);
    ck_assert_int_eq(offset, 3);
    ck_assert_int_eq(ms, 200);
    ck_assert_int_eq(part_log_trim(&l, 3, &start), NO_ERROR);
    ck_assert_int_eq(part_log_at_time(&l, 50, &offset, &ms), NO_ERROR);
    ck_assert_int_eq(offset, 3);
    ck_assert_int_eq(ms, 200);
    ck_assert_int_eq(part_log_trim(&l, -1, &start), NO_ERROR);
    ck_assert_int_eq(start, 6);
    ck_assert_int_eq(append_text("c", 1, 300), 6);
    ck_assert_int_eq(look(6, 9999, true).first, 6);
}
END_TEST

/* Read from every offset, and by every timestamp, in a log of many entries of
 * the index; timestamps go back now and then. */
START_TEST(every_offset_and_time_is_found)
{
    struct rng draw = {.s = 4711};
    int64_t base[BATCHES + 1], ms[BATCHES], high = 0, next = 0;
    static char value[VALUE_MAX];

    for (int i = 0; i < BATCHES; i++) {
        int32_t count = 1 + (int32_t)rng_below(&draw, 5);
        struct writer w;

        ms[i] = 1000 + 10 * i - (int64_t)rng_below(&draw, 200);
        w = make(value, rng_below(&draw, VALUE_MAX), count, ms[i]);
        base[i] = append(&w);
        ck_assert_int_eq(base[i], next);
        next += count;
        writer_done(&w);
    }
    base[BATCHES] = next;
    ck_assert_int_gt(l.entries, 200);
    for (int i = BATCHES; i-- > 0;) {
        int64_t inside = base[i + 1] - 1;

        ck_assert_int_eq(look(base[i], 20000, true).first, base[i]);
        ck_assert_int_eq(look(inside, 20000, true).first, base[i]);
    }
    for (int64_t at = 0; at < next;) /* as a consumer reads */
        at = look(at, 50000, true).next;
    for (int i = 0; i < BATCHES; i++) {
        int64_t offset, found;

        if (ms[i] <= high)
            continue; /* an earlier batch has so high a timestamp */
        ck_assert_int_eq(part_log_at_time(&l, high + 1, &offset, &found),
                         NO_ERROR);
        ck_assert_int_eq(offset, base[i]);
        ck_assert_int_eq(found, ms[i]);
        high = ms[i];
    }
}
END_TEST

START_TEST(a_deleted_log_takes_no_batch)
{
    struct writer w = make("b", 1, 1, 100);
    const struct bytes sent = {w.data, (int32_t)w.len};
    struct batch_head h;
    int64_t base;

    append_text("a", 1, 100);
    ck_assert_int_eq(batch_check(sent, &h), NO_ERROR);
    part_log_delete(&l);
    ck_assert_int_eq(part_log_append(&l, w.data, &h, 0, &base),
                     UNKNOWN_TOPIC_OR_PARTITION);
    ck_assert_int_eq(look(0, 9999, true).next, 1);
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    writer_done(&w);
}
END_TEST

static off_t segment_size(void)
{
    AUTO_FREE char *path = path_of("%s/t-0/00000000000000000000.log", folder);
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_size;
}

/* A limit on the size of files cuts a write as a full disk does. */
START_TEST(a_cut_batch_leaves_no_bytes)
{
    struct writer w = make("0123456789", 10, 1, 100);
    struct rlimit had, few;
    struct batch_head h;
    int64_t base;
    off_t size;

    ck_assert_int_eq(append(&w), 0);
    size = segment_size();
    ck_assert(batch_head_read(w.data, w.len, &h));
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &had), 0);
    few = (struct rlimit){(rlim_t)size + w.len / 2, had.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
    ck_assert_int_eq(part_log_append(&l, w.data, &h, 7, &base),
                     KAFKA_STORAGE_ERROR);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &had), 0);
    ck_assert_int_eq(segment_size(), size);
    ck_assert_int_eq(part_log_ends(&l).next, 1);
    ck_assert_int_eq(append(&w), 1);
    ck_assert_int_eq(look(1, 9999, true).next, 2);
    writer_done(&w);
}
END_TEST

START_TEST(files_are_their_owner_s_alone)
{
    AUTO_FREE char *dir = path_of("%s/t-0", folder);
    AUTO_FREE char *log = path_of("%s/00000000000000000000.log", dir);
    AUTO_FREE char *index = path_of("%s/00000000000000000000.places", dir);
    struct stat s;

    append_text("a", 1, 100);
    ck_assert_int_eq(stat(dir, &s), 0);
    ck_assert_int_eq(s.st_mode & 0777, 0700);
    ck_assert_int_eq(stat(log, &s), 0);
    ck_assert_int_eq(s.st_mode & 0777, 0600);
    ck_assert_int_eq(s.st_size, l.size);
    ck_assert_int_eq(stat(index, &s), 0);
    ck_assert_int_eq(s.st_mode & 0777, 0600);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, an_empty_log_has_no_files);
    tcase_add_test(tc, batches_are_read_whole);
    tcase_add_test(tc, what_is_trimmed_is_gone);
    tcase_add_test(tc, every_offset_and_time_is_found);
    tcase_add_test(tc, a_deleted_log_takes_no_batch);
    tcase_add_test(tc, a_cut_batch_leaves_no_bytes);
    tcase_add_test(tc, files_are_their_owner_s_alone);
}

SUITE_MAIN("ordeal-mock, logs", fill)
