/* seen_own.h - a set of texts, kept as SHA-256 digests cut to 128 bits: 16
 * bytes each, and a chance of a false "seen before" below 2^-60 for 2^34 texts.
 */
#ifndef ENGINE_SEEN_OWN_H
#define ENGINE_SEEN_OWN_H

#include <stdbool.h>
#include <stddef.h>

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *s);

/* True if `text` was not in the set before. Aborts without memory. */
bool seen_add(struct seen *s, const char *text, size_t len);

#endif
