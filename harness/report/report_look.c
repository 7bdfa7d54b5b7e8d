/* report_look.c - values of run.json that take some arithmetic to read. */
#include "report/report_look_own.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clk.h"
#include "report/text_own.h"

char *look_any(const json_t *at, const char *path)
{
    const json_t *v = look(at, path);

    if (json_is_integer(v))
        return text_of("%lld", (long long)json_integer_value(v));
    return text_of("%s", look_text(at, path));
}

int64_t wall_read(const char *text)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    int64_t us = 0, unit = US_PER_S / 10;

    if (!end)
        return -1;
    if (*end == '.')
        for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
            us += (*end - '0') * unit;
    if (strcmp(end, "Z") != 0)
        return -1;
    return (int64_t)timegm(&tm) * US_PER_S + us;
}

int64_t look_place_us(const json_t *run, const json_t *place)
{
    int64_t at_us = look_int(place, "at_us");
    int64_t wall_us = wall_read(look_text(place, "time"));
    int64_t began_us = wall_read(look_text(run, "run.began"));

    if (look(place, "at_us")) /* an at_us of -1: the wall clock of the place is
                                 not usable */
        return at_us;
    if (wall_us < 0 || began_us < 0 || wall_us < began_us)
        return -1;
    return wall_us - began_us;
}

const json_t *look_fault_at(const json_t *run, int64_t from_us, int64_t to_us)
{
    json_t *list = look(run, "faults"), *fault;
    size_t i;

    json_array_foreach (list, i, fault) {
        int64_t begins_us = look_int(fault, "window_from_us");
        int64_t ends_us = look_int(fault, "window_to_us");

        if (look_is(fault, "outcome", "landed") && begins_us >= 0 &&
            begins_us <= to_us && (ends_us < 0 || from_us <= ends_us))
            return fault;
    }
    return NULL;
}
