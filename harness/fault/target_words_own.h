/* target_words_own.h - grammar common to kinds of target. */
#ifndef FAULT_TARGET_WORDS_OWN_H
#define FAULT_TARGET_WORDS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "fault/target.h"

/* The rest of `words` behind `prefix`; NULL: another beginning. */
const char *words_after(const char *words, const char *prefix);

/* A number of at least `least`: digits only, at most seven, and without a
 * leading zero, as each number has a single name. */
bool words_number(const char *words, int least, int *ret);

/* The name of a connector or topic: letters, digits and "._-", at most 249
 * bytes. ret_name: of a claim. */
bool words_name(const char *words, size_t len, char ret_name[256]);

/* "orders/0": name and number, from 0. */
bool words_pair(const char *words, char ret_name[256], int *ret_number);

/* Check words that are the name of a thing, for kinds with no other words;
 * "any" is refused. */
int words_check_name(const char *words, enum target_claims claims,
                     struct target_claim *ret);

/* Into t->name. -EINVAL: longer than the journal keeps. */
int words_take_name(struct target *t, const char *name, struct err *err);

#endif
