/* html_timeline.c - the run over time as inline SVG. */
#include "report/html_own.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/own.h"
#include "report/report_look_own.h"
#include "report/words_own.h"

/* Lanes from top to bottom: phases, faults, findings, rate, lag, tasks,
 * time. Lengths are in units of the SVG, whose field is 1000 wide. */
enum {
    WIDTH = 1000,
    LEFT = 78,
    RIGHT = 986,
    PHASE_HEIGHT = 18,
    FAULT_HEIGHT = 30,
    FINDINGS_HEIGHT = 30,
    RATE_HEIGHT = 150,
    LAG_HEIGHT = 84,
    TASK_HEIGHT = 17,
    GAP = 20,
    GLYPH = 7,         /* width of a letter, roughly */
    POINTS_MAX = 1200, /* more points would overlap */
    COLOURS = 4,
};

struct picture {
    FILE *f;
    const json_t *run;
    json_t *series;
    int64_t end_us;
    double y;
    double plots_from, plots_to;
};

static double x_of(const struct picture *p, int64_t us)
{
    double share = (double)us / (double)p->end_us;

    return LEFT + (RIGHT - LEFT) * fmin(fmax(share, 0), 1);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t end_of(const json_t *run, json_t *series)
{
    json_t *phases = look(run, "phases"), *one;
    int64_t end_us = 1;
    size_t i;

    json_array_foreach (series, i, one)
        end_us = later(end_us, look_int(one, "t_us"));
    json_array_foreach (phases, i, one)
        end_us = later(end_us, look_int(one, "to_us"));
    return end_us > 1 ? end_us : later(1, look_int(run, "run.duration_us"));
}

static void lane_label(const struct picture *p, double y, const char *text)
{
    emit(p->f, H,
         "<text class=d x=\"%d\" y=\"%f\" text-anchor=\"end\">%s</text>",
         LEFT - 8, y, text);
}

static void put_phases(struct picture *p)
{
    json_t *phases = look(p->run, "phases"), *phase;
    size_t i;

    lane_label(p, p->y + 13, "phases");
    json_array_foreach (phases, i, phase) {
        int64_t from_us = look_int(phase, "from_us");
        int64_t to_us = look_int(phase, "to_us");
        double from = x_of(p, from_us), to = x_of(p, to_us);
        const char *name = look_text(phase, "name");

        emit(p->f, H,
             "<g><title>%s: %s to %s</title><rect class=\"ph%s\" x=\"%f\" "
             "y=\"%f\" width=\"%f\" height=\"%d\"/>",
             name, instant(from_us).s, instant(to_us).s, i % 2 ? " odd" : "",
             from, p->y, to - from, PHASE_HEIGHT);
        if (to - from > (double)(GLYPH * text_columns(name) + 4))
            emit(p->f, H,
                 "<text x=\"%f\" y=\"%f\" text-anchor=\"middle\">%s</text>",
                 (from + to) / 2, p->y + 13, name);
        (void)fputs("</g>\n", p->f);
    }
    p->y += PHASE_HEIGHT + 8;
}

/* Draw the time a fault was in force, from landed to mended, and a tick
 * where the system had recovered. */
static void put_fault_bar(const struct picture *p, const json_t *fault)
{
    int64_t from_us = look_int(fault, "landed_us");
    int64_t to_us = look_int(fault, "mended_us");
    int64_t recovered_us = look_int(fault, "recovered_us");
    double from, to;

    if (!look_is(fault, "outcome", "landed") || from_us < 0) {
        from = x_of(p, look_int(fault, "asked_us"));
        emit(p->f, H,
             "<rect class=not x=\"%f\" y=\"%f\" width=\"60\" height=\"9\"/>",
             from, p->y + 16);
        return;
    }
    from = x_of(p, from_us);
    to = to_us < 0 ? RIGHT : x_of(p, to_us);
    emit(p->f, H,
         "<rect class=fault x=\"%f\" y=\"%f\" width=\"%f\" height=\"9\"/>",
         from, p->y + 16, fmax(to - from, 2));
    if (recovered_us >= 0)
        emit(p->f, H,
             "<line class=tick x1=\"%f\" x2=\"%f\" y1=\"%f\" y2=\"%f\"/>",
             x_of(p, recovered_us), x_of(p, recovered_us), p->y + 13,
             p->y + 28);
}

static void put_fault(struct picture *p, const json_t *fault)
{
    int64_t from_us = look_int(fault, "window_from_us");
    int64_t to_us = look_int(fault, "window_to_us");
    int64_t asked_us = look_int(fault, "asked_us");
    AUTO_FREE char *name = words_fault_name(fault);
    AUTO_FREE char *times = words_fault_times(fault);
    AUTO_FREE char *label =
        look_is(fault, "outcome", "landed")
            ? text_of("%s", name)
            : text_of("%s: %s", name, look_text(fault, "outcome"));
    double at = x_of(p, asked_us);
    bool right = at + (double)(GLYPH * text_columns(label)) > RIGHT;

    emit(p->f, H, "<g><title>%s: %s</title>", name, times);
    if (from_us >= 0 && look_is(fault, "outcome", "landed"))
        emit(p->f, H,
             "<rect class=reach x=\"%f\" y=\"%f\" width=\"%f\" "
             "height=\"9\"/>",
             x_of(p, from_us), p->y + 16,
             (to_us < 0 ? RIGHT : x_of(p, to_us)) - x_of(p, from_us));
    put_fault_bar(p, fault);
    emit(p->f, H, "<text x=\"%f\" y=\"%f\" text-anchor=\"%s\">%s</text></g>\n",
         right ? (double)RIGHT : at, p->y + 12, right ? "end" : "start", label);
    p->y += FAULT_HEIGHT;
}

static void put_faults(struct picture *p)
{
    json_t *faults = look(p->run, "faults"), *fault;
    size_t i;

    if (json_array_size(faults) == 0)
        return;
    lane_label(p, p->y + 24, "faults");
    json_array_foreach (faults, i, fault)
        put_fault(p, fault);
    p->y += 4;
}

struct hits {
    struct picture *p;
    const json_t *hop;
};

static void put_hit(void *ctx, const struct finding_row *row,
                    const json_t *finding)
{
    const struct hits *hits = ctx;
    const struct picture *p = hits->p;
    json_t *worst = look(finding, "worst"), *one;
    size_t i;

    json_array_foreach (worst, i, one) {
        AUTO_FREE char *text = words_run(p->run, hits->hop, one);
        int64_t at_us = words_when_us(p->run, one);
        double x = x_of(p, at_us);

        if (at_us < 0)
            continue;
        emit(p->f, H,
             "<path class=\"hit%s\" d=\"M%f %fl5 12h-10z\"><title>%s: "
             "%s</title></path>",
             look_true(finding, "fails") ? "" : " soft", x, p->y + 2, row->name,
             text);
    }
}

static void put_findings(struct picture *p)
{
    json_t *hops = look(p->run, "hops"), *hop;
    size_t i;

    lane_label(p, p->y + 13, "findings");
    json_array_foreach (hops, i, hop)
        words_each_finding(hop, put_hit, &(struct hits){p, hop});
    (void)fputc('\n', p->f);
    p->y += FINDINGS_HEIGHT;
}

/* The smallest round figure (a step times a power of ten) that is at least v:
 * the top of an axis. */
static double round_up(double v)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double unit = pow(10, floor(log10(fmax(v, 1))));

    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i] * unit >= v)
            return fmax(steps[i] * unit, 1);
    return 10 * unit;
}

