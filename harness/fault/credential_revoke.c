/* credential_revoke.c - a credential that a sink no longer accepts.
 *
 * Everybody is answered 401 until the fault ends; then what was good is good
 * again, and a connector has to go on by itself.
 */
#include "fault/sink_fault_own.h"

static const struct misbehaviour wanted = {.retry_after_s = -1,
                                           .revoked = true};

static int apply(const struct fault_call *c, struct err *err)
{
    return sink_misbehave(c, &wanted, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    return sink_misbehaved(c, &wanted, proof, err);
}

extern const struct fault_ops fault_credential_revoke;
const struct fault_ops fault_credential_revoke = {
    .name = "credential_revoke",
    .help = "an http endpoint accepts no credential, and answers 401",
    .target = TARGET_ENDPOINT,
    .effect = FAULT_RESTORES,
    .needs_endpoint = ENDPOINT_CAN_MISBEHAVE,
    .capture = sink_capture,
    .apply = apply,
    .landed = landed,
    .revert = sink_behave,
    .mended = sink_behaves,
};
