/* run_suite.c - runs bound scenarios one by one or several at a time. */
#include "cli/run_suite.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/run_evidence.h"
#include "cli/run_folder.h"
#include "cli/shared_world.h"
#include "cli/side_by_side.h"
#include "cli/suite_order.h"
#include "cli/suite_plugins.h"
#include "node/node.h"
#include "report/report.h"

/* In the order of enum keep. */
static const char *const keep_words[] = {"always", "failed", "never", NULL};

static int take_seed(const struct option_row *row, void *at, const char *value)
{
    struct suite_options *o = at;

    o->seed.given = true;
    return take_number(row, &o->seed.is, value);
}

const struct option_row suite_rows[SUITE_ROWS] = {
    {.name = "seed",
     .value = "N",
     .takes = "a whole number from 0 to 18446744073709551615",
     .help = "seed of every random choice (default: the file's, else a fresh "
             "one)",
     .at = 0,
     .take = take_seed},
    {.name = "out",
     .value = "DIR",
     .complete = COMPLETE_FOLDERS,
     .help = "where the run folders go (default: reports)",
     .at = offsetof(struct suite_options, out),
     .take = take_text},
    {.name = "jobs",
     .value = "N",
     .takes = "a whole number from 1",
     .help = "how many runs at a time (default: 1); they share the machine and "
             "slow each other down",
     .at = offsetof(struct suite_options, jobs),
     .take = take_count},
    {.name = "keep",
     .value = "WORD",
     .words = keep_words,
     .complete = COMPLETE_WORDS,
     .help = "when to keep work/, the data and raw logs of the nodes: always "
             "(default), failed (unless the run was as expected), never",
     .at = offsetof(struct suite_options, keep),
     .take = take_word},
    {.name = "sandbox",
     .value = "WORD",
     .words = sandbox_words,
     .complete = COMPLETE_WORDS,
     .help = "run the nodes in namespaces: auto (default: where the kernel "
             "allows), on, off",
     .at = offsetof(struct suite_options, sandbox),
     .take = take_word},
    {.name = "fresh",
     .help = "start brokers and workers anew for each scenario (default: "
             "scenarios whose platforms agree use the same one after another, "
             "in another order where that helps)",
     .at = offsetof(struct suite_options, fresh),
     .take = take_flag},
    {.name = "quiet",
     .letter = 'q',
     .help = "print no progress, only the verdict of each run and the table",
     .at = offsetof(struct suite_options, quiet),
     .take = take_flag},
    {.name = "json",
     .help = "print progress and run.json as lines of JSON",
     .at = offsetof(struct suite_options, json),
     .take = take_flag},
    {.name = "verbose",
     .letter = 'v',
     .help = "print the log of the harness as well",
     .at = offsetof(struct suite_options, verbose),
     .take = take_flag},
};

struct suite_options suite_defaults(void)
{
    return (struct suite_options){.out = "reports", .jobs = 1};
}

static enum live_style style_of(const struct suite_options *o)
{
    if (o->json)
        return LIVE_JSON;
    if (o->quiet)
        return LIVE_QUIET;
    return isatty(STDERR_FILENO) && !o->verbose ? LIVE_TERMINAL : LIVE_PLAIN;
}

static void say(void *ctx, const char *what)
{
    const struct suite_options *o = ctx;

    if (!o->quiet && !o->json)
        fprintf(stderr, "%s\n", what);
}

/* Remove work/ as --keep says: data of brokers and endpoints is large, the
 * evidence is small. */
static void tidy(const struct suite_options *o, const json_t *run,
                 const char *dir)
{
    AUTO_FREE char *work = path_of("%s/work", dir);
    bool good = json_is_true(json_object_get(run, "as_expected"));
    struct err err = {0};

    if (o->keep == KEEP_ALWAYS || (o->keep == KEEP_FAILED && !good) ||
        look_true(run, "run.broken_off") || /* `ordeal verify` needs the data */
        look_true(run, "run.logs_left"))
        return;
    if (remove_tree(work, &err) < 0)
        cli_complain(0, "%s", err.text);
}

