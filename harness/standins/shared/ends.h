/* ends.h - the signals to end a stand-in: SIGTERM and SIGINT. */
#ifndef STANDINS_SHARED_ENDS_H
#define STANDINS_SHARED_ENDS_H

#include <signal.h>

/* Block SIGTERM and SIGINT in the calling thread and in all threads started
 * later, so that main() alone takes the signals (sigwait(), signalfd()).
 * Returns the set of both. SIGPIPE is ignored, so that writing to a closed
 * socket only fails. Call before starting threads. */
sigset_t ends_block(void);

#endif
