/* leftovers_own.h - which listed groups are left, from two lists. Pure. */
#ifndef CLIENT_LEFTOVERS_OWN_H
#define CLIENT_LEFTOVERS_OWN_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/* Whether a group of the list is described as dead. */
bool groups_have_dead(const struct rd_kafka_group_list *all);

/* The groups of `now`, as by kafka_groups(), new. ListGroups names groups of
 * every protocol, and DescribeGroups calls a group dead that follows KIP-848 or
 * KIP-932. A group just deleted is dead too, and is not listed again. So a dead
 * group counts if `before`, an earlier list, has the group too; the number of
 * members is then not known. */
json_t *groups_left(const struct rd_kafka_group_list *before,
                    const struct rd_kafka_group_list *now);

#endif
