/* target_endpoint.c - an endpoint, by name. */
#include <errno.h>
#include <string.h>

#include "fault/fault.h"
#include "fault/target_kinds_own.h"
#include "fault/target_words_own.h"

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    (void)err;
    return words_check_name(words, CLAIMS_ENDPOINT, ret);
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    (void)draw;
    for (size_t i = 0; i < f->endpoints_len; i++)
        if (strcmp(f->endpoints[i].name, t->words) == 0)
            return words_take_name(t, t->words, err);
    return err_set(err, -ENOENT, "on %s: no such endpoint", t->words);
}

const struct target_ops target_endpoint = {
    .key = "on",
    .words = "the name of one endpoint",
    .help = "an endpoint",
    .check = check,
    .resolve = resolve,
};