/* Say that a scenario is skipped, and why, on the terminal and in a run folder.
 */
static json_t *skip(const struct suite_options *o,
                    const struct launch_spec *spec, const char *why)
{
    AUTO_FREE char *dir = NULL;
    struct err err = {0};
    json_t *run = NULL;

    fprintf(stderr, "%s: skipped: %s\n", spec->scenario_file, why);
    if (evidence_skip(spec, why, &run, &dir, &err) < 0) {
        cli_complain(0, "%s: %s", spec->scenario_file, err.text);
        return NULL;
    }
    if (o->json) {
        json_dumpf(run, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        printf("evidence in %s\n", dir);
    }
    fflush(stdout);
    return run;
}

/* ---- worlds ---------------------------------------------------------------
 */

/* A suite with the world in use. */
struct suite {
    struct suite_options *o;
    struct bound *b;
    size_t n;
    struct world *world; /* NULL: none */
    size_t world_number; /* of `world` */
    FILE *out;           /* verdicts */
};

static void end_world(struct suite *s)
{
    world_close(s->world);
    s->world = NULL;
}

/* The world for the step, opened if none fits; NULL: the run makes nodes of its
 * own. A world that cannot be opened is no reason against a run. */
static struct world *world_for(struct suite *s, const struct suite_step *step)
{
    const struct world_spec spec = {
        .suite = s->b,
        .suite_len = s->n,
        .out_dir = s->o->out,
        .sandbox = (enum sandbox)s->o->sandbox,
        .verbose = s->o->verbose,
    };
    struct err err = {0};

    if (s->world && s->world_number != step->world)
        end_world(s);
    if (!s->world && step->shared) {
        s->world_number = step->world;
        if (world_open(&spec, &s->world, &err) < 0)
            cli_complain(0, "a world for several scenarios: %s", err.text);
    }
    return s->world;
}

/* A world with anything left behind is thrown away. Lines of JSON say so by
 * world.left alone. */
static void look_at_world(struct suite *s, const json_t *run)
{
    AUTO_FREE char *why = NULL;

    if (!s->world || world_goes_on(s->world, run, &why))
        return;
    if (!s->o->json)
        cli_complain(0, "%s: its brokers and workers are not used again: %s",
                     look_text(run, "run.name"), why);
    end_world(s);
}

static json_t *run_one(struct suite *suite, const struct suite_step *step)
{
    const struct suite_options *o = suite->o;
    struct bound *b = &suite->b[step->at];
    struct launch_spec spec = {
        .plan = &b->plan,
        .scenario_file = b->file,
        .out_dir = o->out,
        .fetched = b->fetched,
        .again = b->again,
        .sandbox = (enum sandbox)o->sandbox,
        .seed = o->seed.given               ? o->seed.is
                : b->plan.scenario.has_seed ? b->plan.scenario.seed
                                            : rng_fresh_seed(),
        .style = style_of(o),
        .verbose = o->verbose,
    };
    struct err err = {0};
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *text = NULL;
    json_t *run = NULL;

    if (plan_able(&b->plan, &err) < 0)
        return skip(o, &spec, err.text);
    if (!o->quiet && !o->json)
        fprintf(stderr, "%s: seed %" PRIu64 "\n", b->file, spec.seed);
    spec.world = world_for(suite, step);
    spec.suite_at = step->at;
    if (launch(&spec, &run, &dir, &err) < 0) {
        cli_complain(0, "%s: %s", b->file, err.text);
        look_at_world(suite, NULL);
        return NULL;
    }
    text = report_verdict(run, cli_colour(STDOUT_FILENO),
                          cli_width(STDOUT_FILENO));
    if (o->json) {
        json_dumpf(run, suite->out, JSON_COMPACT);
        (void)fputc('\n', suite->out);
    } else {
        (void)fprintf(suite->out, "%sevidence in %s\n", text, dir);
    }
    (void)fflush(suite->out);
    look_at_world(suite, run);
    tidy(o, run, dir);
    return run;
}

static json_t *needs_of(const struct bound *b, size_t n)
{
    json_t *needs = json_array();

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(needs, bound_needs(&b[i]));
    return needs;
}

/* Give scenarios that can share workers the plugins of all of them. */
static void unite_plugins(struct bound *b, size_t n)
{
    AUTO_JSON json_t *needs = needs_of(b, n);
    AUTO_JSON json_t *all = suite_plugins(needs);

    for (size_t i = 0; i < n; i++)
        if (json_is_array(json_array_get(all, i)))
            (void)json_object_set(b[i].fetched, "plugins",
                                  json_array_get(all, i));
}

static struct suite_step *order_of(const struct suite_options *o,
                                   struct bound *b, size_t n)
{
    struct suite_step *steps = must_calloc(n, sizeof(*steps));
    AUTO_JSON json_t *needs = NULL;

    if (!o->fresh)
        unite_plugins(b, n);
    needs = needs_of(b, n);
    for (size_t i = 0; o->fresh && i < n; i++)
        (void)json_array_set_new(needs, i, json_null());
    suite_order(needs, steps);
    return steps;
}

/* The exit code of a suite: 1 if any run failed; else 2 if any is
 * inconclusive or was not run; 77 if all were skipped; else 0. */
static int suite_code(json_t *const *runs, size_t done, size_t n)
{
    int code = done < n ? OUTCOME_INCONCLUSIVE : 0;
    size_t skips = 0;

    for (size_t i = 0; i < done; i++) {
        int c =
            runs[i]
                ? (int)json_integer_value(json_object_get(runs[i], "exit_code"))
                : OUTCOME_INCONCLUSIVE;

        skips += c == OUTCOME_SKIP;
        if (c == OUTCOME_FAIL || (c == OUTCOME_INCONCLUSIVE && code == 0))
            code = c;
    }
    return n > 0 && skips == n ? OUTCOME_SKIP : code;
}

/* ---- several at a time ---- */

/* Suites of several worlds, each world's in a process of its own. */
struct several {
    struct suite_options *o;
    struct bound *b;
    size_t n;
    const struct suite_step *steps;
    json_t **runs;
    bool *was_run;
};

static json_t *run_captured(struct suite *suite, const struct suite_step *step)
{
    AUTO_FREE char *printed = NULL;
    size_t len;
    json_t *run, *text;

    suite->out = open_memstream(&printed, &len);
    if (!suite->out)
        abort();
    run = run_one(suite, step);
    (void)fclose(suite->out);
    text = json_string(printed);
    return json_pack("{s:I, s:o?, s:o?}", "at", (json_int_t)step->at, "run",
                     run, "printed", text);
}

/* [{"at", "run", "printed"}] of the scenarios of a world, in the order run. */
static json_t *run_world(void *ctx, size_t world)
{
    const struct several *s = ctx;
    struct suite_options alone = *s->o;
    struct suite suite = {.o = &alone, .b = s->b, .n = s->n};
    json_t *all = json_array();

    alone.quiet = true; /* nobody could tell lines of several runs apart */
    for (size_t i = 0; i < s->n && !launch_interrupted(); i++) {
        if (s->steps[i].world != world)
            continue;
        if (!s->o->quiet && !s->o->json)
            fprintf(stderr, "%s: begins\n",
                    s->b[s->steps[i].at].plan.scenario.name);
        (void)json_array_append_new(all, run_captured(&suite, &s->steps[i]));
    }
    end_world(&suite);
    return all;
}

static void tell_nothing(void *ctx, size_t world)
{
    (void)ctx; /* the process tells by itself what begins */
    (void)world;
}

/* A path below the working directory as a relative one: short enough to fit a
 * line. */
static const char *from_here(const char *path)
{
    char here[PATH_MAX];
    size_t len = getcwd(here, sizeof(here)) ? strlen(here) : 0;

    return len > 1 && strncmp(path, here, len) == 0 && path[len] == '/'
               ? path + len + 1
               : path;
}

/* Print two lines for a run as expected, the whole verdict for any other. */
static void tell_ended(const struct several *s, size_t at, const json_t *run,
                       const char *printed)
{
    bool good = json_is_true(json_object_get(run, "as_expected"));

    if (s->o->json || !good)
        printf("%s", printed);
    else if (!s->o->quiet)
        printf("%s: %s, as expected\n  %s/report.html\n",
               s->b[at].plan.scenario.name, look_text(run, "outcome"),
               from_here(look_text(run, "run.folder")));
}

/* A process that died takes the word about all its runs along. */
static void tell_death(const struct several *s, size_t world)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->steps[i].world == world) {
            s->was_run[s->steps[i].at] = true;
            cli_complain(0, "%s: its process died", s->b[s->steps[i].at].file);
        }
}

