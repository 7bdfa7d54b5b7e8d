/* event.h - where events go, so that nothing below the engine knows reports.
 *
 * An event is something worth keeping as evidence: a node that died, a commit
 * seen, a fault that landed. The engine's sink appends it to journal.jsonl.
 * Thread-safe as the sink is; the engine's is.
 */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"

struct event_sink {
    /* Takes `body`: an object, or event_no_body(). NULL is one that could not
     * be made, which is no text or without memory: the sink makes it known.
     * `actor` and `what` are borrowed: "worker-2", "node.exited".
     * at_us < 0: now. */
    void (*put)(void *ctx, int64_t at_us, const char *actor, const char *what,
                json_t *body);
    void *ctx;
};

/* For an event that says all by its name. */
static inline json_t *event_no_body(void)
{
    return json_null();
}

static inline void event_put(const struct event_sink *s, int64_t at_us,
                             const char *actor, const char *what, json_t *body)
{
    if (s && s->put)
        s->put(s->ctx, at_us, actor, what, body);
    else
        json_decref(body);
}

#endif
