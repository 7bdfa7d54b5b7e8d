#include <errno.h>
#include <string.h>

#include "endpoint/endpoint.h"

static const char *const resets[] = {
    [RESET_NEVER] = "", [RESET_BEFORE] = "before", [RESET_AFTER] = "after"};

bool misbehaviour_same(const struct misbehaviour *a,
                       const struct misbehaviour *b)
{
    return a->status == b->status && a->share == b->share &&
           a->retry_after_s == b->retry_after_s && a->delay_us == b->delay_us &&
           a->reset == b->reset && a->revoked == b->revoked &&
           strcmp(a->containing, b->containing) == 0 && a->seed == b->seed;
}

json_t *misbehaviour_json(const struct misbehaviour *m)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:b}", "status",
                     (json_int_t)m->status, "share_ppm", (json_int_t)m->share,
                     "retry_after_s", (json_int_t)m->retry_after_s, "delay_us",
                     (json_int_t)m->delay_us, "seed", (json_int_t)m->seed,
                     "reset", resets[m->reset], "containing", m->containing,
                     "revoked", m->revoked);
}

int misbehaviour_read(const json_t *j, struct misbehaviour *ret)
{
    json_int_t status = 0, share = 0, retry = 0, delay = 0, seed = 0;
    const char *reset = "", *containing = "";
    size_t how = 0;
    int revoked = 0;

    if (json_unpack((json_t *)j, "{s?I, s?I, s?I, s?I, s?I, s?s, s?s, s?b}",
                    "status", &status, "share_ppm", &share, "retry_after_s",
                    &retry, "delay_us", &delay, "seed", &seed, "reset", &reset,
                    "containing", &containing, "revoked", &revoked) < 0)
        return -EINVAL;
    while (how < ARRAY_LEN(resets) && strcmp(resets[how], reset) != 0)
        how++;
    if (how == ARRAY_LEN(resets) ||
        strlen(containing) >= sizeof(ret->containing))
        return -EINVAL;
    *ret = (struct misbehaviour){
        .status = status,
        .share = share,
        .retry_after_s = retry,
        .delay_us = delay,
        .reset = (enum misbehaviour_reset)how,
        .revoked = revoked,
        .seed = (uint64_t)seed,
    };
    memcpy(ret->containing, containing, strlen(containing));
    return 0;
}
