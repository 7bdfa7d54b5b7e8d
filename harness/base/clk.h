/* clk.h - the harness's only clock.
 *
 * All times are microseconds since the clock was opened (for a run: since the
 * run began), int64_t, suffix `_us`. Nothing else in the harness calls
 * clock_gettime() or sleeps, so tests run a ten-minute timeline on a clock
 * that jumps. Wall-clock time is for people and for attribution only; no
 * decision is taken on it, so setting it back changes no verdict.
 */
#ifndef BASE_CLK_H
#define BASE_CLK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { US_PER_MS = 1000, US_PER_S = 1000000 };

struct clk {
    int64_t (*now_us)(void *ctx);
    void (*sleep_until_us)(void *ctx, int64_t at_us);
    void *ctx;
};

/* The monotonic clock (CLOCK_MONOTONIC), zero at this call. Thread-safe. */
struct clk clk_real(void);

/* A real clock whose zero is `origin_us` of clk_monotonic_us(): lets two
 * processes of one run speak of the same instants. */
struct clk clk_real_from(int64_t origin_us);

/* CLOCK_MONOTONIC itself, the same for all processes of this machine. */
int64_t clk_monotonic_us(void);

/* Wall clock, microseconds since the epoch. For people, not for decisions. */
int64_t clk_wall_us(void);

/* `wall_us` as "2026-11-20T16:31:07.123Z" (RFC 3339, UTC); 25 bytes. */
void clk_format_wall(int64_t wall_us, char out[25]);

static inline int64_t clk_now(const struct clk *c)
{
    return c->now_us(c->ctx);
}

static inline void clk_sleep(const struct clk *c, int64_t for_us)
{
    c->sleep_until_us(c->ctx, c->now_us(c->ctx) + for_us);
}

/* Asks: 1 = met, 0 = not yet, negative errno = never will (err says why). */
typedef int (*wait_fn)(void *ctx, struct err *err);

/* Ask `met` every `every_us` until it holds or `deadline_us` has passed.
 * 0: met. -ETIMEDOUT: "<what>: not after 30.0s", and why it last was not, if
 * `met` left a text in err. Else what `met` returned. */
MUST_USE int wait_until(const struct clk *clk, wait_fn met, void *ctx,
                        int64_t every_us, int64_t deadline_us, const char *what,
                        struct err *err);

#endif
