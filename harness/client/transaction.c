/* transaction.c - transactions of a producer (KIP-98): begin, commit, abort. */
#include <errno.h>

#include "base/clk.h"
#include "client/producer_own.h"

/* Call `ask` until it succeeds, fails for good, or time is up. librdkafka
 * returns "retriable" both for its own time-outs and for passing errors of a
 * broker. NULL: success. */
static rd_kafka_error_t *
insist(rd_kafka_t *rk, rd_kafka_error_t *(*ask)(rd_kafka_t *rk, int timeout_ms),
       int64_t timeout_us)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    struct clk clk = clk_real_from(0);

    for (;;) {
        rd_kafka_error_t *e = ask(rk, ms_until(deadline_us));

        if (!e || !rd_kafka_error_is_retriable(e) || ms_until(deadline_us) == 0)
            return e;
        rd_kafka_error_destroy(e);
        clk_sleep(&clk, 10 * US_PER_MS);
    }
}

static int fail(struct err *err, int code, const char *what,
                rd_kafka_error_t *e)
{
    err_set(err, code, "transaction not %s: %s", what,
            rd_kafka_error_string(e));
    rd_kafka_error_destroy(e);
    return code;
}

static int code_of(const rd_kafka_error_t *e)
{
    if (rd_kafka_error_is_fatal(e))
        return -ESHUTDOWN;
    if (rd_kafka_error_is_retriable(e))
        return -ETIMEDOUT;
    if (rd_kafka_error_txn_requires_abort(e))
        return -ECANCELED;
    return kafka_errno(rd_kafka_error_code(e));
}

int transactions_begin(struct kafka_producer *p, int64_t timeout_us,
                       struct err *err)
{
    rd_kafka_error_t *e = insist(p->rk, rd_kafka_init_transactions, timeout_us);

    return e ? fail(err, code_of(e), "initialised", e) : 0;
}

int kafka_begin(struct kafka_producer *p, struct err *err)
{
    rd_kafka_error_t *e = rd_kafka_begin_transaction(p->rk);

    return e ? fail(err, code_of(e), "begun", e) : 0;
}

int kafka_commit(struct kafka_producer *p, int64_t timeout_us, struct err *err)
{
    rd_kafka_error_t *e =
        insist(p->rk, rd_kafka_commit_transaction, timeout_us);

    if (!e)
        return 0;
    /* "Requires abort" means: not committed. Any other error, fatal errors too,
     * may come after the coordinator has decided to commit. */
    return fail(
        err, rd_kafka_error_txn_requires_abort(e) ? -ECANCELED : -EINPROGRESS,
        "committed", e);
}

int kafka_abort(struct kafka_producer *p, int64_t timeout_us, struct err *err)
{
    rd_kafka_error_t *e = insist(p->rk, rd_kafka_abort_transaction, timeout_us);

    return e ? fail(err, code_of(e), "aborted", e) : 0;
}
