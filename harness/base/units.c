#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double factor;
};

/* A number and, right behind it, one of the units. -EINVAL else. */
static int read_with_unit(const char *text, const struct unit *units, size_t n,
                          int64_t *ret)
{
    char *end;
    double v;

    if (!isdigit((unsigned char)text[0]))
        return -EINVAL; /* strtod() would take blanks, signs, "inf", "0x" */
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return -EINVAL;
    v = strtod(text, &end);
    for (size_t i = 0; i < n; i++) {
        double scaled = v * units[i].factor;

        if (strcmp(end, units[i].name) != 0)
            continue;
        if (!(scaled >= 0 && scaled < 9e18))
            return -EINVAL;
        *ret = (int64_t)llround(scaled);
        return 0;
    }
    return -EINVAL;
}

int duration_read(const char *text, int64_t *ret_us)
{
    static const struct unit units[] = {
        {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_us);
}

int rate_read(const char *text, int64_t *ret_per_s)
{
    static const struct unit units[] = {{"/s", 1}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_per_s);
}

int size_read(const char *text, int64_t *ret_bytes)
{
    static const struct unit units[] = {{"B", 1},         {"kB", 1e3},
                                        {"KiB", 1024},    {"MB", 1e6},
                                        {"MiB", 1048576}, {"GiB", 1073741824.0}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_bytes);
}

int share_read(const char *text, int64_t *ret_ppm)
{
    static const struct unit units[] = {{"%", PPM / 100}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_ppm);
}

static void write_scaled(double v, const char *unit, char out[UNITS_TEXT_MAX])
{
    if (v == floor(v))
        (void)snprintf(out, UNITS_TEXT_MAX, "%.0f%s", v, unit);
    else
        (void)snprintf(out, UNITS_TEXT_MAX, "%.1f%s", v, unit);
}

void duration_write(int64_t us, char out[UNITS_TEXT_MAX])
{
    double v = (double)us;

    if (us < 1000)
        write_scaled(v, "us", out);
    else if (us < 1000000)
        write_scaled(v / 1e3, "ms", out);
    else if (us < 120 * (int64_t)1000000)
        write_scaled(v / 1e6, "s", out);
    else
        write_scaled(v / 60e6, "m", out);
}

void size_write(int64_t bytes, char out[UNITS_TEXT_MAX])
{
    if (bytes < 1024)
        write_scaled((double)bytes, "B", out);
    else if (bytes < 1048576)
        write_scaled((double)bytes / 1024, "KiB", out);
    else
        write_scaled((double)bytes / 1048576, "MiB", out);
}

void share_write(int64_t ppm, char out[UNITS_TEXT_MAX])
{
    write_scaled((double)ppm / (PPM / 100), "%", out);
}
