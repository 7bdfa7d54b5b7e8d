/* sink_fault_own.h - common steps of faults that make an endpoint misbehave.
 *
 * A kind of fault names a row of the endpoint's behaviours, and has a table of
 * arguments taken by the row under the same names:
 *
 *   const struct fault_ops fault_sink_revoke = {
 *       .name = "sink_revoke", .help = "...", .behaviour = "revoke",
 *       SINK_FAULT,
 *   };
 *
 * Captured is the behaviour in force before, in the words of the endpoint's
 * kind: a JSON object that the kind takes back. Inside fault/ only.
 */
#ifndef FAULT_SINK_FAULT_OWN_H
#define FAULT_SINK_FAULT_OWN_H

#include "base/units.h"
#include "fault/fault_kinds_own.h"

#define SINK_FAULT                                                             \
    .target = &target_endpoint, .effect = FAULT_RESTORES,                      \
    .capture = sink_capture, .apply = sink_misbehave,                          \
    .landed = sink_misbehaves, .revert = sink_behave, .mended = sink_behaves

#define SINK_ARGS(table, type)                                                 \
    .args = (table), .args_len = ARRAY_LEN(table), .args_size = sizeof(type)

/* Rows that several tables of arguments have. `owner` is the struct of the
 * arguments, with a member of the row's name. */
#define SINK_STATUS_ARG(owner, usual)                                          \
    {                                                                          \
        .name = "status", .type = ARG_INT, .at = offsetof(owner, status),      \
        .min = 400, .max = 599, .dflt = (usual),                               \
        .help = "HTTP status of the answer to a request; the record is not "   \
                "taken"                                                        \
    }

#define SINK_SHARE_ARG(owner, least, meaning)                                  \
    {                                                                          \
        .name = "share", .type = ARG_SHARE, .at = offsetof(owner, share),      \
        .min = (least), .max = PPM, .dflt = "100%", .help = (meaning)          \
    }

/* Arguments of a fault that leaves requests without an answer. */
struct sink_silence {
    int64_t share;
    int64_t when; /* index into sink_whens */
};

extern const char *const sink_whens[]; /* before, after the record is taken */

#define SINK_WHEN_ARG(usual, meaning)                                          \
    {                                                                          \
        .name = "when", .type = ARG_WORD,                                      \
        .at = offsetof(struct sink_silence, when), .dflt = (usual),            \
        .words = sink_whens, .help = (meaning)                                 \
    }

int sink_capture(const struct fault_call *c, json_t **ret, struct err *err);

/* apply: misbehave as the kind's row and the step's arguments say. */
int sink_misbehave(const struct fault_call *c, struct err *err);

/* landed: by its own word the endpoint behaves as told, and has done so at
 * least once. */
int sink_misbehaves(const struct fault_call *c, json_t *proof, struct err *err);

/* revert, mended: as captured */
int sink_behave(const struct fault_call *c, struct err *err);
int sink_behaves(const struct fault_call *c, struct err *err);

#endif
