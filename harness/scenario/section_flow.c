/* section_flow.c - the sections `flow` and `load`: where records are written,
 * and their way from there. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "scenario/doc.h"
#include "scenario/sections_own.h"

enum { FLOW_MAX = 65 };

/* State while flows and loads are read: names declared, and names used. Objects
 * serve as sets, so that large files stay fast. */
struct reading {
    struct doc *d;
    struct scenario *s;
    const struct root_text *t;
    json_t *stations; /* stations of all rows */
    json_t *added;    /* topics named by flows only, in order */
    json_t *used;     /* connector -> whether the left side is a topic */
    bool rows_good;   /* false: a row was refused, so unknown names of loads
                         mean nothing */
    json_t *fed;      /* stations at the end of a load or a row */
};

static char *trimmed(const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return path_of("%.*s", (int)(to - from), from);
}

/* Split "a -> b -> c" into f->names; scenario_done() frees the names. */
static void split(struct reading *r, const char *path, const char *text,
                  struct flow *f)
{
    char **names = array_of(FLOW_MAX, sizeof(*names));

    f->names = (const char *const *)names;
    for (const char *at = text; at; f->len++) {
        const char *arrow = strstr(at, "->");

        if (f->len == FLOW_MAX) {
            doc_complain(r->d, path, "more than %d names in one row", FLOW_MAX);
            return;
        }
        names[f->len] = trimmed(at, arrow ? arrow : at + strlen(at));
        at = arrow ? arrow + 2 : NULL;
    }
}

static bool is_topic(const struct reading *r, const char *name)
{
    return json_object_get(r->t->topics, name) ||
           json_object_get(r->added, name);
}

static bool is_endpoint(const struct reading *r, const char *name)
{
    return json_object_get(r->t->endpoints, name) != NULL;
}

/* The declared name probably meant by a mistyped `name`; NULL: `name` is a new
 * topic. */
static const char *typing_error(const struct reading *r, const char *name)
{
    const char *near = nearest_key(name, r->t->endpoints);

    return near ? near : nearest_key(name, r->t->topics);
}

/* An unknown name is a new topic, unless it looks like a declared name: a
 * minimal file need not declare topics, and a typing error must not create
 * one. */
static bool check_station(struct reading *r, const char *path, const char *name)
{
    const char *near;

    if (is_topic(r, name) || is_endpoint(r, name))
        return true;
    if (json_object_get(r->t->connectors, name)) {
        doc_complain(r->d, path,
                     "the connector \"%.60s\" stands in the place of a topic "
                     "or endpoint, write station -> connector -> station",
                     name);
        return false;
    }
    near = typing_error(r, name);
    if (near) {
        doc_complain(r->d, path,
                     "no endpoint or topic \"%.60s\"%s (declare a new topic "
                     "under topics)",
                     name, did_you_mean(near));
        return false;
    }
    if (!name_check(r->d, path, name, "._-", 249, false))
        return false;
    (void)json_object_set_new(r->added, name, json_true());
    return true;
}

static bool check_connector(struct reading *r, const char *path,
                            const char *name, const char *left)
{
    const json_t *before = json_object_get(r->used, name);
    bool from_topic = is_topic(r, left);

    if (!json_object_get(r->t->connectors, name)) {
        doc_complain(r->d, path, "no connector \"%.60s\"%s", name,
                     did_you_mean(nearest_key(name, r->t->connectors)));
        return false;
    }
    if (before && json_is_true(before) != from_topic)
        doc_complain(r->d, path,
                     "\"%.60s\" is a sink in one flow and a source in another",
                     name);
    (void)json_object_set_new(r->used, name, json_boolean(from_topic));
    return true;
}

/* Stations are checked before connectors: a connector's side depends on whether
 * the station before it is a topic. The first error of a row ends its checks,
 * as later ones would only follow from it. */
static void check_row(struct reading *r, const char *path, const struct flow *f)
{
    if (f->len % 2 == 0) {
        doc_complain(r->d, path,
                     "%zu names, write station -> connector -> station: both "
                     "ends are topics or endpoints",
                     f->len);
        return;
    }
    for (size_t i = 0; i < f->len; i += 2) {
        if (!check_station(r, path, f->names[i]))
            return;
        (void)json_object_set_new(r->stations, f->names[i], json_true());
    }
    for (size_t i = 2; i < f->len; i += 2) {
        if (!check_connector(r, path, f->names[i - 1], f->names[i - 2]))
            return;
        if (is_endpoint(r, f->names[i - 2]) && is_endpoint(r, f->names[i])) {
            doc_complain(r->d, path,
                         "\"%.60s\" joins two endpoints, one side of a "
                         "connector must be a topic",
                         f->names[i - 1]);
            return;
        }
        (void)json_object_set_new(r->fed, f->names[i], json_true());
    }
    if (f->len == 1 && is_endpoint(r, f->names[0]))
        doc_complain(r->d, path,
                     "a row of one name is a topic, \"%.60s\" is an endpoint",
                     f->names[0]);
}

static void read_row(struct reading *r, const char *path, const json_t *v)
{
    struct flow *f = &r->s->flows[r->s->flows_len];
    char shown[SHOWN_MAX];

    if (!json_is_string(v)) {
        value_show(v, shown);
        doc_complain(r->d, path,
                     "%s is not a row such as \"orders -> to-shop -> shop\"",
                     shown);
        return;
    }
    r->s->flows_len++;
    split(r, path, json_string_value(v), f);
    check_row(r, path, f);
}

