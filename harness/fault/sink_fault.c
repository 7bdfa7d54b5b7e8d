/* sink_fault.c - tell an endpoint to misbehave, ask for proof, tell the
 * endpoint to behave as before. */
#include "fault/sink_fault_own.h"

#include <errno.h>
#include <string.h>

#include "base/own.h"

const char *const sink_whens[] = {"before", "after", NULL};

static int find_endpoint(const struct fault_call *c, struct endpoint **ret,
                         struct err *err)
{
    const struct field *f = c->field;

    for (size_t i = 0; i < f->endpoints_len; i++) {
        if (strcmp(f->endpoints[i].name, c->target->name) != 0)
            continue;
        *ret = f->endpoints[i].endpoint;
        if ((*ret)->ops->misbehave)
            return 0;
        return err_set(err, -ENOTSUP, "endpoint %s: %s cannot misbehave",
                       c->target->name, (*ret)->ops->name);
    }
    return err_set(err, -ENOENT, "endpoint %s: there is none", c->target->name);
}

static const struct arg *seed_of(const struct behaviour *b)
{
    for (size_t i = 0; i < b->args_len; i++)
        if (strcmp(b->args[i].name, "seed") == 0)
            return &b->args[i];
    return NULL;
}

/* The misbehaviour that the step wants: {"NAME": {...}}. New. */
static int wanted(const struct fault_call *c, const struct endpoint *e,
                  json_t **ret, struct err *err)
{
    const struct behaviour *b = endpoint_behaviour(e->ops, c->ops->behaviour);
    json_t *with;

    if (!b)
        return err_set(err, -ENOTSUP, "endpoint %s: %s cannot %s",
                       c->target->name, e->ops->name, c->ops->behaviour);
    with = args_json(c->ops->args, c->ops->args_len, c->args);
    if (seed_of(b)) /* halved: JSON's integers are signed */
        json_object_set_new(with, "seed",
                            json_integer((json_int_t)(c->seed >> 1)));
    *ret = json_pack("{s:o}", b->name, with);
    return *ret ? 0
                : err_set(err, -EINVAL,
                          "the arguments cannot be written as JSON");
}

int sink_capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    struct endpoint *e;
    uint64_t applied;
    int rc = find_endpoint(c, &e, err);

    return rc < 0 ? rc : e->ops->misbehaving(e, ret, &applied, err);
}

int sink_misbehave(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *how = NULL;
    struct endpoint *e;
    int rc = find_endpoint(c, &e, err);

    if (rc == 0)
        rc = wanted(c, e, &how, err);
    return rc < 0 ? rc : e->ops->misbehave(e, how, err);
}

/* The endpoint cannot prove it now; the engine asks again. */
static int not_yet(const struct fault_call *c, const char *why, struct err *err)
{
    err_set(err, -EAGAIN, "endpoint %s %s", c->target->name, why);
    return 0;
}

int sink_misbehaves(const struct fault_call *c, json_t *proof, struct err *err)
{
    AUTO_JSON json_t *how = NULL;
    AUTO_JSON json_t *now = NULL;
    struct endpoint *e;
    uint64_t applied = 0;

    if (find_endpoint(c, &e, err) < 0 || wanted(c, e, &how, err) < 0)
        return err->code;
    if (e->ops->misbehaving(e, &now, &applied, err) < 0)
        return 0;
    if (!json_equal(now, how))
        return not_yet(c, "does not behave as the fault told it", err);
    if (applied == 0) {
        err_set(err, -EAGAIN, "endpoint %s counted 0 %s under %s",
                c->target->name,
                endpoint_behaviour(e->ops, c->ops->behaviour)->counts,
                c->ops->name);
        return 0;
    }
    (void)json_object_set_new(proof, "misbehaviour", TAKE(now));
    (void)json_object_set_new(proof, "applied",
                              json_integer((json_int_t)applied));
    (void)json_object_set_new(
        proof, "counted",
        json_string(endpoint_behaviour(e->ops, c->ops->behaviour)->counts));
    return 1;
}

int sink_behave(const struct fault_call *c, struct err *err)
{
    struct endpoint *e;
    int rc = find_endpoint(c, &e, err);

    return rc < 0 ? rc : e->ops->misbehave(e, c->captured, err);
}

int sink_behaves(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *now = NULL;
    struct endpoint *e;
    uint64_t applied;

    if (find_endpoint(c, &e, err) < 0 ||
        e->ops->misbehaving(e, &now, &applied, err) < 0)
        return 0;
    return json_equal(now, c->captured) ? 1
                                        : not_yet(c, "still misbehaves", err);
}
