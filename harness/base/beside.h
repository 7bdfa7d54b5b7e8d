/* beside.h - some calls at the same time. */
#ifndef BASE_BESIDE_H
#define BASE_BESIDE_H

#include <stddef.h>

/* Call `fn` for each of `n` items of `size` bytes from `items` on, each on a
 * thread, and wait for the end of all calls. Where no further thread can be
 * made, as under a limit of processes, the caller's thread makes the call. */
void beside(void (*fn)(void *item), void *items, size_t size, size_t n);

#endif
