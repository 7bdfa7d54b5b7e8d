/* sentence.c - sentences as JSON texts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/own.h"
#include "base/utf8.h"
#include "verdict/sentence_own.h"

json_t *sentence(const char *fmt, ...)
{
    AUTO_FREE char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = must_vprintf(fmt, ap);
    va_end(ap);
    utf8_mend(text);
    return json_string(text);
}
