/* defect_own.c - helpers for kinds of defects: drawing, logging, delivering. */
#include "standins/worker/defect_own.h"

#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "base/rng.h"

bool defect_draws(struct defect *d, const struct sink_record *r)
{
    uint64_t every = (uint64_t)d->settings.every;
    AUTO_FREE char *record = NULL;
    struct rng rng;

    if (d->settings.seed == 0)
        return ++d->counted % every == 0;
    record = path_of("%s-%d-%lld", r->topic, (int)r->partition,
                     (long long)r->offset);
    rng = rng_for((uint64_t)d->settings.seed, record);
    return rng_below(&rng, every) == 0;
}

bool defect_strikes_once(struct defect *d)
{
    if (d->struck || ++d->counted < (uint64_t)d->settings.every)
        return false;
    d->struck = true;
    return true;
}

int defect_note_at(const struct defect *d, const char *topic, int32_t partition,
                   int64_t offset, const char *note, struct err *err)
{
    AUTO_JSON json_t *line = json_pack(
        "{s:s, s:s, s:i, s:I, s:s, s:I}", "kind", d->kind->name, "topic", topic,
        "partition", (int)partition, "offset", (json_int_t)offset, "note", note,
        "wall_us", (json_int_t)clk_wall_us());
    AUTO_FREE char *text = json_dumps(line, JSON_COMPACT);
    AUTO_FREE char *whole = path_of("%s\n", text ? text : "{}");

    if (write_all(d->log_fd, whole, strlen(whole), err) < 0)
        return err_context(err, "%s", d->settings.log);
    return 0;
}

int defect_note(const struct defect *d, const struct sink_record *r,
                const char *note, struct err *err)
{
    return defect_note_at(d, r->topic, r->partition, r->offset, note, err);
}

static int deliver_to(struct sink *to, const struct sink_record *r,
                      struct err *err)
{
    size_t done = 0;

    return to->ops->put(to, r, 1, &done, err);
}

int defect_deliver(struct defect *d, const struct sink_record *r,
                   struct err *err)
{
    return deliver_to(d->next, r, err);
}

int defect_wait(const struct defect *d, int64_t us, struct err *err)
{
    return d->host->wait(d->host->ctx, us, "as the defect wants", err);
}

bool same_partition(const struct sink_record *r, const char *topic,
                    int32_t partition)
{
    return r->partition == partition && strcmp(r->topic, topic) == 0;
}

bool same_key(const struct sink_record *a, const struct sink_record *b)
{
    return same_partition(a, b->topic, b->partition) && a->key && b->key &&
           a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0;
}
