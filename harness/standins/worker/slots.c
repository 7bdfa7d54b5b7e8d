#include "standins/worker/slots.h"

/* FNV-1a, 32 bits: short names that differ in a digit fall far apart. */
static uint32_t hash(const char *text)
{
    uint32_t h = 2166136261U;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619U;
    return h;
}

unsigned slot_of(const char *connector, int task)
{
    return (hash(connector) + 1U + (unsigned)task) % SLOTS;
}
