/* dead_letters.c - a hop's dead-letter topic, read like a station. */
#include <errno.h>

#include "engine/read_once_own.h"
#include "engine/standing_own.h"

/* A missing topic is no error: Connect creates the dead-letter topic before the
 * first dead letter. */
int run_read_dead(struct run *r, const struct plan_hop *h, struct tally **ret,
                  struct err *err)
{
    const char *topic = h->dead_topic;
    const struct endpoint_ops *ops = endpoint_find("topic");
    struct endpoint_env env = {
        .name = topic,
        .settings = h->dead_settings,
        .kafka = &r->world.cluster.access,
        .open_transaction_us =
            limits_open_transaction_us(r->facts.limits, r->given.plan),
        .stands = run_is_of_use,
        .stands_ctx = r,
        .clk = &r->world.clk,
        .events = &r->told.events};
    struct endpoint *e = NULL;
    int partitions, rc;

    *ret = NULL;
    if (!topic)
        return 0;
    if (!r->world.cluster.admin || r->facts.topics_gone)
        return err_set(err, -ENODATA, "%s ended with the run", topic);
    rc = kafka_partitions(r->world.cluster.admin, topic, &partitions,
                          10 * US_PER_S, err);
    if (rc < 0)
        return rc == -ENOENT ? 0 : rc;
    rc = ops->open(&env, true, &e, err);
    if (rc == 0)
        rc = endpoint_tally(e, false, &r->facts.stations[h->down].spec,
                            r->given.plan->scenario.timeouts.replay_us, ret,
                            NULL, err);
    if (e)
        ops->close(e);
    if (rc < 0) { /* a part would make the rest look lost */
        tally_free(*ret);
        *ret = NULL;
    }
    return rc;
}
