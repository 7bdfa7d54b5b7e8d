/* check_kinds_own.h - the table of each kind in check_kinds.def, declared. */
#ifndef CHECK_CHECK_KINDS_OWN_H
#define CHECK_CHECK_KINDS_OWN_H

#include "check/check.h"

#define CHECK_KIND(id) extern const struct check_ops check_##id;
#include "check/check_kinds.def"
#undef CHECK_KIND

#endif
