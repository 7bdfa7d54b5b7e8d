/* test_file_endpoint.c - lines appended, counted and read back. */
#include "support/station.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"

struct settings {
    const char *name;
};

static const struct settings unnamed = {NULL};

static void put(const char *bytes, size_t len)
{
    AUTO_FREE char *path = path_of("%s/it.txt", dir);
    struct err err = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    ck_assert_int_ge(fd, 0);
    OK(write_all(fd, bytes, len, &err), err);
    (void)close(fd);
}

static const struct {
    const char *file, *heard;
    unsigned lines;
    const char *afterwards; /* heard once its writers were killed */
} texts[] = {
    {"", "", 0, ""},
    {"a\n", "0:a|", 1, "0:a|"},
    {"a", "0:a|", 0, ""},
    {"a\nb\nc\n", "0:a|1:b|2:c|", 3, "0:a|1:b|2:c|"},
    {"a\nb\ncut", "0:a|1:b|2:cut|", 2, "0:a|1:b|"},
    {"\n\n", "0:|1:|", 2, "0:|1:|"},
    {"a\r\nb\n", "0:a\r|1:b|", 2, "0:a\r|1:b|"},
};

START_TEST(a_record_a_line)
{
    struct heard h = {0};
    struct err err = {0};
    struct endpoint *e;

    put(texts[_i].file, strlen(texts[_i].file));
    e = station_open("file", &unnamed, false);
    OK(station_read(e, &h, &err), err);
    ck_assert_str_eq(h.text, texts[_i].heard);
    ck_assert_uint_eq(station_counts(e).accepted, texts[_i].lines);
    ck_assert_uint_eq(station_counts(e).bytes, strlen(texts[_i].file));
    if (h.records > 0) {
        ck_assert_int_eq(h.last.time_us, -1);
        ck_assert_int_eq(h.time_is, TIME_NONE);
        ck_assert_int_eq(h.last.partition, -1);
        ck_assert_int_eq(h.last.node, -1);
    }
    e->ops->close(e);
}
END_TEST

START_TEST(a_cut_last_line_is_none_afterwards)
{
    struct heard h = {0};
    struct err err = {0};
    struct endpoint *e;

    put(texts[_i].file, strlen(texts[_i].file));
    e = station_open("file", &unnamed, true);
    OK(station_read(e, &h, &err), err);
    ck_assert_str_eq(h.text, texts[_i].afterwards);
    e->ops->close(e);
}
END_TEST

/* Lines around the size of a block, and far beyond it. */
static const int sizes[] = {262143, 262144, 262145, 524288, 3000000};

static int check_fill(void *ctx, const struct record *r)
{
    uint64_t *sum = ctx;
    const char *p = r->value;
    size_t wrong = 0;

    for (size_t i = 0; i < r->value_len; i++)
        wrong += p[i] != 'a' + (int)r->at.offset % 26;
    ck_assert_uint_eq(wrong, 0);
    *sum += r->value_len;
    return 0;
}

START_TEST(long_lines_are_whole)
{
    size_t len = (size_t)sizes[_i];
    AUTO_FREE char *bytes = malloc(3 * (len + 1));
    struct endpoint *e;
    uint64_t sum = 0;
    struct err err = {0};

    for (int i = 0; i < 3; i++) {
        memset(bytes + (size_t)i * (len + 1), 'a' + i, len);
        bytes[(size_t)i * (len + 1) + len] = '\n';
    }
    put(bytes, 3 * (len + 1) - 1);
    e = station_open("file", &unnamed, false);
    OK(station_each(e, check_fill, &sum, &err), err);
    ck_assert_uint_eq(sum, 3 * len);
    ck_assert_uint_eq(station_counts(e).accepted, 2);
    e->ops->close(e);
}
END_TEST

