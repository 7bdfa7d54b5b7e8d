/* ends.h - the signals that ask a stand-in to end: SIGTERM and SIGINT. */
#ifndef STANDINS_SHARED_ENDS_H
#define STANDINS_SHARED_ENDS_H

#include <signal.h>

/* Block SIGTERM and SIGINT in this thread and in all threads started later, so
 * that main() alone takes them (sigwait(), signalfd()); returns the set of
 * both. SIGPIPE is ignored: writing to a closed socket must only fail. Call
 * before any thread is started. */
sigset_t ends_block(void);

#endif
