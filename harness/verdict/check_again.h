/* check_again.h - which checks still mean something when a run is read again.
 * Pure.
 */
#ifndef VERDICT_CHECK_AGAIN_H
#define VERDICT_CHECK_AGAIN_H

#include "check/check.h"

/* A run that was cut short proves no failure of what only a run that goes on
 * can show: such a failure becomes "not judged". A check that speaks of nothing
 * but findings of records keeps its status: records are there or not, whenever
 * they are read. */
void check_again(const struct check_ops *ops, struct check_result *res);

#endif
