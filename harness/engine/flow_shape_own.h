/* flow_shape_own.h - ends and rates of a plan, for the baseline. Pure. */
#ifndef ENGINE_FLOW_SHAPE_OWN_H
#define ENGINE_FLOW_SHAPE_OWN_H

#include "plan/plan.h"
#include "verdict/baseline.h"

struct flow_shape flow_shape_of(const struct plan *p);

#endif
