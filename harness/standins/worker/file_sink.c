/* file_sink.c - a sink that appends each value as a line to a file.
 *
 * Like Kafka's FileStreamSink: lines are in the file when put() returns. Tasks
 * and workers may share the file, because O_APPEND and a single write() per
 * batch keep lines whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/connector.h"

struct settings {
    const char *file;
};

struct file_sink {
    struct sink base;
    const struct settings *settings;
    int fd;
    char *lines;
    size_t cap;
};

static const struct option options[] = {
    {.name = "file",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, file)},
};

static const struct sink_ops ops;

static struct file_sink *file_sink_of(struct sink *s)
{
    return (struct file_sink *)(void *)s;
}

static int file_sink_open(const struct connector_spec *spec,
                          const struct sink_host *host, struct sink **ret,
                          struct err *err)
{
    const struct settings *settings = spec->settings;
    int fd =
        open(settings->file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    struct file_sink *f;

    (void)host;
    if (fd < 0)
        return err_errno(err, "%s", settings->file);
    f = must_calloc(1, sizeof(*f));
    *f = (struct file_sink){{&ops}, .settings = settings, .fd = fd};
    *ret = &f->base;
    return 0;
}

static void reserve(struct file_sink *f, size_t len)
{
    if (len <= f->cap)
        return;
    f->cap = 2 * len;
    f->lines = must_realloc(f->lines, f->cap, 1);
}

static int file_sink_put(struct sink *s, const struct sink_record *records,
                         size_t n, size_t *done, struct err *err)
{
    struct file_sink *f = file_sink_of(s);
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        reserve(f, len + records[i].value_len + 1);
        if (records[i].value_len > 0)
            memcpy(f->lines + len, records[i].value, records[i].value_len);
        len += records[i].value_len;
        f->lines[len++] = '\n';
    }
    if (len > 0 && write_all(f->fd, f->lines, len, err) < 0)
        return err_context(err, "%s", f->settings->file);
    *done = n;
    return 0;
}

static void file_sink_close(struct sink *s)
{
    struct file_sink *f = file_sink_of(s);

    (void)close(f->fd);
    free(f->lines);
    free(f);
}

static const struct sink_ops ops = {
    .open = file_sink_open,
    .put = file_sink_put,
    .close = file_sink_close,
};

const struct connector_kind connector_file_sink = {
    .class_name = "org.apache.kafka.connect.file.FileStreamSinkConnector",
    .sink = &ops,
    .options = options,
    .options_len = ARRAY_LEN(options),
    .settings_size = sizeof(struct settings),
};
