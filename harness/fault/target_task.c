/* target_task.c - a task, by connector and number. */
#include <errno.h>

#include "fault/target_kinds_own.h"
#include "fault/target_nodes_own.h"
#include "fault/target_words_own.h"

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    (void)err;
    ret->claims = CLAIMS_CONNECTOR;
    return words_pair(words, ret->name, &ret->number) ? 0 : -EINVAL;
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    struct target_claim c = {0};

    (void)draw;
    if (!words_pair(t->words, c.name, &c.number))
        return err_set(err, -EINVAL, "task %s", t->words);
    t->task = c.number;
    target_take_group(t, f->runs_on(f->ctx, c.name));
    return words_take_name(t, c.name, err);
}

const struct target_ops target_task = {
    .key = "task",
    .words = "CONNECTOR/TASK, such as orders-to-shop/0",
    .help = "a task of a connector, counted from 0",
    .check = check,
    .resolve = resolve,
};
