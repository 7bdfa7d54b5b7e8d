/* part_log.h - the log of one partition: record batches in a file.
 *
 * The folder of a partition is named TOPIC-PARTITION, as in Kafka, and holds
 * two files, both made with the first batch (mode 0600):
 *
 *   00000000000000000000.log    the batches one behind the other, each as the
 *                               producer sent it, but for base offset and
 *                               leader epoch: Kafka's own format of a segment
 *   00000000000000000000.places an entry for about each 4 KiB of the first
 *                               file (struct index_entry), in ascending order
 *
 * Memory holds nothing that grows with the records: finding an offset is a
 * binary search in the second file. A partition has one segment of any length;
 * trimmed records stay in the file, as in Kafka's active segment.
 *
 * All functions are thread-safe. Functions returning int16_t return Kafka's
 * error codes; KAFKA_STORAGE_ERROR after a failure of the file system, of which
 * the log has a line.
 */
#ifndef STANDINS_MOCK_PART_LOG_H
#define STANDINS_MOCK_PART_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "standins/mock/batch.h"
#include "standins/mock/codec.h"

/* Where the batch with base offset `offset` begins in the file. */
struct place {
    int64_t offset, at;
};

/* An entry of the index, in the byte order of the machine. */
struct index_entry {
    struct place place;
    int64_t max_ms; /* highest timestamp of all batches before the place; -1:
                       there are none */
};

/* How many ends of reads are remembered: a reader that goes on where an earlier
 * read ended needs no search. */
enum { RECENT_LEN = 8 };

struct part_log {
    pthread_mutex_t lock; /* guards everything below */
    char *dir;
    int fd, index_fd;            /* -1: no batch yet */
    bool closed;                 /* the topic was deleted: appends fail */
    int64_t start;               /* first offset not trimmed */
    int64_t next;                /* offset of the next record */
    int64_t size;                /* bytes of the file */
    int64_t entries, indexed_at; /* of the index: number, place of the last */
    int64_t max_ms;              /* highest timestamp so far; -1: none */
    struct place recent[RECENT_LEN];
    size_t recent_next;
};

/* An empty log, kept in the folder `dir` (owned from now on), which need not
 * exist. */
void part_log_init(struct part_log *l, char *dir);

/* Close the files; they stay. Frees what `l` holds. */
void part_log_done(struct part_log *l);

/* Remove folder and files, and refuse appends from now on with
 * UNKNOWN_TOPIC_OR_PARTITION. What is being read stays readable. */
void part_log_delete(struct part_log *l);

/* Append the batch at `data` with header `h` (batch_check()), with leader epoch
 * `epoch`. *ret_base: the base offset given to the batch. */
int16_t part_log_append(struct part_log *l, const uint8_t *data,
                        const struct batch_head *h, int32_t epoch,
                        int64_t *ret_base);

/* The two ends of a log. */
struct part_ends {
    int64_t start; /* the first offset not trimmed */
    int64_t next;  /* offset of the next record: the high watermark */
};

struct part_ends part_log_ends(struct part_log *l);

/* Put whole batches from the one that holds `offset` on into `w`, of at most
 * `most` bytes in all; `at_least_one`: the first batch even if larger. Nothing
 * is put at the end of the log. *ret: the ends at the time; every batch put
 * lies before ret->next. OFFSET_OUT_OF_RANGE: `offset` lies before the start or
 * behind the end. */
int16_t part_log_read(struct part_log *l, int64_t offset, size_t most,
                      bool at_least_one, struct writer *w,
                      struct part_ends *ret);

/* The first record at or behind the start with a timestamp of at least `ms`, as
 * batch_find_time() finds it. *ret_offset -1: no such record. */
int16_t part_log_at_time(struct part_log *l, int64_t ms, int64_t *ret_offset,
                         int64_t *ret_ms);

/* Make `offset` the start (-1: trim everything). A lower offset than the start
 * changes nothing. *ret_start: the start now. OFFSET_OUT_OF_RANGE: behind the
 * end. */
int16_t part_log_trim(struct part_log *l, int64_t offset, int64_t *ret_start);

#endif
