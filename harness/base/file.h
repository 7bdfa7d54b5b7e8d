/* file.h - files and folders, the few ways the harness uses them. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* "a/b/c" from a printf format; the caller frees. Aborts without memory. */
char *path_of(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Make `path` and its parents (0755). No error if it is there. */
MUST_USE int mkdir_all(const char *path, struct err *err);

/* Replace `path` by `len` bytes: a temporary file beside it, renamed. */
MUST_USE int file_write(const char *path, const void *data, size_t len,
                        struct err *err);

/* The same from a printf format. */
MUST_USE int file_print(const char *path, struct err *err, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* All of a file and a NUL behind it; the caller frees. ret_len may be NULL. */
MUST_USE int file_read(const char *path, char **ret, size_t *ret_len,
                       struct err *err);

/* Write all `len` bytes to fd, going on after partial writes and EINTR. */
MUST_USE int write_all(int fd, const void *data, size_t len, struct err *err);

/* Remove a folder and all below it. What is not there is no error. */
MUST_USE int remove_tree(const char *path, struct err *err);

/* JSON in and out; written indented with sorted keys, replaced atomically. */
MUST_USE int json_read(const char *path, json_t **ret, struct err *err);
MUST_USE int json_write(const char *path, const json_t *value, struct err *err);

#endif
