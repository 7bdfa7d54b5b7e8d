/* file.h - reading, replacing and removing files and folders.
 *
 * Errors name the path. Texts returned through pointers belong to the caller
 * and are freed by free(3). Thread-safe, but two threads of one process must
 * not replace the same path at once (the temporary file is named by the pid).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

/* A path such as "a/b/c" from a printf format, new. Aborts without memory. */
char *path_of(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Make the folder `path` and its parents (0755). A folder already there is no
 * error; -ENOTDIR: `path` is a file. */
MUST_USE int mkdir_all(const char *path, struct err *err);

/* Replace the file `path` by `len` bytes: written to a temporary file in the
 * same folder, then renamed, so a reader finds the old or the new content
 * whole. Mode 0644; not synced to disk. */
MUST_USE int file_write(const char *path, const void *data, size_t len,
                        struct err *err);

/* As file_write(), with a mode that no umask changes. */
MUST_USE int file_write_as(const char *path, mode_t mode, const void *data,
                           size_t len, struct err *err);

/* As file_write(), with the content from a printf format. */
MUST_USE int file_print(const char *path, struct err *err, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Read a whole file into *ret and put a NUL behind the bytes; the caller frees
 * *ret. *ret_len: the number of bytes without the NUL; ret_len may be NULL.
 * -ENOMEM: the file is larger than memory. */
MUST_USE int file_read(const char *path, char **ret, size_t *ret_len,
                       struct err *err);

/* Write all `len` bytes to fd, continuing after partial writes and EINTR. */
MUST_USE int write_all(int fd, const void *data, size_t len, struct err *err);

/* Open the data file of a station for appending, mode 0600. `make`: create the
 * file if it is absent. Stations keep their data below work/, so these files
 * are no evidence, and secrets in them stay. *ret_fd is the caller's. */
MUST_USE int data_open(const char *path, bool make, int *ret_fd,
                       struct err *err);

/* Remove a folder and everything below it, without following links. Entries
 * already gone are no error. Goes on after an error and returns the first. */
MUST_USE int remove_tree(const char *path, struct err *err);

/* Read a file as JSON: *ret is new. -EINVAL: not JSON, err gives line and
 * column; a duplicate key is an error too. Write a value as JSON, indented,
 * with sorted keys, replacing the file as file_write() does. */
MUST_USE int json_read(const char *path, json_t **ret, struct err *err);
MUST_USE int json_write(const char *path, const json_t *value, struct err *err);

#endif
