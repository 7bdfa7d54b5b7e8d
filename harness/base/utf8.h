/* utf8.h - making bytes from outside into text for JSON.
 *
 * jansson refuses a string that is not UTF-8. The value would then be missing
 * from the evidence, and a missing value may turn a fail into a pass.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Number of bytes of the character at the beginning of `text`, and its code
 * point; 0: no UTF-8 there, and *ret is unchanged. `text` ends with a NUL. */
size_t utf8_character(const char *text, uint32_t *ret);

/* Replace, in place, every byte outside valid UTF-8 by '?': bytes
 * of a broker's log, for example, or of a character cut by the end of a buffer.
 * Control characters stay. Pure; `text` ends with a NUL. */
void utf8_mend(char *text);

#endif
