/* outside.c - events done to a run by somebody else. */
#include "verdict/outside.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clk.h"

enum { CLOCK_SLACK_US = US_PER_S };

bool end_is_foreign(const struct process_end *e)
{
    return !e->removed && !e->disturbed && WIFSIGNALED(e->wait_status) &&
           WTERMSIG(e->wait_status) == SIGKILL;
}

bool brokers_are_gone(const struct broker_seen *brokers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (brokers[i].comes_back || !brokers[i].ended)
            return false;
    return n > 0;
}

bool clock_is_set(int64_t apart_us)
{
    return apart_us >= CLOCK_SLACK_US || apart_us <= -CLOCK_SLACK_US;
}
