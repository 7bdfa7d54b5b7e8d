/* hosts.h - looks up names in a changing hosts file (hosts(5)). */
#ifndef STANDINS_WORKER_HOSTS_H
#define STANDINS_WORKER_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/err.h"

enum { HOST_ADDRESS_MAX = 64 };

struct hosts {
    const char *path; /* borrowed; NULL: no file */
    struct stat seen; /* the file when last read; zeros: never, or absent */
};

/* The address in the first line of `hosts` (text of a hosts file) that holds
 * `name` (`len` characters, case ignored), with its length. Points into
 * `hosts`; NULL: none. */
const char *hosts_address(const char *hosts, const char *name, size_t len,
                          size_t *ret_len);

/* Whether the file was replaced or changed since the last hosts_find(). */
bool hosts_changed(const struct hosts *h);

/* Read the file and copy the address of `name` to `out`. 1: found. 0: no such
 * name, or no file. -EINVAL: the address is too long. */
MUST_USE int hosts_find(struct hosts *h, const char *name,
                        char out[HOST_ADDRESS_MAX], struct err *err);

#endif
