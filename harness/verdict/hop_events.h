/* hop_events.h - events of a hop: seen, not seen, or not judged and why. Pure.
 */
#ifndef VERDICT_HOP_EVENTS_H
#define VERDICT_HOP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/commits.h"
#include "verdict/late_failure.h"

struct events_seen {
    bool judged;     /* records and commits of the hop were judged */
    bool observed;   /* Connect's and Kafka's topics were tailed meanwhile */
    bool afterwards; /* a verify, which observes nothing */
    bool clock_set;
    const char *group;  /* consumer group; "": a source, with opaque
                           offsets */
    size_t commits_len; /* commits seen of the group */
    const struct commit_result *commits;
    bool sampled;                   /* lag and deliveries were sampled */
    const struct late_failed *late; /* where observed and sampled */
    bool stood_still;         /* work waited in the drain, and nothing moved */
    bool all_arrived;         /* no record is lost, unseen or pending */
    int tasks, tasks_running; /* by the last statuses of all tasks */
};

/* Static words why the commits cannot be judged; NULL: the commits can. */
const char *commits_unjudged(const struct events_seen *s);

/* Static words why late failures cannot be judged; NULL: late failures can. */
const char *late_unjudged(const struct events_seen *s);

struct event_status {
    enum event_finding_kind kind;
    uint64_t count;
    bool judged;
    char why_not[128]; /* "": judged */
};

enum { HOP_EVENTS = 6 };

/* A status for each kind of event judged hop by hop. */
void hop_events(const struct events_seen *s,
                struct event_status ret[HOP_EVENTS]);

#endif
