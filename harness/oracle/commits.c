/* commits.c - finds regressions, commits ahead of delivery, and two owners.
 *
 * Each of the three judgements sorts its events by partition and walks them
 * once in the order of time. Neighbouring events of a partition are joined into
 * one finding with a count, so that a thousand records committed ahead are a
 * line of the report and not a thousand lines.
 */
#include "oracle/commits.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct judging {
    const struct commit_spec *spec;
    struct commit_result *ret;
    size_t max;
    struct event_finding open; /* count 0: none */
};

/* Closes the open finding, and lists the finding if among the longest. */
static void close_open(struct judging *j)
{
    struct commit_result *r = j->ret;
    size_t at = r->len;

    if (j->open.count == 0)
        return;
    while (at > 0 && r->at[at - 1].count < j->open.count)
        at--;
    if (at < j->max) {
        r->len += r->len < j->max;
        memmove(r->at + at + 1, r->at + at, (r->len - at - 1) * sizeof(*r->at));
        r->at[at] = j->open;
    }
    j->open.count = 0;
}

/* ---- regressions --------------------------------------------------------- */

/* Orders pointers to commits by partition, and within a partition as given: by
 * time. The comparison by address keeps qsort() stable. */
static int by_partition(const void *x, const void *y)
{
    const struct commit *a = *(const struct commit *const *)x;
    const struct commit *b = *(const struct commit *const *)y;

    if (a->partition != b->partition)
        return a->partition < b->partition ? -1 : 1;
    return (a > b) - (a < b);
}

static const struct commit **sort_commits(const struct commit_spec *spec)
{
    const struct commit **at = must_calloc(spec->commits_len, sizeof(*at));

    for (size_t i = 0; i < spec->commits_len; i++)
        at[i] = &spec->commits[i];
    qsort(at, spec->commits_len, sizeof(*at), by_partition);
    return at;
}

static size_t resets_until(const struct commit_spec *spec, int64_t time_us)
{
    size_t n = 0;

    for (size_t i = 0; i < spec->resets_len; i++)
        n += spec->resets[i].time_us <= time_us;
    return n;
}

static void note_regression(struct judging *j, const struct commit *before,
                            const struct commit *c)
{
    j->ret->regressions++;
    if (j->open.count) {
        j->open.to = c->offset;
        j->open.count++;
        return;
    }
    j->open = (struct event_finding){
        .kind = EVENT_OFFSET_REGRESSION,
        .partition = c->partition,
        .time_us = c->time_us,
        .from = before->offset,
        .to = c->offset,
        .node_a = -1,
        .node_b = -1,
        .count = 1,
    };
}

static void judge_regressions(struct judging *j,
                              const struct commit *const *commits)
{
    const struct commit *before = NULL;
    size_t used = 0; /* resets used up by steps back of the partition */

    for (size_t i = 0; i < j->spec->commits_len; i++) {
        const struct commit *c = commits[i];
        size_t declared = resets_until(j->spec, c->time_us);

        if (!before || before->partition != c->partition) {
            close_open(j);
            used = 0;
        } else if (c->offset >= before->offset) {
            close_open(j);
        } else if (declared > used) {
            close_open(j);
            used = declared;
        } else {
            note_regression(j, before, c);
        }
        before = c;
    }
    close_open(j);
}

/* ---- committed ahead ----------------------------------------------------- */

static int by_offset(const void *x, const void *y)
{
    const struct delivery_note *a = *(const struct delivery_note *const *)x;
    const struct delivery_note *b = *(const struct delivery_note *const *)y;

    if (a->partition != b->partition)
        return a->partition < b->partition ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->time_us != b->time_us)
        return a->time_us < b->time_us ? -1 : 1;
    return (a > b) - (a < b);
}

/* For each commit, the highest offset committed so far in its partition, the
 * commit included. So the array rises within a partition and can be searched,
 * although commits may step back. New array. */
static int64_t *highest_so_far(const struct commit *const *commits, size_t len)
{
    int64_t *high = must_calloc(len, sizeof(*high));

    for (size_t i = 0; i < len; i++) {
        high[i] = commits[i]->offset;
        if (i > 0 && commits[i - 1]->partition == commits[i]->partition &&
            high[i - 1] > high[i])
            high[i] = high[i - 1];
    }
    return high;
}

