/* memory.h - asking for memory, and the end of a program without memory.
 *
 * One policy: a program out of memory ends. Going on would leave a record, a
 * finding or a reason out, and a verdict over a part of the evidence may be a
 * false pass. So the must_...() functions below abort instead of returning
 * NULL, and memory_or_die() makes jansson abort too: its setters would drop a
 * value in silence.
 *
 * The exception: a function reading one input of unbounded size (a whole file,
 * a line, an HTTP body, an archive, a document for libfyaml) uses malloc() and
 * returns -ENOMEM with a sentence naming the input. An input larger than memory
 * is no defect of the harness.
 *
 * All functions are thread-safe. Memory returned is freed by the caller.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"

/* Returns `p`; aborts when NULL: for constructors of libraries that fail only
 * without memory. */
MUST_USE void *must_have(void *p);

/* `size` bytes, not initialised. Size 0 is one byte, here and below. */
MUST_USE void *must_malloc(size_t size);

/* `n` elements of `size` bytes, all zero. Aborts also if n * size overflows. */
MUST_USE void *must_calloc(size_t n, size_t size);

/* `at` (NULL: nothing yet) moved to room for `n` elements of `size` bytes. */
MUST_USE void *must_realloc(void *at, size_t n, size_t size);

/* Room for another element in an array of `len` elements with room for *cap:
 * doubles *cap when full. Returns the array, moved or not. */
MUST_USE void *must_grow(void *at, size_t len, size_t *cap, size_t size);

/* A copy of `text`, or of `len` bytes with a NUL added. */
MUST_USE char *must_strdup(const char *text);
MUST_USE char *must_memdup(const void *bytes, size_t len);

/* A new text from a printf format. path_of() of base/file.h is the same under
 * a name for paths. */
MUST_USE char *must_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
MUST_USE char *must_vprintf(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

/* A stream that writes into *text, as open_memstream(3) does, and its end. A
 * printing function without memory loses text without a word, so must_fclose()
 * aborts if any write to `f` failed. *text is then the caller's to free. */
MUST_USE FILE *must_memstream(char **text, size_t *len);
void must_fclose(FILE *f, char *const *text);

/* To be called at the beginning of main(). From then on jansson aborts without
 * memory, and a process aborting or using a bad address (as libfyaml 0.7 does
 * without memory) first writes to stderr: nothing is judged. The calling
 * process then exits with OUTCOME_INCONCLUSIVE; a child process dies of the
 * signal, for the parent to see. */
void memory_or_die(void);

#endif
