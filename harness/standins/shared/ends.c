/* ends.c - blocks the signals to end. */
#include "standins/shared/ends.h"

#include <stddef.h>

sigset_t ends_block(void)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return ends;
}
