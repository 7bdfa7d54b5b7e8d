/* target_words.c - names, numbers and pairs in the words of a target. */
#include "fault/target_words_own.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 7, NAME_MAX_BYTES = 249 };

const char *words_after(const char *words, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(words, prefix, len) == 0 ? words + len : NULL;
}

bool words_number(const char *words, int least, int *ret)
{
    size_t len = strlen(words);
    long n;

    if (len == 0 || len > DIGITS_MAX || strspn(words, "0123456789") != len ||
        (len > 1 && words[0] == '0'))
        return false;
    n = strtol(words, NULL, 10);
    if (n < least)
        return false;
    *ret = (int)n;
    return true;
}

bool words_name(const char *words, size_t len, char ret_name[256])
{
    if (len == 0 || len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)words[i]) && !strchr("._-", words[i]))
            return false;
    memcpy(ret_name, words, len);
    ret_name[len] = 0;
    return true;
}

bool words_pair(const char *words, char ret_name[256], int *ret_number)
{
    const char *slash = strrchr(words, '/');

    return slash && words_name(words, (size_t)(slash - words), ret_name) &&
           words_number(slash + 1, 0, ret_number);
}

int words_check_name(const char *words, enum target_claims claims,
                     struct target_claim *ret)
{
    ret->claims = claims;
    return strcmp(words, "any") != 0 &&
                   words_name(words, strlen(words), ret->name)
               ? 0
               : -EINVAL;
}

int words_take_name(struct target *t, const char *name, struct err *err)
{
    if (snprintf(t->name, sizeof(t->name), "%s", name) < (int)sizeof(t->name))
        return 0;
    return err_set(err, -EINVAL, "%s %s: the name is longer than %zu bytes",
                   t->ops->key, t->words, sizeof(t->name) - 1);
}
