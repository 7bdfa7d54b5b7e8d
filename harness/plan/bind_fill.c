/* bind_fill.c - "${shop.url}" in a plan: checked when the plan is bound, filled
 * once the endpoints are open. Configurations of connectors are filled where
 * they are sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"
#include "plan/fill.h"

/* A text under check, and why a name in the text has no value. */
struct asked {
    const struct plan *plan;
    char *why; /* of the first name without a value; owned */
};

static bool is_name(const char *name, const char *at, size_t len)
{
    return strlen(name) == len && memcmp(name, at, len) == 0;
}

static char *no_property(const struct plan_station *s, const char *at,
                         size_t len)
{
    const char *const *all = s->ops->properties;
    AUTO_FREE char *has = NULL;
    size_t n = 0;

    while (all && all[n])
        n++;
    has = word_list(all, n);
    return path_of("${%.*s} is no property of %s (%s), it has %s", (int)len, at,
                   s->name, s->ops->name, n ? has : "none");
}

static char *no_endpoint(const struct plan *p, const char *at, size_t len)
{
    AUTO_FREE char *name = path_of("%.*s", (int)strcspn(at, "."), at);
    AUTO_FREE const char **names = must_calloc(p->stations_len, sizeof(*names));
    size_t n = 0;

    for (size_t i = 0; i < p->stations_len; i++)
        if (!p->stations[i].topic)
            names[n++] = p->stations[i].name;
    return path_of("${%.*s}: no endpoint \"%s\"%s", (int)len, at, name,
                   did_you_mean(nearest_word(name, names, n)));
}

/* Of "shop.url": the station, or NULL. */
static const struct plan_station *station_of(const struct plan *p,
                                             const char *at, size_t len)
{
    const char *dot = memchr(at, '.', len);

    for (size_t i = 0; dot && i < p->stations_len; i++)
        if (is_name(p->stations[i].name, at, (size_t)(dot - at)))
            return &p->stations[i];
    return NULL;
}

/* A property of the named station. Only the name is checked: the value is not
 * known yet. */
static const char *property_known(void *ctx, const char *at, size_t len)
{
    struct asked *a = ctx;
    const struct plan_station *s = station_of(a->plan, at, len);
    const char *const *known = s ? s->ops->properties : NULL;
    size_t name = s ? strlen(s->name) + 1 : 0;

    for (; known && *known; known++)
        if (is_name(*known, at + name, len - name))
            return "";
    if (!a->why && memchr(at, '.', len))
        a->why = s ? no_property(s, at, len) : no_endpoint(a->plan, at, len);
    return NULL;
}

static void check_texts(struct plan *p, const char *path, const json_t *object)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)object, key, value) {
        AUTO_FREE char *at = path_of("%s.%s", path, key);
        struct asked asked = {.plan = p};
        struct err err = {0};

        if (!json_is_string(value))
            continue;
        free(fill(json_string_value(value), property_known, &asked, &err));
        if (err.code)
            doc_complain(p->doc, at, "%s", asked.why ? asked.why : err.text);
        free(asked.why);
    }
}

/* The mapping that `a` describes among the arguments of a step; NULL: `a` is no
 * mapping, or was left out. */
static const json_t *mapping_of(const void *args, const struct arg *a)
{
    const json_t *value;

    if (a->type != ARG_JSON || a->kind != JSON_OBJECT)
        return NULL;
    memcpy(&value, (const char *)args + a->at, sizeof(value));
    return value;
}

/* The harness overwrites `name` with the connector's own name, so another value
 * would be dropped without a word. */
static void check_own_name(struct plan *p, const struct connector *c)
{
    const char *name = json_string_value(json_object_get(c->config, "name"));
    AUTO_FREE char *path = path_of("connectors.%s.config.name", c->name);

    if (name && strcmp(name, c->name) != 0)
        doc_complain(p->doc, path,
                     "the connector's name is %s, leave the key out", c->name);
}

void bind_texts(struct plan *p)
{
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const struct connector *c = &p->scenario.connectors[i];
        AUTO_FREE char *path = path_of("connectors.%s.config", c->name);

        check_texts(p, path, c->config);
        check_own_name(p, c);
    }
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct plan_step *s = &p->steps[i];

        for (size_t k = 0; k < s->ops->args_len; k++) {
            const json_t *mapping = mapping_of(s->args, &s->ops->args[k]);
            AUTO_FREE char *path =
                path_of("%s.with.%s", s->step->path, s->ops->args[k].name);

            if (mapping)
                check_texts(p, path, mapping);
        }
    }
}

/* A copy of `object` with all texts in the first level filled; new. */
static json_t *filled(const json_t *object, fill_fn value, void *ctx,
                      struct err *err)
{
    json_t *copy = json_object();
    const char *key;
    json_t *v;

    json_object_foreach ((json_t *)object, key, v) {
        AUTO_FREE char *text = json_is_string(v)
                                   ? fill(json_string_value(v), value, ctx, err)
                                   : NULL;

        json_object_set_new(copy, key,
                            text ? json_string(text) : json_incref(v));
    }
    return copy;
}

int plan_fill_args(const struct plan *p, size_t step, fill_fn value, void *ctx,
                   json_t *kept, void **ret, struct err *err)
{
    const struct plan_step *s = &p->steps[step];

    *ret = must_calloc(1, s->ops->args_size);
    memcpy(*ret, s->args, s->ops->args_size);
    for (size_t i = 0; i < s->ops->args_len; i++) {
        const struct arg *a = &s->ops->args[i];
        const json_t *mapping = mapping_of(s->args, a);
        const json_t *copy = mapping ? filled(mapping, value, ctx, err) : NULL;

        if (!mapping)
            continue;
        json_array_append_new(kept, (json_t *)copy);
        memcpy((char *)*ret + a->at, &copy, sizeof(copy));
        if (err->code)
            return err_context(err, "%s", s->step->path);
    }
    return 0;
}
