/* file_endpoint.c - a text file with a record in each line.
 *
 *   endpoints:
 *     in: {kind: file, name: in.txt}
 *
 * Load appends to the file, or a sink connector writes to "${in.path}". A file
 * knows neither arrival times nor writers, so findings that need either are not
 * judged. After a killed run, a last line without a newline is not a record.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "endpoint/endpoint_kinds_own.h"
#include "endpoint/file_lines_own.h"

struct file_settings {
    const char *name;
};

static const struct arg file_args[] = {
    {.name = "name",
     .type = ARG_STRING,
     .at = offsetof(struct file_settings, name),
     .min = 1,
     .max = 128,
     .dflt = "",
     .help = "file name in the endpoint's folder; left out: NAME.txt"},
};

static const char *const file_properties[] = {"path", NULL};

struct file {
    struct endpoint base;
    const struct clk *clk;
    char *path;
    enum last_line last;
    int fd;      /* appends; -1: only read back */
    bool broken; /* an append failed: the last line may be cut */
    pthread_mutex_t lock;
    struct line_count count; /* under the lock */
};

static struct file *file_of(struct endpoint *e)
{
    return (struct file *)e;
}

static void file_close(struct endpoint *e)
{
    struct file *f = file_of(e);

    if (f->fd >= 0)
        (void)close(f->fd);
    pthread_mutex_destroy(&f->lock);
    free(f->path);
    free(f);
}

static char *file_path(const struct endpoint_env *env, struct err *err)
{
    const struct file_settings *s = env->settings;

    if (!s->name)
        return path_of("%s/%s.txt", env->work_dir, env->name);
    if (strchr(s->name, '/') || strcmp(s->name, ".") == 0 ||
        strcmp(s->name, "..") == 0) {
        err_set(err, -EINVAL,
                "endpoint %s: name: \"%s\" is not a plain file name", env->name,
                s->name);
        return NULL;
    }
    return path_of("%s/%s", env->work_dir, s->name);
}

static int file_make(struct file *f, const char *dir, struct err *err)
{
    int rc = mkdir_all(dir, err);

    return rc < 0 ? rc : data_open(f->path, true, &f->fd, err);
}

static int file_open(const struct endpoint_env *env, bool existing,
                     struct endpoint **ret, struct err *err)
{
    char *path = file_path(env, err);
    struct file *f;
    int rc = 0;

    if (!path)
        return err->code;
    f = must_calloc(1, sizeof(*f));
    f->base.ops = &endpoint_file;
    f->clk = env->clk;
    f->path = path;
    f->fd = -1;
    /* An earlier run may have been killed together with the writer of the file.
     */
    f->last = existing ? LAST_LINE_TORN : LAST_LINE_COUNTS;
    pthread_mutex_init(&f->lock, NULL);
    if (!existing)
        rc = file_make(f, env->work_dir, err);
    else if (access(path, R_OK) < 0)
        rc = err_errno(err, "%s", path);
    if (rc < 0) {
        err_context(err, "endpoint %s", env->name);
        file_close(&f->base);
        return rc;
    }
    *ret = &f->base;
    return 0;
}

static const char *file_property(struct endpoint *e, const char *key)
{
    return strcmp(key, "path") == 0 ? file_of(e)->path : NULL;
}

static int file_counts(struct endpoint *e, struct endpoint_counts *ret,
                       struct err *err)
{
    struct file *f = file_of(e);
    int rc;

    pthread_mutex_lock(&f->lock);
    rc = file_count_lines(f->path, &f->count, err);
    if (rc == 0)
        *ret = (struct endpoint_counts){
            .accepted = f->count.lines,
            .bytes = (uint64_t)f->count.position,
        };
    pthread_mutex_unlock(&f->lock);
    return rc;
}

static int file_read_back(struct endpoint *e, const struct endpoint_read *how,
                          struct err *err)
{
    struct file *f = file_of(e);

    return file_lines(f->path, f->last, how->each, how->ctxs[0], f->clk,
                      how->timeout_us, err);
}

static int file_append(struct endpoint *e, const void *bytes, size_t len,
                       struct err *err)
{
    struct file *f = file_of(e);
    const char *p = bytes;
    ssize_t n;

    if (f->broken || f->fd < 0)
        return err_set(err, -EIO, "%s: cannot be appended to any more",
                       f->path);
    if (len == 0)
        return 0;
    if (p[len - 1] != '\n')
        return err_set(err, -EINVAL, "%s: what is appended must be whole lines",
                       f->path);
    do
        n = write(f->fd, bytes, len);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)len)
        return 0;
    f->broken = true;
    if (n < 0)
        return err_errno(err, "%s", f->path);
    return err_set(err, -ENOSPC, "%s: only %zd of %zu bytes were written",
                   f->path, n, len);
}

static json_t *file_describe(struct endpoint *e)
{
    const char *name = strrchr(file_of(e)->path, '/');

    return json_pack("{s:s, s:s}", "kind", "file", "file", name + 1);
}

const struct endpoint_ops endpoint_file = {
    .name = "file",
    .help = "a text file with a record in each line",
    .can = ENDPOINT_CAN_DELIVER,
    .args = file_args,
    .args_len = ARRAY_LEN(file_args),
    .settings_size = sizeof(struct file_settings),
    .stamps = STAMPS_ONE,
    .open = file_open,
    .close = file_close,
    .properties = file_properties,
    .property = file_property,
    .counts = file_counts,
    .read = file_read_back,
    .append = file_append,
    .describe = file_describe,
};
