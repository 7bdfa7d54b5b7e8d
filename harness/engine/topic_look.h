/* topic_look.h - a topic of any cluster, read as the topic is now: facts for
 * verdict/topic_verdict.h, and evidence in the form of a run's.
 */
#ifndef ENGINE_TOPIC_LOOK_H
#define ENGINE_TOPIC_LOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/kafka.h"
#include "engine/locator.h"
#include "verdict/topic_verdict.h"

struct topic_ask {
    const struct kafka_access *access;
    const char *topic;
    struct locator locator;
    bool whole_topic; /* numbers count on over all partitions */
    bool uncommitted; /* also records of aborted transactions */
    int64_t timeout_us;
};

struct seen;

struct topic_look {
    struct topic_facts facts; /* borrows from the look and from `ask` */
    struct tally *numbers;
    struct number_row *rows;
    struct offset_walk *walks; /* by partition */
    struct seen *texts;
    const struct topic_ask *ask;
};

/* Number of partitions of the topic. -ENOENT: the cluster has no topic of the
 * name; -EINVAL: librdkafka refuses a property, so no cluster was asked; else
 * the cluster did not answer, or refused. */
MUST_USE int topic_find(const struct topic_ask *ask, int *ret_partitions,
                        struct err *err);

/* Read the topic from beginning to end. -ESTALE: partitions were added since
 * topic_find(). Free *ret by topic_look_done() after a failure as well. */
MUST_USE int topic_look(const struct topic_ask *ask, int partitions,
                        struct topic_look *ret, struct err *err);
void topic_look_done(struct topic_look *l);

/* Where and when the evidence was made. */
struct topic_run {
    const char *id;  /* the folder's name */
    const char *dir; /* the folder, absolute */
    int64_t began_wall_us, took_us;
    const char *commit; /* of the program; NULL: unknown */
};

/* run.json, settled by verdict_settle(). New. */
json_t *topic_evidence(const struct topic_look *l,
                       const struct topic_verdict *v,
                       const struct topic_run *run);

#endif