/* The n of "draw every n-th point" that leaves at most POINTS_MAX points. */
static size_t stride_of(json_t *series)
{
    return json_array_size(series) / POINTS_MAX + 1;
}

/* A curve: the value `section`.`key` over time, or the rate of change where
 * `rate` is set. */
struct curve {
    const char *section; /* "": the key stands at the top level */
    const char *key;
    bool rate;
};

static int64_t raw_value(const struct curve *c, const json_t *point)
{
    const json_t *from = *c->section ? look(point, c->section) : point;
    const json_t *v = json_object_get(from, c->key);

    return json_is_integer(v) ? json_integer_value(v) : -1;
}

/* The value of point i, or a negative number for none. A counter that went
 * back (a restart) gives no rate. */
static double value_at(const struct curve *c, json_t *series, size_t i,
                       size_t stride)
{
    const json_t *now = json_array_get(series, i);
    int64_t v = raw_value(c, now);
    const json_t *before;
    int64_t old, dt_us;

    if (!c->rate || v < 0)
        return (double)v;
    if (i < stride)
        return -1;
    before = json_array_get(series, i - stride);
    old = raw_value(c, before);
    dt_us = look_int(now, "t_us") - look_int(before, "t_us");
    if (old < 0 || v < old || dt_us <= 0)
        return -1;
    return (double)(v - old) * US_PER_S / (double)dt_us;
}

