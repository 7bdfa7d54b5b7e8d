/* task_own.c - state and deadlines of a task's thread. */
#include "standins/worker/task_own.h"

void task_say(struct task *t, enum task_state state, const char *trace)
{
    t->said = state;
    t->env->said(t->env->ctx, t->connector, t->number, state, trace);
}

bool task_stopping(const struct task *t)
{
    return atomic_load(&t->stopping);
}

bool task_given_up(const struct task *t)
{
    return task_stopping(t) &&
           clk_monotonic_us() >= atomic_load(&t->stop_by_us);
}

int64_t task_deadline_us(const struct task *t, int64_t limit_us)
{
    int64_t at_us = clk_monotonic_us() + limit_us;

    if (task_stopping(t) && atomic_load(&t->stop_by_us) < at_us)
        return atomic_load(&t->stop_by_us);
    return at_us;
}

bool task_paused(struct task *t)
{
    enum task_state now =
        atomic_load(&t->want_paused) ? TASK_PAUSED : TASK_RUNNING;

    if (now != t->said && !task_stopping(t))
        task_say(t, now, NULL);
    return now == TASK_PAUSED;
}

int task_slice_ms(int64_t until_us)
{
    int64_t left_us = until_us - clk_monotonic_us();

    if (left_us <= 0)
        return 0;
    if (left_us > TASK_SLICE_MS * US_PER_MS)
        return TASK_SLICE_MS;
    return (int)((left_us + US_PER_MS - 1) / US_PER_MS);
}
