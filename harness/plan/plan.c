/* plan.c - questions about a bound plan, the end of a plan, and every kind for
 * the schema. */
#include "plan/plan.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool plan_station_keeps_rows(const struct plan_station *s)
{
    return s->ops->keeps_rows && s->ops->keeps_rows(s->settings);
}

size_t plan_station_find(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->stations_len; i++)
        if (strcmp(p->stations[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

size_t plan_group_find(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->groups_len; i++)
        if (strcmp(p->groups[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

size_t plan_group_of(const struct plan *p, const struct connector *c)
{
    size_t at = plan_group_find(p, c->connect ? c->connect : "");

    return at == SIZE_MAX ? 0 : at; /* an unknown group was complained of */
}

const struct connector *plan_connector(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->scenario.connectors_len; i++)
        if (strcmp(p->scenario.connectors[i].name, name) == 0)
            return &p->scenario.connectors[i];
    return NULL;
}

void plan_done(struct plan *p)
{
    for (size_t i = 0; i < p->groups_len; i++)
        free(p->groups[i].plugins);
    for (size_t i = 0; i < p->stations_len; i++)
        free(p->stations[i].settings);
    for (size_t i = 0; i < p->hops_len; i++) {
        free(p->hops[i].streams);
        free(p->hops[i].dead_settings);
    }
    for (size_t i = 0; i < p->steps_len; i++)
        free(p->steps[i].args);
    for (size_t i = 0; i < p->checks_len; i++)
        free(p->checks[i].args);
    free(p->stations);
    free(p->hops);
    free(p->steps);
    free(p->checks);
    free(p->loads);
    free(p->plugins);
    free(p->platform_settings);
    scenario_done(&p->scenario);
    json_decref(p->kept);
    *p = (struct plan){0};
}

bool plan_may_declare(const struct endpoint_ops *kind)
{
    return strcmp(kind->name, "topic") != 0;
}

struct schema_kind *plan_schema_kinds(size_t *ret_len)
{
    size_t nf, nc, ne, np, nt, at = 0;
    const struct fault_ops *const *f = fault_all(&nf);
    const struct check_ops *const *c = check_all(&nc);
    const struct endpoint_ops *const *e = endpoint_all(&ne);
    const struct platform_ops *const *p = platform_all(&np);
    const struct target_ops *const *t = target_all(&nt);
    struct schema_kind *k = must_calloc(nf + nc + ne + np + nt, sizeof(*k));

    for (size_t i = 0; i < nf; i++)
        k[at++] = (struct schema_kind){"fault",    f[i]->name,
                                       f[i]->help, target_key(f[i]->target),
                                       f[i]->args, f[i]->args_len};
    for (size_t i = 0; i < nc; i++)
        k[at++] = (struct schema_kind){"check", c[i]->name, c[i]->help,
                                       NULL,    c[i]->args, c[i]->args_len};
    for (size_t i = 0; i < ne; i++)
        if (plan_may_declare(e[i]))
            k[at++] =
                (struct schema_kind){"endpoint", e[i]->name, e[i]->help,
                                     NULL,       e[i]->args, e[i]->args_len};
    for (size_t i = 0; i < np; i++)
        k[at++] = (struct schema_kind){"platform", p[i]->name, p[i]->help,
                                       NULL,       p[i]->args, p[i]->args_len};
    for (size_t i = 0; i < nt; i++)
        k[at++] = (struct schema_kind){
            .set = "target", .name = t[i]->key, .help = t[i]->help};
    *ret_len = at;
    return k;
}
