/* file_source.c - a source of the lines of a file, which may still grow.
 *
 * Like Kafka's FileStreamSource: source partition {"filename": path}, source
 * offset {"position": bytes}. A last line without newline is not read yet, and
 * a missing file is waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/connector.h"

enum { READ_LEN = 1 << 16 };

struct settings {
    const char *file, *topic;
    int64_t batch;
};

struct file_source {
    struct source base;
    const struct settings *settings;
    const char *actor;
    int fd;
    bool told_missing;
    int64_t position; /* position of bytes[begin] in the file */
    char *bytes;
    size_t begin, end, cap; /* bytes read and not yet returned by poll() */
};

static const struct option options[] = {
    {.name = "file",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, file)},
    {.name = "topic",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, topic)},
    {.name = "batch.size",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, batch),
     .fallback = "2000",
     .min = 1},
};

static const struct source_ops ops;

static struct file_source *file_source_of(struct source *s)
{
    return (struct file_source *)(void *)s;
}

static json_t *partition(const struct source *s, unsigned stream)
{
    const struct file_source *f = (const struct file_source *)(const void *)s;

    (void)stream;
    return json_pack("{s:s}", "filename", f->settings->file);
}

static json_t *offset(const struct source *s, unsigned stream, int64_t mark)
{
    (void)s, (void)stream;
    return json_pack("{s:I}", "position", (json_int_t)mark);
}

static int start_at(struct file_source *f, const struct source_host *host,
                    struct err *err)
{
    AUTO_JSON json_t *where = partition(&f->base, 0);
    AUTO_JSON json_t *stored = host->stored(host->ctx, where);
    const json_t *at = json_object_get(stored, "position");

    if (!stored)
        return 0;
    if (!json_is_integer(at) || json_integer_value(at) < 0)
        return err_set(err, -EINVAL,
                       "%s: the stored offset has no position of at least 0",
                       f->settings->file);
    f->position = json_integer_value(at);
    return 0;
}

static void file_source_close(struct source *s)
{
    struct file_source *f = file_source_of(s);

    if (f->fd >= 0)
        (void)close(f->fd);
    free(f->bytes);
    free(f);
}

static int file_source_open(const struct connector_spec *spec,
                            const struct source_host *host, struct source **ret,
                            struct err *err)
{
    struct file_source *f = must_calloc(1, sizeof(*f));
    int rc;

    *f = (struct file_source){
        .base = {&ops},
        .settings = spec->settings,
        .actor = spec->actor,
        .fd = -1,
    };
    rc = start_at(f, host, err);
    if (rc < 0) {
        file_source_close(&f->base);
        return rc;
    }
    *ret = &f->base;
    return 0;
}

/* 1: the file is open. 0: the file does not exist yet. */
static int open_file(struct file_source *f, struct err *err)
{
    if (f->fd >= 0)
        return 1;
    f->fd = open(f->settings->file, O_RDONLY | O_CLOEXEC);
    if (f->fd >= 0)
        return 1;
    if (errno != ENOENT)
        return err_errno(err, "%s", f->settings->file);
    if (!f->told_missing)
        log_info(f->actor, "%s does not exist yet", f->settings->file);
    f->told_missing = true;
    return 0;
}

/* Drop the bytes returned by earlier polls, and make room for a read. */
static void make_room(struct file_source *f)
{
    if (f->end > f->begin)
        memmove(f->bytes, f->bytes + f->begin, f->end - f->begin);
    f->end -= f->begin;
    f->begin = 0;
    if (f->cap - f->end >= READ_LEN)
        return;
    f->cap = 2 * f->cap + READ_LEN;
    f->bytes = must_realloc(f->bytes, f->cap, 1);
}

static int read_more(struct file_source *f, struct err *err)
{
    int64_t from = f->position + (int64_t)(f->end - f->begin);
    ssize_t n;

    make_room(f);
    do
        n = pread(f->fd, f->bytes + f->end, f->cap - f->end, from);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_errno(err, "%s", f->settings->file);
    f->end += (size_t)n;
    return 0;
}

/* The next whole line among the bytes read. A CR before the newline is dropped.
 */
static bool next_line(struct file_source *f, struct source_record *r)
{
    const char *line = f->bytes + f->begin;
    const char *end = memchr(line, '\n', f->end - f->begin);
    size_t len;

    if (!end)
        return false;
    len = (size_t)(end - line);
    f->begin += len + 1;
    f->position += (int64_t)len + 1;
    if (len > 0 && line[len - 1] == '\r')
        len--;
    *r = (struct source_record){
        .topic = f->settings->topic,
        .value = line,
        .value_len = len,
        .mark = f->position,
    };
    return true;
}

static int file_source_poll(struct source *s, struct source_record *out,
                            size_t cap, size_t *ret_len, struct err *err)
{
    struct file_source *f = file_source_of(s);
    int rc = open_file(f, err);
    size_t len = 0;

    if (rc <= 0)
        return rc;
    if (cap > (size_t)f->settings->batch)
        cap = (size_t)f->settings->batch;
    if (f->begin == f->end ||
        !memchr(f->bytes + f->begin, '\n', f->end - f->begin))
        rc = read_more(f, err);
    if (rc < 0)
        return rc;
    while (len < cap && f->begin < f->end && next_line(f, &out[len]))
        len++;
    *ret_len = len;
    return 0;
}

static const struct source_ops ops = {
    .open = file_source_open,
    .poll = file_source_poll,
    .partition = partition,
    .offset = offset,
    .close = file_source_close,
};

const struct connector_kind connector_file_source = {
    .class_name = "org.apache.kafka.connect.file.FileStreamSourceConnector",
    .source = &ops,
    .options = options,
    .options_len = ARRAY_LEN(options),
    .settings_size = sizeof(struct settings),
    .one_task = true,
};