START_TEST(what_is_appended_is_there)
{
    struct endpoint *e = station_open("file", &unnamed, false);
    struct heard h = {0};
    struct err err = {0};

    ck_assert_uint_eq(station_counts(e).accepted, 0);
    OK(e->ops->append(e, "a\nb\n", 4, &err), err);
    ck_assert_uint_eq(station_counts(e).accepted, 2);
    OK(e->ops->append(e, "", 0, &err), err);
    ck_assert_int_eq(e->ops->append(e, "c", 1, &err), -EINVAL);
    err = (struct err){0};
    OK(e->ops->append(e, "c\n", 2, &err), err);
    ck_assert_uint_eq(station_counts(e).accepted, 3);
    OK(station_read(e, &h, &err), err);
    ck_assert_str_eq(h.text, "0:a|1:b|2:c|");
    ck_assert_ptr_nonnull(strstr(e->ops->property(e, "path"), "/it.txt"));
    ck_assert_ptr_null(e->ops->property(e, "url"));
    e->ops->close(e);
}
END_TEST

START_TEST(after_a_cut_line_nothing_is_appended)
{
    struct endpoint *e = station_open("file", &unnamed, false);
    struct rlimit limit = {6, RLIM_INFINITY};
    struct err err = {0};

    OK(e->ops->append(e, "abc\n", 4, &err), err);
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(e->ops->append(e, "def\n", 4, &err), -ENOSPC);
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    err = (struct err){0};
    ck_assert_int_eq(e->ops->append(e, "ghi\n", 4, &err), -EIO);
    ck_assert_uint_eq(station_counts(e).accepted, 1);
    e->ops->close(e);
}
END_TEST

START_TEST(a_reader_may_stop)
{
    struct heard h = {.stop_at = 2};
    struct err err = {0};
    struct endpoint *e;

    put("a\nb\nc\n", 6);
    e = station_open("file", &unnamed, true);
    ck_assert_int_eq(station_read(e, &h, &err), -ECANCELED);
    ck_assert_str_eq(h.text, "0:a|1:b|");
    ck_assert_ptr_nonnull(strstr(err.text, "it.txt: line 2: "));
    e->ops->close(e);
}
END_TEST

START_TEST(a_file_that_was_made_anew_is_counted_anew)
{
    struct endpoint *e;

    put("a\nb\nc\n", 6);
    e = station_open("file", &unnamed, true);
    ck_assert_uint_eq(station_counts(e).accepted, 3);
    put("d\n", 2);
    ck_assert_uint_eq(station_counts(e).accepted, 1);
    e->ops->close(e);
}
END_TEST

static const struct {
    const char *name;
    bool existing;
    int rc;
} refused[] = {
    {"../out", false, -EINVAL}, {"a/b", false, -EINVAL}, {"..", false, -EINVAL},
    {".", false, -EINVAL},      {"none", true, -ENOENT},
};

START_TEST(what_cannot_be_opened_says_why)
{
    const struct settings s = {refused[_i].name};
    const struct endpoint_env env = {
        .name = "it", .settings = &s, .work_dir = dir, .clk = &real};
    struct endpoint *e = NULL;
    struct err err = {0};

    ck_assert_int_eq(
        endpoint_find("file")->open(&env, refused[_i].existing, &e, &err),
        refused[_i].rc);
    ck_assert_ptr_null(e);
    ck_assert_int_eq(strncmp(err.text, "endpoint it: ", 13), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, dir_make, dir_remove);
    tcase_add_loop_test(tc, a_record_a_line, 0, ARRAY_LEN(texts));
    tcase_add_loop_test(tc, a_cut_last_line_is_none_afterwards, 0,
                        (int)ARRAY_LEN(texts));
    tcase_add_loop_test(tc, long_lines_are_whole, 0, ARRAY_LEN(sizes));
    tcase_add_test(tc, what_is_appended_is_there);
    tcase_add_test(tc, after_a_cut_line_nothing_is_appended);
    tcase_add_test(tc, a_reader_may_stop);
    tcase_add_test(tc, a_file_that_was_made_anew_is_counted_anew);
    tcase_add_loop_test(tc, what_cannot_be_opened_says_why, 0,
                        ARRAY_LEN(refused));
}

SUITE_MAIN("file endpoint", fill)
