/* units.c - numbers with a unit: read and written by a table of units. */
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

/* The end of digits [. digits] at the beginning of `text`; NULL: none there.
 * strtod() alone would accept more: signs, exponents, hexadecimal, "inf". */
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

/* Read a number directly followed by one of the units. -EINVAL: anything else,
 * or a value that is no whole number of base units. */
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
        if (!(scaled < 9e15)) /* from 2^53 on doubles skip whole numbers */
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

/* With a digit behind the point, or none where the digit would be 0. */
static void write_tenths(double v, const char *unit, char out[UNITS_TEXT_MAX])
{
    double tenths = round(v * 10);

    (void)snprintf(out, UNITS_TEXT_MAX, "%.*f%s", fmod(tenths, 10) != 0,
                   tenths / 10, unit);
}

/* In the greatest unit of which the rounded value is at least 1. Rounding comes
 * first, so 1023.99 KiB is written as 1MiB and not as 1024KiB. */
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

/* In the greatest unit of which the value is a whole multiple. */
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
