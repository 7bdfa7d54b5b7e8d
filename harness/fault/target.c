/* target.c - the table of kinds of target, and the steps common to all kinds.
 */
#include "fault/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fault/target_kinds_own.h"

static const struct target_ops *const kinds[] = {
#define TARGET_KIND(id) &target_##id,
#include "fault/target_kinds.def"
#undef TARGET_KIND
};

const struct target_ops *const *target_all(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(kinds);
    return kinds;
}

const struct target_ops *target_find(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->key, key) == 0)
            return kinds[i];
    return NULL;
}

const char *target_key(const struct target_ops *ops)
{
    return ops ? ops->key : NULL;
}

int target_check(const struct target_ops *ops, const char *words,
                 struct target_claim *ret_claim, struct err *err)
{
    struct target_claim claim = {.number = -1};
    struct target fits;
    struct err why = {0};

    if (!ops)
        return 0;
    if (!words || !*words)
        return err_set(err, -EINVAL, "%s: nothing is named, expected %s",
                       ops->key, ops->words);
    if (strlen(words) >= sizeof(fits.words))
        return err_set(err, -EINVAL,
                       "%s: \"%.40s...\" has %zu bytes, at most %zu", ops->key,
                       words, strlen(words), sizeof(fits.words) - 1);
    if (ops->check(words, &claim, &why) < 0)
        return why.code ? err_set(err, why.code, "%s: %s, expected %s",
                                  ops->key, why.text, ops->words)
                        : err_set(err, -EINVAL, "%s: \"%.60s\" is not %s",
                                  ops->key, words, ops->words);
    if (ret_claim)
        *ret_claim = claim;
    return 0;
}

int target_resolve(struct field *f, const struct target_ops *ops,
                   const char *words, const struct rng *rng, struct target *ret,
                   struct err *err)
{
    struct target t = {.ops = ops};
    int rc = target_check(ops, words, NULL, err);

    if (rc == 0 && words)
        (void)snprintf(t.words, sizeof(t.words), "%s", words);
    if (rc == 0 && ops)
        rc = ops->resolve(f, *rng, &t, err);
    if (rc == 0)
        *ret = t;
    return rc;
}
