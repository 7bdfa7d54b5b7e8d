/* live.c - the view of a run under way. */
#include "cli/live.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "cli/cli.h"

void live_init(struct live *l, enum live_style style)
{
    *l = (struct live){.style = style,
                       .colour = cli_colour(STDERR_FILENO),
                       .width = cli_width(STDERR_FILENO)};
}

static void wipe(struct live *l)
{
    if (l->shown)
        fputs("\r\033[K", stderr);
    l->shown = false;
}

void live_end(struct live *l)
{
    wipe(l);
    fflush(stderr);
}

void live_say(struct live *l, const char *text)
{
    if (l->style == LIVE_QUIET || l->style == LIVE_JSON)
        return;
    wipe(l);
    fprintf(stderr, "%s\n", text);
}

static double seconds(const json_t *o, const char *key)
{
    return (double)json_integer_value(json_object_get(o, key)) / US_PER_S;
}

/* Overwrite the live line. Some columns stay free, as a terminal echoes ^C
 * behind the line, and the echo must not begin a new row. */
static void show_line(struct live *l, char *line)
{
    static const int spare = 3;
    int room = l->width > spare ? l->width - spare : 0;

    if ((int)strlen(line) > room)
        line[room] = 0;
    wipe(l);
    fputs(line, stderr);
    fflush(stderr);
    l->shown = true;
}

static void show_phase(struct live *l, const json_t *o)
{
    const char *name = json_string_value(json_object_get(o, "phase"));

    (void)snprintf(l->phase, sizeof(l->phase), "%s", name);
    if (l->style == LIVE_PLAIN)
        fprintf(stderr, "%7.1fs  == %s\n", seconds(o, "t_us"), name);
    else
        live_tick(l);
}

void live_tick(struct live *l)
{
    char line[64];

    if (l->style != LIVE_TERMINAL || !l->phase[0])
        return;
    (void)snprintf(line, sizeof(line), "%7.1fs  %s",
                   (double)(l->run_us + clk_monotonic_us() - l->heard_us) /
                       US_PER_S,
                   l->phase);
    show_line(l, line);
}

static void show_event(struct live *l, const json_t *o)
{
    const char *what = json_string_value(json_object_get(o, "what"));
    bool loud =
        what && (strcmp(what, "failed") == 0 || strcmp(what, "landed") == 0 ||
                 strcmp(what, "recovered") == 0);

    wipe(l);
    fprintf(stderr, "%7.1fs  %s%s%s\n", seconds(o, "t_us"),
            l->colour && loud ? "\033[1m" : "",
            json_string_value(json_object_get(o, "event")),
            l->colour && loud ? "\033[0m" : "");
}

static void print_object(char *out, size_t size, const json_t *o)
{
    const char *key;
    json_t *v;
    size_t at = 0;

    out[0] = 0;
    json_object_foreach ((json_t *)o, key, v) {
        int n =
            snprintf(out + at, size - at, "  %s %s", key, json_string_value(v));

        if (n < 0 || (size_t)n >= size - at)
            return;
        at += (size_t)n;
    }
}

/* "  in force: worker_kill worker-1 and 1 more" */
static void print_faults(char *out, size_t size, const json_t *faults)
{
    size_t n = json_array_size(faults);

    out[0] = 0;
    if (n == 1)
        (void)snprintf(out, size, "  in force: %s",
                       json_string_value(json_array_get(faults, 0)));
    else if (n > 1)
        (void)snprintf(out, size, "  in force: %s and %zu more",
                       json_string_value(json_array_get(faults, 0)), n - 1);
}

static void show_live(struct live *l, const json_t *o)
{
    char tasks[256], faults[256], line[640];
    double left = seconds(o, "left_us");

    if (l->style != LIVE_TERMINAL)
        return;
    print_object(tasks, sizeof(tasks), json_object_get(o, "tasks"));
    print_faults(faults, sizeof(faults), json_object_get(o, "faults"));
    (void)snprintf(
        line, sizeof(line),
        "%7.1fs  %s (%.0fs left)  %.0f records/s  lag %" PRId64 "%s%s",
        seconds(o, "t_us"), json_string_value(json_object_get(o, "live")),
        left > 0 ? left : 0, json_real_value(json_object_get(o, "rate")),
        (int64_t)json_integer_value(json_object_get(o, "lag")), faults, tasks);
    show_line(l, line);
}

/* The pipe was full for a while, and the engine dropped lines. */
static void show_gap(struct live *l, const json_t *o)
{
    json_int_t n = json_integer_value(json_object_get(o, "not_shown"));
    char text[80];

    if (n == 0)
        return;
    (void)snprintf(
        text, sizeof(text),
        "lines not shown: %" JSON_INTEGER_FORMAT "; the journal has them", n);
    live_say(l, text);
}

static void take_line(struct live *l, const char *text)
{
    AUTO_JSON json_t *o = json_loads(text, 0, NULL);
    const char *broken = json_string_value(json_object_get(o, "broken"));

    l->run_us = (int64_t)json_integer_value(json_object_get(o, "t_us"));
    l->heard_us = clk_monotonic_us();
    if (broken)
        (void)snprintf(l->broken, sizeof(l->broken), "%s", broken);
    if (l->style == LIVE_QUIET || !o)
        return;
    if (l->style == LIVE_JSON) {
        puts(text);
        fflush(stdout);
        return;
    }
    show_gap(l, o);
    if (json_object_get(o, "phase"))
        show_phase(l, o);
    else if (json_object_get(o, "event"))
        show_event(l, o);
    else if (json_object_get(o, "live"))
        show_live(l, o);
}

void live_feed(struct live *l, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '\n') {
            if (l->len < sizeof(l->buf) - 1)
                l->buf[l->len++] = bytes[i];
            continue;
        }
        l->buf[l->len] = 0;
        take_line(l, l->buf);
        l->len = 0;
    }
}
