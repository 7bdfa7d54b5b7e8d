/* plan_text.c - the bound plan for people: `ordeal run --dry-run`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "plan/plan.h"

static void print_args(FILE *f, const struct arg *args, size_t n,
                       const void *values)
{
    AUTO_JSON json_t *o = args_json(args, n, values);
    AUTO_FREE char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);

    (void)fprintf(f, "%s", text ? text : "");
}

static void print_loads(FILE *f, const struct plan *p)
{
    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];
        char size[UNITS_TEXT_MAX], from[UNITS_TEXT_MAX];

        size_write(l->size, size);
        (void)fprintf(f, "load       into %s: %" PRId64 "/s of %s, %d stream%s",
                      l->into, l->rate, size, l->streams,
                      l->streams == 1 ? "" : "s");
        if (l->from_us > 0) {
            duration_write(l->from_us, from);
            (void)fprintf(f, ", from %s on", from);
        }
        if (l->records > 0)
            (void)fprintf(f, ", %" PRId64 " records in all", l->records);
        (void)fputc('\n', f);
    }
}

static void print_connectors(FILE *f, const struct plan *p)
{
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const struct connector *c = &p->scenario.connectors[i];
        const char *class =
            json_string_value(json_object_get(c->config, "connector.class"));

        (void)fprintf(
            f, "connector  %s: %s, plugin %s%s%s\n", c->name,
            class ? class : "?", c->plugin ? c->plugin : "the workers' own",
            c->connect ? ", on group " : "", c->connect ? c->connect : "");
    }
}

static void print_hops(FILE *f, const struct plan *p)
{
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];
        const struct guarantee *g = &h->guarantee;

        (void)fprintf(f, "hop        %s: %s, in %s%s", h->name,
                      delivery_words[g->delivery],
                      g->ordering == ORDER_NONE ? "any order" : "order per ",
                      g->ordering == ORDER_NONE ? ""
                                                : ordering_words[g->ordering]);
        if (g->delivery == AT_LEAST_ONCE && g->duplicates_per_disturbance >= 0)
            (void)fprintf(f, ", at most %lld duplicates a disturbance",
                          (long long)g->duplicates_per_disturbance);
        (void)fprintf(f, ", upstream is the %s\n",
                      h->up_is_ledger ? "ledger" : "topic");
    }
}

static void print_steps(FILE *f, const struct plan *p)
{
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct plan_step *s = &p->steps[i];
        char at[UNITS_TEXT_MAX] = "", dur[UNITS_TEXT_MAX] = "";

        if (s->step->at_us >= 0)
            duration_write(s->step->at_us, at);
        if (s->step->for_us > 0)
            duration_write(s->step->for_us, dur);
        (void)fprintf(f, "step       %s %s: %s%s%s%s%s ",
                      s->step->at_us >= 0 ? "at" : "after",
                      s->step->at_us >= 0 ? at : s->step->after, s->ops->name,
                      s->step->target ? " on " : "",
                      s->step->target ? s->step->target : "",
                      dur[0] ? " for " : "", dur);
        print_args(f, s->ops->args, s->ops->args_len, s->args);
        (void)fprintf(f, ", %s\n", fault_effect_name(s->ops->effect));
    }
}

char *plan_text(const struct plan *p, const uint64_t *seed)
{
    AUTO_FREE char *drawn =
        seed ? path_of("%" PRIu64, *seed) : path_of("fresh at each run");
    char *out = NULL;
    size_t len;
    FILE *f = must_memstream(&out, &len);

    (void)fprintf(f, "scenario   %s\nseed       %s\nplatform   %s ",
                  p->scenario.name, drawn, p->platform->name);
    print_args(f, p->platform->args, p->platform->args_len,
               p->platform_settings);
    (void)fputc('\n', f);
    for (size_t i = 0; i < p->stations_len; i++) {
        const struct plan_station *s = &p->stations[i];

        (void)fprintf(f, "station    %s (%s) ", s->name, s->ops->name);
        print_args(f, s->ops->args, s->ops->args_len, s->settings);
        (void)fputc('\n', f);
    }
    print_connectors(f, p);
    print_loads(f, p);
    print_hops(f, p);
    print_steps(f, p);
    for (size_t i = 0; i < p->checks_len; i++) {
        const struct plan_check *c = &p->checks[i];

        (void)fprintf(f, "check      %s%s ", c->spec->relax ? "relaxed: " : "",
                      c->ops->name);
        if (c->spec->relax)
            (void)fprintf(f, "(%s)", c->spec->reason ? c->spec->reason : "");
        else
            print_args(f, c->ops->args, c->ops->args_len, c->args);
        (void)fputc('\n', f);
    }
    (void)fprintf(f, "expected   %s\n",
                  p->scenario.expected.given
                      ? outcome_name((enum outcome)p->scenario.expected.is)
                      : "pass");
    must_fclose(f, &out);
    return out;
}