/* Topics: first the declared, in order, then those named by flows only. */
static void add_topics(struct reading *r)
{
    size_t n = r->s->topics_len + json_object_size(r->added);
    struct topic *all = array_of(n, sizeof(*all));
    const char *name;
    json_t *v;

    if (r->s->topics_len > 0)
        memcpy(all, r->s->topics, r->s->topics_len * sizeof(*all));
    free(r->s->topics);
    r->s->topics = all;
    json_object_foreach (r->added, name, v) {
        struct topic *t = &all[r->s->topics_len++];

        told_elsewhere(section_read(SECTION_TOPIC, NULL, r->d, "topics", t));
        t->name = name; /* `added` is kept by the document */
    }
}

static void check_load_word(struct reading *r, struct load *l, const char *path)
{
    AUTO_FREE char *into = path_of("%s.into", path);

    if (r->rows_good && !json_object_get(r->stations, l->into))
        doc_complain(r->d, into, "no flow has the station \"%.60s\"%s", l->into,
                     did_you_mean(nearest_key(l->into, r->stations)));
    l->kind = is_endpoint(r, l->into) ? LOAD_FILE : LOAD_TOPIC;
    (void)json_object_set_new(r->fed, l->into, json_true());
}

static void check_load_sense(struct reading *r, const struct load *l,
                             const char *path)
{
    if (l->acks != -1 && l->idempotence)
        doc_complain(r->d, path,
                     "idempotence needs acks: all, write idempotence: false");
    if (l->schema_change > 0 && l->format != FORMAT_JSON)
        doc_complain(r->d, path,
                     "schema-change needs fields, write format: json");
    if (l->transaction > 0 && !l->idempotence)
        doc_complain(r->d, path, "transactions need idempotence: true");
    if (l->abort_share > 0 && l->transaction == 0)
        doc_complain(r->d, path,
                     "abort-share needs transactions, write transaction: 100");
    if (l->kind == LOAD_FILE && l->transaction > 0)
        doc_complain(r->d, path,
                     "\"%.60s\" is a file, transactions need a topic", l->into);
}

static void read_load(struct reading *r, const char *path, const json_t *v)
{
    struct load_text t = {0};
    struct load *l = &r->s->loads[r->s->loads_len];
    char shown[SHOWN_MAX];

    if (!json_is_object(v)) {
        value_show(v, shown);
        doc_complain(r->d, path, "%s is not a load such as {into: orders}",
                     shown);
        return;
    }
    if (section_read(SECTION_LOAD, v, r->d, path, &t) > 0)
        return;
    t.load.acks = t.acks - 1; /* -1 is "all", as in a producer's
                                 configuration */
    t.load.compression = compression_words[t.compression];
    *l = t.load;
    r->s->loads_len++;
    check_load_word(r, l, path);
    check_load_sense(r, l, path);
}

static void read_each(struct reading *r, const char *path, const json_t *v,
                      void (*read_one)(struct reading *r, const char *path,
                                       const json_t *v))
{
    if (!json_is_array(v)) {
        read_one(r, path, v);
        return;
    }
    if (json_array_size(v) == 0)
        doc_complain(r->d, path, "the list is empty");
    for (size_t i = 0; i < json_array_size(v); i++) {
        AUTO_FREE char *p = path_of("%s[%zu]", path, i);

        read_one(r, p, json_array_get(v, i));
    }
}

static size_t count_of(const json_t *v)
{
    return json_is_array(v) ? json_array_size(v) : 1;
}

/* A row without a load or another row before the first station carries no
 * records and proves nothing. */
static void check_fed(struct reading *r)
{
    for (size_t i = 0; i < r->s->flows_len; i++) {
        const struct flow *f = &r->s->flows[i];
        AUTO_FREE char *path = json_is_array(r->t->flow)
                                   ? path_of("flow[%zu]", i)
                                   : path_of("flow");

        if (!json_object_get(r->fed, f->names[0]))
            doc_complain(r->d, path,
                         "nothing is written into \"%.60s\", add a load or a "
                         "flow into the station",
                         f->names[0]);
    }
}

static void finish_connectors(struct reading *r)
{
    for (size_t i = 0; i < r->s->connectors_len; i++) {
        struct connector *c = &r->s->connectors[i];
        const json_t *from_topic = json_object_get(r->used, c->name);
        AUTO_FREE char *path = path_of("connectors.%s", c->name);

        c->is_source = from_topic && !json_is_true(from_topic);
        if (!from_topic)
            doc_complain_key(r->d, path, "no flow goes through the connector");
    }
}

/* Flows first, since loads name stations of flows. Whether every row is fed and
 * every connector used is asked only after flawless rows: else a single typing
 * error would cause several complaints. */
void flows_read(struct doc *d, struct scenario *s, const struct root_text *t)
{
    struct reading r = {.d = d, .s = s, .t = t};
    size_t before = doc_complaints(d);

    r.stations = json_object();
    r.added = json_object();
    r.used = json_object();
    r.fed = json_object();
    (void)doc_keep(d, r.added);
    s->flows = array_of(t->flow ? count_of(t->flow) : 0, sizeof(*s->flows));
    s->loads = array_of(t->load ? count_of(t->load) : 0, sizeof(*s->loads));
    if (t->flow)
        read_each(&r, "flow", t->flow, read_row);
    r.rows_good = doc_complaints(d) == before;
    add_topics(&r);
    if (t->load)
        read_each(&r, "load", t->load, read_load);
    if (doc_complaints(d) == before && t->flow && t->load) {
        check_fed(&r);
        finish_connectors(&r);
    }
    json_decref(r.stations);
    json_decref(r.used);
    json_decref(r.fed);
}
