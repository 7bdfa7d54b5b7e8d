/* http_senders.h - the worker behind an address.
 *
 * In the sandbox the address from which a worker dials identifies the worker.
 * In the fallback all workers dial from the same address, so each worker is
 * given an address of its own to dial. The list is kept in a file as well, for
 * a verify after the run. Not thread-safe.
 */
#ifndef ENDPOINT_HTTP_SENDERS_H
#define ENDPOINT_HTTP_SENDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/request_log.h"
#include "node/node.h"

enum { SENDERS_MAX = 128 };

struct sender {
    int worker;
    bool by_dialled; /* `address` is dialled by the worker; false: the worker's
                        own address */
    char address[NODE_ADDRESS_MAX];
    uint32_t number; /* the same, network byte order */
};

struct senders {
    struct sender at[SENDERS_MAX];
    size_t len;
};

/* The entry of `worker`, or NULL. */
const struct sender *senders_of(const struct senders *s, int worker);

/* -EINVAL: no IPv4 address; -ENOSPC. */
MUST_USE int senders_add(struct senders *s, int worker, bool by_dialled,
                         const char *address, struct err *err);

/* The worker that sent a request; -1: unknown. */
int senders_find(const struct senders *s, const struct request_row *row);

/* A missing file is an empty list. */
MUST_USE int senders_load(struct senders *s, const char *path, struct err *err);
MUST_USE int senders_save(const struct senders *s, const char *path,
                          struct err *err);

#endif
