/* credential_revoke.c - a credential that a sink no longer accepts.
 *
 * Every request is answered 401 until the fault ends; then the credential is
 * good again, and a connector has to go on by itself.
 */
#include "fault/sink_fault_own.h"

const struct fault_ops fault_credential_revoke = {
    .name = "credential_revoke",
    .help = "an http endpoint accepts no credential, and answers 401",
    .behaviour = "revoke",
    SINK_FAULT,
};
