/* task_common.h - properties that Connect itself reads from every connector's
 * configuration. */
#ifndef STANDINS_WORKER_TASK_COMMON_H
#define STANDINS_WORKER_TASK_COMMON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct common_settings {
    /* NULL: the worker's converter */
    const char *key_converter, *value_converter;
    const char *transforms; /* NULL: none */
    int64_t tasks_max;
};

struct source_settings {
    const char *exactly_once; /* "requested" or "required" */
};

/* KIP-298 (errors.*), KIP-215 (topics.regex). */
struct sink_settings {
    const char *topics, *topics_regex; /* one is set, the other is NULL */
    const char *tolerance;             /* "none" or "all" */
    const char *dlq;                   /* dead-letter topic, or NULL */
    int64_t dlq_replicas;              /* -1: the broker's default */
    bool dlq_headers;
    bool log, log_messages;
};

/* Read and check. -EINVAL: the error names the key. Strings are borrowed from
 * `config`. */
MUST_USE int common_settings_read(const json_t *config,
                                  struct common_settings *ret, struct err *err);
MUST_USE int source_settings_read(const json_t *config,
                                  struct source_settings *ret, struct err *err);
MUST_USE int sink_settings_read(const json_t *config, struct sink_settings *ret,
                                struct err *err);

/* Call `fn` for each name in a list such as "a, b,c", until `fn` returns
 * nonzero; returns the last result. */
int list_each(const char *list, int (*fn)(void *ctx, const char *name),
              void *ctx);

#endif
