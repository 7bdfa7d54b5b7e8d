/* flow_shape_own.h - the ends of a plan, and the records its loads have to send
 * over each hop, for the baseline. Pure. */
#ifndef ENGINE_FLOW_SHAPE_OWN_H
#define ENGINE_FLOW_SHAPE_OWN_H

#include "load/load.h"
#include "plan/plan.h"
#include "verdict/baseline.h"

struct flow_shape flow_shape_of(const struct plan *p);

/* Set the due and acknowledged records of `s`, taken at s->t_us with these
 * members 0, by how far each load of the plan is. */
void flow_due(const struct plan *p, const struct load_progress *loads,
              struct sample *s);

#endif
