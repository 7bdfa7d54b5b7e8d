/* test_findings.c - checks of record findings and balances: table tests. */
#include "check/ask_check.h"
#include "support/suite.h"

#define NAME "orders -> orders-to-shop -> shop"

/* A sink's hop in run.json; `rest` is the text after the balance. */
#define HOP(status, drained, balance, rest)                                    \
    "{'name': '" NAME "', 'connector': 'orders-to-shop', 'upstream': "         \
    "'orders', 'downstream': 'shop', 'upstream_is': 'station', 'status': "     \
    "'" status "', 'drained': " drained ", 'balance': {" balance "}, " rest    \
    "}"
#define LOAD_HOP(findings)                                                     \
    "{'name': 'load -> orders', 'connector': '', 'upstream': 'load', "         \
    "'downstream': 'orders', 'upstream_is': 'ledger', 'status': 'held', "      \
    "'drained': true, 'balance': {'upstream': 6207, 'delivered': 6207, "       \
    "'closes': true}, 'findings': {" findings "}}"
#define ALL_THERE "'upstream': 6200, 'delivered': 6200, 'closes': true"
#define RUN(hops) "{'hops': [" hops "]}"
#define NONE      "'findings': {}"

#define IN_DOUBT "'findings': {'reordered': {'records': 0, 'unjudged': 3}}"

#define LOST_RUN                                                               \
    "'findings': {'lost': {'records': 10, 'worst': [{'stream': 3, 'first': "   \
    "1041, 'count': 8, 'up_first': {'partition': 2, 'offset': 9120}, "         \
    "'down_first': {'partition': -1, 'offset': -1}}]}, 'unseen': {'records': " \
    "2}}"

