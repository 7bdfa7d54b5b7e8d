/* after_own.h - conditions a step may wait for: "10000 delivered", "kill
 * mended".
 */
#ifndef ENGINE_AFTER_OWN_H
#define ENGINE_AFTER_OWN_H

#include <stdbool.h>

#include "engine/step_own.h"

/* Whether the condition holds now. Its syntax was checked when the file was
 * read. */
bool after_holds(const struct timeline *t, const char *words);

/* Whether the condition can never hold again: the step named is done and did
 * not get so far, or stays in force until heal and is waited for to be mended.
 */
bool after_never(const struct timeline *t, const char *words);

#endif