static double top_of(const struct curve *c, json_t *series)
{
    size_t stride = stride_of(series);
    double top = 0;

    for (size_t i = 0; i < json_array_size(series); i += stride)
        top = fmax(top, value_at(c, series, i, stride));
    return top;
}

static void put_curve(const struct picture *p, const struct curve *c,
                      const char *css, double height, double top)
{
    size_t stride = stride_of(p->series);
    bool drawn = false;

    emit(p->f, H, "<path class=\"ser %s\" d=\"", css);
    for (size_t i = 0; i < json_array_size(p->series); i += stride) {
        double v = value_at(c, p->series, i, stride);
        int64_t t_us = look_int(json_array_get(p->series, i), "t_us");

        if (v >= 0)
            emit(p->f, H, "%s%f %f", drawn ? "L" : "M", x_of(p, t_us),
                 p->y + height * (1 - v / top));
        drawn = v >= 0;
    }
    emit(p->f, H, "\"><title>%s</title></path>\n", c->key);
}

static void put_grid(const struct picture *p, double height, double top,
                     const char *label)
{
    for (int i = 0; i <= 2; i++) {
        double y = p->y + height * (1 - i / 2.0);

        emit(p->f, H,
             "<line class=grid x1=\"%d\" x2=\"%d\" y1=\"%f\" y2=\"%f\"/>", LEFT,
             RIGHT, y, y);
        lane_label(p, y + 4, grouped((int64_t)(top * i / 2)).s);
    }
    emit(p->f, H, "<text class=d x=\"%d\" y=\"%f\">%s</text>\n", LEFT + 4,
         p->y + 11, label);
}

/* The names under `section`, taken from the last point that has any. */
static json_t *names_of(const struct picture *p, const char *section)
{
    for (size_t i = json_array_size(p->series); i > 0; i--) {
        json_t *all = look(json_array_get(p->series, i - 1), section);

        if (json_object_size(all) > 0)
            return all;
    }
    return NULL;
}

static const char *curve_css(size_t i)
{
    static const char *const css[COLOURS] = {"c0", "c1", "c2", "c3"};

    return css[i % COLOURS];
}

static void put_plot(struct picture *p, const char *section, bool rate,
                     double height, const char *label)
{
    const struct curve load = {"", "acknowledged", true};
    json_t *names = names_of(p, section), *unused;
    double top = rate ? top_of(&load, p->series) : 0;
    const char *name;
    size_t n = 0;

    json_object_foreach (names, name, unused) {
        top =
            fmax(top, top_of(&(struct curve){section, name, rate}, p->series));
    }
    top = round_up(fmax(top, 10));
    put_grid(p, height, top, label);
    json_object_foreach (names, name, unused) {
        put_curve(p, &(struct curve){section, name, rate}, curve_css(n++),
                  height, top);
    }
    if (rate)
        put_curve(p, &load, "cl", height, top);
    p->y += height + GAP;
}

static const char *task_css(const char *state)
{
    int running = 0, all = 0;

    if (strstr(state, "FAILED"))
        return "dead2";
    if (sscanf(state, "RUNNING %d/%d", &running, &all) == 2 && running == all)
        return "run";
    return "part";
}

/* Tasks of `connector` in the state, as a bar. */
static void put_state(const struct picture *p, const char *connector,
                      const char *state, int64_t from_us, int64_t to_us)
{
    double from = x_of(p, from_us), to = x_of(p, to_us);
    AUTO_FREE char *text = text_of("%s: %s", connector, state);

    if (!*state)
        return;
    emit(p->f, H,
         "<g><title>%s: %s to %s</title><rect class=%s x=\"%f\" y=\"%f\" "
         "width=\"%f\" height=\"12\"/>",
         text, instant(from_us).s, instant(to_us).s, task_css(state), from,
         p->y, to - from);
    if (to - from > (double)(GLYPH * text_columns(text) + 4))
        emit(p->f, H, "<text x=\"%f\" y=\"%f\">%s</text>", from + 4, p->y + 10,
             text);
    (void)fputs("</g>\n", p->f);
}

/* Draw a strip per connector. Neighbouring points with the same state become
 * a single bar. */
static void put_strip(struct picture *p, const char *connector)
{
    const char *state = "";
    int64_t since_us = 0, t_us = 0;

    for (size_t i = 0; i < json_array_size(p->series); i++) {
        const json_t *point = json_array_get(p->series, i);
        const json_t *value = json_object_get(look(point, "tasks"), connector);
        const char *now = json_string_value(value);

        t_us = look_int(point, "t_us");
        if (strcmp(now ? now : "", state) == 0)
            continue;
        put_state(p, connector, state, since_us, t_us);
        state = now ? now : "";
        since_us = t_us;
    }
    put_state(p, connector, state, since_us, t_us);
    p->y += TASK_HEIGHT;
}

