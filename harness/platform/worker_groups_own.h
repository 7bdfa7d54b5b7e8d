/* worker_groups_own.h - groups of Connect workers: each group is a Connect
 * cluster of its own on the one Kafka, with a group id and three internal
 * topics of its own.
 *
 * `platform.connect` names the groups. Without the key all workers are in one
 * group without a name, which has Connect's usual names. Inside platform/ only.
 */
#ifndef PLATFORM_WORKER_GROUPS_OWN_H
#define PLATFORM_WORKER_GROUPS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "platform/platform.h"

/* The keys of a group, for `each` of the argument `connect`. The last key is
 * the Java heap, which a platform without Java leaves out. */
enum { GROUP_ARGS = 3, GROUP_ARGS_WITHOUT_HEAP = GROUP_ARGS - 1 };
extern const struct arg group_args[GROUP_ARGS];

/* Filled by group_args; also the settings that hold for all groups, whose
 * `name` is "". */
struct group {
    const char *name;
    int64_t workers;          /* 0: as the platform says for all */
    int64_t heap;             /* bytes; 0: as the platform says for all */
    const json_t *properties; /* each in place of the platform's; or NULL */
};

struct groups {
    struct group at[PLATFORM_GROUPS_MAX];
    size_t len;
};

/* The argument `connect` of a platform, for its table: help, bounds, entries of
 * `n` of the keys above. `member`: offset of the const json_t * to fill. */
#define GROUPS_ARG(member, n)                                                  \
    {                                                                          \
        .name = "connect", .type = ARG_JSON, .at = (member), .min = 1,         \
        .max = PLATFORM_GROUPS_MAX, .dflt = "", .kind = JSON_OBJECT,           \
        .each = group_args, .each_len = (n),                                   \
        .each_size = sizeof(struct group),                                     \
        .help = "name -> a group of workers, a Connect cluster of its own; "   \
                "left out: all workers are in one group without a name"        \
    }

/* The groups of `connect` (NULL: the group without a name alone), in the order
 * of the file. Members that a group leaves out are taken from `all`, but for
 * the properties. */
void groups_read(const struct arg *connect_arg, const json_t *connect,
                 const struct group *all, struct groups *ret);

/* Whether names are well formed, every group has workers, the workers are not
 * too many, and no property is among `fixed` (NULL-terminated). -EINVAL. */
MUST_USE int groups_check(const struct groups *g, const char *const *fixed,
                          struct err *err);

/* For platform_ops.groups. */
size_t groups_list(const struct groups *g,
                   struct platform_group out[PLATFORM_GROUPS_MAX]);

/* The group `name`; NULL: no such group. */
const struct group *groups_find(const struct groups *g, const char *name);

/* The group id of the Connect cluster, or an internal topic: `which` is
 * "group", "config", "offsets", "status", or "slots" (of ordeal-worker alone).
 * "connect-status", and "connect-fast-status" for the group "fast". New; NULL:
 * unknown word. */
char *group_topic(const char *name, const char *which);

#endif
