/* wait.c - waiting for a condition. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/clk.h"
#include "base/stop.h"

int wait_until(const struct clk *clk, wait_fn met, void *ctx, int64_t every_us,
               int64_t deadline_us, const char *what, struct err *err)
{
    int64_t began = clk_now(clk);

    assert(every_us > 0);
    for (;;) {
        struct err why = {0};
        int rc = met(ctx, &why);
        int64_t now = clk_now(clk);

        if (rc > 0)
            return 0;
        if (rc < 0)
            return err_set(err, rc, "%s: %s", what,
                           why.code ? why.text : strerror(-rc));
        if (stop_check(what, err) < 0)
            return err->code;
        if (now >= deadline_us)
            return err_set(err, -ETIMEDOUT, "%s: not within %.1fs%s%s", what,
                           (double)(now - began) / US_PER_S,
                           why.code ? ": " : "", why.code ? why.text : "");
        clk->sleep_until_us(clk->ctx, now + every_us < deadline_us
                                          ? now + every_us
                                          : deadline_us);
    }
}
