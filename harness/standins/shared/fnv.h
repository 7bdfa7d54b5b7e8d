/* fnv.h - the hash FNV-1a of 32 bits: short names that differ in one digit get
 * distant values (draft-eastlake-fnv). */
#ifndef STANDINS_SHARED_FNV_H
#define STANDINS_SHARED_FNV_H

#include <stdint.h>

static inline uint32_t fnv_hash(const char *text)
{
    uint32_t h = 2166136261U;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619U;
    return h;
}

#endif