static const struct row rows[] = {
    /* ---- no_loss */
    {"all is there", "no_loss", NULL,
     RUN(LOAD_HOP("") "," HOP("held", "true", ALL_THERE, NONE)), CHECK_HELD,
     "12 407 of 12 407 records delivered, 0 dead-lettered, 0 filtered, on 2 "
     "hops"},
    {"dead letters are no loss", "no_loss", NULL,
     RUN(HOP("held", "true",
             "'upstream': 10, 'delivered': 7, 'dead_lettered': 2, "
             "'filtered': 1, 'closes': true",
             NONE)),
     CHECK_HELD,
     "7 of 10 records delivered, 2 dead-lettered, 1 filtered, on 1 hop"},
    {"some are lost", "no_loss", NULL,
     RUN(HOP("broken", "true", "'upstream': 6200, 'delivered': 6188",
             LOST_RUN)),
     CHECK_FAILED,
     NAME ": expected every record to arrive, got 10 lost, 2 unseen of 6 200 "
          "records; the longest stretch: 8 of stream 3 from sequence 1041 on, "
          "orders[2] offset 9120"},
    {"a loss fails also beside a hop that was not judged", "no_loss", NULL,
     RUN(HOP("not judged", "false", "'upstream': 0",
             NONE) "," HOP("broken", "true", "'upstream': 1",
                           "'findings': {'lost': {'records': 1}}")),
     CHECK_FAILED,
     NAME ": expected every record to arrive, got 1 lost of 1 records"},
    {"it fails on two hops", "no_loss", NULL,
     RUN(HOP("broken", "true", "'upstream': 5",
             "'findings': {'lost': {'records': 1}}") "," LOAD_HOP("'unseen': "
                                                                  "{'records': "
                                                                  "2}")),
     CHECK_FAILED,
     NAME ": expected every record to arrive, got 1 lost of 5 records (1 of 2 "
          "such hops)"},
    {"it had not drained", "no_loss", NULL,
     RUN(HOP("held", "false", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop had not drained"},
    {"it was not judged", "no_loss", NULL,
     RUN(HOP("not judged", "false", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop was not judged"},
    {"some are still to come", "no_loss", NULL,
     RUN(HOP("not judged", "false", ALL_THERE, "'pending': 4, " NONE)),
     CHECK_NOT_JUDGED, NAME ": records had not arrived when the drain ended"},
    {"no record at all proves nothing", "no_loss", NULL,
     RUN(HOP("held", "true", "'upstream': 0, 'delivered': 0, 'closes': true",
             NONE)),
     CHECK_NOT_JUDGED, "no record went over any hop"},

    /* ---- order */
    {"in order", "order", NULL, RUN(HOP("held", "true", ALL_THERE, NONE)),
     CHECK_HELD,
     "6 200 records first seen in the order of their streams, on 1 hop"},
    {"overtaken", "order", NULL,
     RUN(HOP("held", "true", ALL_THERE,
             "'findings': {'reordered': {'records': 3, 'worst': [{'stream': "
             "1, 'first': 7, 'count': 3, 'up_first': {'partition': 0, "
             "'offset': 6}, 'down_first': {'partition': 0, 'offset': 9}}]}}")),
     CHECK_FAILED,
     NAME
     ": expected every stream in order, got 3 reordered of 6 200 "
     "records; the longest stretch: 3 of stream 1 from sequence 7 on, shop[0] "
     "offset 9"},
    {"whether it is overtaken cannot be told", "order", NULL,
     RUN(HOP("not judged", "true", ALL_THERE, IN_DOUBT)), CHECK_NOT_JUDGED,
     NAME ": whether 3 records are reordered cannot be told"},
    {"nor where no order was asked for", "order", NULL,
     RUN(HOP("held", "true", ALL_THERE, IN_DOUBT)), CHECK_NOT_JUDGED,
     NAME ": whether 3 records are reordered cannot be told"},
    {"a doubt about order is none about losses", "no_loss", NULL,
     RUN(HOP("not judged", "true", ALL_THERE, IN_DOUBT)), CHECK_HELD,
     "6 200 of 6 200 records delivered, 0 dead-lettered, 0 filtered, on 1 hop"},
    {"order is not known before the drain", "order", NULL,
     RUN(HOP("held", "false", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop had not drained"},

    /* ---- intact */
    {"as written", "intact", NULL, RUN(HOP("held", "true", ALL_THERE, NONE)),
     CHECK_HELD,
     "6 200 records delivered on 1 hop, none of them found corrupt, diverged, "
     "phantom, misrouted or stale; not judged: altered"},
    {"a phantom and a corrupt one", "intact", NULL,
     RUN(HOP("broken", "true", ALL_THERE,
             "'findings': {'phantom': {'records': 1}, 'corrupt': {'records': "
             "2}, 'lost': {'records': 5}}")),
     CHECK_FAILED,
     NAME ": expected every record as it was written, got 2 corrupt, 1 phantom "
          "of 6 200 records"},
    {"a stale row", "intact", NULL,
     RUN(HOP("broken", "true", ALL_THERE,
             "'findings': {'stale': {'records': 1}}")),
     CHECK_FAILED,
     NAME ": expected every record as it was written, got 1 stale of 6 200 "
          "records"},
    {"not read", "intact", NULL,
     RUN(HOP("not judged", "true", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop was not judged"},

    /* ---- balance */
    {"it closes", "balance", NULL,
     RUN(LOAD_HOP("") "," HOP("broken", "true",
                              "'upstream': 6200, 'delivered': 6188, 'lost': "
                              "12, 'closes': true",
                              NONE)),
     CHECK_HELD,
     "closes on 2 hops, counted on each: 12 407 upstream, of them 12 395 "
     "delivered, 0 "
     "dead-lettered, 0 filtered, 0 not judged, 12 findings"},
    {"a balance that does not close is the harness's fault", "balance", NULL,
     RUN(HOP("held", "true",
             "'upstream': 6200, 'delivered': 6100, 'lost': 1, 'unseen': 2, "
             "'dead_lettered': 3, 'filtered': 4, 'closes': false",
             NONE)),
     CHECK_NOT_JUDGED,
     NAME ": expected 6 200 upstream, got 6 100 delivered, 3 dead-lettered, 4 "
          "filtered, 1 lost, 2 unseen: the balance does not close, a defect of "
          "the harness"},
    {"no balance without a judgement", "balance", NULL,
     RUN(HOP("not judged", "true", "'closes': false", NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop was not judged"},

    /* ---- losses_are_refusals */
    {"each loss is a refusal", "losses_are_refusals", "{'on': 'shop'}",
     RUN(LOAD_HOP("") "," HOP(
         "broken", "true", ALL_THERE,
         "'refusals': {'refused_and_never_taken': 12, 'lost_or_unseen': 12}")),
     CHECK_HELD,
     NAME ": each of 12 lost records was refused and never taken by shop"},
    {"one loss was never refused", "losses_are_refusals", "{'on': 'shop'}",
     RUN(HOP("broken", "true", ALL_THERE,
             LOST_RUN ", 'refusals': {'refused_and_never_taken': 11, "
                      "'lost_or_unseen': 12}")),
     CHECK_FAILED,
     NAME ": expected each of 12 lost records to be refused by shop, got 11 "
          "refused; the longest stretch: 8 of stream 3 from sequence 1041 on, "
          "orders[2] offset 9120"},
    {"more refused than lost tells nothing", "losses_are_refusals",
     "{'on': 'shop'}",
     RUN(HOP("held", "true", ALL_THERE,
             "'refusals': {'refused_and_never_taken': 5, 'lost_or_unseen': "
             "0}")),
     CHECK_NOT_JUDGED,
     NAME ": shop refused 5 records for good, 0 are lost: the numbers do not "
          "tell whether each lost record was refused"},
    {"nothing lost, nothing shown", "losses_are_refusals", "{'on': 'shop'}",
     RUN(HOP("held", "true", ALL_THERE,
             "'refusals': {'refused_and_never_taken': 0, 'lost_or_unseen': "
             "0}")),
     CHECK_NOT_JUDGED,
     NAME ": expected losses, got none, and shop refused no record for good"},
    {"it keeps no log of refusals", "losses_are_refusals", "{'on': 'shop'}",
     RUN(HOP("broken", "true", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": shop counts no refused records"},
    {"before the drain nothing is lost", "losses_are_refusals",
     "{'on': 'shop'}",
     RUN(HOP("held", "false", ALL_THERE,
             "'refusals': {'refused_and_never_taken': 1, 'lost_or_unseen': "
             "1}")),
     CHECK_NOT_JUDGED, NAME ": the hop was not judged after a drain"},
    {"another endpoint", "losses_are_refusals", "{'on': 'store'}",
     RUN(HOP("held", "true", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     "store: no hop leads into the endpoint"},
};

START_TEST(it_says)
{
    hold_row(&rows[_i]);
}
END_TEST

#define TWICE(n)                                                               \
    "{'faults': [{'applied_us': 5}, {'applied_us': 9}, {'applied_us': -1}], "  \
    "'hops': [" LOAD_HOP("'duplicate': {'records': 900}") "," HOP(             \
        "held", "true", ALL_THERE,                                             \
        "'findings': {'duplicate': {'records': " n                             \
        ", 'worst': [{'stream': 3, 'first': 10, 'count': 5, 'up_first': {}, "  \
        "'down_first': {}}]}}") "]}"
#define LONGEST "; the longest stretch: 5 of stream 3 from sequence 10 on"

static const struct row copies[] = {
    {"none and none allowed", "duplicates", NULL, TWICE("0"), CHECK_HELD,
     "0 duplicates of 6 200 records on 1 hop, none allowed"},
    {"one and none allowed", "duplicates", NULL, TWICE("1"), CHECK_FAILED,
     NAME ": expected none, got 1 duplicates" LONGEST},
    {"as many as may be", "duplicates", "{'max': 500}", TWICE("500"),
     CHECK_HELD,
     "500 duplicates of 6 200 records on 1 hop, at most 500 allowed"},
    {"one more", "duplicates", "{'max': 500}", TWICE("501"), CHECK_FAILED,
     NAME ": expected at most 500, got 501 duplicates" LONGEST},
    {"for each of two faults", "duplicates", "{'per-disturbance': 250}",
     TWICE("500"), CHECK_HELD,
     "500 duplicates of 6 200 records on 1 hop, at most 500 (250 for each of 2 "
     "disturbances) allowed"},
    {"one more than for two faults", "duplicates", "{'per-disturbance': 250}",
     TWICE("501"), CHECK_FAILED,
     NAME ": expected at most 500 (250 for each of 2 disturbances), "
          "got 501 duplicates" LONGEST},
    {"both bounds hold: the lower is in all", "duplicates",
     "{'max': 300, 'per-disturbance': 250}", TWICE("301"), CHECK_FAILED,
     NAME ": expected at most 300, got 301 duplicates" LONGEST},
    {"both bounds hold: the lower is by fault", "duplicates",
     "{'max': 700, 'per-disturbance': 250}", TWICE("501"), CHECK_FAILED,
     NAME ": expected at most 500 (250 for each of 2 disturbances), "
          "got 501 duplicates" LONGEST},
    {"of one connector", "duplicates",
     "{'max': 1, 'connector': 'orders-to-shop'}", TWICE("0"), CHECK_HELD,
     "0 duplicates of 6 200 records on 1 hop, at most 1 allowed"},
    {"of a connector without a hop", "duplicates", "{'connector': 'y'}",
     TWICE("0"), CHECK_NOT_JUDGED, "the run has no hop of the connector"},
    {"more may come", "duplicates", "{'max': 1}",
     RUN(HOP("held", "false", ALL_THERE, NONE)), CHECK_NOT_JUDGED,
     NAME ": the hop had not drained"},
};

START_TEST(copies_are_counted)
{
    hold_row(&copies[_i]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, it_says, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, copies_are_counted, 0, ARRAY_LEN(copies));
}

SUITE_MAIN("checks over findings", fill)
