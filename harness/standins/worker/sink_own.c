/* sink_own.c - partitions and batch of a sink task. */
#include "standins/worker/sink_own.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"

struct sink_task *sink_task_of(void *opaque)
{
    struct sink_task *s = opaque;

    assert(s != NULL && s->magic == SINK_TASK_MAGIC);
    return s;
}

struct sink_part *sink_task_part(struct sink_task *s, const char *topic,
                                 int32_t partition)
{
    for (size_t i = 0; i < s->parts_len; i++)
        if (s->parts[i].partition == partition &&
            strcmp(s->parts[i].topic, topic) == 0)
            return &s->parts[i];
    return NULL;
}

void sink_task_keep(struct sink_task *s, rd_kafka_message_t *m)
{
    if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_warn(s->task->actor, "%s", rd_kafka_message_errstr(m));
        rd_kafka_message_destroy(m);
        return;
    }
    if (!sink_task_part(s, rd_kafka_topic_name(m->rkt), m->partition)) {
        rd_kafka_message_destroy(m); /* the partition was given up meanwhile */
        return;
    }
    s->batch =
        must_grow(s->batch, s->batch_len, &s->batch_cap, sizeof(*s->batch));
    s->batch[s->batch_len++] = m;
}

void sink_task_forget(struct sink_task *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->batch_len; i++) {
        rd_kafka_message_t *m = s->batch[i];

        if (sink_task_part(s, rd_kafka_topic_name(m->rkt), m->partition))
            s->batch[kept++] = m;
        else
            rd_kafka_message_destroy(m);
    }
    s->batch_len = kept;
}
