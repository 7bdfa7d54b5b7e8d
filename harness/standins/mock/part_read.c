/* part_read.c - finds and reads batches of the log of a partition. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/errors.h"
#include "standins/mock/part_log.h"

/* What a read needs of the log. Bytes before `size` and entries before
 * `entries` never change and stay readable while the caller holds the topic, so
 * files are read without the lock. */
struct view {
    int fd, index_fd;
    int64_t start, next, size, entries;
    struct place place; /* of the batch with base offset `place.offset`; at -1:
                           unknown */
};

static struct view view_of(struct part_log *l, int64_t offset)
{
    struct view v;

    pthread_mutex_lock(&l->lock);
    v = (struct view){
        .fd = l->fd,
        .index_fd = l->index_fd,
        .start = l->start,
        .next = l->next,
        .size = l->size,
        .entries = l->entries,
        .place = {offset, -1},
    };
    for (size_t i = 0; i < RECENT_LEN; i++)
        if (l->recent[i].offset == offset && l->recent[i].at > 0)
            v.place = l->recent[i];
    pthread_mutex_unlock(&l->lock);
    return v;
}

/* Remember where a read has ended, in place of the oldest such place. */
static void remember(struct part_log *l, struct place end)
{
    bool known = false;

    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < RECENT_LEN; i++)
        known |= l->recent[i].at == end.at;
    if (!known)
        l->recent[l->recent_next++ % RECENT_LEN] = end;
    pthread_mutex_unlock(&l->lock);
}

static int16_t broken(const char *what, int64_t at)
{
    log_warn("part-log", "%s at byte %lld cannot be read: %s", what,
             (long long)at, errno ? strerror(errno) : "not as written");
    return KAFKA_STORAGE_ERROR;
}

static int16_t read_at(int fd, void *data, size_t len, int64_t at)
{
    uint8_t *to = data;

    while (len > 0) {
        ssize_t n = pread(fd, to, len, at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return broken("a file", at);
        to += n;
        at += n;
        len -= (size_t)n;
    }
    return NO_ERROR;
}

/* The header of the batch at `at`, which lies before v->size. */
static int16_t head_at(const struct view *v, int64_t at, struct batch_head *ret)
{
    uint8_t head[BATCH_HEAD];
    int16_t code;

    errno = 0;
    if (v->size - at < BATCH_HEAD)
        return broken("a batch", at);
    code = read_at(v->fd, head, sizeof(head), at);
    if (code == NO_ERROR &&
        (!batch_head_read(head, sizeof(head), ret) || ret->size > v->size - at))
        return broken("a batch", at);
    return code;
}

static bool offset_beyond(const struct index_entry *e, int64_t offset)
{
    return e->place.offset > offset;
}

static bool time_beyond(const struct index_entry *e, int64_t ms)
{
    return e->max_ms >= ms;
}

/* The place of the last entry that is not `beyond` the value, by binary search;
 * the entries beyond are the last ones. The first entry counts as not beyond.
 */
static int16_t search(const struct view *v, int64_t value,
                      bool (*beyond)(const struct index_entry *e,
                                     int64_t value),
                      int64_t *ret_at)
{
    int64_t low = 0, high = v->entries; /* the answer is in low .. high - 1 */
    struct index_entry e;

    *ret_at = 0;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        int16_t code =
            read_at(v->index_fd, &e, sizeof(e), middle * (int64_t)sizeof(e));

        if (code != NO_ERROR)
            return code;
        if (beyond(&e, value)) {
            high = middle;
        } else {
            low = middle;
            *ret_at = e.place.at;
        }
    }
    return NO_ERROR;
}

/* Where the batch that holds `offset` begins. An entry of the index stands for
 * at most 4 KiB of batches and one batch, so few headers are read. */
