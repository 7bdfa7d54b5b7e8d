/* commit_log.c - commits in a file without a name, written by blocks. */
#include "observe/commit_log_own.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"

enum { BLOCK = 4096 }; /* rows */

struct row {
    int64_t time_us, offset;
    int32_t partition;
    uint32_t number;
};

struct commit_log {
    int fd;         /* -1: all rows stay in memory */
    size_t in_file; /* rows, all before those in memory */
    struct row *rows;
    size_t len, cap; /* rows in memory, after the rows in the file */
};

/* A new file in `dir` without a name, gone when closed; -1: none can be made.
 * O_TMPFILE would do, but for overlay file systems of some kernels. */
static int nameless_file(const char *dir)
{
    AUTO_FREE char *path = path_of("%s/commits-XXXXXX", dir);
    int fd = mkostemp(path, O_CLOEXEC);

    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

struct commit_log *commit_log_new(const char *dir)
{
    struct commit_log *l = must_calloc(1, sizeof(*l));

    l->fd = dir ? nameless_file(dir) : -1;
    if (dir && l->fd < 0)
        log_warn("observer", "%s: no file for commits: memory will grow", dir);
    return l;
}

void commit_log_free(struct commit_log *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        (void)close(l->fd);
    free(l->rows);
    free(l);
}

/* Moves the rows in memory after the rows in the file. After a failed or
 * partial write all rows stay in memory, and the next block tries again. */
static void move_block(struct commit_log *l)
{
    size_t size = l->len * sizeof(*l->rows);
    off_t at = (off_t)(l->in_file * sizeof(*l->rows));

    if (pwrite(l->fd, l->rows, size, at) != (ssize_t)size) {
        if (ftruncate(l->fd, at) < 0)
            log_debug("observer", "a cut block of commits stays in the file");
        return;
    }
    l->in_file += l->len;
    l->len = 0;
}

void commit_log_add(struct commit_log *l, uint32_t number,
                    const struct commit *c)
{
    l->rows = must_grow(l->rows, l->len, &l->cap, sizeof(*l->rows));
    l->rows[l->len++] = (struct row){
        .time_us = c->time_us,
        .offset = c->offset,
        .partition = c->partition,
        .number = number,
    };
    if (l->fd >= 0 && l->len % BLOCK == 0)
        move_block(l);
}

/* Rows `from` .. of those in the file, at most BLOCK; their count. */
static size_t read_block(const struct commit_log *l, size_t from,
                         struct row *into)
{
    size_t left = l->in_file - from, n = left < BLOCK ? left : BLOCK;
    size_t size = n * sizeof(*into);

    if (pread(l->fd, into, size, (off_t)(from * sizeof(*into))) !=
        (ssize_t)size) {
        log_error("observer", "the commits seen cannot be read back");
        abort();
    }
    return n;
}

struct picked {
    uint32_t number;
    struct commit *at;
    size_t len, cap;
};

static void pick(struct picked *p, const struct row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (rows[i].number != p->number)
            continue;
        p->at = must_grow(p->at, p->len, &p->cap, sizeof(*p->at));
        p->at[p->len++] = (struct commit){.time_us = rows[i].time_us,
                                          .offset = rows[i].offset,
                                          .partition = rows[i].partition};
    }
}

size_t commit_log_of(const struct commit_log *l, uint32_t number,
                     struct commit **ret)
{
    struct picked p = {.number = number};
    struct row *block = must_calloc(BLOCK, sizeof(*block));

    for (size_t i = 0; i < l->in_file;) {
        size_t n = read_block(l, i, block);

        pick(&p, block, n);
        i += n;
    }
    pick(&p, l->rows, l->len);
    free(block);
    *ret = p.at ? p.at : must_calloc(1, sizeof(**ret));
    return p.len;
}