/* Index of the first commit in the delivery's partition beyond its offset;
 * `len`: no commit. */
static size_t first_beyond(const struct commit *const *commits,
                           const int64_t *high, size_t len,
                           const struct delivery_note *d)
{
    size_t a = 0, b = len;

    while (a < b) {
        size_t m = a + (b - a) / 2;

        if (commits[m]->partition < d->partition ||
            (commits[m]->partition == d->partition && high[m] <= d->offset))
            a = m + 1;
        else
            b = m;
    }
    return a < len && commits[a]->partition == d->partition ? a : len;
}

static void note_ahead(struct judging *j, const struct commit *c,
                       const struct delivery_note *d)
{
    j->ret->ahead++;
    if (j->open.count && j->open.partition == d->partition &&
        j->open.to == c->offset && j->open.time_us == c->time_us) {
        j->open.count++;
        return;
    }
    close_open(j);
    j->open = (struct event_finding){
        .kind = EVENT_COMMITTED_AHEAD,
        .partition = d->partition,
        .time_us = c->time_us,
        .from = d->offset,
        .to = c->offset,
        .node_a = d->node,
        .node_b = -1,
        .count = 1,
    };
}

/* Compares the first arrival of each offset with the first commit beyond the
 * offset. An offset that never arrived is not judged here: a transaction marker
 * may hold the offset, and a lost record notes by itself that a commit has
 * passed (finding.overtaken_by_commit). */
static void judge_ahead(struct judging *j, const struct commit *const *commits)
{
    size_t len = j->spec->deliveries_len;
    const struct delivery_note **at = must_calloc(len, sizeof(*at));
    int64_t *high = highest_so_far(commits, j->spec->commits_len);

    for (size_t i = 0; i < len; i++)
        at[i] = &j->spec->deliveries[i];
    qsort(at, len, sizeof(*at), by_offset);
    for (size_t i = 0; i < len; i++) {
        const struct delivery_note *d = at[i];
        size_t c;

        if (d->offset < 0 || d->time_us < 0)
            continue;
        if (i > 0 && at[i - 1]->partition == d->partition &&
            at[i - 1]->offset == d->offset && at[i - 1]->time_us >= 0)
            continue; /* not the first arrival of the offset */
        c = first_beyond(commits, high, j->spec->commits_len, d);
        if (c < j->spec->commits_len &&
            commits[c]->time_us + j->spec->resolution_us < d->time_us)
            note_ahead(j, commits[c], d);
        else
            close_open(j);
    }
    close_open(j);
    free(high);
    free(at);
}

/* ---- two owners ---------------------------------------------------------- */

/* A node as an owner of one partition. A turn is the time from a change of
 * hands to the next, numbered upwards. */
struct owner {
    int32_t node;
    int64_t turn;    /* the node's last turn; -1: none */
    int64_t lost_us; /* when the turn ended; INT64_MAX: not ended */
};

struct partition_turns {
    int32_t owner;       /* -1: nobody */
    int64_t turn;        /* counts changes of hands; 0: none seen yet */
    int64_t delivered;   /* the last turn whose owner delivered; -1: none */
    int32_t deliverer;   /* the owner of the turn `delivered` */
    struct owner *nodes; /* with room for all nodes */
    size_t nodes_len;
};

static struct owner *owner_of(struct partition_turns *p, int32_t node)
{
    for (size_t i = 0; i < p->nodes_len; i++)
        if (p->nodes[i].node == node)
            return &p->nodes[i];
    p->nodes[p->nodes_len] = (struct owner){node, -1, INT64_MIN};
    return &p->nodes[p->nodes_len++];
}

static void change_hands(struct partition_turns *p, const struct ownership *o)
{
    if (p->turn > 0 && o->node == p->owner)
        return;
    if (p->owner >= 0)
        owner_of(p, p->owner)->lost_us = o->time_us;
    p->turn++;
    p->owner = o->node;
    if (o->node >= 0) {
        struct owner *now = owner_of(p, o->node);

        now->turn = p->turn;
        now->lost_us = INT64_MAX;
    }
}

