/* credential_revoke.c - a sink no longer accepts a credential.
 *
 * The sink answers every request with 401 until the fault ends. Then the
 * credential is good again, and the connector has to go on by itself.
 */
#include "fault/sink_fault_own.h"

const struct fault_ops fault_credential_revoke = {
    .name = "credential_revoke",
    .help = "an http endpoint accepts no credential, and answers 401",
    .behaviour = "revoke",
    SINK_FAULT,
};
