/* test_times.c - checks of recovery, progress and lag: table tests. */
#include "check/ask_check.h"
#include "support/suite.h"

#define FAULT(more)                                                            \
    "{'path': 'timeline[0]', 'kind': 'broker_kill', 'label': 'first', "        \
    "'resolved': 'broker-2', 'outcome': 'landed', 'restores': 'restores', "    \
    "'landed_us': 10000000, 'reverted_us': 14000000, 'mended_us': 15000000, "  \
    "'recovered_us': " more "}"
#define KILL(more)                                                             \
    "{'path': 'timeline[1]', 'kind': 'worker_kill', 'label': '', "             \
    "'resolved': 'worker-1', 'outcome': 'landed', 'restores': 'ends by "       \
    "itself', 'landed_us': 20000000, 'reverted_us': 20000000, 'mended_us': "   \
    "20000000, 'recovered_us': " more "}"
#define RUN(faults)                                                            \
    "{'not_judged': [], 'load': {'began_us': 1000000, 'ended_us': 60000000}, " \
    "'timeouts': {'recover_us': 120000000}, 'faults': [" faults "]}"

static const struct row recoveries[] = {
    {"in time", "recovered", "{'within': '30s'}",
     RUN(FAULT("27300000") "," KILL("21000000")), CHECK_HELD,
     "2 faults, the slowest timeline[0] broker_kill of broker-2 after 12.3s, "
     "30s allowed"},
    {"too late", "recovered", "{'within': '12s'}", RUN(FAULT("27300000")),
     CHECK_FAILED,
     "timeline[0] broker_kill of broker-2: expected recovery within 12s after "
     "the fault was mended at 15s, got 12.3s"},
    {"what ends by itself counts from its landing", "recovered",
     "{'within': '12s'}", RUN(KILL("33000000")), CHECK_FAILED,
     "timeline[1] worker_kill of worker-1: expected recovery within 12s after "
     "the fault landed at 20s, got 13s"},
    {"recovered while it was in force", "recovered", "{'within': '3s'}",
     RUN(FAULT("13500000")), CHECK_FAILED,
     "timeline[0] broker_kill of broker-2: expected recovery within 3s after "
     "the fault landed at 10s, got 3.5s"},
    {"never", "recovered", "{'within': '30s'}", RUN(FAULT("-1")), CHECK_FAILED,
     "timeline[0] broker_kill of broker-2: expected recovery within 30s after "
     "the fault was mended at 15s, got none in 45s"},
    {"not watched long enough", "recovered", "{'within': '50s'}",
     RUN(FAULT("-1")), CHECK_NOT_JUDGED,
     "timeline[0] broker_kill of broker-2: expected recovery within 50s after "
     "the fault was mended at 15s, got none in the 45s watched"},
    {"no baseline", "recovered", "{'within': '30s'}",
     "{'not_judged': ['two owners: x', 'recovery: no steady baseline'], "
     "'load': {'ended_us': 60000000}, 'faults': [" FAULT("-1") "]}",
     CHECK_NOT_JUDGED, "recovery: no steady baseline"},
    {"one of two, by label", "recovered", "{'within': '30s', 'fault': 'first'}",
     RUN(KILL("-1") "," FAULT("16000000")), CHECK_HELD,
     "1 fault, the slowest timeline[0] broker_kill of broker-2 after 1s, 30s "
     "allowed"},
    {"one of two, by kind", "recovered",
     "{'within': '30s', 'fault': 'worker_kill'}",
     RUN(KILL("-1") "," FAULT("16000000")), CHECK_FAILED,
     "timeline[1] worker_kill of worker-1: expected recovery within 30s after "
     "the fault landed at 20s, got none in 40s"},
    {"a failure counts more than what cannot be told", "recovered",
     "{'within': '42s'}",
     RUN("{'path': 'timeline[0]', 'kind': 'x', 'outcome': 'not landed'}," FAULT(
         "-1")),
     CHECK_FAILED,
     "timeline[0] broker_kill of broker-2: expected recovery within 42s after "
     "the fault was mended at 15s, got none in 45s"},
    {"too late, but another struck meanwhile", "recovered",
     "{'within': '12s', 'fault': 'first'}",
     RUN(FAULT("27300000") "," KILL("-1")), CHECK_NOT_JUDGED,
     "timeline[0] broker_kill of broker-2: expected recovery within 12s after "
     "the fault was mended at 15s, but timeline[1] worker_kill of worker-1 was "
     "in "
     "force "
     "meanwhile"},
    {"never, but another struck meanwhile", "recovered",
     "{'within': '12s', 'fault': 'first'}", RUN(FAULT("-1") "," KILL("-1")),
     CHECK_NOT_JUDGED,
     "timeline[0] broker_kill of broker-2: expected recovery within 12s after "
     "the fault was mended at 15s, but timeline[1] worker_kill of worker-1 was "
     "in "
     "force "
     "meanwhile"},
    {"it did not land", "recovered", "{'within': '30s'}",
     RUN("{'path': 'timeline[0]', 'kind': 'x', 'outcome': 'not landed'}"),
     CHECK_NOT_JUDGED, "timeline[0] x: the fault did not land"},
    {"it was not due", "recovered", "{'within': '30s'}",
     RUN("{'path': 'timeline[0]', 'kind': 'x', 'outcome': 'not due'}"),
     CHECK_NOT_JUDGED, "timeline[0] x: the fault was not due"},
    {"it was never mended", "recovered", "{'within': '1s'}",
     RUN("{'path': 'timeline[0]', 'kind': 'x', 'outcome': 'landed', "
         "'restores': 'restores', 'landed_us': 5, 'mended_us': -1, "
         "'recovered_us': -1}"),
     CHECK_NOT_JUDGED, "timeline[0] x: the fault was not proven mended"},
    {"no fault at all", "recovered", "{'within': '30s'}", RUN(""),
     CHECK_NOT_JUDGED, "the run had no fault to recover from"},
};

