/* fault_kinds_own.h - the table of each kind in fault_kinds.def, declared. */
#ifndef FAULT_FAULT_KINDS_OWN_H
#define FAULT_FAULT_KINDS_OWN_H

#include "fault/fault.h"
#include "fault/target_kinds_own.h"

#define FAULT_KIND(id) extern const struct fault_ops fault_##id;
#include "fault/fault_kinds.def"
#undef FAULT_KIND

#endif
