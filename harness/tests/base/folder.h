/* folder.h - a folder of its own for one test, gone afterwards. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <check.h>
#include <stdlib.h>

#include "base/file.h"

static char folder[64];

static inline void folder_make(void)
{
    const char pattern[] = "/tmp/ordeal-test-XXXXXX";

    for (size_t i = 0; i < sizeof(pattern); i++)
        folder[i] = pattern[i];
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static inline void folder_remove(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(folder, &err) == 0, "%s", err.text);
}

/* A file `name` in it, holding `text`. */
static inline void folder_file(const char *name, const char *text)
{
    struct err err = {0};
    char *path = path_of("%s/%s", folder, name);

    ck_assert_msg(file_print(path, &err, "%s", text) == 0, "%s", err.text);
    free(path);
}

static inline void folder_folder(const char *name)
{
    struct err err = {0};
    char *path = path_of("%s/%s", folder, name);

    ck_assert_msg(mkdir_all(path, &err) == 0, "%s", err.text);
    free(path);
}

#endif