static void note_two(struct judging *j, const struct partition_turns *p,
                     const struct delivery_note *d)
{
    j->ret->two_owners++;
    if (j->open.count && j->open.node_a == d->node &&
        j->open.node_b == p->deliverer) {
        j->open.count++;
        return;
    }
    close_open(j);
    j->open = (struct event_finding){
        .kind = EVENT_TWO_OWNERS,
        .partition = d->partition,
        .time_us = d->time_us,
        .from = d->offset,
        .to = -1,
        .node_a = d->node,
        .node_b = p->deliverer,
        .count = 1,
    };
}

/* Judges one delivery. Two conditions make two owners: the node's own turn had
 * ended (by more than the resolution of times, else the record was on its way),
 * and the owner of a later turn has delivered already. The second condition
 * spares a worker that delivers its last batch while the next owner only
 * prepares. Until the first change of hands is seen, a node delivering owns the
 * partition: the assignment was made before anybody looked. */
static void deliver(struct judging *j, struct partition_turns *p,
                    const struct delivery_note *d)
{
    struct owner *o;

    if (d->node < 0)
        return;
    o = owner_of(p, d->node);
    if (p->turn == 0) {
        o->turn = 0; /* assigned before the first change seen */
        o->lost_us = INT64_MAX;
        p->owner = d->node;
    }
    if (d->node == p->owner) {
        p->delivered = p->turn;
        p->deliverer = d->node;
    } else if (o->lost_us < d->time_us - j->spec->resolution_us &&
               o->turn < p->delivered) {
        note_two(j, p, d);
    }
}

/* Both lists are sorted by time, so one walk serves. At equal times the change
 * of hands comes first; the old owner is not late yet, as a delivery counts as
 * later only beyond the resolution. */
static void judge_partition(struct judging *j, int32_t partition,
                            struct owner *room)
{
    const struct commit_spec *s = j->spec;
    struct partition_turns p = {.owner = -1, .delivered = -1, .nodes = room};
    size_t o = 0;

    for (size_t i = 0; i < s->deliveries_len; i++) {
        const struct delivery_note *d = &s->deliveries[i];

        if (d->partition != partition)
            continue;
        for (; o < s->owners_len && s->owners[o].time_us <= d->time_us; o++)
            if (s->owners[o].partition == partition)
                change_hands(&p, &s->owners[o]);
        deliver(j, &p, d);
    }
    close_open(j);
}

static int by_number(const void *x, const void *y)
{
    int32_t a = *(const int32_t *)x, b = *(const int32_t *)y;

    return (a > b) - (a < b);
}

static void judge_owners(struct judging *j)
{
    const struct commit_spec *s = j->spec;
    int32_t *partitions = must_calloc(s->owners_len, sizeof(*partitions));
    struct owner *room =
        must_calloc(s->owners_len + s->deliveries_len, sizeof(*room));

    for (size_t i = 0; i < s->owners_len; i++)
        partitions[i] = s->owners[i].partition;
    qsort(partitions, s->owners_len, sizeof(*partitions), by_number);
    for (size_t i = 0; i < s->owners_len; i++)
        if (i == 0 || partitions[i] != partitions[i - 1])
            judge_partition(j, partitions[i], room);
    free(partitions);
    free(room);
}

static bool deliverers_are_known(const struct commit_spec *s)
{
    for (size_t i = 0; i < s->deliveries_len; i++)
        if (s->deliveries[i].node >= 0)
            return true;
    return false;
}

void commits_judge(const struct commit_spec *spec, size_t max,
                   struct commit_result *ret)
{
    struct judging j = {.spec = spec, .ret = ret, .max = max};
    const struct commit **commits = sort_commits(spec);

    *ret = (struct commit_result){
        .at = must_calloc(max, sizeof(*ret->at)),
        .ahead_judged = spec->deliveries != NULL,
        .owners_judged = spec->owners && deliverers_are_known(spec),
    };
    judge_regressions(&j, commits);
    if (ret->ahead_judged)
        judge_ahead(&j, commits);
    if (ret->owners_judged)
        judge_owners(&j);
    free(commits);
}

void commit_result_done(struct commit_result *r)
{
    free(r->at);
    *r = (struct commit_result){0};
}