START_TEST(recovery)
{
    hold_row(&recoveries[_i]);
}
END_TEST

#define AT(t, n)                                                               \
    "{'t_us': " t "500000, 'delivered': {'orders': 99000, 'shop': " n "}}"
#define BEFORE AT("8", "0") "," AT("9", "10") ","
#define DURING AT("10", "40") "," AT("11", "80") "," AT("13", "140") ","
#define AFTER  AT("14", "170") "," AT("15", "900")
/* A fault in force from 10 to 14 s. 100 records arrive between the samples
 * inside, 160 between the samples around. */
#define ARRIVALS                                                               \
    "{'hops': [{'upstream': 'load', 'downstream': 'orders'}, {'upstream': "    \
    "'orders', 'downstream': 'shop'}], 'faults': [" FAULT("-1") "," KILL(      \
        "-1") "], 'series': [" BEFORE DURING AFTER "]}"

static const struct row arrivals[] = {
    {"enough for sure", "progress_during",
     "{'fault': 'broker_kill', 'at-least': 100}", ARRIVALS, CHECK_HELD,
     "timeline[0] broker_kill of broker-2: 100 records arrived from 10s to "
     "14s, at least 100 expected"},
    {"not enough for sure", "progress_during",
     "{'fault': 'first', 'at-least': 161}", ARRIVALS, CHECK_FAILED,
     "timeline[0] broker_kill of broker-2: expected at least 161 records to "
     "arrive from 10s to 14s, got between 100 and 160"},
    {"between samples it cannot be told", "progress_during",
     "{'fault': 'first', 'at-least': 160}", ARRIVALS, CHECK_NOT_JUDGED,
     "timeline[0] broker_kill of broker-2: expected at least 160 records to "
     "arrive from 10s to 14s, got between 100 and 160"},
    {"over before two samples", "progress_during",
     "{'fault': 'worker_kill', 'at-least': 1}", ARRIVALS, CHECK_NOT_JUDGED,
     "timeline[1] worker_kill of worker-1: in force from 20s to 20s, expected "
     "2 samples within, got 0"},
    {"no such fault", "progress_during", "{'fault': 'x', 'at-least': 1}",
     ARRIVALS, CHECK_NOT_JUDGED, "the run had no fault x"},
};

START_TEST(progress)
{
    hold_row(&arrivals[_i]);
}
END_TEST

#define SEEN(t, s, f) "{'t_us': " t "000000, 'lag': {'s': " s ", 'f': " f "}}"
#define LAGS                                                                   \
    "{'hops': [{'connector': 's'}, {'connector': 'f'}, {'connector': ''}], "   \
    "'series': [" SEEN("1", "0", "3") "," SEEN("2", "5000", "7") "," SEEN(     \
        "3", "0", "12") "]}"

static const struct row lags[] = {
    {"at the end", "lag", "{'below': 13}", LAGS, CHECK_HELD,
     "f was the most behind, by 12 records at 3s, below 13 expected at the "
     "end"},
    {"not at the end", "lag", "{'below': 12}", LAGS, CHECK_FAILED,
     "f: expected lag below 12 at the end, got 12 records at 3s"},
    {"of one connector", "lag", "{'below': 1, 'connector': 's'}", LAGS,
     CHECK_HELD,
     "s was the most behind, by 0 records at 3s, below 1 expected at the end"},
    {"always", "lag", "{'below': 5001, 'when': 'always'}", LAGS, CHECK_HELD,
     "s was the most behind, by 5 000 records at 2s, below 5 001 expected at "
     "all times"},
    {"not always", "lag", "{'below': 5000, 'when': 'always'}", LAGS,
     CHECK_FAILED,
     "s: expected lag below 5 000 at all times, got 5 000 records at 2s"},
    {"not seen at the end", "lag", "{'below': 5}",
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 1, 'lag': {'s': 2}}, "
     "{'t_us': 2, 'lag': {}}]}",
     CHECK_NOT_JUDGED, "s: no lag was seen at the end"},
    {"not seen at some time", "lag", "{'below': 5, 'when': 'always'}",
     "{'hops': [{'connector': 's'}], 'series': [{'t_us': 1, 'lag': {'s': 2}}, "
     "{'t_us': 2}]}",
     CHECK_NOT_JUDGED, "s: no lag was seen at all times"},
    {"no connector", "lag", "{'below': 5}", "{'hops': [], 'series': []}",
     CHECK_NOT_JUDGED, "the run has no connector"},
};

START_TEST(lag)
{
    hold_row(&lags[_i]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, recovery, 0, ARRAY_LEN(recoveries));
    tcase_add_loop_test(tc, progress, 0, ARRAY_LEN(arrivals));
    tcase_add_loop_test(tc, lag, 0, ARRAY_LEN(lags));
}

SUITE_MAIN("checks over times", fill)
