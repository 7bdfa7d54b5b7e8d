/* part_log.c - appends to the log of a partition, and its two ends. */
#include "standins/mock/part_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "standins/mock/errors.h"

enum { INDEX_EVERY = 4096 }; /* bytes, Kafka's index.interval.bytes */

static const char segment[] = "00000000000000000000.log";
static const char places[] = "00000000000000000000.places";

void part_log_init(struct part_log *l, char *dir)
{
    *l = (struct part_log){
        .dir = dir, .fd = -1, .index_fd = -1, .indexed_at = -1, .max_ms = -1};
    pthread_mutex_init(&l->lock, NULL);
}

void part_log_done(struct part_log *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    if (l->index_fd >= 0)
        (void)close(l->index_fd);
    pthread_mutex_destroy(&l->lock);
    free(l->dir);
}

void part_log_delete(struct part_log *l)
{
    AUTO_FREE char *log = path_of("%s/%s", l->dir, segment);
    AUTO_FREE char *index = path_of("%s/%s", l->dir, places);

    pthread_mutex_lock(&l->lock);
    l->closed = true;
    if (l->index_fd >= 0) {
        (void)unlink(log);
        (void)unlink(index);
        (void)rmdir(l->dir);
    }
    pthread_mutex_unlock(&l->lock);
}

static int16_t complain(const struct part_log *l, const char *what)
{
    log_warn("part-log", "%s: cannot %s: %s", l->dir, what, strerror(errno));
    return KAFKA_STORAGE_ERROR;
}

static int make_file(const struct part_log *l, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", l->dir, name);

    return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* A broker may lead a thousand partitions of which few get records, so the
 * files of a partition are made with its first batch. */
static int16_t make_files(struct part_log *l)
{
    if (l->fd >= 0)
        return NO_ERROR;
    if (mkdir(l->dir, 0700) < 0 && errno != EEXIST)
        return complain(l, "make the folder");
    if (l->index_fd < 0)
        l->index_fd = make_file(l, places);
    if (l->index_fd >= 0)
        l->fd = make_file(l, segment);
    return l->fd < 0 ? complain(l, "make the files") : NO_ERROR;
}

/* An entry for the batch about to be written at the end of the file. */
static int16_t index_end(struct part_log *l)
{
    const struct index_entry e = {.place = {l->next, l->size},
                                  .max_ms = l->max_ms};
    ssize_t n;

    if (l->indexed_at >= 0 && l->size - l->indexed_at < INDEX_EVERY)
        return NO_ERROR;
    n = pwrite(l->index_fd, &e, sizeof(e), l->entries * (off_t)sizeof(e));
    if (n != (ssize_t)sizeof(e))
        return complain(l, "write to the index");
    l->entries++;
    l->indexed_at = l->size;
    return NO_ERROR;
}

static void set_number(uint8_t *at, uint64_t v, int len)
{
    for (int i = 0; i < len; i++)
        at[i] = (uint8_t)(v >> 8 * (len - 1 - i));
}

/* The batch is written at once from two buffers: the patched beginning of the
 * header, and the rest as sent. A batch cut by a full disk is taken off again,
 * so that the cut bytes hold no room on the disk. */
static int16_t write_batch(struct part_log *l, const uint8_t *data,
                           const struct batch_head *h, int32_t epoch)
{
    uint8_t begin[BATCH_PATCHED];
    struct iovec iov[] = {
        {.iov_base = begin, .iov_len = sizeof(begin)},
        {.iov_base = (void *)(uintptr_t)(data + sizeof(begin)),
         .iov_len = (size_t)h->size - sizeof(begin)},
    };

    set_number(begin, (uint64_t)l->next, 8);
    memcpy(begin + 8, data + 8, 4);
    set_number(begin + 12, (uint32_t)epoch, 4);
    if (pwritev(l->fd, iov, 2, l->size) != h->size) {
        int16_t code = complain(l, "write to the log");

        if (ftruncate(l->fd, l->size) < 0)
            (void)complain(l, "cut the log");
        return code;
    }
    return NO_ERROR;
}

/* Under the lock. */
static int16_t append(struct part_log *l, const uint8_t *data,
                      const struct batch_head *h, int32_t epoch)
{
    int16_t code = l->closed ? UNKNOWN_TOPIC_OR_PARTITION : make_files(l);

    if (code == NO_ERROR)
        code = index_end(l);
    if (code == NO_ERROR)
        code = write_batch(l, data, h, epoch);
    if (code != NO_ERROR)
        return code;
    l->next += h->count;
    l->size += h->size;
    if (h->max_ms > l->max_ms)
        l->max_ms = h->max_ms;
    return NO_ERROR;
}

int16_t part_log_append(struct part_log *l, const uint8_t *data,
                        const struct batch_head *h, int32_t epoch,
                        int64_t *ret_base)
{
    int16_t code;

    pthread_mutex_lock(&l->lock);
    *ret_base = l->next;
    code = append(l, data, h, epoch);
    pthread_mutex_unlock(&l->lock);
    return code;
}

struct part_ends part_log_ends(struct part_log *l)
{
    struct part_ends ends;

    pthread_mutex_lock(&l->lock);
    ends = (struct part_ends){l->start, l->next};
    pthread_mutex_unlock(&l->lock);
    return ends;
}

int16_t part_log_trim(struct part_log *l, int64_t offset, int64_t *ret_start)
{
    int16_t code = NO_ERROR;

    pthread_mutex_lock(&l->lock);
    if (offset == -1)
        offset = l->next;
    if (offset < 0 || offset > l->next)
        code = OFFSET_OUT_OF_RANGE;
    else if (offset > l->start)
        l->start = offset;
    *ret_start = l->start;
    pthread_mutex_unlock(&l->lock);
    return code;
}
