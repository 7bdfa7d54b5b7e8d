#include "fault/sink_fault_own.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/own.h"

static struct endpoint *endpoint_of(const struct fault_call *c)
{
    for (size_t i = 0; i < c->field->endpoints_len; i++)
        if (strcmp(c->field->endpoints[i].name, c->target->name) == 0)
            return c->field->endpoints[i].endpoint;
    return NULL;
}

static int endpoint_find_for(const struct fault_call *c, struct endpoint **ret,
                             struct err *err)
{
    *ret = endpoint_of(c);
    if (!*ret)
        return err_set(err, -ENOENT, "endpoint %s: there is none",
                       c->target->name);
    if (!(*ret)->ops->misbehave)
        return err_set(err, -ENOTSUP, "endpoint %s: %s cannot misbehave",
                       c->target->name, (*ret)->ops->name);
    return 0;
}

static int now_of(const struct fault_call *c, struct misbehaviour *ret,
                  uint64_t *ret_applied, struct err *err)
{
    struct endpoint *e;
    int rc = endpoint_find_for(c, &e, err);

    return rc < 0 ? rc : e->ops->misbehaviour(e, ret, ret_applied, err);
}

/* Nothing captured means that it behaved well. */
static struct misbehaviour captured_of(const struct fault_call *c)
{
    struct misbehaviour m = {0};

    if (misbehaviour_read(c->captured, &m) < 0)
        m = (struct misbehaviour){0};
    return m;
}

int sink_capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    struct misbehaviour now;
    uint64_t applied;
    int rc = now_of(c, &now, &applied, err);

    if (rc < 0)
        return rc;
    *ret = misbehaviour_json(&now);
    return 0;
}

static int tell(const struct fault_call *c, const struct misbehaviour *m,
                struct err *err)
{
    struct endpoint *e;
    int rc = endpoint_find_for(c, &e, err);

    return rc < 0 ? rc : e->ops->misbehave(e, m, err);
}

int sink_misbehave(const struct fault_call *c, const struct misbehaviour *m,
                   struct err *err)
{
    bool answers_so = m->status != 0 || m->reset != RESET_NEVER;

    if (m->delay_us == 0 && !m->revoked && (!answers_so || m->share == 0))
        return err_set(
            err, -EINVAL,
            "endpoint %s: neither a share of its answers nor a delay "
            "would change anything",
            c->target->name);
    return tell(c, m, err);
}

int sink_misbehaved(const struct fault_call *c, const struct misbehaviour *m,
                    json_t *proof, struct err *err)
{
    struct misbehaviour now;
    uint64_t applied = 0;

    if (now_of(c, &now, &applied, err) < 0)
        return 0;
    if (!misbehaviour_same(&now, m)) {
        err_set(err, -EAGAIN, "endpoint %s does not misbehave as it was told",
                c->target->name);
        return 0;
    }
    if (applied == 0) {
        err_set(err, -EAGAIN, "endpoint %s: no request was answered that way",
                c->target->name);
        return 0;
    }
    (void)json_object_set_new(proof, "misbehaviour", misbehaviour_json(&now));
    (void)json_object_set_new(proof, "requests_answered_so",
                              json_integer((json_int_t)applied));
    return 1;
}

int sink_behave(const struct fault_call *c, struct err *err)
{
    struct misbehaviour before = captured_of(c);

    return tell(c, &before, err);
}

int sink_behaves(const struct fault_call *c, struct err *err)
{
    struct misbehaviour before = captured_of(c), now;
    uint64_t applied;

    if (now_of(c, &now, &applied, err) < 0)
        return 0;
    if (misbehaviour_same(&now, &before))
        return 1;
    err_set(err, -EAGAIN, "endpoint %s still misbehaves", c->target->name);
    return 0;
}
