/* filled.c - parts of the plan, completed with values of open endpoints. The
 * plan stays as bound. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/start_flow_own.h"
#include "plan/fill.h"

/* The endpoint property named "shop.url" (len bytes at `at`); NULL: no such
 * property. */
static const char *property_named(void *ctx, const char *at, size_t len)
{
    struct run *r = ctx;
    const char *dot = memchr(at, '.', len);

    for (size_t i = 0; dot && i < r->given.plan->stations_len; i++) {
        const char *name = r->given.plan->stations[i].name;
        struct endpoint *e = r->world.stations[i].endpoint;
        AUTO_FREE char *key = NULL;

        if (strlen(name) != (size_t)(dot - at) ||
            memcmp(name, at, (size_t)(dot - at)) != 0)
            continue;
        key = path_of("%.*s", (int)(at + len - dot - 1), dot + 1);
        return e->ops->property ? e->ops->property(e, key) : NULL;
    }
    return NULL;
}

/* Arguments may name properties of endpoints, such as the port, and a port is
 * only known once the endpoint is open. */
int run_fill_steps(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;

    r->world.step_texts = json_array();
    r->world.step_args = must_calloc(p->steps_len, sizeof(void *));
    for (size_t i = 0; i < p->steps_len; i++)
        if (plan_fill_args(p, i, property_named, r, r->world.step_texts,
                           &r->world.step_args[i], err) < 0)
            return err->code;
    return 0;
}

json_t *run_filled_config(struct run *r, const struct connector *c,
                          struct err *err)
{
    json_t *config = json_object();
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)c->config, key, value) {
        AUTO_FREE char *text = NULL;

        if (json_is_string(value))
            text = fill(json_string_value(value), property_named, r, err);
        else
            text = scalar_text(value);
        json_object_set_new(config, key, json_string(text ? text : ""));
    }
    json_object_set_new(config, "name", json_string(c->name));
    return config;
}

/* Loads write into open endpoints. */
void run_fill_loads(struct run *r)
{
    const struct plan *p = r->given.plan;

    r->world.loads = must_calloc(p->loads_len, sizeof(*r->world.loads));
    for (size_t i = 0; i < p->loads_len; i++) {
        size_t at = plan_station_find(p, p->loads[i].into);

        r->world.loads[i] = p->loads[i];
        r->world.loads[i].endpoint = r->world.stations[at].endpoint;
    }
}
