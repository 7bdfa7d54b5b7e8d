/* html_own.h - the parts that report.html is made of, one file each.
 *
 * One self-contained page: no script, no external resource, light and dark by
 * the reader's preference. Every text of the run goes through emit().
 */
#ifndef REPORT_HTML_OWN_H
#define REPORT_HTML_OWN_H

#include <jansson.h>
#include <stdio.h>

#include "report/text_own.h"

#define H ESCAPE_HTML

/* The style sheet, without its <style> element. */
extern const char html_style[];

/* "good", "bad", "unsure" or "aside": the class that colours a status word of
 * run.json ("held", "not landed", "fail"). */
const char *html_class(const char *status);

/* A status word in its colour. */
void html_pill(FILE *f, const char *status);

/* The card of one hop: promise, balance, findings, events, streams. */
void html_hop(FILE *f, const json_t *run, const json_t *hop);

/* The picture of the run over time, from `series`, as inline SVG. Says so
 * where there is nothing to draw. */
void html_timeline(FILE *f, const json_t *run);

#endif
