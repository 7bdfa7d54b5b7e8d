/* read_back.c - the replay: fresh readers read every station from the
 * beginning. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/utf8.h"
#include "engine/facts_own.h"
#include "engine/phases_own.h"
#include "engine/read_once_own.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"
#include "verdict/station_rules.h"

static void note_why(struct station_facts *s, const struct err *err)
{
    (void)snprintf(s->why_not, sizeof(s->why_not), "%.500s", err->text);
    utf8_mend(s->why_not);
}

static void read_station(struct run *r, size_t i)
{
    struct station_facts *s = &r->facts.stations[i];
    struct reading_seen seen = {.station = r->given.plan->stations[i].name,
                                .reading = READ_WHOLE,
                                .why = s->why_not};
    struct err err = {0};
    int rc = endpoint_tally(r->world.stations[i].endpoint, false, &s->spec,
                            r->given.plan->scenario.timeouts.replay_us,
                            &s->tally, &s->walks, &err);

    if (rc < 0) {
        seen.reading = rc == -EINPROGRESS ? READ_PART : READ_NONE;
        note_why(s, &err);
    }
    s->part_read = seen.reading == READ_PART;
    run_reason_if(r, reading_sentence(&seen));
}

/* Records taken by the station so far; -1: not known. */
static int64_t taken(struct run *r, size_t i)
{
    struct endpoint *e = r->world.stations[i].endpoint;
    struct endpoint_counts c;
    struct err ignored = {0};

    if (!e || !r->world.cluster.observer)
        return -1;
    if (station_is_tailed(&r->given.plan->stations[i]))
        return (int64_t)observer_topic(r->world.cluster.observer,
                                       r->given.plan->stations[i].name)
            .records;
    return e->ops->counts(e, &c, &ignored) < 0 ? -1 : (int64_t)c.accepted;
}

/* Compares the records taken before and after all stations were read: a record
 * in between proves that the drain was over too early. */
static void note_late(struct run *r, size_t i, int64_t before)
{
    const struct reading_seen seen = {
        .station = r->given.plan->stations[i].name,
        .drain_ended = r->facts.drain_ended,
        .before = before,
        .after = before < 0 ? -1 : taken(r, i),
    };

    r->facts.stations[i].came_late = reading_is_early(&seen);
    run_reason_if(r, early_sentence(&seen));
}

static void read_stations(struct run *r)
{
    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        struct station_facts *s = &r->facts.stations[i];

        (void)run_cluster_is_gone(r);
        if (!r->world.stations[i].endpoint ||
            (r->facts.topics_gone &&
             station_is_in_cluster(&r->given.plan->stations[i]))) {
            (void)snprintf(s->why_not, sizeof(s->why_not), "%s",
                           r->facts.topics_gone
                               ? "it ended with the run"
                               : "the run ended before it was there");
            continue;
        }
        if (station_has_offsets(&r->given.plan->stations[i])) {
            struct hole_facts holes = facts_holes(&r->given, &r->facts, i);

            s->holes_unjudged = holes_unjudged(&holes);
        }
        read_station(r, i);
    }
}

void run_replay(struct run *r)
{
    AUTO_FREE int64_t *before =
        must_calloc(r->given.plan->stations_len, sizeof(*before));
    struct err err = {0};

    run_phase(r, "replay", r->given.plan->scenario.timeouts.replay_us);
    if (run_read_ledger(r, &err) < 0)
        run_reason(r, "the ledger cannot be read: %s", err.text);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        before[i] = taken(r, i);
    read_stations(r);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        note_late(r, i, before[i]);
}
