/* groups_commit.c - committed offsets of groups: OffsetCommit and OffsetFetch.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_groups.h"
#include "standins/mock/offsets_log.h"

enum { METADATA_MAX_LEN = 4096 };

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text,
                          .len = (int32_t)strlen(text)};
}

static void put_records(const struct group *on, const struct commit *c,
                        struct writer *key, struct writer *value)
{
    put_i16(key, 1);
    put_string(key, on->name);
    put_text(key, c->topic);
    put_i32(key, c->partition);
    put_i16(value, 3);
    put_i64(value, c->offset);
    put_i32(value, c->leader_epoch);
    put_text(value, c->metadata.data ? c->metadata : bytes_of(""));
    put_i64(value, clk_wall_us() / US_PER_MS);
}

static bool write_down(struct groups *g, const struct group *on,
                       const struct commit *c)
{
    struct writer key = {0}, value = {0};
    bool written;

    put_records(on, c, &key, &value);
    written = offsets_log_put(g->cluster, &key, &value);
    writer_done(&key);
    writer_done(&value);
    return written;
}

static struct committed *committed_of(struct group *on, const struct commit *c)
{
    struct committed *have;

    for (size_t i = 0; i < on->commits_len; i++) {
        have = &on->commits[i];
        if (have->partition == c->partition && bytes_are(c->topic, have->topic))
            return have;
    }
    on->commits = must_grow(on->commits, on->commits_len, &on->commits_cap,
                            sizeof(*on->commits));
    have = &on->commits[on->commits_len++];
    *have = (struct committed){
        .topic = bytes_copy(c->topic),
        .partition = c->partition,
    };
    return have;
}

static void remember(struct group *on, const struct commit *c)
{
    struct committed *have = committed_of(on, c);

    have->offset = c->offset;
    have->leader_epoch = c->leader_epoch;
    free(have->metadata);
    have->metadata = bytes_copy(c->metadata);
}

/* A commit is admitted from a member of the current generation, or with
 * generation -1 for a group without members (a consumer that assigns partitions
 * to itself). */
static int16_t may_commit(struct groups *g, struct bytes group,
                          int32_t generation, struct bytes member,
                          struct group **ret)
{
    struct group *on = group_of(g, group, generation < 0);
    int16_t code;

    if (on && generation < 0 && on->state == GROUP_EMPTY) {
        *ret = on;
        return NO_ERROR;
    }
    if (!on ||
        (on->generation == 0 && on->members_len == 0 && on->commits_len == 0))
        return ILLEGAL_GENERATION; /* Kafka's answer for an unknown group */
    code = group_admit(g, group, generation, member, ret);
    if (code == NO_ERROR && on->state == GROUP_COMPLETING)
        code = REBALANCE_IN_PROGRESS;
    return code;
}

void groups_commit(struct groups *g, struct bytes group, int32_t generation,
                   struct bytes member, struct commit *commits, size_t len)
{
    struct group *on = NULL;
    int16_t code;

    pthread_mutex_lock(&g->lock);
    code = may_commit(g, group, generation, member, &on);
    for (size_t i = 0; i < len; i++) {
        struct commit *c = &commits[i];

        if (c->metadata.len > METADATA_MAX_LEN)
            c->error = OFFSET_METADATA_TOO_LARGE;
        if (code != NO_ERROR)
            c->error = code;
        if (c->error == NO_ERROR && !write_down(g, on, c))
            c->error = COORDINATOR_NOT_AVAILABLE;
        if (c->error == NO_ERROR)
            remember(on, c);
    }
    pthread_mutex_unlock(&g->lock);
}

void groups_committed(struct groups *g, struct bytes group,
                      void (*each)(void *ctx, const struct committed *c),
                      void *ctx)
{
    const struct group *on;

    pthread_mutex_lock(&g->lock);
    on = group_of(g, group, false);
    for (size_t i = 0; on && i < on->commits_len; i++)
        each(ctx, &on->commits[i]);
    pthread_mutex_unlock(&g->lock);
}
