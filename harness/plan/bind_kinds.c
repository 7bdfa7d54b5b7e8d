/* bind_kinds.c - names of platforms, endpoints, faults and checks to tables. */
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"

/* Complain about an unknown name: with the nearest name if any is near, else
 * with the command to list all names. */
static void complain_kind(struct plan *p, const char *path, const char *set,
                          const char *name, const char *const *names, size_t n)
{
    const char *near = nearest_word(name, names, n);

    if (near)
        doc_complain(p->doc, path, "no %s \"%s\", did you mean \"%s\"?", set,
                     name, near);
    else
        doc_complain(p->doc, path,
                     "no %s \"%s\", `ordeal list %ss` shows what there is", set,
                     name, set);
}

enum { NAMES_MAX = 256 };

/* The tables differ in type, and every entry has a name. */
#define COMPLAIN_OF(plan, path, set, word, all)                                \
    do {                                                                       \
        const char *names_[NAMES_MAX];                                         \
        size_t n_;                                                             \
        __typeof__((all)(&n_)) kinds_ = (all)(&n_);                            \
        for (size_t i_ = 0; i_ < n_ && i_ < NAMES_MAX; i_++)                   \
            names_[i_] = kinds_[i_]->name;                                     \
        complain_kind(plan, path, set, word, names_,                           \
                      n_ < NAMES_MAX ? n_ : NAMES_MAX);                        \
    } while (0)

