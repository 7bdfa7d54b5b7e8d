/* match.c - the automaton of match_own.h. */
#include "base/match_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A state stands for a beginning (prefix) of some pattern. After each byte the
 * automaton is in the state of the longest prefix with which the text so far
 * ends. State 0, the root, is the empty prefix. */
struct state {
    uint32_t child, sibling; /* children of a state are a list; 0: none */
    uint32_t fail;           /* state of the next shorter prefix */
    uint32_t depth;          /* length of the prefix */
    uint32_t longest; /* length of the longest pattern ending here; 0: none */
    uint32_t id;      /* of the longest pattern */
    uint8_t byte;     /* leads from the parent to here */
    uint8_t edges;
};

struct matcher {
    struct state *states;
    uint32_t len, cap;
    uint32_t root[256]; /* children of the root, by byte: for speed, since most
                           bytes lead back to the root */
    uint32_t deepest;   /* length of the longest pattern */
};

struct range {
    uint64_t from, to;
    uint32_t id, longest;
};

struct match_text {
    const struct matcher *m;
    struct match_out out;
    uint32_t state;
    uint64_t at;      /* bytes read */
    uint64_t sent;    /* bytes handed out, or dropped as part of a match */
    uint64_t covered; /* end of the last range handed out */
    bool edge; /* the last range grows by a digit on its right, if next */
    struct range *ranges; /* behind `sent`, in order, without overlaps */
    size_t len, cap;
    char *held; /* bytes [sent, at) */
    size_t held_len, held_cap;
};

struct matcher *match_new(void)
{
    struct matcher *m = must_calloc(1, sizeof(*m));

    m->cap = 256;
    m->states = must_calloc(m->cap, sizeof(*m->states));
    m->len = 1;
    return m;
}

void match_free(struct matcher *m)
{
    if (!m)
        return;
    free(m->states);
    free(m);
}

static uint32_t child_of(const struct matcher *m, uint32_t state, uint8_t byte)
{
    uint32_t c;

    if (state == 0)
        return m->root[byte];
    for (c = m->states[state].child; c && m->states[c].byte != byte;)
        c = m->states[c].sibling;
    return c;
}

static uint32_t add_child(struct matcher *m, uint32_t state, uint8_t byte)
{
    uint32_t c = m->len;

    if (m->len == m->cap) {
        m->cap *= 2;
        m->states = must_realloc(m->states, m->cap, sizeof(*m->states));
    }
    m->len++;
    m->states[c] = (struct state){.byte = byte,
                                  .depth = m->states[state].depth + 1,
                                  .sibling = m->states[state].child};
    m->states[state].child = c;
    if (state == 0)
        m->root[byte] = c;
    if (m->states[c].depth > m->deepest)
        m->deepest = m->states[c].depth;
    return c;
}

void match_add(struct matcher *m, const void *bytes, size_t len, uint32_t id,
               unsigned edges)
{
    const uint8_t *p = bytes;
    uint32_t at = 0;

    for (size_t i = 0; i < len; i++) {
        uint32_t c = child_of(m, at, p[i]);

        at = c ? c : add_child(m, at, p[i]);
    }
    if (m->states[at].longest == 0) {
        m->states[at].longest = (uint32_t)len;
        m->states[at].id = id;
        m->states[at].edges = (uint8_t)edges;
    }
}

/* The state after `byte`: that of the longest prefix which the byte continues.
 * Every step along a failure link makes the prefix shorter, and every byte
 * makes the prefix longer by at most one, so the work is linear in the text. */
static uint32_t next_of(const struct matcher *m, uint32_t state, uint8_t byte)
{
    uint32_t c;

    while (!(c = child_of(m, state, byte)) && state)
        state = m->states[state].fail;
    return c;
}

/* Computes the failure links breadth first: the link of a state follows from
 * the link of its parent, and leads to a smaller depth, done before. */
void match_ready(struct matcher *m)
{
    uint32_t *queue = must_calloc(m->len, sizeof(*queue));
    uint32_t head = 0, tail = 0;

    queue[tail++] = 0;
    while (head < tail) {
        uint32_t s = queue[head++];

        for (uint32_t c = m->states[s].child; c; c = m->states[c].sibling) {
            struct state *child = &m->states[c];
            const struct state *fail;

            child->fail = s ? next_of(m, m->states[s].fail, child->byte) : 0;
            fail = &m->states[child->fail];
            if (child->longest == 0) {
                child->longest = fail->longest;
                child->id = fail->id;
                child->edges = fail->edges;
            }
            queue[tail++] = c;
        }
    }
    free(queue);
}

struct match_text *match_begin(const struct matcher *m,
                               const struct match_out *out)
{
    struct match_text *t = must_calloc(1, sizeof(*t));

    t->m = m;
    t->out = *out;
    return t;
}

