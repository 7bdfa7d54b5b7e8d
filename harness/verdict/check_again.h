/* check_again.h - checks of a run read again by `ordeal verify`. Pure.
 */
#ifndef VERDICT_CHECK_AGAIN_H
#define VERDICT_CHECK_AGAIN_H

#include "check/check.h"

/* A run cut short shows no recovery and no later progress, so a failed check of
 * the run's course becomes "not judged". A check about findings of records
 * alone keeps the status: a record is present or absent, whenever the station
 * is read. */
void check_again(const struct check_ops *ops, struct check_result *res);

#endif
