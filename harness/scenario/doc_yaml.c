/* doc_yaml.c - YAML text to JSON values, by the events of libfyaml. */
#include <errno.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "scenario/doc_own.h"

/* Values are built from libfyaml's events, not from libfyaml's own documents:
 * depth, duplicate keys and the size behind aliases are counted, and refused,
 * before memory is spent. */
struct reader {
    struct doc *d;
    struct fy_parser *parser;
    json_t *anchors; /* name -> value */
    json_t *sizes;   /* name -> number of values below the anchor */
    size_t values;
    struct place last; /* of the latest event with a place */
    /* Path of the value being read: the text for complaints, its hash for
     * marks. */
    char path[(DOC_DEPTH_MAX + 2) * (DOC_KEY_MAX + 16)];
    size_t path_len;
    uint64_t hash;
    bool no_memory;
};

static json_t *read_node(struct reader *r, struct fy_event *e, struct place key,
                         int depth);

/* An empty plain scalar stands for "nothing written". libfyaml from 0.8 on
 * gives even an unwritten value a token and a mark. */
static bool unwritten(struct fy_token *t)
{
    return t && fy_token_scalar_style(t) == FYSS_PLAIN &&
           fy_token_get_text_length(t) == 0;
}

/* The place of an event. A value left unwritten ("a:") has no place:
 * `otherwise` is returned, the place of the key. */
static struct place place_of(struct reader *r, struct fy_event *e,
                             struct place otherwise)
{
    const struct fy_mark *m = fy_event_start_mark(e);
    struct fy_token *t = e->type == FYET_SCALAR ? e->scalar.value : NULL;
    struct place at;

    if (!m || m->line < 0 || unwritten(t))
        return otherwise.line > 0 ? otherwise : r->last;
    at = (struct place){m->line + 1, m->column + 1};
    if (t && at.column > 1 &&
        (fy_token_scalar_style(t) == FYSS_SINGLE_QUOTED ||
         fy_token_scalar_style(t) == FYSS_DOUBLE_QUOTED))
        at.column--; /* libfyaml points behind the opening quote */
    return r->last = at;
}

static struct fy_event *next_event(struct reader *r)
{
    if (errno == ENOMEM)
        r->no_memory = true;
    return r->d->broken || r->no_memory ? NULL : fy_parser_parse(r->parser);
}

static void *no_memory(struct reader *r)
{
    r->no_memory = true;
    return NULL;
}

static bool count(struct reader *r, size_t n, struct place at)
{
    r->values += n;
    if (r->values <= DOC_NODES_MAX)
        return true;
    doc_break(r->d, at,
              "more than %d values, where an alias counts as many as its "
              "anchor holds",
              DOC_NODES_MAX);
    return false;
}

/* Step down to a member or an item: append `text` to the path. */
static void descend(struct reader *r, const char *text)
{
    for (; *text && r->path_len + 1 < sizeof(r->path); text++) {
        r->path[r->path_len++] = *text;
        r->hash = (r->hash ^ (unsigned char)*text) * 0x100000001b3u;
    }
    r->path[r->path_len] = 0;
}

static void ascend(struct reader *r, size_t len, uint64_t hash)
{
    r->path_len = len;
    r->path[len] = 0;
    r->hash = hash;
}

/* The text of a token; "" for no token, libfyaml's form of an empty scalar. */
static const char *text_of(struct fy_token *t, size_t *ret_len)
{
    const char *text = NULL;

    *ret_len = 0;
    if (t)
        text = fy_token_get_text(t, ret_len);
    return text ? text : "";
}

static json_t *read_scalar(struct reader *r, struct fy_event *e,
                           struct place at)
{
    struct fy_token *t = e->scalar.value;
    struct fy_token *tag = fy_event_get_tag_token(e);
    const char *suffix = tag ? fy_tag_token_suffix0(tag) : NULL;
    char why[WHY_MAX] = "a text holds no NUL";
    size_t len;
    const char *text = text_of(t, &len);
    json_t *v;

    if (tag && suffix && *suffix && strcmp(suffix, "str") != 0 &&
        strcmp(suffix, "tag:yaml.org,2002:str") != 0)
        doc_complain_at(r->d, at, r->path,
                        "the tag %.40s is not read, leave the tag out", suffix);
    if (!tag && (!t || fy_token_scalar_style(t) == FYSS_PLAIN))
        v = scalar_plain(text, len, why);
    else
        v = memchr(text, 0, len) ? NULL : json_stringn(text, len);
    if (v)
        return v;
    doc_complain_at(r->d, at, r->path, "%s", why);
    v = memchr(text, 0, len) ? NULL : json_stringn(text, len);
    return v ? v : json_string("?");
}

