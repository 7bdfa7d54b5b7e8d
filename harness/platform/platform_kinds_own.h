/* platform_kinds_own.h - declares the table of each kind of platform. */
#ifndef PLATFORM_PLATFORM_KINDS_OWN_H
#define PLATFORM_PLATFORM_KINDS_OWN_H

#include "platform/platform.h"

#define PLATFORM_KIND(id) extern const struct platform_ops platform_##id;
#include "platform/platform_kinds.def"
#undef PLATFORM_KIND

#endif
