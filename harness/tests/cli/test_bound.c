/* test_bound.c - scenario files and options, read and bound before anything
 * starts. */
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

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, plugin_paths_start_where_they_are_said, 0,
                        (int)ARRAY_LEN(paths));
}

SUITE_MAIN("cli/bound", fill)