static json_t *read_alias(struct reader *r, struct fy_event *e, struct place at)
{
    size_t len;
    const char *text = text_of(e->alias.anchor, &len);
    char name[DOC_KEY_MAX + 1];
    json_t *v, *n, *copy;

    (void)snprintf(name, sizeof(name), "%.*s", (int)len, text);
    v = json_object_get(r->anchors, name);
    n = json_object_get(r->sizes, name);
    if (!v) {
        doc_complain_at(r->d, at, r->path,
                        "*%.60s: no anchor &%.60s stands before the alias%s",
                        name, name, did_you_mean(nearest_key(name, r->sizes)));
        return json_null();
    }
    if (!count(r, (size_t)json_integer_value(n), at))
        return NULL;
    copy = json_deep_copy(v);
    return copy ? copy : no_memory(r);
}

/* Copy the key of a mapping to `out`. False: reading cannot go on. */
static bool read_key(struct reader *r, struct fy_event *e, struct place at,
                     char out[DOC_KEY_MAX + 1])
{
    size_t len;
    const char *text;

    if (e->type != FYET_SCALAR) {
        doc_break(r->d, at,
                  "a key is plain text, not a mapping, list or alias");
        return false;
    }
    text = text_of(e->scalar.value, &len);
    if (len == 0 || len > DOC_KEY_MAX || memchr(text, 0, len)) {
        doc_break(r->d, at,
                  "the key has %zu bytes, 1 to %d without NUL are allowed", len,
                  DOC_KEY_MAX);
        return false;
    }
    memcpy(out, text, len);
    out[len] = 0;
    return true;
}

/* Put `value` under `key`, unless the key is there already. Takes `value`. */
static bool add_member(struct reader *r, json_t *object, const char *key,
                       struct place at, json_t *value)
{
    if (!value)
        return false;
    if (strcmp(key, "<<") == 0) {
        doc_complain_at(r->d, at, r->path,
                        "merge keys are not read, write the values out");
        json_decref(value);
        return true;
    }
    if (json_object_get(object, key)) {
        doc_complain_at(r->d, at, r->path, "the mapping has the key twice");
        json_decref(value);
        return true;
    }
    if (json_object_set_new(object, key, value) == 0)
        return true;
    doc_break(r->d, at, "the key is not UTF-8 text");
    return false;
}

static bool read_member(struct reader *r, json_t *object, struct fy_event *e,
                        int depth)
{
    size_t len = r->path_len;
    uint64_t hash = r->hash;
    struct place at = place_of(r, e, (struct place){1, 1});
    char key[DOC_KEY_MAX + 1];
    bool ok = read_key(r, e, at, key);
    json_t *value = NULL;

    fy_parser_event_free(r->parser, e);
    if (!ok)
        return false;
    descend(r, len > 0 ? "." : "");
    descend(r, key);
    e = next_event(r);
    if (e)
        value = read_node(r, e, at, depth);
    ok = add_member(r, object, key, at, value);
    ascend(r, len, hash);
    return ok;
}

static json_t *read_mapping(struct reader *r, int depth)
{
    json_t *object = json_object();
    struct fy_event *e;

    if (!object)
        return no_memory(r);
    while ((e = next_event(r))) {
        if (e->type == FYET_MAPPING_END) {
            fy_parser_event_free(r->parser, e);
            return object;
        }
        if (!read_member(r, object, e, depth))
            break;
    }
    json_decref(object);
    return NULL;
}

static bool read_item(struct reader *r, json_t *list, struct fy_event *e,
                      int depth)
{
    size_t len = r->path_len;
    uint64_t hash = r->hash;
    char index[32];
    json_t *value;

    (void)snprintf(index, sizeof(index), "[%zu]", json_array_size(list));
    descend(r, index);
    value = read_node(r, e, (struct place){0, 0}, depth);
    ascend(r, len, hash);
    if (!value)
        return false;
    if (json_array_append_new(list, value) == 0)
        return true;
    (void)no_memory(r);
    return false;
}

static json_t *read_list(struct reader *r, int depth)
{
    json_t *list = json_array();
    struct fy_event *e;

    if (!list)
        return no_memory(r);
    while ((e = next_event(r))) {
        if (e->type == FYET_SEQUENCE_END) {
            fy_parser_event_free(r->parser, e);
            return list;
        }
        if (!read_item(r, list, e, depth))
            break;
    }
    json_decref(list);
    return NULL;
}

/* An anchor is known once its value is complete, so an alias inside the value
 * leads nowhere instead of recursing for ever. */
static void keep_anchor(struct reader *r, const char *name, json_t *value,
                        size_t values)
{
    if (!*name)
        return;
    if (json_object_set(r->anchors, name, value) < 0 ||
        json_object_set_new(r->sizes, name, json_integer((json_int_t)values)))
        (void)no_memory(r);
}

static json_t *read_value(struct reader *r, struct fy_event *e, struct place at)
{
    json_t *value = NULL;

    if (e->type == FYET_SCALAR)
        value = read_scalar(r, e, at);
    else if (e->type == FYET_ALIAS)
        value = read_alias(r, e, at);
    fy_parser_event_free(r->parser, e);
    return value;
}

