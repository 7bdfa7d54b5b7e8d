/* memory.c - memory or the end of the program. */
#include "base/memory.h"

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/outcome.h"

/* ---- asking ---------------------------------------------------------------*/

void *must_have(void *p)
{
    if (!p)
        abort();
    return p;
}

void *must_malloc(size_t size)
{
    return must_have(malloc(size ? size : 1));
}

void *must_calloc(size_t n, size_t size)
{
    return must_have(calloc(n ? n : 1, size ? size : 1));
}

void *must_realloc(void *at, size_t n, size_t size)
{
    return must_have(reallocarray(at, n ? n : 1, size ? size : 1));
}

void *must_grow(void *at, size_t len, size_t *cap, size_t size)
{
    if (len < *cap)
        return at;
    *cap = *cap ? 2 * *cap : 16;
    return must_realloc(at, *cap, size);
}

char *must_strdup(const char *text)
{
    return must_have(strdup(text));
}

char *must_memdup(const void *bytes, size_t len)
{
    char *copy = must_malloc(len + 1);

    if (len > 0)
        memcpy(copy, bytes, len);
    copy[len] = 0;
    return copy;
}

char *must_vprintf(const char *fmt, va_list ap)
{
    char *text;

    if (vasprintf(&text, fmt, ap) < 0)
        abort();
    return text;
}

char *must_printf(const char *fmt, ...)
{
    char *text;
    va_list ap;

    va_start(ap, fmt);
    text = must_vprintf(fmt, ap);
    va_end(ap);
    return text;
}

FILE *must_memstream(char **text, size_t *len)
{
    *text = NULL;
    return must_have(open_memstream(text, len));
}

/* glibc's fclose() may succeed although the last allocation failed: then the
 * text is NULL. */
void must_fclose(FILE *f, char *const *text)
{
    bool failed = ferror(f) != 0;

    if (fclose(f) != 0 || failed || !*text)
        abort();
}

/* ---- the end --------------------------------------------------------------*/

/* True in the caller of memory_or_die(), in a page zeroed by the kernel for
 * each child, by whatever call the child was made. Comparing process ids would
 * not do: another PID namespace may give out the same number again.
 * NULL: unknown. */
static bool *is_first;

/* Ends the first process with an exit code of its own. Any other process goes
 * on to die of the signal: SA_RESETHAND has put the default action back. */
static void on_death(int number)
{
    static const char words[] =
        "ordeal: ended early, out of memory or by a defect of ordeal: nothing "
        "is judged\n";

    (void)number;
    best_effort(write(STDERR_FILENO, words, sizeof(words) - 1));
    if (is_first && *is_first)
        _exit(OUTCOME_INCONCLUSIVE);
}

void memory_or_die(void)
{
    static const int deaths[] = {SIGABRT, SIGSEGV, SIGBUS};
    const struct sigaction act = {.sa_handler = on_death,
                                  .sa_flags = SA_RESETHAND};
    struct sigaction was;
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page != MAP_FAILED && madvise(page, size, MADV_WIPEONFORK) == 0) {
        is_first = page;
        *is_first = true;
    }
    json_set_alloc_funcs(must_malloc, free);
    for (size_t i = 0; i < ARRAY_LEN(deaths); i++)
        if (sigaction(deaths[i], NULL, &was) == 0 && was.sa_handler == SIG_DFL)
            (void)sigaction(deaths[i], &act, NULL); /* sanitizers have theirs */
}
