/* report_look_own.h - what of run.json takes more than base/look.h to read. */
#ifndef REPORT_REPORT_LOOK_OWN_H
#define REPORT_REPORT_LOOK_OWN_H

#include <jansson.h>
#include <stdint.h>

#include "base/look.h"

/* The seed and the like: a text or a whole number, as a new text. */
char *look_any(const json_t *at, const char *path);

/* When a place was, on the run's clock: its at_us, else its wall time less
 * the beginning of the run; -1. For attribution only. */
int64_t look_place_us(const json_t *run, const json_t *place);

/* The first landed fault (borrowed) whose disturbance window meets
 * from_us..to_us; NULL. */
const json_t *look_fault_at(const json_t *run, int64_t from_us, int64_t to_us);

/* Microseconds since the epoch of an RFC 3339 UTC time; -1. */
int64_t wall_read(const char *text);

#endif
