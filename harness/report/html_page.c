/* html_page.c - report.html: the page from head to foot. */
#include "report/html_own.h"

#include <stdbool.h>
#include <string.h>

#include "base/own.h"
#include "base/units.h"
#include "report/report.h"
#include "report/report_look_own.h"
#include "report/words_own.h"

static void put_head(FILE *f, const json_t *run)
{
    emit(f, H,
         "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,"
         "initial-scale=1\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
         "'none'; style-src 'unsafe-inline'; img-src data:\">"
         "<title>%s: %s</title>\n<style>\n",
         look_text(run, "outcome"), look_text(run, "run.name"));
    (void)fputs(html_style, f);
    (void)fputs("</style></head>\n<body>\n", f);
}

static void put_banner(FILE *f, const json_t *run)
{
    const char *outcome = look_text(run, "outcome");
    AUTO_FREE char *seed = words_seed(run);
    AUTO_FREE char *undeclared = words_undeclared(run);
    AUTO_FREE char *expected = words_expected(run);

    emit(f, H,
         "<header class=\"banner %s\"><div><h1><span class=shout>%s</span> "
         "%s</h1>",
         html_class(outcome), outcome, look_text(run, "run.name"));
    if (*look_text(run, "run.why"))
        emit(f, H, "<p>%s</p>", look_text(run, "run.why"));
    emit(f, H, "<p><b>%s</b></p>", expected);
    emit(f, H,
         "<p class=dim>%s &middot; lasted %s &middot; %s platform &middot; "
         "seed %s &middot; <code>%s</code></p>",
         look_text(run, "run.began"),
         lasting(look_int(run, "run.duration_us")).s,
         look_text(run, "platform.kind"), seed, look_text(run, "run.file"));
    if (*undeclared)
        emit(f, H, "<p class=dim>undeclared time: %s</p>", undeclared);
    emit(f, H, "</div></header>\n<main>\n");
}

static void put_list(FILE *f, const json_t *run, const char *key,
                     const char *css, const char *heading)
{
    json_t *list = look(run, key), *item;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    emit(f, H, "<section class=\"box %s\"><h3>%s</h3><ul>", css, heading);
    json_array_foreach (list, i, item)
        emit(f, H, "<li>%s</li>", json_string_value(item));
    (void)fputs("</ul></section>\n", f);
}

static void put_top(FILE *f, const json_t *run)
{
    const char *css = html_class(look_text(run, "outcome"));
    AUTO_FREE char *summary = words_summary(run);
    AUTO_FREE char *load = words_load(run);

    emit(f, H, "<p class=summary>%s</p><p class=dim>Load: %s.</p>\n", summary,
         load);
    put_list(f, run, "reasons", css, "Reasons against a pass");
    put_list(f, run, "not_judged", "unsure", "Not judged");
}

static void put_fault(FILE *f, const json_t *fault)
{
    static const char *const marks[] = {"asked_us", "landed_us", "noticed_us",
                                        "mended_us", "recovered_us"};
    AUTO_FREE char *name = words_fault_name(fault);
    AUTO_FREE char *because = words_fault_because(fault);
    int64_t from_us = look_int(fault, "window_from_us");
    int64_t to_us = look_int(fault, "window_to_us");

    (void)fputs("<tr><td>", f);
    html_pill(f, look_text(fault, "outcome"));
    emit(f, H, "</td><td>%s</td>", name);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        emit(f, H, "<td class=n>%s</td>", instant(look_int(fault, marks[i])).s);
    emit(f, H, "<td class=t>%s to %s</td><td class=p>%s</td><td>%s</td></tr>\n",
         instant(from_us).s, to_us < 0 ? "the end" : instant(to_us).s, because,
         look_text(fault, "restores"));
}

