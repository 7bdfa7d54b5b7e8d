/* hosts.h - names looked up in a hosts file (hosts(5)) that may change. */
#ifndef STANDINS_WORKER_HOSTS_H
#define STANDINS_WORKER_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/err.h"

enum { HOST_ADDRESS_MAX = 64 };

struct hosts {
    const char *path; /* borrowed; NULL: there is none */
    struct stat seen; /* the file as it was last read; zeros: none was */
};

/* In a hosts file's text: the address in the first line that names `name` (len
 * characters, whatever their case), and its length. NULL: none. */
const char *hosts_address(const char *hosts, const char *name, size_t len,
                          size_t *ret_len);

/* Has the file become another since hosts_find() last read it? */
bool hosts_changed(const struct hosts *h);

/* The first address of `name`; 0: it is not there (nor, perhaps, the file).
 * 1: found. -EINVAL: it is too long for one. */
MUST_USE int hosts_find(struct hosts *h, const char *name,
                        char out[HOST_ADDRESS_MAX], struct err *err);

#endif
