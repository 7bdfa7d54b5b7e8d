/* ask.c - requests to the cluster under test, repeated until an answer comes.
 */
#include <errno.h>

#include "engine/may_go_on_own.h"
#include "engine/start_flow_own.h"

/* The longest wait for a single answer. Between two waits the run may find out
 * that no answer can come. */
enum { PATIENCE_US = 10 * US_PER_S };

int run_ask_for(struct run *r, int64_t limit_us, const void *what,
                int (*ask)(struct run *r, const void *what, int64_t timeout_us,
                           struct err *err),
                struct err *err)
{
    int64_t until_us = clk_now(&r->world.clk) + limit_us;
    int64_t left_us = limit_us;
    int rc;

    for (;;) {
        struct err gone = {0};

        rc = ask(r, what, left_us < PATIENCE_US ? left_us : PATIENCE_US, err);
        left_us = until_us - clk_now(&r->world.clk);
        if (rc == -ETIMEDOUT && left_us <= 0)
            return err_context(err, "asked for %.0fs",
                               (double)limit_us / US_PER_S);
        if (rc != -ETIMEDOUT)
            return rc;
        *err = (struct err){0};
        if (run_may_go_on(r, &gone) < 0)
            return err_set(err, gone.code, "%s", gone.text);
    }
}
