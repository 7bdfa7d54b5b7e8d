/* sentence_own.h - sentences as JSON texts. */
#ifndef VERDICT_SENTENCE_OWN_H
#define VERDICT_SENTENCE_OWN_H

#include <jansson.h>

#include "base/attr.h"

/* New. Bytes other than UTF-8 are mended: JSON refuses the text, and a list
 * goes on without the sentence, so a reason against a pass would be missing. */
json_t *sentence(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
