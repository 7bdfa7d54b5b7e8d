/* offsets_log.h - writes commits and generations to __consumer_offsets.
 *
 * Keys and values have the formats of Kafka 2.1 and later (OffsetCommitKey 1,
 * OffsetCommitValue 3, GroupMetadataKey 2, GroupMetadataValue 3 of the group
 * coordinator's schemas), so that a reader of Kafka's topic can read the
 * mock's.
 */
#ifndef STANDINS_MOCK_OFFSETS_LOG_H
#define STANDINS_MOCK_OFFSETS_LOG_H

#include <stdbool.h>

#include "standins/mock/codec.h"
#include "standins/mock/mock_cluster.h"

/* Append a record to the one partition of __consumer_offsets, whoever leads the
 * partition, and wake its readers. `value` NULL: a tombstone. Thread-safe.
 * false: the file system refuses.
 */
bool offsets_log_put(struct cluster *c, const struct writer *key,
                     const struct writer *value);

#endif
