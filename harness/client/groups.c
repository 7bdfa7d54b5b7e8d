/* groups.c - parses the bytes of keys and values of __consumer_offsets. */
#include "client/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    KEY_COMMIT_MAX = 1, /* versions 0 and 1 have the same form */
    KEY_MEMBERSHIP = 2,
    VALUE_MAX = 4,
    VALUE_FLEXIBLE = 4, /* from version 4 on: compact lengths, tagged fields */
};

/* ---- memory: one block a record, sized by what the input can hold --------*/

/* One block for a record, sized by the most that the input can hold: a string
 * of n bytes takes at least n + 1 bytes of input (the length comes first), so
 * all copies with their NULs fit into as many bytes as the input has. An
 * assigned partition takes 4 bytes of input, a member at least MEMBER_MIN. */
enum { MEMBER_MIN = 15 }; /* a member of version 4 with empty strings */

struct memory {
    struct group_member *members;
    struct group_partition *partitions;
    char *text;
    void *block;
};

static void memory_init(struct memory *m, size_t key_len, size_t value_len)
{
    size_t members = (value_len / MEMBER_MIN + 1) * sizeof(*m->members);
    size_t partitions = (value_len / 4 + 1) * sizeof(*m->partitions);

    m->block = must_malloc(members + partitions + key_len + value_len + 1);
    m->members = m->block;
    m->partitions = (void *)((char *)m->block + members);
    m->text = (char *)m->block + members + partitions;
}

/* ---- reading -------------------------------------------------------------*/

struct input {
    const uint8_t *at;
    size_t left;
    bool bad; /* cut short, or an impossible length; stays set */
    bool flexible;
    struct memory *memory;
};

static const uint8_t *take(struct input *in, size_t n)
{
    const uint8_t *at = in->at;

    if (in->bad || n > in->left) {
        in->bad = true;
        return NULL;
    }
    in->at += n;
    in->left -= n;
    return at;
}

/* A big-endian number of n bytes; 0 when fewer are left. */
static uint64_t number(struct input *in, size_t n)
{
    const uint8_t *at = take(in, n);
    uint64_t v = 0;

    for (size_t i = 0; at && i < n; i++)
        v = v << 8 | at[i];
    return v;
}

static int16_t int16(struct input *in)
{
    return (int16_t)number(in, 2);
}

static int32_t int32(struct input *in)
{
    return (int32_t)number(in, 4);
}

static int64_t int64(struct input *in)
{
    return (int64_t)number(in, 8);
}

static uint32_t varint(struct input *in)
{
    uint32_t v = 0;

    for (unsigned shift = 0; shift < 32; shift += 7) {
        const uint8_t *b = take(in, 1);

        if (!b)
            return 0;
        v |= (uint32_t)(*b & 0x7f) << shift;
        if (!(*b & 0x80))
            return v;
    }
    in->bad = true;
    return 0;
}

/* A length in the form of the version; -1: null. `wide`: a length that is not
 * compact takes 4 bytes instead of 2. */
static int64_t length(struct input *in, bool wide)
{
    int64_t n = in->flexible ? (int64_t)varint(in) - 1
                : wide       ? int32(in)
                             : int16(in);

    if (n < -1)
        in->bad = true;
    return in->bad ? -1 : n;
}

/* A copy of a nullable string. */
static const char *string(struct input *in)
{
    int64_t n = length(in, false);
    const uint8_t *at = n < 0 ? NULL : take(in, (size_t)n);
    char *copy = in->memory->text;

    if (!at)
        return NULL;
    memcpy(copy, at, (size_t)n);
    copy[n] = 0;
    in->memory->text += n + 1;
    return copy;
}

/* A copy of a string that must not be null. */
static const char *text(struct input *in)
{
    const char *s = string(in);

    if (!s)
        in->bad = true;
    return s ? s : "";
}

static const void *bytes(struct input *in, size_t *ret_len)
{
    int64_t n = length(in, true);

    *ret_len = n < 0 ? 0 : (size_t)n;
    return take(in, *ret_len);
}

/* Skip the tagged fields (KIP-482): none is needed. */
static void skip_tags(struct input *in)
{
    uint32_t n = in->flexible ? varint(in) : 0;

    for (uint32_t i = 0; i < n && !in->bad; i++) {
        (void)varint(in);
        (void)take(in, varint(in));
    }
}

static int64_t ms_to_us(int64_t ms)
{
    return ms < 0 || ms > INT64_MAX / 1000 ? -1 : ms * 1000;
}

/* ---- commits -------------------------------------------------------------*/

static void read_commit(struct input *in, int version, struct group_record *r)
{
    r->offset = int64(in);
    if (version >= 3)
        r->leader_epoch = int32(in);
    r->metadata = text(in);
    r->commit_time_us = ms_to_us(int64(in));
    if (version == 1)
        r->expire_time_us = ms_to_us(int64(in));
    skip_tags(in);
}

