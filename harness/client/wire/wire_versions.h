/* wire_versions.h - the requests known to a broker, with their versions.
 *
 * Promises, errors and threads as in connection.h.
 */
#ifndef CLIENT_WIRE_VERSIONS_H
#define CLIENT_WIRE_VERSIONS_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/wire/connection.h"
#include "client/wire/wire_messages.h"

/* Ask the broker by ApiVersions: version 3 first. A broker without version 3
 * answers in the form of version 0; since KIP-511 the answer names the known
 * versions of ApiVersions, and the second question has the highest of the named
 * versions, else version 0. `timeout_us` is for both questions. */
MUST_USE int wire_ask_versions(struct wire *w, int64_t timeout_us,
                               struct wire_versions *ret, struct err *err);

#endif
