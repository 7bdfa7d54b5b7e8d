/* target_kinds_own.h - the table of each kind in target_kinds.def, declared. */
#ifndef FAULT_TARGET_KINDS_OWN_H
#define FAULT_TARGET_KINDS_OWN_H

#include "fault/target.h"

#define TARGET_KIND(id) extern const struct target_ops target_##id;
#include "fault/target_kinds.def"
#undef TARGET_KIND

#endif