static void world_done(void *ctx, size_t world, const json_t *all,
                       const char *printed)
{
    const struct several *s = ctx;
    json_t *one;
    size_t i;

    printf("%s", printed);
    if (!all)
        tell_death(s, world);
    json_array_foreach (all, i, one) {
        size_t at = (size_t)look_int(one, "at");
        json_t *run = look(one, "run");

        s->was_run[at] = true;
        s->runs[at] = json_is_object(run) ? json_incref(run) : NULL;
        tell_ended(s, at, s->runs[at], look_text(one, "printed"));
    }
    fflush(stdout);
}

static void run_several(struct several *several, size_t worlds)
{
    const struct side_by_side s = {
        .run = run_world,
        .began = tell_nothing,
        .ended = world_done,
        .ctx = several,
    };
    AUTO_FREE json_t **all = must_calloc(worlds, sizeof(*all));
    struct err ignored = {0};

    if (several->o->sandbox !=
        SANDBOX_OFF) /* the result is kept for all runs */
        told_elsewhere(sandbox_probe(&ignored));
    (void)side_by_side(&s, worlds, several->o->jobs, all);
    for (size_t i = 0; i < worlds; i++)
        json_decref(all[i]);
}

static void run_in_turn(struct several *s)
{
    struct suite suite = {.o = s->o, .b = s->b, .n = s->n, .out = stdout};

    for (size_t i = 0; i < s->n && !launch_interrupted(); i++) {
        s->runs[s->steps[i].at] = run_one(&suite, &s->steps[i]);
        s->was_run[s->steps[i].at] = true;
    }
    end_world(&suite);
}

