/* sink_fault_own.h - what faults that make an endpoint misbehave share.
 *
 * Captured is how it behaved before, all of it. Inside fault/ only.
 */
#ifndef FAULT_SINK_FAULT_OWN_H
#define FAULT_SINK_FAULT_OWN_H

#include "fault/fault.h"

int sink_capture(const struct fault_call *c, json_t **ret, struct err *err);

/* apply: misbehave so from now on. -EINVAL: that would be no misbehaviour. */
int sink_misbehave(const struct fault_call *c, const struct misbehaviour *m,
                   struct err *err);

/* landed: it is set so, and one request at least was answered that way. */
int sink_misbehaved(const struct fault_call *c, const struct misbehaviour *m,
                    json_t *proof, struct err *err);

/* revert, mended: as captured */
int sink_behave(const struct fault_call *c, struct err *err);
int sink_behaves(const struct fault_call *c, struct err *err);

#endif
