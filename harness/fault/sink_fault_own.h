/* sink_fault_own.h - what faults that make an endpoint misbehave share.
 *
 * A kind of fault names a row of the endpoint's behaviours and has a table of
 * arguments, which the row takes by the same names:
 *
 *   const struct fault_ops fault_sink_revoke = {
 *       .name = "sink_revoke", .help = "...", .behaviour = "revoke",
 *       SINK_FAULT,
 *   };
 *
 * Captured is how the endpoint behaved before, as its kind says it: a JSON
 * object that the kind takes back. Inside fault/ only.
 */
#ifndef FAULT_SINK_FAULT_OWN_H
#define FAULT_SINK_FAULT_OWN_H

#include "fault/fault_kinds_own.h"

#define SINK_FAULT                                                             \
    .target = &target_endpoint, .effect = FAULT_RESTORES,                      \
    .capture = sink_capture, .apply = sink_misbehave,                          \
    .landed = sink_misbehaves, .revert = sink_behave, .mended = sink_behaves

#define SINK_ARGS(table, type)                                                 \
    .args = (table), .args_len = ARRAY_LEN(table), .args_size = sizeof(type)

int sink_capture(const struct fault_call *c, json_t **ret, struct err *err);

/* apply: misbehave as the kind's row and the step's arguments say. */
int sink_misbehave(const struct fault_call *c, struct err *err);

/* landed: the endpoint says that it behaves so, and that it did so once at
 * least. */
int sink_misbehaves(const struct fault_call *c, json_t *proof, struct err *err);

/* revert, mended: as captured */
int sink_behave(const struct fault_call *c, struct err *err);
int sink_behaves(const struct fault_call *c, struct err *err);

#endif
