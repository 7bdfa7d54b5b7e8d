/* event.h - a sink for events, so that folders below engine/ need not know the
 * journal.
 *
 * An event is a fact worth keeping as evidence: a node died, a commit was seen,
 * a fault landed. The engine's sink appends each event to journal.jsonl and may
 * be called from any thread.
 */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"

struct event_sink {
    /* Keep an event. at_us: run clock; < 0: now. `actor` ("worker-2") and
     * `what` ("load.began") are borrowed for the call. `body` is an object or
     * event_no_body(), and the sink takes the reference. A NULL body means:
     * json_pack() failed (a text in the body is not UTF-8). The sink then
     * reports the loss of the body. */
    void (*put)(void *ctx, int64_t at_us, const char *actor, const char *what,
                json_t *body);
    void *ctx;
};

/* The body of an event whose name says everything. */
static inline json_t *event_no_body(void)
{
    return json_null();
}

/* Hand an event to the sink, or release `body` without a sink. */
static inline void event_put(const struct event_sink *s, int64_t at_us,
                             const char *actor, const char *what, json_t *body)
{
    if (s && s->put)
        s->put(s->ctx, at_us, actor, what, body);
    else
        json_decref(body);
}

#endif