static int16_t find(const struct view *v, int64_t offset, int64_t *ret_at)
{
    struct batch_head h;
    int16_t code = NO_ERROR;

    if (v->place.at >= 0) {
        *ret_at = v->place.at;
        return NO_ERROR;
    }
    code = search(v, offset, offset_beyond, ret_at);
    while (code == NO_ERROR) {
        code = head_at(v, *ret_at, &h);
        if (code != NO_ERROR || batch_last(&h) >= offset)
            break;
        *ret_at += h.size;
    }
    return code;
}

/* How many of the `len` bytes at `data`, read from `at` on, are whole batches.
 * *ret: the place behind the last. */
static size_t whole(const uint8_t *data, size_t len, int64_t at,
                    struct place *ret)
{
    size_t used = 0;
    struct batch_head h;

    while (batch_head_read(data + used, len - used, &h) &&
           (size_t)h.size <= len - used) {
        used += (size_t)h.size;
        *ret = (struct place){batch_last(&h) + 1, at + (int64_t)used};
    }
    return used;
}

/* Enlarges *most to the first batch if that is larger. */
static int16_t room_for_one(const struct view *v, int64_t at, size_t *most)
{
    struct batch_head h;
    int16_t code = head_at(v, at, &h);

    if (code == NO_ERROR && (size_t)h.size > *most)
        *most = (size_t)h.size;
    return code;
}

/* From the place `at` on; `most` reaches no further than the end. */
static int16_t read_whole(struct part_log *l, const struct view *v, int64_t at,
                          size_t most, struct writer *w)
{
    uint8_t *to = writer_room(w, most);
    int16_t code = read_at(v->fd, to, most, at);
    size_t len = 0;
    struct place end;

    if (code == NO_ERROR)
        len = whole(to, most, at, &end);
    w->len -= most - len;
    if (len > 0)
        remember(l, end);
    return code;
}

int16_t part_log_read(struct part_log *l, int64_t offset, size_t most,
                      bool at_least_one, struct writer *w,
                      struct part_ends *ret)
{
    struct view v = view_of(l, offset);
    int16_t code;
    int64_t at;

    *ret = (struct part_ends){v.start, v.next};
    if (offset < v.start || offset > v.next)
        return OFFSET_OUT_OF_RANGE;
    if (offset == v.next || (most < BATCH_HEAD && !at_least_one))
        return NO_ERROR;
    code = find(&v, offset, &at);
    if (code == NO_ERROR && at_least_one)
        code = room_for_one(&v, at, &most);
    if (code != NO_ERROR)
        return code;
    if ((int64_t)most > v.size - at)
        most = (size_t)(v.size - at);
    return read_whole(l, &v, at, most, w);
}

/* Sets *ret_offset if the batch at `at` holds such a record at or behind the
 * start. A compressed batch counts as one record and may begin before the
 * start. */
static int16_t time_in_batch(const struct view *v, int64_t at,
                             const struct batch_head *h, int64_t ms,
                             int64_t *ret_offset, int64_t *ret_ms)
{
    AUTO_FREE uint8_t *data = must_malloc((size_t)h->size);
    int16_t code = read_at(v->fd, data, (size_t)h->size, at);
    int64_t offset, found_ms;

    if (code == NO_ERROR &&
        batch_find_time(data, h, v->start, ms, &offset, &found_ms)) {
        *ret_offset = offset < v->start ? v->start : offset;
        *ret_ms = found_ms;
    }
    return code;
}

/* No batch before the entry found has a timestamp as high as `ms`. */
int16_t part_log_at_time(struct part_log *l, int64_t ms, int64_t *ret_offset,
                         int64_t *ret_ms)
{
    struct view v = view_of(l, -1);
    struct batch_head h;
    int64_t at;
    int16_t code = search(&v, ms, time_beyond, &at);

    *ret_offset = *ret_ms = -1;
    while (code == NO_ERROR && *ret_offset < 0 && at < v.size) {
        code = head_at(&v, at, &h);
        if (code == NO_ERROR && h.max_ms >= ms && batch_last(&h) >= v.start)
            code = time_in_batch(&v, at, &h, ms, ret_offset, ret_ms);
        at += code == NO_ERROR ? h.size : 0;
    }
    return code;
}
