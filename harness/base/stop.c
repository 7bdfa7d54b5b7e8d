/* stop.c - whether the process was asked to stop. */
#include "base/stop.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/clk.h"

static atomic_bool asked;
static _Atomic int64_t grace_from_us; /* CLOCK_MONOTONIC */

/* Order: the time first, so that nobody sees `asked` with a time of before. */
void stop_ask(void)
{
    if (atomic_load(&asked))
        return;
    atomic_store(&grace_from_us, clk_monotonic_us());
    atomic_store(&asked, true);
}

void stop_phase_begins(void)
{
    if (atomic_load(&asked))
        atomic_store(&grace_from_us, clk_monotonic_us());
}

void stop_forget(void)
{
    atomic_store(&asked, false);
}

bool stop_asked(void)
{
    return atomic_load_explicit(&asked, memory_order_relaxed);
}

bool stop_is_due(void)
{
    return stop_asked() &&
           clk_monotonic_us() - atomic_load(&grace_from_us) >= STOP_GRACE_US;
}

int stop_check(const char *what, struct err *err)
{
    return stop_is_due() ? err_set(err, -EINTR, "%s: interrupted", what) : 0;
}
