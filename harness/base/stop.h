/* stop.h - whether the process was asked to stop, and how long calls under way
 * may still take.
 *
 * After Ctrl-C each phase of a run has STOP_GRACE_US: a phase that can end at
 * once does, by stop_asked(); calls that wait for others end when the grace is
 * over, by stop_is_due(), with -EINTR. A phase that begins later (the healing,
 * say) has a grace of its own. Thread-safe; a process that nobody asks to stop
 * never notices.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* With the ends of calls that cannot be cut, below 2 s. */
#define STOP_GRACE_US 1200000

/* Ask to stop. May be called in a signal handler. */
void stop_ask(void);

/* A phase begins: another grace, if the process was asked to stop. */
void stop_phase_begins(void);

/* Take stop_ask() back, for tests. */
void stop_forget(void);

bool stop_asked(void);

/* Whether the grace is over. Costs a look at the clock only once asked. */
bool stop_is_due(void);

/* -EINTR with `what` if stop_is_due(), else 0. */
MUST_USE int stop_check(const char *what, struct err *err);

#endif
