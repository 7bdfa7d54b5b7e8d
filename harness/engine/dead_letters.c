/* dead_letters.c - the topic that a sink sends what it cannot deliver to. */
#include <errno.h>
#include <stdlib.h>

#include "base/own.h"
#include "engine/run_state_own.h"

const char *run_dead_topic(const struct plan_hop *h)
{
    const char *topic =
        h->connector
            ? json_string_value(json_object_get(
                  h->connector->config, "errors.deadletterqueue.topic.name"))
            : NULL;

    return topic && topic[0] ? topic : NULL;
}

int run_read_dead(struct run *r, const struct plan_hop *h, struct tally **ret,
                  struct err *err)
{
    const char *topic = run_dead_topic(h);
    const struct endpoint_ops *ops = endpoint_find("topic");
    AUTO_JSON json_t *with = NULL;
    AUTO_FREE char *settings = calloc(1, ops->settings_size);
    struct endpoint_env env = {.name = topic,
                               .settings = settings,
                               .kafka = &r->world.cluster.access,
                               .open_transaction_us =
                                   run_open_transaction_us(r),
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
    with = json_pack("{s:s}", "topic", topic);
    json_array_append(r->given.plan->kept, with);
    if (args_read(ops->args, ops->args_len, with, r->given.plan->doc, "",
                  settings) > 0)
        return err_set(err, -EINVAL, "that is no name of a topic");
    rc = ops->open(&env, true, &e, err);
    if (rc == 0)
        rc = endpoint_tally(e, false, &r->facts.stations[h->down].spec,
                            r->given.plan->scenario.timeouts.replay_us, ret,
                            NULL, err);
    if (e)
        ops->close(e);
    if (rc < 0) { /* a part of it would not do */
        tally_free(*ret);
        *ret = NULL;
    }
    return rc;
}
