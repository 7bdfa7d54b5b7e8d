/* undeclared.c - the part of a run's time that its scenario does not ask for.
 */
#include "verdict/undeclared.h"

#include <string.h>

#include "base/attr.h"
#include "base/look.h"

int64_t undeclared_us(const json_t *phases, int64_t took_us, int64_t window_us,
                      int64_t flush_us)
{
    const struct {
        const char *phase;
        int64_t most_us;
    } declared[] = {
        {"warm-up", INT64_MAX}, {"timeline", INT64_MAX},
        {"quiet", INT64_MAX},   {"steady", 3 * window_us},
        {"drain", flush_us},
    };
    int64_t left_us = took_us;

    for (size_t i = 0; i < json_array_size(phases); i++) {
        const json_t *phase = json_array_get(phases, i);
        int64_t length_us =
            look_int(phase, "to_us") - look_int(phase, "from_us");

        for (size_t k = 0; k < ARRAY_LEN(declared); k++)
            if (strcmp(look_text(phase, "name"), declared[k].phase) == 0)
                left_us -= length_us < declared[k].most_us
                               ? length_us
                               : declared[k].most_us;
    }
    return left_us > 0 ? left_us : 0;
}
