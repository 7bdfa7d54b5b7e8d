/* target_connector.c - a connector, by name. */
#include "fault/target_kinds_own.h"
#include "fault/target_nodes_own.h"
#include "fault/target_words_own.h"

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    (void)err;
    return words_check_name(words, CLAIMS_CONNECTOR, ret);
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    (void)draw;
    target_take_group(t, f->runs_on(f->ctx, t->words));
    return words_take_name(t, t->words, err);
}

const struct target_ops target_connector = {
    .key = "connector",
    .words = "the name of one connector",
    .help = "a connector",
    .check = check,
    .resolve = resolve,
};
