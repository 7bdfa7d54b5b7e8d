/* topic_add_partitions.c - keys move to other partitions, readers must see. */
#include <errno.h>

#include "fault/fault_kinds_own.h"

struct partitions {
    int64_t to;
};

static const struct arg args[] = {
    {.name = "to",
     .type = ARG_INT,
     .at = offsetof(struct partitions, to),
     .min = 2,
     .max = 10000,
     .help = "number of partitions in all"},
};

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    const struct partitions *p = c->args;
    int now = 0;
    int rc = kafka_partitions(c->field->admin, c->target->name, &now,
                              c->field->call_us, err);

    if (rc < 0)
        return rc;
    if (now >= p->to)
        return err_set(err, -EALREADY,
                       "topic %s has %d partitions, cannot be given %d in all",
                       c->target->name, now, (int)p->to);
    *ret = json_pack("{s:i}", "partitions", now);
    return 0;
}

static int apply(const struct fault_call *c, struct err *err)
{
    const struct partitions *p = c->args;

    return kafka_add_partitions(c->field->admin, c->target->name, (int)p->to,
                                c->field->call_us, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    const struct partitions *p = c->args;
    int now = 0;

    if (kafka_partitions(c->field->admin, c->target->name, &now,
                         c->field->call_us, err) < 0)
        return 0;
    if (now < p->to) {
        err_set(err, -EAGAIN, "topic %s: metadata show %d partitions of %d",
                c->target->name, now, (int)p->to);
        return 0;
    }
    (void)json_object_set_new(proof, "partitions", json_integer(now));
    return 1;
}

const struct fault_ops fault_topic_add_partitions = {
    .name = "topic_add_partitions",
    .help = "give a topic more partitions while in use",
    .target = &target_topic,
    .effect = FAULT_IRREVERSIBLE,
    .changes = FAULT_CHANGES_PARTITIONS,
    .needs = PLATFORM_CAN_WIDEN_TOPICS,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct partitions),
    .capture = capture,
    .apply = apply,
    .landed = landed,
};