static void put_faults(FILE *f, const json_t *run)
{
    json_t *faults = look(run, "faults"), *fault;
    size_t i;

    (void)fputs("<h2>Faults</h2>\n", f);
    if (json_array_size(faults) == 0) {
        (void)fputs("<p>The timeline had no fault.</p>\n", f);
        return;
    }
    (void)fputs("<div class=scroll><table><tr><th></th><th>fault</th>"
                "<th class=n>asked</th><th class=n>landed</th>"
                "<th class=n>noticed</th><th class=n>mended</th>"
                "<th class=n>recovered</th><th>disturbance</th>"
                "<th>proof</th><th>effect</th></tr>\n",
                f);
    json_array_foreach (faults, i, fault)
        put_fault(f, fault);
    (void)fputs("</table></div>\n", f);
}

static void put_check(FILE *f, const json_t *check)
{
    const json_t *args = look(check, "args");
    AUTO_FREE char *with =
        json_object_size(args) > 0 ? json_dumps(args, JSON_SORT_KEYS) : NULL;

    (void)fputs("<tr><td>", f);
    html_pill(f, look_text(check, "status"));
    emit(f, H, "</td><td class=t><code>%s</code></td><td>%s",
         look_text(check, "path"), look_text(check, "kind"));
    if (with)
        emit(f, H, " <code class=dim>%s</code>", with);
    emit(f, H, "</td><td>%s", look_text(check, "sentence"));
    if (*look_text(check, "reason"))
        emit(f, H, "<br><b>reason:</b> %s", look_text(check, "reason"));
    (void)fputs("</td></tr>\n", f);
}

static void put_checks(FILE *f, const json_t *run)
{
    json_t *checks = look(run, "checks"), *check;
    size_t i;

    (void)fputs("<h2>Checks</h2>\n", f);
    if (json_array_size(checks) == 0) {
        (void)fputs(
            "<p>None; the guarantee of each hop is always judged.</p>\n", f);
        return;
    }
    (void)fputs("<div class=scroll><table><tr><th></th><th>where</th>"
                "<th>check</th><th>found</th></tr>\n",
                f);
    json_array_foreach (checks, i, check)
        put_check(f, check);
    (void)fputs("</table></div>\n", f);
}

static void put_offsets(FILE *f, const json_t *station)
{
    const json_t *offsets = look(station, "offsets");

    if (!json_is_object(offsets))
        (void)fputs("<td>-</td>", f);
    else if (!look_true(offsets, "judged"))
        emit(f, H, "<td>not judged: %s</td>", look_text(offsets, "why_not"));
    else if (look_int(offsets, "holes") <= 0)
        (void)fputs("<td>no hole</td>", f);
    else
        emit(f, H, "<td><b class=bad>%s holes, %s offsets missing</b></td>",
             grouped(look_int(offsets, "holes")).s,
             grouped(look_int(offsets, "missing")).s);
}

static void put_station(FILE *f, const json_t *station)
{
    static const char *const keys[] = {"records", "ours",      "distinct",
                                       "copies",  "reordered", "corrupt",
                                       "foreign"};

    emit(f, H, "<tr><td><b>%s</b></td><td>%s %s</td>",
         look_text(station, "name"), look_text(station, "kind"),
         look_text(station, "isolation"));
    if (!look_true(station, "read")) {
        emit(f, H, "<td colspan=8><b class=unsure>not read</b>: %s</td></tr>\n",
             look_text(station, "why_not"));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        int64_t n = look_int(station, keys[i]);

        emit(f, H, "<td class=n>%s</td>", n < 0 ? "-" : grouped(n).s);
    }
    put_offsets(f, station);
    (void)fputs("</tr>\n", f);
}

static void put_stations(FILE *f, const json_t *run)
{
    json_t *stations = look(run, "stations"), *station;
    size_t i;

    if (json_array_size(stations) == 0)
        return;
    (void)fputs("<h2>Stations, as the replay read them</h2><div "
                "class=scroll><table><tr>"
                "<th>station</th><th>kind</th><th class=n>records</th>"
                "<th class=n>ours</th><th class=n>distinct</th>"
                "<th class=n>further copies</th><th class=n>reordered</th>"
                "<th class=n>corrupt</th><th class=n>foreign</th>"
                "<th>offsets</th></tr>\n",
                f);
    json_array_foreach (stations, i, station)
        put_station(f, station);
    (void)fputs("</table></div>\n", f);
}

