#include "base/memory.h"

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/outcome.h"

/* True, in a page that the kernel empties for a child, however that was made:
 * a number of a process may come again in another namespace. NULL: unknown. */
static bool *is_first;

/* jansson asks for 0 bytes as well, and NULL is an answer to that. */
static void *must_have(size_t size)
{
    void *p = malloc(size);

    if (!p && size > 0)
        abort();
    return p;
}

/* Of the first process the end; any other goes on to die of the signal. */
static void on_death(int number)
{
    static const char words[] =
        "ordeal: it came to its end, memory is out or it has a defect: nothing "
        "is judged\n";

    (void)number;
    (void)!write(STDERR_FILENO, words, sizeof(words) - 1);
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
    json_set_alloc_funcs(must_have, free);
    for (size_t i = 0; i < ARRAY_LEN(deaths); i++)
        if (sigaction(deaths[i], NULL, &was) == 0 && was.sa_handler == SIG_DFL)
            (void)sigaction(deaths[i], &act, NULL); /* sanitizers have theirs */
}
