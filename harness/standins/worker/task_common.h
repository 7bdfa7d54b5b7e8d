/* task_common.h - the properties that Connect itself reads of any connector. */
#ifndef STANDINS_WORKER_TASK_COMMON_H
#define STANDINS_WORKER_TASK_COMMON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct common_settings {
    const char *key_converter, *value_converter; /* NULL: the worker's */
    const char *transforms;                      /* NULL: none */
    int64_t tasks_max;
};

struct source_settings {
    const char *exactly_once; /* "requested" or "required" */
};

/* KIP-298 (errors.*), KIP-215 (topics.regex). */
struct sink_settings {
    const char *topics, *topics_regex; /* one of them, the other NULL */
    const char *tolerance;             /* "none" or "all" */
    const char *dlq;                   /* topic, or NULL: none */
    int64_t dlq_replicas;              /* -1: as the broker likes */
    bool dlq_headers;
    bool log, log_messages;
};

/* Checked, with a sentence that names the key. Strings are config's. */
MUST_USE int common_settings_read(const json_t *config,
                                  struct common_settings *ret, struct err *err);
MUST_USE int source_settings_read(const json_t *config,
                                  struct source_settings *ret, struct err *err);
MUST_USE int sink_settings_read(const json_t *config, struct sink_settings *ret,
                                struct err *err);

/* Ask `fn` for each name of "a, b,c" until it returns no 0; that is returned.
 */
int list_each(const char *list, int (*fn)(void *ctx, const char *name),
              void *ctx);

#endif
