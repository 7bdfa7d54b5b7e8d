/* pressure.c - reads /proc/pressure. */
#include "base/pressure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/err.h"
#include "base/file.h"
#include "base/own.h"

int64_t pressure_total(const char *text, const char *kind)
{
    static const char total[] = " total=";
    size_t len = strlen(kind);

    while (text && *text) {
        const char *end = strchrnul(text, '\n');
        const char *at = strstr(text, total);

        if (strncmp(text, kind, len) == 0 && text[len] == ' ' && at && at < end)
            return strtoll(at + strlen(total), NULL, 10);
        text = *end ? end + 1 : end;
    }
    return -1;
}

static int64_t read_total(const char *path, const char *kind)
{
    AUTO_FREE char *text = NULL;
    struct err ignored = {0};

    if (file_read(path, &text, NULL, &ignored) < 0)
        return -1;
    return pressure_total(text, kind);
}

struct pressure pressure_now(void)
{
    struct pressure p = {
        .at_us = clk_monotonic_us(),
        .cpu_us = read_total("/proc/pressure/cpu", "some"),
        .disk_us = read_total("/proc/pressure/io", "full"),
        .memory_us = read_total("/proc/pressure/memory", "full"),
    };

    p.known = p.cpu_us >= 0 && p.disk_us >= 0 && p.memory_us >= 0;
    return p;
}

int64_t pressure_share(const struct pressure *from, const struct pressure *to,
                       int64_t from_us, int64_t to_us)
{
    int64_t took_us = to->at_us - from->at_us;

    if (took_us <= 0 || to_us <= from_us)
        return 0;
    if (to_us - from_us >= took_us)
        return 1000000;
    return (to_us - from_us) * 1000000 / took_us;
}
