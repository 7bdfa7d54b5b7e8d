/* target_topic.c - a topic, by name. */
#include "fault/target_kinds_own.h"
#include "fault/target_words_own.h"

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    (void)err;
    return words_check_name(words, CLAIMS_TOPIC, ret);
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    (void)f, (void)draw;
    return words_take_name(t, t->words, err);
}

const struct target_ops target_topic = {
    .key = "topic",
    .words = "the name of one topic",
    .help = "a topic",
    .check = check,
    .resolve = resolve,
};
