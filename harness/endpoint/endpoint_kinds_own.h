/* endpoint_kinds_own.h - the table of each kind in endpoint_kinds.def,
 * declared. */
#ifndef ENDPOINT_ENDPOINT_KINDS_OWN_H
#define ENDPOINT_ENDPOINT_KINDS_OWN_H

#include "endpoint/endpoint.h"

#define ENDPOINT_KIND(id) extern const struct endpoint_ops endpoint_##id;
#include "endpoint/endpoint_kinds.def"
#undef ENDPOINT_KIND

#endif
