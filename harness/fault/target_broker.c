/* target_broker.c - a broker by number, or by a role that moves: leader of a
 * partition, controller, coordinator of a group. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "fault/target_kinds_own.h"
#include "fault/target_nodes_own.h"
#include "fault/target_words_own.h"

enum form {
    FORM_WRONG,
    FORM_ANY,
    FORM_NODE,
    FORM_CONTROLLER,
    FORM_LEADER,      /* of partition `number` of topic `name` */
    FORM_COORDINATOR, /* of the group of sink `name` */
    FORM_GROUP,       /* of the group spelled by the claim's name */
};

static enum form read_group(const char *words, struct target_claim *c)
{
    size_t len = strlen(words);

    if (len == 0 || len >= sizeof(c->name))
        return FORM_WRONG;
    memcpy(c->name, words, len + 1);
    return FORM_GROUP;
}

static enum form read_broker(const char *words, struct target_claim *c)
{
    const char *rest;

    if (strcmp(words, "any") == 0)
        return FORM_ANY;
    if (strcmp(words, "controller") == 0)
        return FORM_CONTROLLER;
    if ((rest = words_after(words, "leader of "))) {
        c->claims = CLAIMS_TOPIC_OR_NEW;
        return words_pair(rest, c->name, &c->number) ? FORM_LEADER : FORM_WRONG;
    }
    if ((rest = words_after(words, "coordinator of group ")))
        return read_group(rest, c);
    if ((rest = words_after(words, "coordinator of "))) {
        c->claims = CLAIMS_CONNECTOR;
        return words_name(rest, strlen(rest), c->name) ? FORM_COORDINATOR
                                                       : FORM_WRONG;
    }
    rest = words_after(words, "broker-");
    c->claims = CLAIMS_BROKER;
    return words_number(rest ? rest : words, 1, &c->number) ? FORM_NODE
                                                            : FORM_WRONG;
}

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    (void)err;
    return read_broker(words, ret) == FORM_WRONG ? -EINVAL : 0;
}

/* A broker named by metadata, unless the broker has gone since. */
static int take_broker(struct field *f, int32_t id, struct target *t,
                       struct err *err)
{
    const struct platform_node *n = target_node_numbered(f, ROLE_BROKER, id);

    if (id < 0)
        return err_set(err, -EAGAIN, "broker %s: there is none", t->words);
    if (!n)
        return err_set(err, -ENOENT,
                       "broker %s: is broker %d, which is not of this platform",
                       t->words, (int)id);
    if (!target_node_runs(f, n))
        return err_set(err, -EAGAIN, "broker %s: was %s, which does not run",
                       t->words, n->name);
    return target_take_node(t, n);
}

static int resolve_leader(struct field *f, const struct target_claim *c,
                          struct target *t, struct err *err)
{
    struct err why = {0};
    int32_t id = -1;
    int in_sync;

    if (kafka_leader(f->admin, c->name, c->number, &id, &in_sync, f->call_us,
                     &why) < 0)
        return target_not_now(t, &why, err);
    return take_broker(f, id, t, err);
}

/* `own`: name of the group; NULL: Connect's name for the group of `connector`.
 */
static int resolve_coordinator(struct field *f, const char *own,
                               const char *connector, struct target *t,
                               struct err *err)
{
    AUTO_FREE char *group =
        own ? path_of("%s", own) : path_of("connect-%s", connector);
    struct err why = {0};
    int32_t id = -1;

    if (kafka_coordinator(f->admin, group, &id, f->call_us, &why) < 0)
        return target_not_now(t, &why, err);
    return take_broker(f, id, t, err);
}

static int resolve_controller(struct field *f, struct target *t,
                              struct err *err)
{
    struct err why = {0};
    int id = -1;

    if (!f->platform->ops->controller)
        return err_set(err, -ENOTSUP,
                       "broker controller: the %s platform cannot say which "
                       "broker leads",
                       f->platform->ops->name);
    if (f->platform->ops->controller(f->platform, &id, &why) < 0)
        return target_not_now(t, &why, err);
    return take_broker(f, id, t, err);
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    struct target_claim c = {.number = -1};

    switch (read_broker(t->words, &c)) {
    case FORM_WRONG:
        return err_set(err, -EINVAL, "broker %s", t->words);
    case FORM_ANY:
        return target_draw_node(f, ROLE_BROKER, NULL, draw, t, err);
    case FORM_NODE:
        return target_named_node(f, ROLE_BROKER, c.number, t, err);
    case FORM_CONTROLLER:
        return resolve_controller(f, t, err);
    case FORM_LEADER:
        return resolve_leader(f, &c, t, err);
    case FORM_COORDINATOR:
        return resolve_coordinator(f, f->group_of(f->ctx, c.name), c.name, t,
                                   err);
    case FORM_GROUP:
        return resolve_coordinator(f, c.name, NULL, t, err);
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

const struct target_ops target_broker = {
    .key = "broker",
    .words = "any, broker-2 or 2, controller, leader of TOPIC/PARTITION, "
             "coordinator of CONNECTOR or coordinator of group NAME",
    .help = "a broker by number, any running broker (drawn by the seed), or "
            "the broker with a role now; `coordinator of CONNECTOR` means "
            "the group of that sink",
    .check = check,
    .resolve = resolve,
};
