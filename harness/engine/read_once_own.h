/* read_once_own.h - read by both drain and replay: the ledger, and a hop's
 * dead-letter topic. Engine thread. */
#ifndef ENGINE_READ_ONCE_OWN_H
#define ENGINE_READ_ONCE_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* ledger_once.c: read ledger.bin into facts.ledger, at the first call only. */
MUST_USE int run_read_ledger(struct run *r, struct err *err);

/* dead_letters.c: read the dead-letter topic of `h` like a station. *ret is
 * new; NULL: the hop has none, or no record was ever sent there. */
MUST_USE int run_read_dead(struct run *r, const struct plan_hop *h,
                           struct tally **ret, struct err *err);

#endif
