/* test_unpack.c - archives with entries outside their folder, and jars of our
 * own. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/unpack_own.h"
#include "support/suite.h"

static char dir[64];

static void make_dir(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-unpack-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(dir, &err) == 0, "%s", err.text);
}

static void put(struct archive *a, const char *name, mode_t type,
                const char *link)
{
    struct archive_entry *e = archive_entry_new();

    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, type);
    archive_entry_set_perm(e, 0644);
    if (link && type == AE_IFLNK)
        archive_entry_set_symlink(e, link);
    else if (link)
        archive_entry_set_hardlink(e, link);
    archive_entry_set_size(e, type == AE_IFREG && !link ? 2 : 0);
    ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
    if (type == AE_IFREG && !link)
        (void)archive_write_data(a, "hi", 2);
    archive_entry_free(e);
}

static const struct {
    const char *what;
    const char *names[3];
    mode_t type;
    const char *link;
    int rc;
    const char *says;
} cases[] = {
    {"files", {"a/b.jar", "./c.jar"}, AE_IFREG, NULL, 0, NULL},
    {"a folder", {"a/b/"}, AE_IFDIR, NULL, 0, NULL},
    {"dots in names", {"a..b/..c"}, AE_IFREG, NULL, 0, NULL},
    {"absolute", {"/tmp/evil"}, AE_IFREG, NULL, -EINVAL, "/tmp/evil"},
    {"climbing", {"a/../../evil"}, AE_IFREG, NULL, -EINVAL, "out of the"},
    {"climbing at the end", {"a/.."}, AE_IFREG, NULL, -EINVAL, "out of the"},
    {"a link", {"a"}, AE_IFLNK, "/etc/passwd", -EINVAL, "neither file"},
    {"a hard link", {"a"}, AE_IFREG, "b", -EINVAL, "neither file"},
    {"a pipe", {"a"}, AE_IFIFO, NULL, -EINVAL, "neither file"},
    {"twice", {"a", "a"}, AE_IFREG, NULL, -EINVAL, "entry a"},
};

START_TEST(what_leads_out_is_refused)
{
    AUTO_FREE char *path = NULL;
    AUTO_FREE char *into = NULL;
    struct archive *a = archive_write_new();
    struct err err = {0};
    int rc;

    make_dir();
    path = path_of("%s/x.tar.gz", dir);
    into = path_of("%s/out", dir);
    (void)archive_write_add_filter_gzip(a);
    (void)archive_write_set_format_pax_restricted(a);
    ck_assert_int_eq(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (size_t i = 0; i < 3 && cases[_i].names[i]; i++)
        put(a, cases[_i].names[i], cases[_i].type, cases[_i].link);
    ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
    ck_assert_int_eq(mkdir(into, 0755), 0);
    rc = unpack(path, into, &err);
    ck_assert_msg(rc == cases[_i].rc, "%s: %d, %s", cases[_i].what, rc,
                  err.text);
    if (cases[_i].says)
        ck_assert_msg(strstr(err.text, cases[_i].says) != NULL, "%s: %s",
                      cases[_i].what, err.text);
    remove_dir();
}
END_TEST

START_TEST(a_jar_of_ours_holds_what_it_was_given)
{
    static const struct jar_entry entries[] = {{"META-INF/services/x", "a\n"},
                                               {"y", "b"}};
    AUTO_FREE char *jar = NULL;
    AUTO_FREE char *again = NULL;
    AUTO_FREE char *out = NULL;
    AUTO_FREE char *y = NULL;
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *one = NULL;
    AUTO_FREE char *two = NULL;
    struct err err = {0};
    size_t n, m;

    make_dir();
    jar = path_of("%s/s.jar", dir);
    again = path_of("%s/t.jar", dir);
    out = path_of("%s/out", dir);
    y = path_of("%s/y", out);
    ck_assert_int_eq(jar_write(jar, entries, 2, &err), 0);
    ck_assert_int_eq(jar_write(again, entries, 2, &err), 0);
    ck_assert_int_eq(archive_has(jar, "META-INF/services/", &err), 1);
    ck_assert_int_eq(archive_has(jar, "META-INF/maven/", &err), 0);
    ck_assert_int_eq(mkdir(out, 0755), 0);
    ck_assert_int_eq(unpack(jar, out, &err), 0);
    ck_assert_int_eq(file_read(y, &text, NULL, &err), 0);
    ck_assert_str_eq(text, "b");
    ck_assert_int_eq(file_read(jar, &one, &n, &err), 0);
    ck_assert_int_eq(file_read(again, &two, &m, &err), 0);
    ck_assert(n == m && memcmp(one, two, n) == 0);
    remove_dir();
}
END_TEST

START_TEST(what_is_no_archive_is_said_to_be_none)
{
    AUTO_FREE char *path = NULL;
    struct err err = {0};

    make_dir();
    path = path_of("%s/x.zip", dir);
    ck_assert_int_eq(file_print(path, &err, "hello\n"), 0);
    ck_assert_int_eq(unpack(path, dir, &err), -EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "x.zip"));
    ck_assert(is_archive_name("a/B.ZIP") && is_archive_name("b-1.tar.gz"));
    ck_assert(!is_archive_name("a.jar") && !is_archive_name(".zip"));
    remove_dir();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, what_leads_out_is_refused, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, a_jar_of_ours_holds_what_it_was_given);
    tcase_add_test(tc, what_is_no_archive_is_said_to_be_none);
}

SUITE_MAIN("platform/unpack", fill)
