/* words_own.h - run.json in sentences, the same in every format.
 *
 * A sentence says where, when and who, what was expected, what was found,
 * and how much was allowed. Sentences are in lower case where a label stands
 * before them. Nothing is escaped: emit() escapes on printing. All strings
 * are new; the caller frees.
 */
#ifndef REPORT_WORDS_OWN_H
#define REPORT_WORDS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/findings.h"

/* Call `say` for each kind in the findings of `hop` that has records: known
 * kinds from the gravest to the mildest, then kinds of a newer program. */
typedef void (*finding_fn)(void *ctx, const struct finding_row *row,
                           const json_t *finding);
void words_each_finding(const json_t *hop, finding_fn say, void *ctx);

/* The run in one paragraph, for a reader who knows nothing of the run. */
char *words_summary(const json_t *run);
/* "expected pass, got fail: not as expected, exit code 1" */
char *words_expected(const json_t *run);
/* "at-least-once, in order per stream, at most 2 000 duplicates ..." */
char *words_guarantee(const json_t *hop);
/* "120 000 in orders = 118 959 delivered + 1 041 lost + 0 unseen: closes" */
char *words_balance(const json_t *hop);
/* Whether the balance of a hop closes: "closes", "not judged" or "DOES NOT
 * CLOSE". Static. */
const char *words_closes(const json_t *hop);
/* "120 000 attempted = 119 900 acknowledged + ..." */
char *words_load(const json_t *run);
/* "1 041 records in 3 runs, none allowed: breaks the promise" */
char *words_finding(const json_t *finding);
/* One run of a finding: identity, places on both sides, times, nearest
 * fault. */
char *words_run(const json_t *run, const json_t *hop, const json_t *worst);
/* "orders[3] offset 9 044 to 9 543 by worker-2"; "" if no place is known.
 * `which`: "up" or "down". */
char *words_place(const json_t *hop, const json_t *worst, const char *which);
/* "during timeline[0] worker_kill on worker-1", "outside of every
 * disturbance (0.1s before ...)"; "" if the time is unknown or the run had no
 * faults. */
char *words_during(const json_t *run, const json_t *worst);
/* The time of a run of a finding: arrival downstream, else upstream; -1:
 * unknown. */
int64_t words_when_us(const json_t *run, const json_t *worst);
/* "offset regression: 2", "two owners: not judged: <why not>" */
char *words_event(const char *kind, const json_t *event);
/* "partition 3 at 24.1s, offset 9 500 to 9 044, worker-1 and worker-2" */
char *words_event_case(const json_t *run, const json_t *one);
/* "timeline[0] worker_kill on worker-1 (running orders-to-shop/0)" */
char *words_fault_name(const json_t *fault);
/* "asked at 20.0s, landed at 20.1s, ..., recovered at 33.1s" */
char *words_fault_times(const json_t *fault);
/* The proof of a landed fault ("ended: killed by signal 9 (Killed), pid:
 * 17"), or the reason why the fault did not land; "" without either. */
char *words_fault_because(const json_t *fault);
/* "expect[0] recovered: sentence", with the reason of a relaxed check. */
char *words_check(const json_t *check);
/* "5 of 1 041 stretches shown"; "" if all are shown. */
char *words_capped(size_t shown, int64_t of, const char *what);
/* What to say where a list is empty: "none", or "not known" of a run whose
 * engine was stopped before it could tell. */
const char *words_no(const json_t *run);
/* The seed as --seed takes the number. */
char *words_seed(const json_t *run);
/* "3.4s beside warm-up, ...": the time that the scenario does not ask for; ""
 * where the document does not tell. */
char *words_undeclared(const json_t *run);
/* The path of a report file, as far as the document tells. */
char *words_report_path(const json_t *run, const char *file_name);

#endif