static void put_journal(FILE *f, const json_t *run)
{
    json_t *events = look(run, "events"), *event;
    size_t i;

    emit(f, H,
         "<h2>Evidence</h2><details><summary>Events, in the order of time "
         "(%d)</summary><div class=scroll><table>\n",
         (int)json_array_size(events));
    json_array_foreach (events, i, event)
        emit(f, H,
             "<tr><td class=n>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
             instant(look_int(event, "t_us")).s, look_text(event, "actor"),
             look_text(event, "what"), look_text(event, "text"));
    (void)fputs("</table></div></details>\n", f);
}

/* Print any JSON value as a definition list. Keys of nested objects are
 * joined by dots. */
static void put_tree(FILE *f, const char *key, json_t *value)
{
    const char *name;
    json_t *member;

    if (json_is_object(value)) {
        json_object_foreach (value, name, member) {
            AUTO_FREE char *path =
                text_of("%s%s%s", key, *key ? "." : "", name);

            put_tree(f, path, member);
        }
        return;
    }
    emit(f, H, "<dt>%s</dt><dd>", key);
    if (json_is_string(value)) {
        emit(f, H, "%s</dd>", json_string_value(value));
    } else if (json_is_integer(value) && strlen(key) > 3 &&
               strcmp(key + strlen(key) - 3, "_us") == 0) {
        emit(f, H, "%s</dd>", lasting(json_integer_value(value)).s);
    } else {
        AUTO_FREE char *dump =
            json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);

        emit(f, H, "%s</dd>", dump ? dump : "");
    }
}

static void put_details(FILE *f, const json_t *run, const char *path,
                        const char *heading)
{
    json_t *value = look(run, path);

    if (json_object_size(value) == 0)
        return;
    emit(f, H, "<details><summary>%s</summary><dl>", heading);
    put_tree(f, "", value);
    (void)fputs("</dl></details>\n", f);
}

static void put_artifacts(FILE *f, const json_t *run)
{
    json_t *artifacts = look(run, "artifacts"), *artifact;
    size_t i;

    emit(f, H,
         "<details><summary>Artifacts (%d)</summary>"
         "<div class=scroll><table><tr><th>path</th>"
         "<th class=n>size</th><th>SHA-256</th></tr>\n",
         (int)json_array_size(artifacts));
    json_array_foreach (artifacts, i, artifact) {
        int64_t bytes = look_int(artifact, "bytes");
        char size[UNITS_TEXT_MAX] = "-";

        if (bytes >= 0)
            size_write(bytes, size);
        emit(f, H,
             "<tr><td><code>%s</code></td><td class=n>%s</td>"
             "<td><code>%s</code></td></tr>\n",
             look_text(artifact, "path"), size, look_text(artifact, "sha256"));
    }
    (void)fputs("</table></div></details>\n", f);
}

static char *render(const json_t *run)
{
    json_t *hops = look(run, "hops"), *hop;
    struct text t;
    size_t i;

    text_open(&t);
    put_head(t.f, run);
    put_banner(t.f, run);
    put_top(t.f, run);
    html_timeline(t.f, run);
    if (json_array_size(hops) > 0)
        (void)fputs("<h2>Hops</h2>\n", t.f);
    json_array_foreach (hops, i, hop)
        html_hop(t.f, run, hop);
    put_faults(t.f, run);
    put_checks(t.f, run);
    put_stations(t.f, run);
    put_journal(t.f, run);
    put_details(t.f, run, "run", "Run and host");
    put_details(t.f, run, "platform", "Platform");
    put_details(t.f, run, "timeouts", "Time-outs");
    put_details(t.f, run, "expected", "Expected");
    put_artifacts(t.f, run);
    emit(t.f, H,
         "<p class=dim>Made by ordeal %s from run.json alone (schema %s). "
         "Times are seconds from the beginning of the run.</p>\n",
         look_text(run, "run.program.version"), look_text(run, "schema"));
    (void)fputs("</main>\n</body></html>\n", t.f);
    return text_take(&t);
}

const struct report_format report_html = {
    .name = "html",
    .file_name = "report.html",
    .help = "one self-contained page for people: verdict, timeline, balance",
    .render = render,
};
