/* doc.c - reads a scenario file into a document, see doc.h. */
#include "scenario/doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "scenario/doc_own.h"

/* libfyaml stops at a byte outside UTF-8 and reports nothing, so look for bad
 * bytes before libfyaml sees the text. */
static void refuse_other_bytes(struct doc *d, const char *text, size_t len)
{
    struct place at = {1, 1};

    for (size_t i = 0; i < len && !d->broken; at.line++) {
        const char *end = memchr(text + i, '\n', len - i);
        size_t n = end ? (size_t)(end - text) - i : len - i;
        AUTO_JSON json_t *line = json_stringn(text + i, n);

        if (!line || memchr(text + i, 0, n))
            doc_break(d, at,
                      "the line is not UTF-8 text, save the file as UTF-8");
        i += n + 1;
    }
}

static void reset_root(struct doc *d)
{
    json_decref(d->root);
    d->root = json_object();
    if (!d->root)
        abort();
}

static int read_text(struct doc *d, const char *text, size_t len,
                     struct err *err)
{
    int rc = 0;

    refuse_other_bytes(d, text, len);
    if (!d->broken)
        rc = yaml_read(d, text, len, err);
    if (rc == 0 && !d->broken && !json_is_object(d->root))
        doc_break(d, (struct place){1, 1},
                  "a scenario is a mapping such as \"name: first-try\"");
    if (rc == 0 && d->broken)
        reset_root(d);
    doc_sort_marks(d);
    return rc;
}

static int load(struct doc *d, struct err *err)
{
    AUTO_FREE char *text = NULL;
    struct stat st;
    size_t len;
    int rc;

    if (stat(d->file, &st) < 0)
        return err_errno(err, "%s", d->file);
    if (!S_ISREG(st.st_mode))
        return err_set(err, -EINVAL, "%s: not a regular file", d->file);
    if (st.st_size > DOC_BYTES_MAX) {
        doc_break(d, (struct place){1, 1},
                  "the file has %lld bytes, at most %d are read",
                  (long long)st.st_size, DOC_BYTES_MAX);
        reset_root(d);
        return 0;
    }
    rc = file_read(d->file, &text, &len, err);
    return rc < 0 ? rc : read_text(d, text, len, err);
}

int doc_load(const char *path, const char *const *set, size_t n,
             struct doc **ret, struct err *err)
{
    struct doc *d = calloc(1, sizeof(*d));
    int rc;

    if (!d)
        return err_set(err, -ENOMEM, "%s: no memory", path);
    d->file = path_of("%s", path);
    d->kept = json_array();
    rc = load(d, err);
    if (rc < 0) {
        doc_free(d);
        return rc;
    }
    if (!d->broken)
        doc_expand(d, set, n);
    *ret = d;
    return 0;
}

void doc_free(struct doc *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->complaints_len; i++)
        free(d->complaints[i].text);
    free(d->complaints);
    free(d->marks);
    json_decref(d->root);
    json_decref(d->kept);
    free(d->file);
    free(d);
}

bool doc_readable(const struct doc *d)
{
    return !d->broken;
}

json_t *doc_root(const struct doc *d)
{
    return d->root;
}

const json_t *doc_keep(struct doc *d, json_t *value)
{
    if (!value || json_array_append_new(d->kept, value) < 0)
        abort();
    return value;
}
