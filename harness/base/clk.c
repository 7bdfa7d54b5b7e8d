/* clk.c - the real clock. */
#include "base/clk.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

int64_t clk_monotonic_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t clk_wall_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

void clk_format_wall(int64_t wall_us, char out[25])
{
    time_t s = (time_t)(wall_us / US_PER_S);
    struct tm tm;
    char milliseconds[32];

    gmtime_r(&s, &tm);
    if (strftime(out, 25, "%Y-%m-%dT%H:%M:%S.000Z", &tm) == 0)
        out[0] = 0;
    (void)snprintf(milliseconds, sizeof(milliseconds), "%03d",
                   (int)(wall_us % US_PER_S / US_PER_MS));
    for (int i = 0; i < 3 && out[0]; i++)
        out[20 + i] = milliseconds[i];
}

/* The context pointer carries the clock's zero as a number, so a clock needs no
 * allocation and has no lifetime. */
static int64_t real_now(void *ctx)
{
    return clk_monotonic_us() - (int64_t)(intptr_t)ctx;
}

static void real_sleep(void *ctx, int64_t at_us)
{
    int64_t at = at_us + (int64_t)(intptr_t)ctx;
    struct timespec t = {at / US_PER_S, at % US_PER_S * 1000};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

struct clk clk_real_from(int64_t origin_us)
{
    return (struct clk){real_now, real_sleep, (void *)(intptr_t)origin_us};
}

struct clk clk_real(void)
{
    return clk_real_from(clk_monotonic_us());
}
