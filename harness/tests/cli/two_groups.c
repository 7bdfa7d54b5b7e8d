/* two_groups.c - a run of two groups of workers on one Kafka: each node, fault
 * and hop belongs to a group, and each hop gets a separate verdict. */
#include "two_groups.h"

#include <check.h>
#include <string.h>

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "spawned.h"

enum { ENOUGH_S = 240 };

/* The list's entry with `text` as the member `key`. */
static const json_t *entry(const json_t *run, const char *list, const char *key,
                           const char *text)
{
    const json_t *at = look(run, list);
    json_t *one;
    size_t i;

    json_array_foreach (at, i, one)
        if (strcmp(look_text(one, key), text) == 0)
            return one;
    ck_abort_msg("%s: no %s %s", list, key, text);
}

static void expect_hop(const json_t *run, const char *connector,
                       const char *group, const char *status)
{
    const json_t *hop = entry(run, "hops", "connector", connector);

    ck_assert_str_eq(look_text(hop, "group"), group);
    ck_assert_str_eq(look_text(hop, "status"), status);
    ck_assert_int_eq(look_int(hop, "balance.lost"), 0);
    ck_assert_int_eq(look_int(hop, "balance.unseen"), 0);
}

void two_groups_run(const char *platform)
{
    struct spawned s;
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *run = NULL;
    const char *args[] = {
        "run",    "--platform",
        platform, "--out",
        s.out,    SOURCE_DIR "/harness/tests/cli/ordeals/two-groups.yaml",
        NULL};
    int code;

    spawned_init(&s);
    spawned_start(&s, args);
    code = spawned_wait(&s, ENOUGH_S);
    text = spawned_text(&s);
    ck_assert_msg(code == 0, "exit code %d: %s", code, text);
    run = spawned_evidence(&s);
    ck_assert_str_eq(
        look_text(entry(run, "platform.nodes", "name", "worker-1"), "group"),
        "keeps");
    ck_assert_str_eq(
        look_text(entry(run, "platform.nodes", "name", "worker-2"), "group"),
        "repeats");
    ck_assert_str_eq(
        look_text(entry(run, "platform.nodes", "name", "broker-1"), "group"),
        "");
    ck_assert_str_eq(
        look_text(entry(run, "faults", "kind", "worker_kill"), "resolved"),
        "worker-2");
    expect_hop(run, "orders-to-shop", "keeps", "held");
    expect_hop(run, "orders-to-desk", "repeats", "broken");
    spawned_done(&s);
}
