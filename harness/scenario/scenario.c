/* scenario.c - a document's sections into struct scenario: topics, endpoints,
 * connectors, guarantees, checks, verdict. */
#include "scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/own.h"
#include "scenario/doc.h"
#include "scenario/sections_own.h"

/* Settings of Kafka and Connect are plain values without nesting. */
static void check_settings(struct doc *d, const char *path,
                           const json_t *config)
{
    const char *key;
    json_t *v;

    json_object_foreach ((json_t *)config, key, v) {
        AUTO_FREE char *p = NULL;

        if (json_is_string(v) || json_is_number(v) || json_is_boolean(v))
            continue;
        p = path_of("%s.%s", path, key);
        doc_complain(d, p, "a setting is a text, a number, true or false");
    }
}

static void read_topics(struct doc *d, struct scenario *s, const json_t *topics)
{
    const char *name;
    json_t *v;

    s->topics = array_of(json_object_size(topics), sizeof(*s->topics));
    json_object_foreach ((json_t *)topics, name, v) {
        struct topic *t = &s->topics[s->topics_len++];
        AUTO_FREE char *path = path_of("topics.%s", name);
        AUTO_FREE char *config = path_of("%s.config", path);
        bool empty = json_is_null(v);

        told_elsewhere(
            section_read(SECTION_TOPIC, empty ? NULL : v, d, path, t));
        t->name = name;
        check_settings(d, config, t->config);
        (void)name_check(d, path, name, "._-", 249, true);
    }
}

static void read_endpoints(struct doc *d, struct scenario *s,
                           const json_t *endpoints, const struct root_text *t)
{
    const char *name;
    json_t *v;

    s->endpoints = array_of(json_object_size(endpoints), sizeof(*s->endpoints));
    json_object_foreach ((json_t *)endpoints, name, v) {
        struct endpoint_spec *e = &s->endpoints[s->endpoints_len++];
        const json_t *kind = json_object_get(v, "kind");
        AUTO_JSON json_t *only =
            kind ? json_pack("{sO}", "kind", kind) : json_object();
        struct kind_text text = {0};

        (void)snprintf(e->path, sizeof(e->path), "endpoints.%.64s", name);
        e->name = name;
        if (!name_check(d, e->path, name, "_-", 64, true))
            continue;
        told_elsewhere(section_read(
            SECTION_ENDPOINT, json_is_object(v) ? only : v, d, e->path, &text));
        e->kind = text.kind;
        e->with = without_kind(d, json_is_object(v) ? v : only);
        if (json_object_get(t->topics, name))
            doc_complain_key(
                d, e->path, "a topic has the same name, rename one of the two");
    }
}

/* Topics, endpoints and connectors share one space of names, because flows name
 * all three without saying which is meant. */
static void read_connectors(struct doc *d, struct scenario *s,
                            const json_t *connectors, const struct root_text *t)
{
    const char *name;
    json_t *v;

    s->connectors =
        array_of(json_object_size(connectors), sizeof(*s->connectors));
    json_object_foreach ((json_t *)connectors, name, v) {
        struct connector *c = &s->connectors[s->connectors_len++];
        AUTO_FREE char *path = path_of("connectors.%s", name);
        AUTO_FREE char *config = path_of("%s.config", path);

        told_elsewhere(section_read(SECTION_CONNECTOR, v, d, path, c));
        c->name = name;
        if (!c->plugin)
            c->plugin = "";
        check_settings(d, config, c->config);
        if (c->config && !json_object_get(c->config, "connector.class"))
            doc_complain_key(
                d, config,
                "\"connector.class\" is missing: the plugin's class");
        (void)name_check(d, path, name, "._-", 128, true);
        if (json_object_get(t->topics, name) ||
            json_object_get(t->endpoints, name))
            doc_complain_key(
                d, path,
                "a topic or endpoint has the same name, rename one of the two");
    }
}

static void read_guarantees(struct doc *d, struct scenario *s,
                            const struct root_text *t)
{
    const char *name;
    json_t *v;

    s->guarantee = guarantee_read(d, t->guarantee, "guarantee", NULL);
    s->hop_guarantees = t->guarantees;
    json_object_foreach ((json_t *)t->guarantees, name, v) {
        AUTO_FREE char *path = path_of("guarantees.%s", name);

        if (!json_object_get(t->connectors, name))
            doc_complain_key(d, path, "no connector \"%.60s\"%s", name,
                             did_you_mean(nearest_key(name, t->connectors)));
        (void)scenario_guarantee(s, d, name);
    }
}

static void read_platform(struct doc *d, struct scenario *s, const json_t *v)
{
    const json_t *kind = json_object_get(v, "kind");
    AUTO_JSON json_t *only =
        kind ? json_pack("{sO}", "kind", kind) : json_object();
    struct kind_text text = {0};

    told_elsewhere(section_read(SECTION_PLATFORM, only, d, "platform", &text));
    s->platform.kind = text.kind;
    s->platform.with = v ? without_kind(d, v) : NULL;
}

