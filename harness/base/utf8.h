/* utf8.h - text that JSON takes: a value that it refuses would be missing from
 * the evidence, and what is missing there may turn into a pass. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/* Replace, in place, every byte that is no UTF-8 (a broker's log, a character
 * cut in two by a buffer's end) by '?'. */
void utf8_mend(char *text);

#endif
