/* folder.c - a fresh folder for a test. */
#include "folder.h"

#include <check.h>
#include <stdlib.h>

#include "base/file.h"

char folder[64];

void folder_make(void)
{
    const char pattern[] = "/tmp/ordeal-test-XXXXXX";

    for (size_t i = 0; i < sizeof(pattern); i++)
        folder[i] = pattern[i];
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void folder_remove(void)
{
    struct err err = {0};

    ck_assert_msg(remove_tree(folder, &err) == 0, "%s", err.text);
}

void folder_file(const char *name, const char *text)
{
    struct err err = {0};
    char *path = path_of("%s/%s", folder, name);

    ck_assert_msg(file_print(path, &err, "%s", text) == 0, "%s", err.text);
    free(path);
}

void folder_folder(const char *name)
{
    struct err err = {0};
    char *path = path_of("%s/%s", folder, name);

    ck_assert_msg(mkdir_all(path, &err) == 0, "%s", err.text);
    free(path);
}