static bool is_digit64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' ||
           c == '_';
}

/* Add the range of a match, united with all ranges overlapped. */
static void add_range(struct match_text *t, struct range r)
{
    if (r.from < t->covered) {
        if (r.to > t->covered)
            t->covered = r.to;
        r.from = t->covered;
    }
    while (t->len > 0 && t->ranges[t->len - 1].to > r.from) {
        const struct range *last = &t->ranges[--t->len];

        r.from = last->from < r.from ? last->from : r.from;
        r.to = last->to > r.to ? last->to : r.to;
        if (last->longest >= r.longest) {
            r.longest = last->longest;
            r.id = last->id;
        }
    }
    if (r.from >= r.to)
        return;
    t->ranges = must_grow(t->ranges, t->len, &t->cap, sizeof(*t->ranges));
    t->ranges[t->len++] = r;
}

static char held_at(const struct match_text *t, uint64_t at)
{
    return t->held[at - t->sent];
}

/* Note the match of a pattern that ends in front of byte t->at. */
static void note_match(struct match_text *t, const struct state *s)
{
    struct range r = {
        .from = t->at - s->longest,
        .to = t->at,
        .id = s->id,
        .longest = s->longest,
    };

    if ((s->edges & EDGE_LEFT) && r.from > t->sent &&
        is_digit64(held_at(t, r.from - 1)))
        r.from--;
    t->edge = (s->edges & EDGE_RIGHT) != 0;
    add_range(t, r);
}

/* Byte t->at follows a match of base64: if a base64 digit, it belongs to the
 * match. */
static void widen(struct match_text *t, char byte)
{
    t->edge = false;
    if (!is_digit64(byte))
        return;
    if (t->len > 0 && t->ranges[t->len - 1].to == t->at)
        t->ranges[t->len - 1].to++;
    else if (t->covered == t->at)
        t->covered++;
}

static int send_plain(struct match_text *t, uint64_t to)
{
    uint64_t from = t->sent;
    int rc = 0;

    if (from < t->covered)
        from = t->covered < to ? t->covered : to;
    if (from < to)
        rc = t->out.plain(t->out.ctx, t->held + (from - t->sent),
                          (size_t)(to - from));
    if (to > t->sent) /* else nothing may be held, not even a buffer */
        memmove(t->held, t->held + (to - t->sent),
                t->held_len - (to - t->sent));
    t->held_len -= to - t->sent;
    t->sent = to;
    return rc;
}

/* Hand out all bytes before `to`, where no later match can begin. A range that
 * begins before `to` is reported now, even if the range may still grow. */
static int send_until(struct match_text *t, uint64_t to)
{
    size_t told = 0;
    int rc = 0;

    while (rc == 0 && told < t->len && t->ranges[told].from < to) {
        const struct range *r = &t->ranges[told++];

        rc = send_plain(t, r->from);
        t->covered = r->to;
        if (rc == 0)
            rc = t->out.found(t->out.ctx, r->id);
    }
    if (told > 0)
        memmove(t->ranges, t->ranges + told,
                (t->len - told) * sizeof(*t->ranges));
    t->len -= told;
    return rc == 0 ? send_plain(t, to) : rc;
}

static void hold(struct match_text *t, const char *bytes, size_t len)
{
    if (t->held_len + len > t->held_cap) {
        t->held_cap = 2 * (t->held_len + len);
        t->held = must_realloc(t->held, t->held_cap, 1);
    }
    memcpy(t->held + t->held_len, bytes, len);
    t->held_len += len;
}

static int feed_block(struct match_text *t, const char *bytes, size_t len)
{
    const struct matcher *m = t->m;
    uint64_t keep;

    hold(t, bytes, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)bytes[i];

        if (t->edge)
            widen(t, bytes[i]);
        t->state = next_of(m, t->state, byte);
        t->at++;
        if (m->states[t->state].longest)
            note_match(t, &m->states[t->state]);
    }
    /* A later match begins at the earliest with the prefix of the current
     * state; one byte more, for a base64 digit on the left of the match. */
    keep = m->states[t->state].depth + 1;
    return t->at - t->sent > keep ? send_until(t, t->at - keep) : 0;
}

int match_feed(struct match_text *t, const void *bytes, size_t len)
{
    enum { BLOCK = 65536 };
    const char *p = bytes;
    int rc = 0;

    while (rc == 0 && len > 0) {
        size_t n = len < BLOCK ? len : BLOCK;

        rc = feed_block(t, p, n);
        p += n;
        len -= n;
    }
    return rc;
}

int match_end(struct match_text *t, bool whole)
{
    int rc = whole ? send_until(t, t->at) : 0;

    free(t->ranges);
    free(t->held);
    free(t);
    return rc;
}
