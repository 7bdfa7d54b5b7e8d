/* fuzz_consumer_offsets.c - records of __consumer_offsets, and the state of
 * groups derived from the records. */
#include <assert.h>
#include <stdlib.h>

#include "client/groups.h"
#include "fuzz/fuzz.h"
#include "observe/watch.h"

static int64_t now(void *ctx)
{
    (void)ctx;
    return 1000;
}

static int worker_at(void *ctx, const char *address)
{
    (void)ctx;
    return address[0] == '/' ? 1 : -1;
}

/* Ask for everything known about the group and topic of the record. */
static void ask(struct groups_watch *w, const struct input_record *r)
{
    struct group_record g;
    struct committed at[4];
    struct commit *commits;
    struct group_owner *owners;

    if (group_record_parse(r->key, r->key_len, r->value, r->value_len, &g) < 0)
        return;
    if (g.kind == GROUP_COMMIT) {
        assert(g.group && g.topic);
        assert(groups_watch_committed(w, g.group, g.topic, at, 4) <= 4);
        (void)groups_watch_commits(w, g.group, g.topic, &commits);
        free(commits);
        (void)groups_watch_owners(w, g.group, g.topic, &owners);
        free(owners);
    }
    if (g.kind == GROUP_MEMBERSHIP)
        (void)groups_watch_last_generation(w, g.group);
    group_record_done(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct clk clk = {.now_us = now};
    struct observer_spec spec = {.clk = &clk, .worker_at = worker_at};
    struct groups_watch *w = groups_watch_new(&spec);
    struct input_record r;

    while (input_record(&data, &len, &r)) {
        groups_watch_note(w, &(struct record){.key = r.key,
                                              .key_len = r.key_len,
                                              .value = r.value,
                                              .value_len = r.value_len,
                                              .at.time_us = 5});
        ask(w, &r);
    }
    groups_watch_free(w);
    return 0;
}
