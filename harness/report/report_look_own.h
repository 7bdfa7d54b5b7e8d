/* report_look_own.h - reading values of run.json that base/look.h cannot
 * read alone. Pure. */
#ifndef REPORT_REPORT_LOOK_OWN_H
#define REPORT_REPORT_LOOK_OWN_H

#include <jansson.h>
#include <stdint.h>

#include "base/look.h"

/* A text or a whole number (such as the seed) as a new text. */
char *look_any(const json_t *at, const char *path);

/* The time of a place on the clock of the run: at_us, else the wall-clock
 * time less the beginning of the run; -1: unknown. For attribution only,
 * never for a verdict. */
int64_t look_place_us(const json_t *run, const json_t *place);

/* The first landed fault whose disturbance overlaps from_us..to_us,
 * borrowed, or NULL. */
const json_t *look_fault_at(const json_t *run, int64_t from_us, int64_t to_us);

/* Microseconds since the epoch of an RFC 3339 time in UTC; -1 for any other
 * text. */
int64_t wall_read(const char *text);

#endif
