/* test_digest.c - published vectors; and the digest of a tree is the digest of
 * the listing of the tree. */
#include "base/digest.h"
#include "base/file.h"
#include "support/suite.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/own.h"
#include "folder.h"

static const struct {
    const char *text, *want;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

START_TEST(the_published_vectors_hold)
{
    char hex[SHA256_HEX];

    sha256_bytes(vectors[_i].text, strlen(vectors[_i].text), hex);
    ck_assert_str_eq(hex, vectors[_i].want);
}
END_TEST

START_TEST(a_file_is_digested_as_its_bytes)
{
    char of_bytes[SHA256_HEX], of_file[SHA256_HEX];
    AUTO_FREE char *path = path_of("%s/f", folder);
    struct err err = {0};

    folder_file("f", "some text");
    sha256_bytes("some text", 9, of_bytes);
    ck_assert_int_eq(sha256_file(path, of_file, &err), 0);
    ck_assert_str_eq(of_file, of_bytes);
    ck_assert_int_eq(sha256_tree(path, of_file, &err), 0);
    ck_assert_str_eq(of_file, of_bytes);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    char hex[SHA256_HEX];
    AUTO_FREE char *path = path_of("%s/none", folder);
    struct err err = {0};

    ck_assert_int_eq(sha256_file(path, hex, &err), -ENOENT);
    ck_assert_ptr_nonnull(strstr(err.text, path));
}
END_TEST

/* '-' and '.' come before '/', so whole paths sort differently from names. */
START_TEST(a_tree_is_the_digest_of_its_sorted_listing)
{
    static const char *const paths[] = {"a-b", "a.txt", "a/x", "a/y", "b"};
    char listing[2048] = "", hex[SHA256_HEX], want[SHA256_HEX];
    size_t at = 0;
    struct err err = {0};

    folder_folder("a");
    folder_folder("empty");
    for (size_t i = ARRAY_LEN(paths); i-- > 0;)
        folder_file(paths[i], paths[i]);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        sha256_bytes(paths[i], strlen(paths[i]), hex);
        at += (size_t)snprintf(listing + at, sizeof(listing) - at, "%s  %s\n",
                               hex, paths[i]);
    }
    sha256_bytes(listing, at, want);
    ck_assert_int_eq(sha256_tree(folder, hex, &err), 0);
    ck_assert_str_eq(hex, want);
}
END_TEST

START_TEST(a_slash_at_the_end_changes_nothing)
{
    char plain[SHA256_HEX], slashed[SHA256_HEX];
    AUTO_FREE char *path = path_of("%s//", folder);
    struct err err = {0};

    folder_file("f", "x");
    ck_assert_int_eq(sha256_tree(folder, plain, &err), 0);
    ck_assert_int_eq(sha256_tree(path, slashed, &err), 0);
    ck_assert_str_eq(plain, slashed);
}
END_TEST

START_TEST(a_link_that_leads_in_a_circle_is_refused)
{
    char hex[SHA256_HEX];
    AUTO_FREE char *link = path_of("%s/self", folder);
    struct err err = {0};

    ck_assert_int_eq(symlink(folder, link), 0);
    ck_assert_int_eq(sha256_tree(folder, hex, &err), -ELOOP);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, folder_make, folder_remove);
    tcase_add_loop_test(tc, the_published_vectors_hold, 0, ARRAY_LEN(vectors));
    tcase_add_test(tc, a_file_is_digested_as_its_bytes);
    tcase_add_test(tc, a_file_that_is_not_there_is_named);
    tcase_add_test(tc, a_tree_is_the_digest_of_its_sorted_listing);
    tcase_add_test(tc, a_slash_at_the_end_changes_nothing);
    tcase_add_test(tc, a_link_that_leads_in_a_circle_is_refused);
}

SUITE_MAIN("digest", fill)
