/* test_events.c - checks of event findings and of task statuses: table tests.
 */
#include "check/ask_check.h"
#include "support/suite.h"

#define SINK(events)                                                           \
    "{'name': 'orders -> s -> shop', 'connector': 's', 'events': {" events "}" \
    "}"
#define SOURCE(events)                                                         \
    "{'name': 'in -> f -> orders', 'connector': 'f', 'events': {" events "}}"
#define LOAD_HOP  "{'name': 'load -> orders', 'connector': '', 'events': {}}"
#define RUN(hops) "{'hops': [" hops "]}"
#define QUIET(k)  "'" k "': {'count': 0, 'judged': true}"
#define BACK      "offset regression"
#define AHEAD     "committed ahead"
#define OWNERS    "two owners"
#define UNSEEN(k)                                                              \
    "'" k "': {'count': 0, 'judged': false, 'why_not': 'no commit was seen'}"

static const struct row rows[] = {
    {"commits go on", "offset_continuity", NULL,
     RUN(LOAD_HOP "," SINK(QUIET(BACK) "," UNSEEN(AHEAD))), CHECK_HELD,
     "no offset regression seen on 1 hop"},
    {"a commit moved back", "offset_continuity", NULL,
     RUN(SINK("'" BACK "': {'count': 2, 'judged': true, 'worst': "
              "[{'partition': 3, 'at_us': 12300000, 'from': 1200, 'to': 900, "
              "'node_a': -1, 'node_b': -1}]}")),
     CHECK_FAILED,
     "orders -> s -> shop: offset regression: expected none, got 2; partition "
     "3 at 12.3s, offset 1200, then 900"},
    {"commits ahead are asked for by name", "offset_continuity", NULL,
     RUN(SINK(QUIET(BACK) ",'" AHEAD "': {'count': 2, 'judged': true}")),
     CHECK_HELD, "no offset regression seen on 1 hop"},
    {"and are found then", "offset_continuity", "{'committed-ahead': true}",
     RUN(SINK(QUIET(BACK) ",'" AHEAD "': {'count': 2, 'judged': true}")),
     CHECK_FAILED,
     "orders -> s -> shop: committed ahead: expected none, got 2"},
    {"neither was there", "offset_continuity", "{'committed-ahead': true}",
     RUN(SINK(QUIET(BACK) "," QUIET(AHEAD))), CHECK_HELD,
     "no offset regression and no committed ahead seen on 1 hop"},
    {"commits ahead cannot be seen", "offset_continuity",
     "{'committed-ahead': true}", RUN(SINK(QUIET(BACK) "," UNSEEN(AHEAD))),
     CHECK_NOT_JUDGED,
     "orders -> s -> shop: committed ahead: no commit was seen"},
    {"one of two hops was not observed", "offset_continuity", NULL,
     RUN(SOURCE(UNSEEN(BACK)) "," SINK(QUIET(BACK))), CHECK_NOT_JUDGED,
     "in -> f -> orders: offset regression: no commit was seen"},
    {"the other one is asked for", "offset_continuity", "{'connector': 's'}",
     RUN(SOURCE(UNSEEN(BACK)) "," SINK(QUIET(BACK))), CHECK_HELD,
     "no offset regression seen on 1 hop"},
    {"a failure counts more than what was not seen", "offset_continuity", NULL,
     RUN(SOURCE(UNSEEN(BACK)) "," SINK("'" BACK
                                       "': {'count': 1, 'judged': true}")),
     CHECK_FAILED,
     "orders -> s -> shop: offset regression: expected none, got 1"},
    {"what is not listed was not observed", "offset_continuity", NULL,
     RUN(SINK("")), CHECK_NOT_JUDGED,
     "orders -> s -> shop: offset regression: not observed"},

    {"one owner at a time", "single_owner", NULL,
     RUN(SINK(QUIET(OWNERS) "," UNSEEN(BACK))), CHECK_HELD,
     "no two owners seen on 1 hop"},
    {"two owners", "single_owner", NULL,
     RUN(SINK("'" OWNERS "': {'count': 7, 'judged': true, 'worst': "
              "[{'partition': 0, 'at_us': 4000000, 'from': 10, 'to': 16, "
              "'node_a': 1, 'node_b': 2}]}")),
     CHECK_FAILED,
     "orders -> s -> shop: two owners: expected none, got 7; partition 0 at "
     "4s, offset 10, then 16, worker-1 and worker-2"},
    {"who delivered was not seen", "single_owner", NULL,
     RUN(SINK(UNSEEN(OWNERS))), CHECK_NOT_JUDGED,
     "orders -> s -> shop: two owners: no commit was seen"},

    {"all run", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}, {'connector': ''}], 'series': [{'t_us': "
     "1000000, 'tasks': {'s': 'RUNNING 0/0'}}, {'t_us': 9000000, 'tasks': "
     "{'s': 'RUNNING 2/2'}}]}",
     CHECK_HELD, "all tasks on 1 hop of connectors said RUNNING at 9s"},
    {"one does not", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 9000000, 'tasks': "
     "{'s': 'RUNNING 1/2'}}]}",
     CHECK_FAILED, "s: expected all tasks RUNNING at 9s, got RUNNING 1/2"},
    {"one has failed", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 9000000, 'tasks': "
     "{'s': 'RUNNING 2/2 FAILED 1'}}]}",
     CHECK_FAILED,
     "s: expected all tasks RUNNING at 9s, got RUNNING 2/2 FAILED 1"},
    {"they are gone", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 1, 'tasks': {'s': "
     "'RUNNING 1/1'}}, {'t_us': 9000000, 'tasks': {'s': 'RUNNING 0/0'}}]}",
     CHECK_FAILED, "s: expected all tasks RUNNING at 9s, got RUNNING 0/0"},
    {"its status was never seen", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 9000000, 'tasks': "
     "{'s': 'RUNNING 0/0'}}]}",
     CHECK_NOT_JUDGED, "s: no status of a task was seen"},
    {"it is in no sample", "tasks_running", NULL,
     "{'hops': [{'connector': 's'}], 'series': []}", CHECK_NOT_JUDGED,
     "s: no status of a task was seen"},
};

START_TEST(it_says)
{
    hold_row(&rows[_i]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, it_says, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("checks over events", fill)
