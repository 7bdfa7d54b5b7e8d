/* after_own.h - conditions a step may wait for: "10000 delivered", "kill
 * mended".
 */
#ifndef ENGINE_AFTER_OWN_H
#define ENGINE_AFTER_OWN_H

#include <stdbool.h>

#include "engine/step_own.h"

/* Does it hold now? Its syntax was checked when the file was read. */
bool after_holds(const struct timeline *t, const char *words);

/* Can it not hold any more: a step that is done without it, or that stays in
 * force until heal and would have to be mended for it? */
bool after_never(const struct timeline *t, const char *words);

#endif
