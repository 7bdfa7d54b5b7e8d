#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double factor;
};

/* digits [. digits], which is less than strtod() would take. */
static const char *skip_number(const char *text)
{
    static const char digits[] = "0123456789";
    size_t n = strspn(text, digits);

    if (n == 0)
        return NULL;
    text += n;
    if (*text != '.')
        return text;
    n = strspn(text + 1, digits);
    return n == 0 ? NULL : text + 1 + n;
}

/* A number and, right behind it, one of the units. -EINVAL else. */
static int read_with_unit(const char *text, const struct unit *units, size_t n,
                          int64_t *ret)
{
    const char *end = skip_number(text);
    double v;

    if (!end)
        return -EINVAL;
    v = strtod(text, NULL);
    for (size_t i = 0; i < n; i++) {
        double scaled = v * units[i].factor;

        if (strcmp(end, units[i].name) != 0)
            continue;
        if (!(scaled < 9e15)) /* beyond it doubles skip whole numbers */
            return -EINVAL;
        if (fabs(scaled - round(scaled)) > 1e-9 * (1 + scaled))
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
    static const struct unit units[] = {
        {"B", 1},    {"kB", 1e3},      {"KiB", 1024},
        {"MB", 1e6}, {"MiB", 1048576}, {"GiB", 1073741824.0}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_bytes);
}

int share_read(const char *text, int64_t *ret_ppm)
{
    static const struct unit units[] = {{"%", PPM / 100.0}};

    return read_with_unit(text, units, ARRAY_LEN(units), ret_ppm);
}

/* One digit behind the point, none where it would be 0. */
static void write_tenths(double v, const char *unit, char out[UNITS_TEXT_MAX])
{
    double tenths = round(v * 10);

    (void)snprintf(out, UNITS_TEXT_MAX, "%.*f%s", fmod(tenths, 10) != 0,
                   tenths / 10, unit);
}

/* In the greatest unit of which it is at least one, as it will be written. */
static void write_rounded(int64_t v, const struct unit *units, size_t n,
                          char out[UNITS_TEXT_MAX])
{
    size_t i = 0;

    while (i + 1 < n &&
           round((double)v / units[i].factor * 10) / 10 * units[i].factor >=
               units[i + 1].factor)
        i++;
    write_tenths((double)v / units[i].factor, units[i].name, out);
}

static void write_exact(int64_t v, const struct unit *units, size_t n,
                        char out[UNITS_TEXT_MAX])
{
    size_t i = n - 1;

    while (i > 0 && (v == 0 || v % (int64_t)units[i].factor != 0))
        i--;
    (void)snprintf(out, UNITS_TEXT_MAX, "%lld%s",
                   (long long)(v / (int64_t)units[i].factor), units[i].name);
}

void duration_write(int64_t us, char out[UNITS_TEXT_MAX])
{
    static const struct unit units[] = {{"us", 1}, {"ms", 1e3}, {"s", 1e6}};

    if (us < 120 * (int64_t)1000000)
        write_rounded(us, units, ARRAY_LEN(units), out);
    else
        write_tenths((double)us / 60e6, "m", out);
}

void duration_write_exact(int64_t us, char out[UNITS_TEXT_MAX])
{
    static const struct unit units[] = {
        {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}};

    if (us == 0)
        (void)snprintf(out, UNITS_TEXT_MAX, "0s");
    else
        write_exact(us, units, ARRAY_LEN(units), out);
}

static const struct unit size_units[] = {
    {"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824.0}};

void size_write(int64_t bytes, char out[UNITS_TEXT_MAX])
{
    write_rounded(bytes, size_units, ARRAY_LEN(size_units), out);
}

void size_write_exact(int64_t bytes, char out[UNITS_TEXT_MAX])
{
    write_exact(bytes, size_units, ARRAY_LEN(size_units), out);
}

void share_write(int64_t ppm, char out[UNITS_TEXT_MAX])
{
    int digits = 4;

    for (int64_t unit = 10; digits > 0 && ppm % unit == 0; unit *= 10)
        digits--;
    (void)snprintf(out, UNITS_TEXT_MAX, "%.*f%%", digits, (double)ppm / 10000);
}