/* Returns how many were run; their evidence comes to the front of `runs`, in
 * the order asked for. */
static size_t run_each(struct suite_options *o, struct bound *b, size_t n,
                       json_t **runs)
{
    AUTO_FREE struct suite_step *steps = order_of(o, b, n);
    AUTO_FREE bool *was_run = must_calloc(n, sizeof(*was_run));
    struct several s = {o, b, n, steps, runs, was_run};
    size_t worlds = suite_spread(steps, n, o->jobs), done = 0;

    if (o->jobs > 1 && n > 1)
        run_several(&s, worlds);
    else
        run_in_turn(&s);
    for (size_t i = 0; i < n; i++)
        if (was_run[i])
            runs[done++] = runs[i];
    return done;
}

static int run_all(struct suite_options *o, struct bound *b, size_t n)
{
    json_t **runs = must_calloc(n, sizeof(json_t *));
    size_t done = run_each(o, b, n, runs);
    int code = suite_code(runs, done, n);

    if (n > 1 && !o->json) {
        AUTO_FREE char *table = report_suite_table(
            (const json_t *const *)runs, done, cli_colour(STDOUT_FILENO));

        printf("\n%s", table);
        if (done < n)
            printf("%zu of %zu were not run: interrupted\n", n - done, n);
    }
    for (size_t i = 0; i < done; i++)
        json_decref(runs[i]);
    free(runs);
    return code;
}

int suite_run(struct suite_options *o, struct bound *b, size_t n)
{
    struct err err = {0};
    int code = run_folder_place(o->out);

    if (code != 0)
        return code;
    world_tidy(o->out, 0);
    if (bound_fetch(b, n, say, o, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    return run_all(o, b, n);
}
