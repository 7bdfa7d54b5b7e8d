/* tsv_endpoint.c - a text file with a key and a value a line, parted by a tab.
 *
 *   endpoints:
 *     out: {kind: tsv}
 *
 * A sink connector writes whole lines: "${out.path}". A line without a tab is a
 * value without a key. The file tells neither the time of a line nor the
 * writer, so nothing that needs them is judged.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "endpoint/endpoint_kinds_own.h"
#include "endpoint/file_lines_own.h"

static const char *const tsv_properties[] = {"path", NULL};

struct tsv {
    struct endpoint base;
    const struct clk *clk;
    char *path;
    enum last_line last;
    pthread_mutex_t lock;
    struct line_count count; /* under the lock */
};

static struct tsv *tsv_of(struct endpoint *e)
{
    return (struct tsv *)e;
}

static void tsv_close(struct endpoint *e)
{
    struct tsv *t = tsv_of(e);

    pthread_mutex_destroy(&t->lock);
    free(t->path);
    free(t);
}

static int tsv_open(const struct endpoint_env *env, bool existing,
                    struct endpoint **ret, struct err *err)
{
    struct tsv *t = must_calloc(1, sizeof(*t));
    int fd = -1, rc;

    t->base.ops = &endpoint_tsv;
    t->clk = env->clk;
    t->path = path_of("%s/%s.tsv", env->work_dir, env->name);
    /* The writer of an earlier run may have been killed within a line. */
    t->last = existing ? LAST_LINE_TORN : LAST_LINE_COUNTS;
    pthread_mutex_init(&t->lock, NULL);
    rc = existing ? 0 : mkdir_all(env->work_dir, err);
    if (rc == 0 && !existing)
        rc = data_open(t->path, true, &fd, err);
    if (fd >= 0)
        (void)close(fd);
    if (rc == 0) {
        *ret = &t->base;
        return 0;
    }
    tsv_close(&t->base);
    return err_context(err, "endpoint %s", env->name);
}

static const char *tsv_property(struct endpoint *e, const char *key)
{
    return strcmp(key, "path") == 0 ? tsv_of(e)->path : NULL;
}

static int tsv_counts(struct endpoint *e, struct endpoint_counts *ret,
                      struct err *err)
{
    struct tsv *t = tsv_of(e);
    int rc;

    pthread_mutex_lock(&t->lock);
    rc = file_count_lines(t->path, &t->count, err);
    *ret = (struct endpoint_counts){
        .accepted = t->count.lines,
        .bytes = (uint64_t)t->count.position,
    };
    pthread_mutex_unlock(&t->lock);
    return rc;
}

/* Hand on a line as key and value. */
static int part(void *ctx, const struct record *line)
{
    const struct endpoint_read *how = ctx;
    const char *tab = memchr(line->value, '\t', line->value_len);
    struct record r = *line;

    if (tab) {
        r.key = line->value;
        r.key_len = (size_t)(tab - (const char *)line->value);
        r.value = tab + 1;
        r.value_len -= r.key_len + 1;
    }
    return how->each(how->ctxs[0], &r);
}

static int tsv_read(struct endpoint *e, const struct endpoint_read *how,
                    struct err *err)
{
    const struct tsv *t = tsv_of(e);

    return file_lines(t->path, t->last, part, (void *)how, t->clk,
                      how->timeout_us, err);
}

static json_t *tsv_describe(struct endpoint *e)
{
    return json_pack("{s:s, s:s}", "kind", "tsv", "file",
                     strrchr(tsv_of(e)->path, '/') + 1);
}

const struct endpoint_ops endpoint_tsv = {
    .name = "tsv",
    .help = "a text file with a key and a value a line, parted by a tab",
    .can = ENDPOINT_CAN_DELIVER,
    .stamps = STAMPS_ONE,
    .open = tsv_open,
    .close = tsv_close,
    .properties = tsv_properties,
    .property = tsv_property,
    .counts = tsv_counts,
    .read = tsv_read,
    .describe = tsv_describe,
};
