/* allocations.h - malloc and relatives for a test program: the n-th call
 * fails, and allocations without a free are counted. Include in a single
 * file. */
#ifndef TESTS_CLI_ALLOCATIONS_H
#define TESTS_CLI_ALLOCATIONS_H

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct {
    uint64_t made; /* calls for memory so far */
    uint64_t fail; /* the call that fails; 0: none */
    bool onwards;  /* every later call fails too */
    int64_t kept;  /* allocations not yet freed */
} allocations;

/* For calls of dlsym() itself, while the real functions are being looked up. */
static char first_bytes[4096];
static size_t first_len;

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static bool fails(void)
{
    uint64_t n = ++allocations.made;

    if (!allocations.fail || n < allocations.fail ||
        (n > allocations.fail && !allocations.onwards))
        return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *p)
{
    allocations.kept += p != NULL;
    return p;
}

static bool is_first_bytes(const void *p)
{
    return (uintptr_t)p >= (uintptr_t)first_bytes &&
           (uintptr_t)p < (uintptr_t)first_bytes + sizeof(first_bytes);
}

void *malloc(size_t size)
{
    static void *(*next)(size_t);

    if (!next)
        *(void **)&next = real("malloc");
    return fails() ? NULL : counted(next(size));
}

void *calloc(size_t n, size_t size)
{
    static void *(*next)(size_t, size_t);
    static bool looking;

    if (looking) {
        first_len += n * size + 16 - n * size % 16;
        return first_bytes + first_len - (n * size + 16 - n * size % 16);
    }
    looking = !next;
    if (!next)
        *(void **)&next = real("calloc");
    looking = false;
    return fails() ? NULL : counted(next(n, size));
}

void *realloc(void *p, size_t size)
{
    static void *(*next)(void *, size_t);
    void *moved;

    if (!next)
        *(void **)&next = real("realloc");
    if (fails())
        return NULL;
    moved = next(p, size);
    allocations.kept += (!p && moved) - (p && size == 0 && !moved);
    return moved;
}

void free(void *p)
{
    static void (*next)(void *);

    if (!next)
        *(void **)&next = real("free");
    if (is_first_bytes(p))
        return;
    allocations.kept -= p != NULL;
    next(p);
}

#endif
