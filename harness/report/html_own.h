/* html_own.h - the parts of report.html, one file each.
 *
 * The page is self-contained: no script, no external resource, and the
 * colour scheme follows the reader's preference. Every text of the run is
 * printed by emit(), so hostile markup is escaped.
 */
#ifndef REPORT_HTML_OWN_H
#define REPORT_HTML_OWN_H

#include <jansson.h>
#include <stdio.h>

#include "report/text_own.h"

#define H ESCAPE_HTML

/* The style sheet, without the <style> element. */
extern const char html_style[];

/* The CSS class for a status word of run.json ("held", "not landed",
 * "fail"): "good", "bad", "unsure" or "aside". Unknown words are "unsure".
 * Static. */
const char *html_class(const char *status);

/* Print a status word in the colour of html_class(). */
void html_pill(FILE *f, const char *status);

/* Print the card of one hop: promise, balance, findings, events, streams. */
void html_hop(FILE *f, const json_t *run, const json_t *hop);

/* Print a picture of the run over time, made from `series`, as inline SVG;
 * or a sentence if the run has no series. */
void html_timeline(FILE *f, const json_t *run);

#endif
