/* target_words_own.h - the grammar that kinds of target share. */
#ifndef FAULT_TARGET_WORDS_OWN_H
#define FAULT_TARGET_WORDS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "fault/target.h"

/* What stands behind `prefix` in `words`, or NULL: another beginning. */
const char *words_after(const char *words, const char *prefix);

/* A number of at least `least`: digits only, at most seven, and no leading
 * zero, which would give one number two names. */
bool words_number(const char *words, int least, int *ret);

/* A name as connectors and topics bear it (letters, digits, "._-", at most
 * 249 bytes). ret_name: of a claim. */
bool words_name(const char *words, size_t len, char ret_name[256]);

/* "orders/0": name and number, from 0. */
bool words_pair(const char *words, char ret_name[256], int *ret_number);

/* Any name that target.name has room for, for a kind whose words are the name
 * of one thing, which is never "any". */
int words_check_name(const char *words, enum target_claims claims,
                     struct target_claim *ret);

/* Into t->name. -EINVAL: longer than the journal keeps. */
int words_take_name(struct target *t, const char *name, struct err *err);

#endif
