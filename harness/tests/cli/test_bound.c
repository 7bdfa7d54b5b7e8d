/* test_bound.c - scenario files and options, read and bound before anything
 * starts. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "support/suite.h"

#define SINK                                                                   \
    "name: x\n"                                                                \
    "endpoints: {shop: {kind: http}}\n"                                        \
    "connectors: {s: {config: {connector.class: a.B}%s}}\n"                    \
    "load: {into: orders}\n"                                                   \
    "flow: orders -> s -> shop\n"

static char root[] = "/tmp/ordeal-bound-XXXXXX";

/* here/ is the working directory, there/ the folder of the scenario; each
 * has a plugin. */
static void make(const char *plugin)
{
    AUTO_FREE char *here = NULL, *there = NULL, *file = NULL;
    struct err err = {0};

    ck_assert_ptr_nonnull(mkdtemp(root));
    here = path_of("%s/here/build/mine", root);
    there = path_of("%s/there/build/its", root);
    file = path_of("%s/there/s.yaml", root);
    ck_assert_int_eq(mkdir_all(here, &err), 0);
    ck_assert_int_eq(mkdir_all(there, &err), 0);
    ck_assert_int_eq(file_print(file, &err, SINK, plugin), 0);
    here[strlen(here) - strlen("/build/mine")] = 0;
    ck_assert_int_eq(chdir(here), 0);
    ck_assert_int_eq(setenv("ORDEAL_FIXTURES", SOURCE_DIR "/fixtures", 1), 0);
}

static const struct path {
    const char *given; /* --plugin */
    const char *plugin;
    int want;
} paths[] = {
    {NULL, ", plugin: build/its", 0},
    {NULL, ", plugin: build/mine", EXIT_WRONG_USAGE},
    {NULL, ", plugin: http-sink", 0},
    {"build/mine", "", 0},
    {"build/mine", ", plugin: not/there", 0},
    {"build/its", "", EXIT_WRONG_USAGE},
    {"../there/build/its", "", 0},
    {"http-sink", "", 0},
    {"org.example:sink:1.0", "", 0},
};

START_TEST(plugin_paths_start_where_they_are_said)
{
    const struct bind_options o = {.plugin = paths[_i].given};
    struct err err = {0};
    struct bound b;

    make(paths[_i].plugin);
    ck_assert_int_eq(bind_file(&o, "../there/s.yaml", &b), paths[_i].want);
    bound_done(&b);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(remove_tree(root, &err), 0);
}
END_TEST

static const struct given {
    const char *set; /* what --set was given; FILE: a file of two lines */
    int want;
    const char *means; /* "key=value" */
    bool secret;
} givens[] = {
    {"rate=5", 0, "rate=5", false},
    {"rate=", 0, "rate=", false},
    {"pass=@FILE", 0, "pass=first line = @", true},
    {"pass=@@FILE", 0, "pass=@FILE", false},
    {"mail=me@home", 0, "mail=me@home", false},
    {"pass=@/nowhere/file", EXIT_WRONG_USAGE, NULL, false},
    {"pass=@", EXIT_WRONG_USAGE, NULL, false},
    {"=@FILE", -EINVAL, NULL, false},
    {"@FILE", -EINVAL, NULL, false},
};

/* Free keys and values, which otherwise live as long as the program. `given`:
 * the text of the option, borrowed. */
static void forget(struct bind_options *o, const char *given)
{
    for (size_t i = 0; i < o->set_len; i++)
        if (o->set[i] != given)
            free((void *)o->set[i]);
    for (size_t i = 0; i < o->secret_len; i++)
        free((void *)o->secret[i]);
}

START_TEST(a_value_may_come_from_a_file)
{
    const struct given *g = &givens[_i];
    struct bind_options o = {.set_len = 0};
    char folder[] = "/tmp/ordeal-given-XXXXXX";
    struct err err = {0};

    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(file_print("FILE", &err, "first line = @\nsecond\n"), 0);
    ck_assert_int_eq(bind_option_given(&o, g->set), g->want);
    ck_assert_uint_eq(o.set_len, g->means ? 1 : 0);
    if (g->means)
        ck_assert_str_eq(o.set[0], g->means);
    ck_assert_uint_eq(o.secret_len, g->secret ? 1 : 0);
    if (g->secret)
        ck_assert_str_eq(o.secret[0], "pass");
    forget(&o, g->set);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(remove_tree(folder, &err), 0);
}
END_TEST

/* The texts of a run folder that somebody else may have made name no file. */
START_TEST(a_run_folder_makes_nobody_read_a_file)
{
    struct bind_options o = {.set_len = 0};

    ck_assert_int_eq(bind_option_set(&o, "pass=@/etc/passwd"), 0);
    ck_assert_str_eq(o.set[0], "pass=@/etc/passwd");
    ck_assert_uint_eq(o.secret_len, 0);
}
END_TEST

START_TEST(a_secret_comes_from_a_file)
{
    struct bind_options o = {.set_len = 0};
    char path[] = "/tmp/ordeal-secret-XXXXXX";
    int fd = mkstemp(path);
    AUTO_FREE char *text = path_of("pass=%s", path);

    ck_assert_int_eq(write(fd, "open sesame\n", 12), 12);
    (void)close(fd);
    ck_assert_int_eq(bind_option_secret(&o, text), 0);
    ck_assert_str_eq(o.set[0], "pass=open sesame");
    ck_assert_str_eq(o.secret[0], "pass");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(bind_option_secret(&o, text), -EINVAL);
    forget(&o, text);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, plugin_paths_start_where_they_are_said, 0,
                        (int)ARRAY_LEN(paths));
    tcase_add_loop_test(tc, a_value_may_come_from_a_file, 0,
                        (int)ARRAY_LEN(givens));
    tcase_add_test(tc, a_run_folder_makes_nobody_read_a_file);
    tcase_add_test(tc, a_secret_comes_from_a_file);
}

SUITE_MAIN("cli/bound", fill)
