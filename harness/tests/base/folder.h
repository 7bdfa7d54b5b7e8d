/* folder.h - a fresh folder for a test, removed after the test. */
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

/* Write a file `name` with the content `text` into the folder. */
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
