/* glossary.h - the terms of reports, scenarios and the manual, in a sentence
 * or two each. */
#ifndef CLI_GLOSSARY_H
#define CLI_GLOSSARY_H

#include <stddef.h>

struct glossary_row {
    const char *word;
    const char *meaning; /* one or two sentences */
};

/* Sorted by word. */
extern const struct glossary_row glossary[];
extern const size_t glossary_len;

const struct glossary_row *glossary_find(const char *word); /* NULL: none */

#endif
