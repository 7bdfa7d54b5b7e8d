/* html_hop.c - the card of one hop in report.html. */
#include "report/html_own.h"

#include <stdbool.h>
#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/words_own.h"

struct card {
    FILE *f;
    const json_t *run;
    const json_t *hop;
};

struct share {
    const char *key, *word, *css;
};

static const struct share shares[] = {
    {"balance.delivered", "delivered", "delivered"},
    {"balance.dead_lettered", "only dead-lettered", "dead"},
    {"balance.filtered", "filtered", "filtered"},
    {"balance.lost", "lost", "lost"},
    {"balance.unseen", "unseen", "unseen"},
    {"pending", "pending, not drained", "pending"},
    {"balance.unjudged", "absent, not judged", "pending"},
};

/* The balance as a bar, one piece per term. A piece is at least 4 pixels
 * wide, so a single lost record among millions is visible. */
static void put_balance(FILE *f, const json_t *hop)
{
    (void)fputs("<div class=bar role=img aria-label=\"balance\">", f);
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        int64_t n = look_int(hop, shares[i].key);

        if (n > 0)
            (void)fprintf(f,
                          "<i class=\"%s\" style=\"flex:%lld 0 0;"
                          "min-width:4px\" title=\"%s\"></i>",
                          shares[i].css, (long long)n, shares[i].word);
    }
    emit(f, H, "</div><ul class=key><li><b>%s</b> in %s =</li>",
         grouped(look_int(hop, "balance.upstream")).s,
         look_text(hop, "upstream"));
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        int64_t n = look_int(hop, shares[i].key);

        if (n < 0 || (n == 0 && strcmp(shares[i].css, "pending") == 0))
            continue;
        (void)fprintf(f, "<li><i class=\"%s\"></i>", shares[i].css);
        emit(f, H, "<b>%s</b> %s</li>", grouped(n).s, shares[i].word);
    }
    emit(f, H, "<li><b class=%s>%s</b></li></ul>",
         look_true(hop, "balance.closes") ? "good" : "bad", words_closes(hop));
}

static void put_attempts(FILE *f, const json_t *hop)
{
    static const struct share terms[] = {
        {"acknowledged", "acknowledged", " = "},
        {"refused", "refused", " + "},
        {"aborted", "aborted", " + "},
        {"indeterminate_appeared", "indeterminate that appeared", " + "},
        {"indeterminate_absent", "indeterminate and absent", " + "},
    };
    const json_t *b = look(hop, "balance");

    emit(f, H, "<p class=dim>%s attempted",
         grouped(look_int(b, "attempted")).s);
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        (void)fputs(terms[i].css, f);
        emit(f, H, "%s %s", grouped(look_int(b, terms[i].key)).s,
             terms[i].word);
    }
    emit(f, H, "; further copies: %s in %s, %s in %s",
         grouped(look_int(b, "upstream_copies")).s, look_text(hop, "upstream"),
         grouped(look_int(b, "downstream_copies")).s,
         look_text(hop, "downstream"));
    if (look_int(hop, "longest_rewind") > 0)
        emit(f, H, "; longest rewind: %s records",
             grouped(look_int(hop, "longest_rewind")).s);
    (void)fputs("</p>", f);
}

static void put_note(FILE *f, const json_t *worst)
{
    const char *between = "";

    if (look_true(worst, "rewind")) {
        (void)fputs("rewind", f);
        between = "; ";
    }
    if (look_true(worst, "overtaken_by_commit")) {
        (void)fprintf(f, "%sa committed offset has passed", between);
        between = "; ";
    }
    if (*look_text(worst, "note"))
        emit(f, H, "%s%s", between, look_text(worst, "note"));
}

static void put_place(const struct card *c, const json_t *worst,
                      const char *which)
{
    const json_t *first =
        look(worst, which[0] == 'u' ? "up_first" : "down_first");
    AUTO_FREE char *place = words_place(c->hop, worst, which);
    int64_t at_us = look_place_us(c->run, first);

    emit(c->f, H, "<td class=t>%s</td><td class=n>%s</td>",
         *place ? place : "-", at_us >= 0 ? instant(at_us).s : "-");
}

static void put_worst(const struct card *c, const json_t *worst)
{
    AUTO_FREE char *during = words_during(c->run, worst);
    int64_t first = look_int(worst, "first"), count = look_int(worst, "count");

    emit(c->f, H, "<tr><td class=n>%s</td><td class=n>%s</td>",
         grouped(look_int(worst, "stream")).s, grouped(first).s);
    emit(c->f, H, "<td class=n>%s</td><td class=n>%s</td>",
         grouped(first + count - 1).s, grouped(count).s);
    put_place(c, worst, "up");
    put_place(c, worst, "down");
    emit(c->f, H, "<td>%s</td><td>", *during ? during : "-");
    put_note(c->f, worst);
    (void)fputs("</td></tr>\n", c->f);
}

