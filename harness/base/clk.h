/* clk.h - the harness's only clock.
 *
 * All times are microseconds since the clock was opened (for a run: since the
 * run began), int64_t, suffix `_us`. Nothing else in the harness calls
 * clock_gettime() or sleeps, so tests run a ten-minute timeline on a
 * jumping clock. Wall-clock time is shown to people and compared with broker
 * timestamps for attribution; no decision depends on wall-clock time, so
 * setting the machine's clock back changes no verdict.
 *
 * Thread-safe: a struct clk is a value and may be copied and shared.
 */
#ifndef BASE_CLK_H
#define BASE_CLK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { US_PER_MS = 1000, US_PER_S = 1000000 };

/* A clock by two operations; tests bring a clock of their own. */
struct clk {
    int64_t (*now_us)(void *ctx);
    void (*sleep_until_us)(void *ctx, int64_t at_us);
    void *ctx;
};

/* The real clock (CLOCK_MONOTONIC), zero at the time of the call. */
struct clk clk_real(void);

/* The real clock with the zero at `origin_us` of clk_monotonic_us(), so two
 * processes of a run give the same instant the same number. */
struct clk clk_real_from(int64_t origin_us);

/* CLOCK_MONOTONIC in microseconds: the same for all processes of a machine. */
int64_t clk_monotonic_us(void);

/* Wall clock, microseconds since the epoch. For display, not for decisions. */
int64_t clk_wall_us(void);

/* Write `wall_us` as "2026-11-20T16:31:07.123Z" (RFC 3339, UTC): 24 characters
 * and the NUL. */
void clk_format_wall(int64_t wall_us, char out[25]);

static inline int64_t clk_now(const struct clk *c)
{
    return c->now_us(c->ctx);
}

static inline void clk_sleep(const struct clk *c, int64_t for_us)
{
    c->sleep_until_us(c->ctx, c->now_us(c->ctx) + for_us);
}

/* A condition to wait for. Returns 1: met; 0: not yet, err may say why; a
 * negative errno value: will never be met, err says why. */
typedef int (*wait_fn)(void *ctx, struct err *err);

/* Ask `met` every `every_us` until the condition holds or `deadline_us` of
 * `clk` has passed; the last question comes at the deadline. Returns 0: met.
 * -ETIMEDOUT: not met in time; err reads "<what>: not within 30.0s", followed
 * by the text last left in err by `met`, if any. -EINTR: the process was asked
 * to stop (base/stop.h). Another negative errno value:
 * the value returned by `met`, with the text of `met` behind "<what>: ". */
MUST_USE int wait_until(const struct clk *clk, wait_fn met, void *ctx,
                        int64_t every_us, int64_t deadline_us, const char *what,
                        struct err *err);

#endif