static void put_tasks(struct picture *p)
{
    json_t *names = names_of(p, "tasks"), *unused;
    const char *name;

    if (!names)
        return;
    lane_label(p, p->y + 10, "tasks");
    json_object_foreach (names, name, unused)
        put_strip(p, name);
    p->y += 2;
}

static void put_time_axis(struct picture *p)
{
    int64_t step_us = (int64_t)round_up((double)p->end_us / 12);

    for (int64_t us = 0; us <= p->end_us; us += step_us) {
        double x = x_of(p, us);

        emit(p->f, H,
             "<line class=grid x1=\"%f\" x2=\"%f\" y1=\"%f\" y2=\"%f\"/>"
             "<text class=d x=\"%f\" y=\"%f\" text-anchor=\"middle\">%s</text>",
             x, x, p->plots_from, p->y, x, p->y + 12,
             us ? lasting(us).s : "0s");
    }
    p->y += 20;
}

/* Shade each disturbance over all plots, so that a dip can be compared with
 * the faults. */
static void put_windows(const struct picture *p)
{
    json_t *faults = look(p->run, "faults"), *fault;
    size_t i;

    json_array_foreach (faults, i, fault) {
        int64_t from_us = look_int(fault, "window_from_us");
        int64_t to_us = look_int(fault, "window_to_us");
        double from = x_of(p, from_us);

        if (from_us < 0 || !look_is(fault, "outcome", "landed"))
            continue;
        emit(p->f, H,
             "<rect class=win x=\"%f\" y=\"%f\" width=\"%f\" height=\"%f\"/>\n",
             from, p->plots_from, (to_us < 0 ? RIGHT : x_of(p, to_us)) - from,
             p->plots_to - p->plots_from);
    }
}

static void put_swatch(FILE *f, const char *css, const char *text)
{
    emit(f, H,
         "<li><svg style=\"display:inline;min-width:0;width:30px\" "
         "viewBox=\"0 0 30 8\"><path class=\"ser %s\" d=\"M0 4h30\"/></svg> "
         "%s</li>",
         css, text);
}

static void put_legend(struct picture *p)
{
    static const struct {
        const char *section, *word;
    } parts[] = {{"delivered", "delivered to"}, {"lag", "lag of"}};
    json_t *unused;
    const char *name;

    (void)fputs("<ul class=\"key dim\">", p->f);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t n = 0;

        json_object_foreach (names_of(p, parts[i].section), name, unused) {
            AUTO_FREE char *text = text_of("%s %s", parts[i].word, name);

            put_swatch(p->f, curve_css(n++), text);
        }
    }
    put_swatch(p->f, "cl", "load acknowledged");
    (void)fputs("<li>shaded: disturbance windows; dark bar: fault in force; "
                "green tick: recovered; triangles: findings</li>"
                "<li>tasks: green: all RUNNING; orange: some not RUNNING; red: "
                "some FAILED</li></ul>\n",
                p->f);
}

static void put_lanes(struct picture *p)
{
    p->y = 4;
    put_phases(p);
    put_faults(p);
    put_findings(p);
    p->plots_from = p->y;
    put_plot(p, "delivered", true, RATE_HEIGHT, "records a second");
    put_plot(p, "lag", false, LAG_HEIGHT, "lag, records");
    put_tasks(p);
    p->plots_to = p->y;
    put_windows(p);
    put_time_axis(p);
}

void html_timeline(FILE *f, const json_t *run)
{
    struct picture p = {.f = f, .run = run, .series = look(run, "series")};
    struct text t;
    AUTO_FREE char *lanes = NULL;

    (void)fputs("<h2>Timeline</h2>\n", f);
    if (json_array_size(p.series) < 2) {
        (void)fputs("<p>Nothing was measured over time.</p>\n", f);
        return;
    }
    p.end_us = end_of(run, p.series);
    text_open(&t);
    p.f = t.f;
    put_lanes(&p);
    lanes = text_take(&t);
    p.f = f;
    (void)fprintf(f,
                  "<div class=scroll><svg viewBox=\"0 0 %d %d\" role=\"img\" "
                  "aria-label=\"rates, lag, phases and faults over time\">\n",
                  WIDTH, (int)p.y);
    (void)fputs(lanes, f);
    (void)fputs("</svg></div>\n", f);
    put_legend(&p);
}
