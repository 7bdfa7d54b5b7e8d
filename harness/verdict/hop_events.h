/* hop_events.h - which events of a hop count as seen, and which could not be
 * observed. Pure.
 */
#ifndef VERDICT_HOP_EVENTS_H
#define VERDICT_HOP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/commits.h"
#include "verdict/late_failure.h"

struct events_seen {
    bool judged;   /* the hop itself was: its records and its commits */
    bool observed; /* Connect's and Kafka's topics were tailed meanwhile */
    bool clock_set;
    const char *group;  /* consumer group; "": a source, whose offsets are
                           opaque */
    size_t commits_len; /* commits of the group that were seen */
    const struct commit_result *commits;
    bool sampled;                   /* lag and deliveries were sampled */
    const struct late_failed *late; /* where observed and sampled */
    bool stood_still;         /* work waited in the drain, and nothing moved */
    bool all_arrived;         /* no record is lost, unseen or pending */
    int tasks, tasks_running; /* by their statuses, at the end */
};

/* Whether commits can say anything at all; else static words why not. NULL:
 * judge them. */
const char *commits_unjudged(const struct events_seen *s);

/* The static words why late failures cannot be judged; NULL: judge them. */
const char *late_unjudged(const struct events_seen *s);

struct event_status {
    enum event_finding_kind kind;
    uint64_t count;
    bool judged;
    char why_not[128]; /* "": judged */
};

enum { HOP_EVENTS = 6 };

/* One status for each kind of event that is judged hop by hop. */
void hop_events(const struct events_seen *s,
                struct event_status ret[HOP_EVENTS]);

#endif
