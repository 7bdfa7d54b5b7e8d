/* html_style.c - the style sheet of report.html, and the colours of status
 * words. */
#include "report/html_own.h"

#include <string.h>

#include "base/attr.h"

/* Colours come in pairs with enough contrast in the light and in the dark
 * scheme. Curves differ in dashes as well as in colour, for readers who
 * cannot tell the colours apart. */
const char html_style[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#5b6570;"
    "--line:#d8dee4;--card:#f6f8fa;--good:#1a7f37;--bad:#cf222e;"
    "--unsure:#9a6700;--aside:#0969da;--badbg:#ffebe9;--goodbg:#dafbe1;"
    "--unsurebg:#fff8c5;--asidebg:#ddf4ff;--s0:#0550ae;--s1:#bc4c00;"
    "--s2:#6639ba;--s3:#0f766e;--load:#6e7781;--win:#cf222e}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;"
    "--dim:#9aa4af;--line:#30363d;--card:#161b22;--good:#3fb950;"
    "--bad:#ff7b72;--unsure:#d29922;--aside:#58a6ff;--badbg:#3c1618;"
    "--goodbg:#12301b;--unsurebg:#33270a;--asidebg:#0f2a47;--s0:#79c0ff;"
    "--s1:#ffa657;--s2:#d2a8ff;--s3:#5eead4;--load:#8b949e;--win:#ff7b72}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--bg);color:var(--fg);"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n"
    "main{max-width:1120px;margin:0 auto;padding:0 20px 60px}\n"
    "h1{font-size:26px;line-height:1.25;margin:0}\n"
    "h2{font-size:19px;margin:34px 0 10px}\n"
    "h3{font-size:16px;margin:0}\n"
    "h4{font-size:14px;margin:18px 0 4px}\n"
    "p{margin:8px 0}ul,ol{margin:6px 0;padding-left:22px}\n"
    ".banner{border-left:10px solid;padding:22px 20px}\n"
    ".banner.good{background:var(--goodbg);border-color:var(--good)}\n"
    ".banner.bad{background:var(--badbg);border-color:var(--bad)}\n"
    ".banner.unsure{background:var(--unsurebg);border-color:var(--unsure)}\n"
    ".banner.aside{background:var(--asidebg);border-color:var(--aside)}\n"
    ".banner div{max-width:1080px;margin:0 auto}\n"
    ".shout{font-weight:800;letter-spacing:.04em;text-transform:uppercase}\n"
    ".good .shout,.pill.good,b.good{color:var(--good)}\n"
    ".bad .shout,.pill.bad,b.bad{color:var(--bad)}\n"
    ".unsure .shout,.pill.unsure,b.unsure{color:var(--unsure)}\n"
    ".aside .shout,.pill.aside,b.aside{color:var(--aside)}\n"
    ".summary{font-size:18px;margin:20px 0 10px}\n"
    ".dim{color:var(--dim)}\n"
    ".pill{display:inline-block;font-weight:700;font-size:13px;"
    "border:1px solid;border-radius:99px;padding:0 9px;white-space:nowrap}\n"
    ".box{border:1px solid var(--line);border-radius:8px;padding:14px 16px;"
    "margin:12px 0;background:var(--card)}\n"
    ".box.unsure{background:var(--unsurebg);border-color:var(--unsure)}\n"
    ".box.bad{background:var(--badbg);border-color:var(--bad)}\n"
    ".box h3{display:flex;gap:10px;align-items:center;flex-wrap:wrap}\n"
    ".scroll{overflow-x:auto}\n"
    "@media(max-width:700px){.scroll table{width:max-content}"
    ".scroll td{max-width:300px}}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "th{text-align:left;color:var(--dim);font-weight:600;font-size:13px}\n"
    "th,td{padding:5px 10px 5px 0;vertical-align:top;"
    "border-bottom:1px solid var(--line)}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}\n"
    ".p{overflow-wrap:anywhere;min-width:220px}\n"
    ".t{white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "code{font:13px ui-monospace,'SF Mono',Menlo,Consolas,monospace;"
    "overflow-wrap:anywhere}\n"
    ".bar{display:flex;height:22px;border-radius:5px;overflow:hidden;"
    "margin:10px 0 8px;background:var(--line)}\n"
    ".bar i{display:block}\n"
    ".key{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:14px;"
    "list-style:none;padding:0}\n"
    ".key b{font-variant-numeric:tabular-nums}\n"
    ".key i{display:inline-block;width:11px;height:11px;border-radius:2px;"
    "margin-right:6px}\n"
    ".delivered{background:#2da44e}.dead{background:#8250df}"
    ".filtered{background:#8c959f}.lost{background:#e5484d}"
    ".unseen{background:#f0883e}.pending{background:#d4a72c}\n"
    "details{margin:10px 0}summary{cursor:pointer;font-weight:600}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;"
    "margin:8px 0;font-size:14px}dt{color:var(--dim)}dd{margin:0;"
    "overflow-wrap:anywhere}\n"
    "svg{display:block;min-width:860px;width:100%;height:auto}\n"
    "svg text{font:11px system-ui,-apple-system,'Segoe UI',sans-serif;"
    "fill:var(--fg)}svg text.d{fill:var(--dim)}\n"
    ".grid{stroke:var(--line);stroke-width:1}\n"
    ".ph{fill:var(--card);stroke:var(--line)}.ph.odd{fill:var(--line)}\n"
    ".win{fill:var(--win);opacity:.10}.fault{fill:var(--win);opacity:.75}\n"
    ".reach{fill:var(--win);opacity:.28}.not{fill:none;stroke:var(--unsure);"
    "stroke-dasharray:4 3}\n"
    ".tick{stroke:var(--good);stroke-width:2}\n"
    ".ser{fill:none;stroke-width:1.8;stroke-linejoin:round}\n"
    ".c0{stroke:var(--s0)}.c1{stroke:var(--s1);stroke-dasharray:7 3}"
    ".c2{stroke:var(--s2);stroke-dasharray:2 2}"
    ".c3{stroke:var(--s3);stroke-dasharray:9 3 2 3}"
    ".cl{stroke:var(--load);stroke-dasharray:1 3;stroke-width:2.2}\n"
    ".hit{fill:var(--bad)}.hit.soft{fill:var(--unsure)}\n"
    ".run{fill:var(--good);opacity:.55}.part{fill:var(--unsure);opacity:.7}"
    ".dead2{fill:var(--bad);opacity:.8}\n"
    "@media print{details{display:block}.scroll{overflow:visible}}\n";

const char *html_class(const char *status)
{
    static const struct {
        const char *status, *css;
    } table[] = {
        {"pass", "good"},           {"held", "good"},
        {"landed", "good"},         {"fail", "bad"},
        {"failed", "bad"},          {"broken", "bad"},
        {"inconclusive", "unsure"}, {"not judged", "unsure"},
        {"not landed", "unsure"},   {"refused", "unsure"},
        {"not due", "unsure"},      {"skip", "aside"},
        {"relaxed", "aside"},
    };

    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].status, status) == 0)
            return table[i].css;
    return "unsure";
}

void html_pill(FILE *f, const char *status)
{
    emit(f, H, "<span class=\"pill %s\">%s</span>", html_class(status), status);
}
