/* input.c - bytes handed to a target, as a file or as records. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz/fuzz.h"

const char *input_file(int which, const void *data, size_t len)
{
    static int fds[INPUT_FILES];
    static char paths[INPUT_FILES][32];
    struct err err = {0};
    int rc;

    if (!fds[which]) {
        fds[which] = memfd_create("input", MFD_CLOEXEC);
        assert(fds[which] > 0);
        (void)snprintf(paths[which], sizeof(paths[which]), "/proc/self/fd/%d",
                       fds[which]);
    }
    rc = ftruncate(fds[which], 0);
    assert(rc == 0);
    rc = lseek(fds[which], 0, SEEK_SET) == 0 ? 0 : -1;
    assert(rc == 0);
    rc = write_all(fds[which], data, len, &err);
    assert(rc == 0);
    return paths[which];
}

static char folder[] = "/tmp/ordeal-fuzz-XXXXXX";
static pid_t folder_of;

static void remove_folder(void)
{
    struct err err = {0};

    if (folder_of == getpid())
        best_effort(remove_tree(folder, &err));
}

const char *input_folder(void)
{
    const char *made = folder_of ? folder : mkdtemp(folder);

    assert(made);
    if (!folder_of) {
        folder_of = getpid();
        (void)atexit(remove_folder);
    }
    return made;
}

static const uint8_t *part(const uint8_t **data, size_t *len, size_t said,
                           size_t *ret_len)
{
    const uint8_t *at = *data;

    *ret_len = 0;
    if (said == 65535)
        return NULL;
    *ret_len = said < *len ? said : *len;
    *data += *ret_len;
    *len -= *ret_len;
    return at;
}

int input_record(const uint8_t **data, size_t *len, struct input_record *ret)
{
    const uint8_t *at = *data;

    if (*len < 4)
        return 0;
    *data += 4;
    *len -= 4;
    ret->key = part(data, len, (size_t)at[0] << 8 | at[1], &ret->key_len);
    ret->value = part(data, len, (size_t)at[2] << 8 | at[3], &ret->value_len);
    return 1;
}