/* Read the value that begins with event `e`; frees `e`. `key` is the place of
 * the key. NULL: the document is broken, or memory is out. Depth and size are
 * checked before children are read, since aliases can multiply a small file. */
static json_t *read_node(struct reader *r, struct fy_event *e, struct place key,
                         int depth)
{
    enum fy_event_type type = e->type;
    struct place at = place_of(r, e, key);
    size_t before = r->values, len;
    const char *text = type == FYET_ALIAS
                           ? text_of(NULL, &len)
                           : text_of(fy_event_get_anchor_token(e), &len);
    char anchor[DOC_KEY_MAX + 1];
    json_t *value = NULL;

    (void)snprintf(anchor, sizeof(anchor), "%.*s", (int)len, text);
    doc_put_mark(r->d, r->hash, key, at);
    if (depth > DOC_DEPTH_MAX)
        doc_break(r->d, at, "nested deeper than %d levels", DOC_DEPTH_MAX);
    if (r->d->broken || !count(r, 1, at)) {
        fy_parser_event_free(r->parser, e);
        return NULL;
    }
    if (type == FYET_MAPPING_START || type == FYET_SEQUENCE_START) {
        fy_parser_event_free(r->parser, e);
        value = type == FYET_MAPPING_START ? read_mapping(r, depth + 1)
                                           : read_list(r, depth + 1);
    } else {
        value = read_value(r, e, at);
    }
    if (value)
        keep_anchor(r, anchor, value, r->values - before);
    return value;
}

/* A second document in the file would be ignored by most readers of YAML, so it
 * is refused. */
static void read_stream(struct reader *r)
{
    struct fy_event *e;
    size_t documents = 0;

    while ((e = next_event(r))) {
        switch (e->type) {
        case FYET_SCALAR:
        case FYET_ALIAS:
        case FYET_MAPPING_START:
        case FYET_SEQUENCE_START:
            if (++documents > 1) {
                doc_break(
                    r->d, place_of(r, e, (struct place){1, 1}),
                    "a second document begins, a file holds one scenario");
                fy_parser_event_free(r->parser, e);
                return;
            }
            r->d->root = read_node(r, e, (struct place){0, 0}, 0);
            break;
        case FYET_NONE:
        case FYET_STREAM_START:
        case FYET_STREAM_END:
        case FYET_DOCUMENT_START:
        case FYET_DOCUMENT_END:
        case FYET_MAPPING_END:
        case FYET_SEQUENCE_END:
            fy_parser_event_free(r->parser, e);
            break;
        }
    }
}

static void report_syntax(struct reader *r, struct fy_diag *diag)
{
    struct fy_diag_error *e;
    void *prev = NULL;
    bool any = false;

    while ((e = fy_diag_errors_iterate(diag, &prev))) {
        doc_break(r->d, (struct place){e->line, e->column}, "not YAML: %s",
                  e->msg);
        any = true;
    }
    if (!any && fy_parser_get_stream_error(r->parser))
        doc_break(r->d, (struct place){1, 1}, "not YAML");
}

static int read_with(struct reader *r, struct fy_diag *diag, const char *text,
                     size_t len, struct err *err)
{
    /* libfyaml reports "not YAML", or an empty scalar, when its malloc() fails.
     * Only errno tells: nothing else on the way sets ENOMEM. */
    errno = 0;
    if (fy_parser_set_string(r->parser, text, len) < 0)
        return err_set(err, -ENOMEM, "%s: cannot be parsed", r->d->file);
    read_stream(r);
    if (r->no_memory || errno == ENOMEM)
        return err_set(err, -ENOMEM, "%s: no memory", r->d->file);
    if (!r->d->broken)
        report_syntax(r, diag);
    if (errno == ENOMEM)
        return err_set(err, -ENOMEM, "%s: no memory", r->d->file);
    return 0;
}

/* libfyaml prints errors unless told otherwise; they are collected and become
 * complaints with line and column. */
int yaml_read(struct doc *d, const char *text, size_t len, struct err *err)
{
    struct fy_diag_cfg quiet;
    struct fy_diag *diag;
    struct reader r = {.d = d, .last = {1, 1}, .hash = path_hash("", 0)};
    int rc = -ENOMEM;

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL; /* print nothing: errors are collected */
    diag = fy_diag_create(&quiet);
    if (!diag)
        return err_set(err, rc, "%s: no memory", d->file);
    fy_diag_set_collect_errors(diag, true);
    r.parser = fy_parser_create(&(struct fy_parse_cfg){
        .search_path = "",
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
        .diag = diag});
    r.anchors = json_object();
    r.sizes = json_object();
    if (r.parser && r.anchors && r.sizes)
        rc = read_with(&r, diag, text, len, err);
    else
        rc = err_set(err, rc, "%s: no memory", d->file);
    fy_parser_destroy(r.parser);
    fy_diag_destroy(diag);
    json_decref(r.anchors);
    json_decref(r.sizes);
    return rc;
}
