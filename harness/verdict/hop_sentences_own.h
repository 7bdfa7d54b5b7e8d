/* hop_sentences_own.h - the sentences of a hop's status. */
#ifndef VERDICT_HOP_SENTENCES_OWN_H
#define VERDICT_HOP_SENTENCES_OWN_H

#include "verdict/hop_status.h"

/* A finding, with the longest run of records. New. */
json_t *finding_sentence(const struct hop_status_spec *s,
                         enum finding_kind kind, const char *why);

/* How many records are not judged as `kind`, why, and whether the status rests
 * on these records. New; NULL: none. */
json_t *unjudged_sentence(const struct hop_status_spec *s,
                          enum finding_kind kind,
                          const struct finding_status *f);

/* Why absent records are pending or the hop was still at work. New; NULL:
 * neither. */
json_t *undrained_sentence(const struct hop_status_spec *s);

#endif
