/* selftest_table.c - which defect must be found as what, and under which
 * disturbances it is tried. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "cli/selftest.h"

const struct selftest_column selftest_columns[SELFTEST_KINDS] = {
    [SELFTEST_NONE] = {.head = "else"},
    [SELFTEST_ABSENT] = {"absent", IN_FINDINGS, {"lost", "unseen"}},
    [SELFTEST_DUPLICATE] = {"copies", IN_FINDINGS, {"duplicate"}},
    [SELFTEST_REORDERED] = {"order", IN_FINDINGS, {"reordered"}},
    [SELFTEST_CORRUPT] = {"corrupt", IN_FINDINGS, {"corrupt"}},
    [SELFTEST_MISROUTED] = {"routed", IN_FINDINGS, {"misrouted"}},
    [SELFTEST_STALL] = {"stall", IN_EVENTS, {"silent stall"}},
    [SELFTEST_OWNERS] = {"owners", IN_EVENTS, {"two owners"}},
    [SELFTEST_REGRESSION] = {"back", IN_EVENTS, {"offset regression"}},
    [SELFTEST_AHEAD] = {"ahead", IN_EVENTS, {"committed ahead"}},
    [SELFTEST_LATE] = {"late", IN_EVENTS, {"late FAILED"}},
    [SELFTEST_LOG] = {"log", IN_CHECKS, {"log_free_of"}},
};

static const struct selftest_disturbance disturbances[] = {
    {"none", "", 1},
    {"worker_kill",
     "  - {at: 0s, fault: worker_kill, worker: running orders-to-shop/0, "
     "for: 1s}\n",
     1},
    {"worker_pause",
     "  - {at: 0s, fault: worker_pause, worker: running orders-to-shop/0, "
     "for: 3s}\n",
     1},
    {"worker_stop",
     "  - {at: 0s, fault: worker_stop, worker: running orders-to-shop/0, "
     "for: 1s}\n",
     1},
    {"restart",
     "  - {at: 0s, fault: connector_restart, connector: orders-to-shop}\n", 1},
    {"sink_throttle",
     "  - {at: 0s, fault: sink_throttle, on: shop, with: {status: 429, "
     "share: 20%}, for: 1s}\n",
     1},
    {"sink_refuses",
     "  - {at: 0s, fault: sink_error, on: shop, with: {status: 400, "
     "share: 5%}, for: 1s}\n",
     1},
    {"broker_kill",
     "  - {at: 0s, fault: broker_kill, broker: leader of orders/0, "
     "for: 1s}\n",
     3},
};

const struct selftest_disturbance *selftest_disturbance(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(disturbances); i++)
        if (strcmp(disturbances[i].name, name) == 0)
            return &disturbances[i];
    abort();
}

#define RECORDS(kind)                                                          \
    {                                                                          \
        SELFTEST_##kind, MATCH_RECORDS                                         \
    }

const struct selftest_trial selftest_trials[] = {
    {.under = {"none", "worker_kill", "worker_pause", "sink_throttle",
               "broker_kill"},
     .partitions = 2,
     .tasks = 2},
    {.defect = "drop-one",
     .every = 150,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(ABSENT)},
     .under = {"none", "worker_kill", "worker_pause", "sink_throttle",
               "broker_kill"}},
    {.defect = "drop-after-failure",
     .every = 1,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(ABSENT)},
     .under = {"sink_throttle"}},
    {.defect = "drop-last-before-stop",
     .every = 5,
     .partitions = 2,
     .tasks = 1,
     .expected = {RECORDS(ABSENT)},
     .under = {"restart", "worker_stop"}},
    {.defect = "commit-early",
     .every = 900,
     .partitions = 2,
     .tasks = 1,
     .expected = {RECORDS(ABSENT)},
     .under = {"none", "sink_throttle"}},
    {.defect = "twice",
     .every = 600,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(DUPLICATE)},
     .under = {"none", "worker_kill", "sink_throttle", "broker_kill"}},
    {.defect = "replay",
     .every = 900,
     .partitions = 2,
     .tasks = 1,
     .expected = {RECORDS(DUPLICATE)},
     .under = {"none", "sink_throttle", "broker_kill"}},
    {.defect = "swap",
     .every = 150,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(REORDERED)},
     .under = {"none", "sink_throttle", "broker_kill"}},
    {.defect = "cut",
     .every = 150,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(CORRUPT)},
     .under = {"none", "worker_kill", "worker_pause", "sink_throttle",
               "broker_kill"}},
    {.defect = "flip",
     .every = 150,
     .partitions = 2,
     .tasks = 2,
     .expected = {RECORDS(CORRUPT)},
     .under = {"none", "worker_kill", "worker_pause", "sink_throttle",
               "broker_kill"}},
    {.defect = "silent",
     .every = 1200,
     .partitions = 1,
     .tasks = 1,
     .check = "no_stall: {longer-than: 2s}",
     .expected = {{SELFTEST_STALL, MATCH_SEEN}, {SELFTEST_ABSENT, MATCH_FROM}},
     .under = {"none", "sink_throttle"}},
    {.defect = "swallow",
     .every = 1,
     .partitions = 2,
     .tasks = 2,
     .dead_letters = true,
     .expected = {RECORDS(ABSENT)},
     .under = {"sink_refuses"}},
    {.defect = "never-commit",
     .every = 1,
     .partitions = 2,
     .tasks = 2,
     .check = "no_stall: {longer-than: 2s}",
     .expected = {{SELFTEST_STALL, MATCH_SEEN},
                  {SELFTEST_DUPLICATE, MATCH_BELOW}}, /* if it is moved */
     .under = {"none", "sink_throttle"}},
    {.defect = "commit-back",
     .every = 300,
     .partitions = 2,
     .tasks = 2,
     .check = "offset_continuity:",
     .expected = {{SELFTEST_REGRESSION, MATCH_OFFSETS}},
     .under = {"none", "sink_throttle"}},
    {.defect = "misroute",
     .every = 150,
     .partitions = 1,
     .tasks = 1,
     .elsewhere = true,
     .expected = {RECORDS(ABSENT), RECORDS(MISROUTED)},
     .under = {"none", "worker_kill", "sink_throttle"}},
    {.defect = "late-failed",
     .every = 1200,
     .partitions = 1,
     .tasks = 1,
     .check = "no_stall: {longer-than: 2s}",
     .expected = {{SELFTEST_LATE, MATCH_SEEN}, {SELFTEST_ABSENT, MATCH_FROM}},
     .under = {"none"},
     .unjudged = true},
    {.defect = "go-on",
     .every = 20,
     .partitions = 2,
     .tasks = 2,
     .check = "single_owner:",
     .expected = {{SELFTEST_OWNERS, MATCH_PARTITIONS}, RECORDS(DUPLICATE)},
     .under = {"worker_pause"}},
    {.defect = "leak",
     .every = 1,
     .partitions = 2,
     .tasks = 2,
     .credential = true,
     .check = "log_free_of: {pattern: \"Bearer [^ ]\"}",
     .expected = {{SELFTEST_LOG, MATCH_SEEN}},
     .under = {"none", "worker_kill"}},
};
const size_t selftest_trials_len = ARRAY_LEN(selftest_trials);

const struct selftest_unjudged selftest_unjudged[] = {
    {"late-failed", "no event is made of a task that says FAILED long after it "
                    "stood still; its absent records are found"},
    {"a stale version over a new one", "no endpoint keeps versions of a key"},
    {"the order of two keys mixed", "ordering: key is judged as stream"},
};
const size_t selftest_unjudged_len = ARRAY_LEN(selftest_unjudged);