/* ---- membership ----------------------------------------------------------*/

/* The assignment of the consumer protocol is never compact, also inside a
 * compact record. Later versions only add fields at the end. */
static void read_assignment(struct input *outer, struct group_member *m)
{
    struct input in = {
        .at = m->assignment,
        .left = m->assignment_len,
        .memory = outer->memory,
    };
    struct group_partition *first = outer->memory->partitions;
    int32_t topics;

    if (m->assignment_len == 0)
        return;       /* the leader has not assigned yet */
    (void)int16(&in); /* version */
    topics = int32(&in);
    for (int32_t i = 0; i < topics && !in.bad; i++) {
        const char *topic = text(&in);
        int32_t n = int32(&in);

        for (int32_t k = 0; k < n && !in.bad; k++) {
            int32_t partition = int32(&in);

            if (!in.bad)
                *in.memory->partitions++ =
                    (struct group_partition){topic, partition};
        }
    }
    outer->bad |= in.bad;
    m->partitions = first;
    m->partitions_len = (size_t)(in.memory->partitions - first);
}

static void read_member(struct input *in, int version, bool consumers,
                        struct group_member *m)
{
    *m = (struct group_member){.rebalance_timeout_ms = -1};
    m->id = text(in);
    if (version >= 3)
        m->instance_id = string(in);
    m->client_id = text(in);
    m->client_host = text(in);
    if (version >= 1)
        m->rebalance_timeout_ms = int32(in);
    m->session_timeout_ms = int32(in);
    m->subscription = bytes(in, &m->subscription_len);
    m->assignment = bytes(in, &m->assignment_len);
    skip_tags(in);
    if (consumers && !in->bad)
        read_assignment(in, m);
}

static void read_membership(struct input *in, int version,
                            struct group_record *r)
{
    bool consumers;
    int64_t n;

    r->protocol_type = text(in);
    r->generation = int32(in);
    r->protocol = string(in);
    r->leader = string(in);
    if (version >= 2)
        r->state_time_us = ms_to_us(int64(in));
    consumers = strcmp(r->protocol_type, "consumer") == 0;
    n = length(in, true);
    r->members = in->memory->members;
    for (int64_t i = 0; i < n && !in->bad; i++) {
        struct group_member m;

        read_member(in, version, consumers, &m);
        if (!in->bad)
            in->memory->members[r->members_len++] = m;
    }
    skip_tags(in);
}

/* ---- a record ------------------------------------------------------------*/

static void read_key(struct input *in, struct group_record *r)
{
    r->key_version = int16(in);
    if (in->bad) {
        in->bad = false; /* too short for a key of Kafka: unknown, no error */
        r->key_version = -1;
        return;
    }
    if (r->key_version < 0 || r->key_version > KEY_MEMBERSHIP)
        return;
    r->group = text(in);
    r->kind = GROUP_MEMBERSHIP;
    if (r->key_version > KEY_COMMIT_MAX)
        return;
    r->kind = GROUP_COMMIT;
    r->topic = text(in);
    r->partition = int32(in);
}

static void read_value(struct input *in, struct group_record *r)
{
    int version = int16(in);

    if (version < 0 || version > VALUE_MAX) {
        r->kind = GROUP_UNKNOWN;
        return;
    }
    in->flexible = version >= VALUE_FLEXIBLE;
    if (r->kind == GROUP_COMMIT)
        read_commit(in, version, r);
    else
        read_membership(in, version, r);
}

/* Parsers set `bad` and go on; the check comes once, at the end. Until then the
 * record is in a local variable, so *ret is never half filled. */
int group_record_parse(const void *key, size_t key_len, const void *value,
                       size_t value_len, struct group_record *ret)
{
    struct group_record r = {
        .tombstone = !value,
        .offset = -1,
        .leader_epoch = -1,
        .commit_time_us = -1,
        .expire_time_us = -1,
        .generation = -1,
        .state_time_us = -1,
    };
    struct memory memory;
    struct input in = {
        .at = key,
        .left = key ? key_len : 0,
        .memory = &memory,
    };

    memory_init(&memory, in.left, value ? value_len : 0);
    r.memory = memory.block;
    read_key(&in, &r);
    if (r.kind != GROUP_UNKNOWN && value && !in.bad) {
        in.at = value;
        in.left = value_len;
        read_value(&in, &r);
    }
    if (in.bad) {
        free(memory.block);
        return -EBADMSG;
    }
    *ret = r;
    return 0;
}

void group_record_done(struct group_record *r)
{
    free(r->memory);
    *r = (struct group_record){0};
}