static const struct arg *arg_called(const struct arg *table, size_t n,
                                    const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* The arguments of a platform, or of every entry of one argument. */
struct arg_table {
    const struct arg *at;
    size_t len;
};

/* With --platform another platform replaces the platform of the file. Arguments
 * of the file's platform unknown to the other platform are dropped; arguments
 * known to both are kept, also in entries of a mapping. */
static void leave_out_foreign(json_t *with, struct arg_table own,
                              struct arg_table asked)
{
    const char *key, *name;
    json_t *value, *entry;
    void *next;

    json_object_foreach_safe (with, next, key, value) {
        const struct arg *mine = arg_called(own.at, own.len, key);
        const struct arg *theirs = arg_called(asked.at, asked.len, key);

        if (mine && !theirs)
            (void)json_object_del(with, key);
        else if (mine && theirs && mine->each && theirs->each)
            json_object_foreach (value, name, entry)
                leave_out_foreign(
                    entry, (struct arg_table){mine->each, mine->each_len},
                    (struct arg_table){theirs->each, theirs->each_len});
    }
}

void bind_platform(struct plan *p, const struct plan_overrides *over)
{
    const struct platform_spec *s = &p->scenario.platform;
    const struct platform_ops *own = platform_find(s->kind ? s->kind : "local");
    const char *name = over->platform ? over->platform : s->kind;
    AUTO_JSON json_t *with =
        s->with ? json_deep_copy((json_t *)s->with) : json_object();

    if (!name)
        name = "local";
    p->platform = platform_find(name);
    if (!p->platform) {
        COMPLAIN_OF(p, "platform", "platform", name, platform_all);
        return;
    }
    if (own && own != p->platform)
        leave_out_foreign(
            with, (struct arg_table){own->args, own->args_len},
            (struct arg_table){p->platform->args, p->platform->args_len});
    if (over->kafka &&
        !arg_called(p->platform->args, p->platform->args_len, "kafka"))
        doc_complain(p->doc, "platform",
                     "--kafka %s: the platform %s has no version of Kafka",
                     over->kafka, p->platform->name);
    else if (over->kafka)
        json_object_set_new(with, "kafka", json_string(over->kafka));
    p->platform_settings = must_calloc(1, p->platform->settings_size);
    json_array_append(p->kept, with);
    args_read(p->platform->args, p->platform->args_len, with, p->doc,
              "platform", p->platform_settings);
}

static void bind_topic(struct plan *p, const struct topic *t,
                       struct plan_station *ret)
{
    const struct endpoint_ops *ops = endpoint_find("topic");
    AUTO_JSON json_t *with = json_pack("{s:s}", "topic", t->name);

    *ret = (struct plan_station){.name = t->name, .ops = ops, .topic = t};
    ret->settings = must_calloc(1, ops->settings_size);
    json_array_append(p->kept, with);
    args_read(ops->args, ops->args_len, with, p->doc, "topics", ret->settings);
}

void bind_stations(struct plan *p)
{
    const struct scenario *s = &p->scenario;
    size_t n = s->topics_len + s->endpoints_len;

    p->stations = must_calloc(n, sizeof(*p->stations));
    for (size_t i = 0; i < s->topics_len; i++)
        bind_topic(p, &s->topics[i], &p->stations[p->stations_len++]);
    for (size_t i = 0; i < s->endpoints_len; i++) {
        const struct endpoint_spec *e = &s->endpoints[i];
        const struct endpoint_ops *ops =
            e->kind ? endpoint_find(e->kind) : NULL;
        struct plan_station *st;

        if (!ops || !plan_may_declare(ops)) {
            if (ops)
                doc_complain(p->doc, e->path,
                             "a topic is declared under `topics:`");
            else if (e->kind)
                COMPLAIN_OF(p, e->path, "endpoint", e->kind, endpoint_all);
            continue;
        }
        st = &p->stations[p->stations_len++];
        *st = (struct plan_station){.name = e->name, .ops = ops};
        st->settings = must_calloc(1, ops->settings_size);
        args_read(ops->args, ops->args_len, e->with, p->doc, e->path,
                  st->settings);
    }
}

static void check_target(struct plan *p, const struct step *s,
                         const struct fault_ops *ops)
{
    const char *key = target_key(ops->target);
    struct err err = {0};

    if (!key) {
        if (s->target_key)
            doc_complain(p->doc, s->path, "%s takes no target, leave out %s",
                         ops->name, s->target_key);
        return;
    }
    if (!s->target_key || strcmp(s->target_key, key) != 0) {
        doc_complain(p->doc, s->path, "%s is aimed by `%s: ...`, %s%s%s",
                     ops->name, key, s->target_key ? "not by `" : "add it",
                     s->target_key ? s->target_key : "",
                     s->target_key ? ": ...`" : "");
        return;
    }
    if (target_check(ops->target, s->target, NULL, &err) < 0)
        doc_complain(p->doc, s->path, "%s", err.text);
}

void bind_steps(struct plan *p)
{
    const struct scenario *s = &p->scenario;

    p->steps = must_calloc(s->steps_len, sizeof(*p->steps));
    for (size_t i = 0; i < s->steps_len; i++) {
        const struct step *step = &s->steps[i];
        const struct fault_ops *ops =
            step->fault ? fault_find(step->fault) : NULL;
        struct plan_step *ps = &p->steps[p->steps_len];
        char path[64];

        bind_target_name(p, step);
        if (!ops) {
            if (step->fault)
                COMPLAIN_OF(p, step->path, "fault", step->fault, fault_all);
            continue;
        }
        *ps = (struct plan_step){.step = step, .ops = ops};
        p->steps_len++;
        ps->args = must_calloc(1, ops->args_size);
        (void)snprintf(path, sizeof(path), "%s.with", step->path);
        args_read(ops->args, ops->args_len, step->with, p->doc, path, ps->args);
        check_target(p, step, ops);
        if (ops->needs_for && step->for_us == 0)
            doc_complain(
                p->doc, step->path,
                "%s needs `for: <duration>`, or the fault would never end",
                ops->name);
        if (!ops->revert && step->for_us > 0)
            doc_complain(p->doc, step->path, "%s %s, leave out `for`",
                         ops->name, fault_effect_name(ops->effect));
    }
}

void bind_checks(struct plan *p)
{
    const struct scenario *s = &p->scenario;

    p->checks = must_calloc(s->checks_len, sizeof(*p->checks));
    for (size_t i = 0; i < s->checks_len; i++) {
        const struct check_spec *spec = &s->checks[i];
        const struct check_ops *ops =
            spec->kind ? check_find(spec->kind) : NULL;
        struct plan_check *pc = &p->checks[p->checks_len];
        struct err err = {0};
        char path[96];

        if (!ops) {
            if (spec->kind)
                COMPLAIN_OF(p, spec->path, "check", spec->kind, check_all);
            continue;
        }
        if (spec->relax && !ops->relaxes) {
            doc_complain(p->doc, spec->path, "%s cannot be relaxed", ops->name);
            continue;
        }
        *pc = (struct plan_check){.spec = spec, .ops = ops};
        p->checks_len++;
        pc->args = must_calloc(1, ops->args_size);
        if (spec->relax)
            continue;
        (void)snprintf(path, sizeof(path), "%s.%s", spec->path, spec->kind);
        if (args_read(ops->args, ops->args_len, spec->with, p->doc, path,
                      pc->args) == 0 &&
            ops->refuse && ops->refuse(pc->args, s, &err) < 0)
            doc_complain(p->doc, path, "%s", err.text);
    }
}