static void put_runs(const struct card *c, const json_t *finding)
{
    json_t *worst = look(finding, "worst"), *one;
    AUTO_FREE char *capped = words_capped(
        json_array_size(worst), look_int(finding, "runs"), "stretches");
    size_t i;

    emit(c->f, H,
         "<div class=scroll><table><tr><th class=n>stream</th>"
         "<th class=n>first</th><th class=n>last</th>"
         "<th class=n>records</th><th>in %s</th><th class=n>written</th>"
         "<th>in %s</th><th class=n>arrived</th><th>when</th>"
         "<th>note</th></tr>\n",
         look_text(c->hop, "upstream"), look_text(c->hop, "downstream"));
    json_array_foreach (worst, i, one)
        put_worst(c, one);
    (void)fputs("</table></div>", c->f);
    if (*capped)
        emit(c->f, H, "<p class=dim>%s, the longest first</p>", capped);
}

/* A finding that breaks the promise is shown open; a finding within the
 * promise is folded and can be opened. */
static void put_finding(void *ctx, const struct finding_row *row,
                        const json_t *finding)
{
    const struct card *c = ctx;
    AUTO_FREE char *total = words_finding(finding);
    bool fails = look_true(finding, "fails");

    emit(c->f, H, "<h4><b class=%s>%s</b>: %s</h4><p class=dim>%s</p>",
         fails ? "bad" : "aside", row->name, total, row->meaning);
    if (look_len(finding, "worst") == 0)
        return;
    if (!fails)
        (void)fputs("<details><summary>Where</summary>", c->f);
    put_runs(c, finding);
    if (!fails)
        (void)fputs("</details>", c->f);
}

static bool is_quiet(const json_t *event)
{
    return look_true(event, "judged") && look_int(event, "count") == 0;
}

static void put_event(const struct card *c, const char *kind,
                      const json_t *event)
{
    AUTO_FREE char *text = words_event(kind, event);
    json_t *worst = look(event, "worst"), *one;
    size_t i;

    emit(c->f, H, "<li>%s<ul>", text);
    json_array_foreach (worst, i, one) {
        AUTO_FREE char *each = words_event_case(c->run, one);

        emit(c->f, H, "<li>%s</li>", each);
    }
    (void)fputs("</ul></li>", c->f);
}

/* Events seen or not judged get a line each; events looked for and not seen
 * share the last line. */
static void put_events(const struct card *c)
{
    FILE *f = c->f;
    json_t *events = look(c->hop, "events"), *event;
    const char *kind, *before = "<li>looked for and not seen: ";

    if (json_object_size(events) == 0)
        return;
    (void)fputs("<h4>Offsets, owners and tasks</h4><ul>", f);
    json_object_foreach (events, kind, event) {
        if (!is_quiet(event))
            put_event(c, kind, event);
    }
    json_object_foreach (events, kind, event) {
        if (!is_quiet(event))
            continue;
        (void)fputs(before, f);
        emit(f, H, "%s", kind);
        before = ", ";
    }
    (void)fputs(before[0] == ',' ? "</li></ul>" : "</ul>", f);
}

static void put_stream(FILE *f, const json_t *stream)
{
    static const char *const keys[] = {
        "upstream", "delivered", "dead_lettered",    "filtered",
        "lost",     "unseen",    "downstream_copies"};

    emit(f, H, "<tr><td class=n>%s</td><td>%s</td>",
         grouped(look_int(stream, "stream")).s, look_text(stream, "name"));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int64_t n = look_int(stream, keys[i]);

        emit(f, H, "<td class=n>%s</td>", n < 0 ? "-" : grouped(n).s);
    }
    (void)fputs("</tr>\n", f);
}

static void put_streams(FILE *f, const json_t *hop)
{
    json_t *streams = look(hop, "streams"), *stream;
    size_t i;

    if (json_array_size(streams) == 0)
        return;
    (void)fputs("<details><summary>Balance of each stream</summary>"
                "<div class=scroll><table><tr><th class=n>stream</th>"
                "<th>written to</th><th class=n>upstream</th>"
                "<th class=n>delivered</th><th class=n>dead-lettered</th>"
                "<th class=n>filtered</th><th class=n>lost</th>"
                "<th class=n>unseen</th><th class=n>further copies</th>"
                "</tr>\n",
                f);
    json_array_foreach (streams, i, stream)
        put_stream(f, stream);
    (void)fputs("</table></div></details>", f);
}

void html_hop(FILE *f, const json_t *run, const json_t *hop)
{
    struct card c = {f, run, hop};
    AUTO_FREE char *guarantee = words_guarantee(hop);
    json_t *sentences = look(hop, "sentences"), *sentence;
    size_t i;

    (void)fputs("<section class=box><h3>", f);
    html_pill(f, look_text(hop, "status"));
    emit(f, H, " %s</h3><p class=dim>Promised: %s.%s</p>",
         look_text(hop, "name"), guarantee,
         look_true(hop, "drained") ? "" : " The hop was not drained.");
    if (json_array_size(sentences) > 0)
        (void)fputs("<ul>", f);
    json_array_foreach (sentences, i, sentence)
        emit(f, H, "<li>%s</li>", json_string_value(sentence));
    if (json_array_size(sentences) > 0)
        (void)fputs("</ul>", f);
    put_balance(f, hop);
    put_attempts(f, hop);
    words_each_finding(hop, put_finding, &c);
    put_events(&c);
    put_streams(f, hop);
    (void)fputs("</section>\n", f);
}
