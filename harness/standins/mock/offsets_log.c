/* offsets_log.c - appends records to __consumer_offsets. */
#include "standins/mock/offsets_log.h"

#include "base/clk.h"
#include "standins/mock/errors.h"

bool offsets_log_put(struct cluster *c, const struct writer *key,
                     const struct writer *value)
{
    const struct bytes name = {.data = (const uint8_t *)OFFSETS_TOPIC,
                               .len = sizeof(OFFSETS_TOPIC) - 1};
    struct topic *t = cluster_topic(c, name); /* is never deleted */
    struct partition *on;
    struct writer batch = {0};
    struct batch_head h;
    int32_t epoch;
    int64_t base;
    int16_t code;

    (void)cluster_led(c, t, 0, -1, &on, &epoch);
    batch_put(&batch, key, value, clk_wall_us() / US_PER_MS);
    code = batch_check((struct bytes){batch.data, (int32_t)batch.len}, &h);
    if (code == NO_ERROR)
        code = part_log_append(&on->log, batch.data, &h, epoch, &base);
    if (code == NO_ERROR)
        cluster_news(c, t);
    writer_done(&batch);
    cluster_topic_release(c, t);
    return code == NO_ERROR;
}
