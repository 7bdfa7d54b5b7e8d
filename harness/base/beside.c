/* beside.c - some calls at the same time. */
#include "base/beside.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/own.h"

struct call {
    void (*fn)(void *item);
    void *item;
    bool has_thread;
    pthread_t thread;
};

static void *make(void *arg)
{
    const struct call *c = arg;

    c->fn(c->item);
    return NULL;
}

void beside(void (*fn)(void *item), void *items, size_t size, size_t n)
{
    AUTO_FREE struct call *calls = must_calloc(n, sizeof(*calls));

    for (size_t i = 0; i < n; i++) {
        calls[i] = (struct call){.fn = fn, .item = (char *)items + i * size};
        calls[i].has_thread =
            pthread_create(&calls[i].thread, NULL, make, &calls[i]) == 0;
        if (!calls[i].has_thread)
            fn(calls[i].item);
    }
    for (size_t i = 0; i < n; i++)
        if (calls[i].has_thread)
            (void)pthread_join(calls[i].thread, NULL);
}
