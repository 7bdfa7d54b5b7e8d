/* target_node.c - a node of the platform, broker or worker, by its name. */
#include <errno.h>
#include <string.h>

#include "fault/target_kinds_own.h"
#include "fault/target_nodes_own.h"
#include "fault/target_words_own.h"

static bool is_any(const char *words)
{
    return strcmp(words, "any") == 0;
}

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    const char *broker = words_after(words, "broker-");
    const char *number = broker ? broker : words_after(words, "worker-");

    (void)err;
    if (is_any(words))
        return 0;
    ret->claims = broker ? CLAIMS_BROKER : CLAIMS_WORKER;
    return number && words_number(number, 1, &ret->number) ? 0 : -EINVAL;
}

/* "any" draws broker or worker first, so that brokers are struck as often where
 * workers are many. */
static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    struct target_claim c = {.number = -1};

    if (is_any(t->words))
        return target_draw_node(
            f, rng_below(&draw, 2) == 0 ? ROLE_BROKER : ROLE_WORKER, NULL, draw,
            t, err);
    if (check(t->words, &c, err) < 0)
        return err_set(err, -EINVAL, "node %s", t->words);
    return target_named_node(
        f, c.claims == CLAIMS_BROKER ? ROLE_BROKER : ROLE_WORKER, c.number, t,
        err);
}

const struct target_ops target_node = {
    .key = "node",
    .words = "any, broker-2 or worker-2",
    .help = "a broker or a worker: by its name, or any of those that run "
            "(drawn by the seed)",
    .check = check,
    .resolve = resolve,
};