static void read_relax(struct doc *d, struct check_spec *c, const json_t *v)
{
    struct relax_text t = {0};

    told_elsewhere(section_read(SECTION_RELAX, v, d, c->path, &t));
    c->relax = true;
    c->kind = t.kind;
    c->reason = t.reason;
}

/* A check without arguments is often written as a bare word; the complaint then
 * shows the form with the colon. */
static void read_check(struct doc *d, struct check_spec *c, const json_t *v)
{
    const char *kind = json_object_iter_key(json_object_iter((json_t *)v));
    const json_t *with;
    AUTO_FREE char *path = NULL;

    if (json_object_get(v, "relax")) {
        read_relax(d, c, v);
        return;
    }
    if (!kind || json_object_size(v) != 1) {
        const char *word = json_string_value(v);

        doc_complain(d, c->path,
                     "a check is one key such as {recovered: {within: 30s}}, "
                     "or {relax: ..., reason: ...}%s%.60s%s",
                     word ? "; without arguments write `" : "",
                     word ? word : "", word ? ":`" : "");
        return;
    }
    with = json_object_get(v, kind);
    c->kind = kind;
    c->with = json_is_null(with) ? NULL : with;
    path = path_of("%s.%s", c->path, kind);
    if (c->with && !json_is_object(with))
        doc_complain(d, path, "the arguments of a check are a mapping");
}

static void read_checks(struct doc *d, struct scenario *s, const json_t *expect)
{
    size_t i;
    json_t *v;

    s->checks = array_of(json_array_size(expect), sizeof(*s->checks));
    json_array_foreach (expect, i, v) {
        struct check_spec *c = &s->checks[s->checks_len++];

        (void)snprintf(c->path, sizeof(c->path), "expect[%zu]", i);
        read_check(d, c, v);
    }
}

/* The word nearest to `name`, of the findings that some run can have. */
static const char *nearest_finding(const char *name)
{
    const char *words[FINDING_ROWS];
    size_t n = 0;

    for (int i = 0; i < FINDING_ROWS; i++)
        if (!finding_rows[i].unjudged)
            words[n++] = finding_rows[i].word;
    return nearest_word(name, words, n);
}

/* A scenario that expects an unjudged finding could never be as expected, so
 * the word is refused like an unknown word. */
static void check_finding(struct doc *d, const char *name, const json_t *v)
{
    AUTO_FREE char *path = path_of("verdict.findings.%s", name);
    const struct finding_row *row = finding_row(name);
    const char *word = json_string_value(v);
    char shown[SHOWN_MAX];

    if (!row || strcmp(row->word, name) != 0)
        doc_complain_key(d, path, "no finding has this name%s",
                         did_you_mean(nearest_finding(name)));
    else if (row->unjudged)
        doc_complain_key(d, path, "not judged: %s", row->unjudged);
    if (json_is_integer(v) && json_integer_value(v) > 0)
        return;
    if (word && (strcmp(word, "all") == 0 || strcmp(word, "some") == 0))
        return;
    value_show(v, shown);
    doc_complain(d, path, "%s is not all, some or a number of at least 1",
                 shown);
}

static void read_verdict(struct doc *d, struct scenario *s, const json_t *v)
{
    const char *name;
    json_t *value;

    if (!v)
        return;
    s->expected.given = true;
    told_elsewhere(
        section_read(SECTION_VERDICT, v, d, "verdict", &s->expected));
    json_object_foreach ((json_t *)s->expected.findings, name, value)
        check_finding(d, name, value);
}

void scenario_read(struct doc *d, const char *const *target_keys,
                   struct scenario *ret)
{
    struct root_text t = {0};
    struct scenario *s = &t.s;
    const json_t *root = doc_root(d);

    if (doc_readable(d)) {
        told_elsewhere(section_read(SECTION_ROOT, root, d, "", &t));
        s->has_seed = json_object_get(root, "seed") != NULL;
        s->seed = (uint64_t)t.seed;
        if (s->name)
            (void)name_check(d, "name", s->name, "._-", 64, false);
        read_guarantees(d, s, &t);
        read_platform(d, s, t.platform);
        read_topics(d, s, t.topics);
        read_endpoints(d, s, t.endpoints, &t);
        read_connectors(d, s, t.connectors, &t);
        flows_read(d, s, &t);
        timeline_read(d, s, t.timeline, target_keys);
        read_checks(d, s, t.expect);
        read_verdict(d, s, t.verdict);
        told_elsewhere(section_read(SECTION_TIMEOUTS, t.timeouts, d, "timeouts",
                                    &s->timeouts));
    }
    *ret = t.s;
}

void scenario_done(struct scenario *s)
{
    for (size_t i = 0; i < s->flows_len; i++) {
        for (size_t k = 0; k < s->flows[i].len; k++)
            free((char *)s->flows[i].names[k]);
        free((void *)s->flows[i].names);
    }
    free(s->flows);
    free(s->loads);
    free(s->topics);
    free(s->endpoints);
    free(s->connectors);
    free(s->steps);
    free(s->checks);
    *s = (struct scenario){0};
}
