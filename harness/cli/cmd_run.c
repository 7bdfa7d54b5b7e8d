/* cmd_run.c - ordeal run: bind everything first, then run one by one. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/run_folder.h"
#include "cli/side_by_side.h"
#include "node/node.h"
#include "report/report.h"

enum keep { KEEP_ALWAYS, KEEP_FAILED, KEEP_NEVER };

struct run_options {
    struct bind_options bind;
    enum sandbox sandbox;
    bool has_seed, dry_run, quiet, json, verbose;
    uint64_t seed, jobs;
    const char *out;
    enum keep keep;
};

static int read_keep(const char *text, enum keep *ret)
{
    static const char *const words[] = {"always", "failed", "never"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(text, words[i]) == 0) {
            *ret = (enum keep)i;
            return 0;
        }
    return -EINVAL;
}

static int read_number(const char *text, uint64_t *ret)
{
    char *end;

    errno = 0;
    *ret = strtoull(text, &end, 10);
    return text[0] < '0' || text[0] > '9' || *end || errno ? -EINVAL : 0;
}

enum {
    OPT_SEED = 256,
    OPT_SET,
    OPT_PLATFORM,
    OPT_KAFKA,
    OPT_PLUGIN,
    OPT_SANDBOX,
    OPT_OUT,
    OPT_KEEP,
    OPT_JOBS
};

/* What stands behind an option, for who wrote something else. */
static const char *wanted(int c)
{
    switch (c) {
    case OPT_SEED:
        return "--seed takes a whole number from 0 to 18446744073709551615";
    case OPT_SET:
        return "--set takes KEY=VALUE";
    case OPT_SANDBOX:
        return "--sandbox takes auto, on or off";
    case OPT_JOBS:
        return "--jobs takes a whole number from 1";
    case OPT_KEEP:
        return "--keep takes always, failed or never";
    }
    return "`ordeal help run` shows the options";
}

static const struct option long_options[] = {
    {"seed", required_argument, NULL, OPT_SEED},
    {"set", required_argument, NULL, OPT_SET},
    {"platform", required_argument, NULL, OPT_PLATFORM},
    {"kafka", required_argument, NULL, OPT_KAFKA},
    {"plugin", required_argument, NULL, OPT_PLUGIN},
    {"sandbox", required_argument, NULL, OPT_SANDBOX},
    {"out", required_argument, NULL, OPT_OUT},
    {"keep", required_argument, NULL, OPT_KEEP},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"dry-run", no_argument, NULL, 'n'},
    {"quiet", no_argument, NULL, 'q'},
    {"json", no_argument, NULL, 'j'},
    {"verbose", no_argument, NULL, 'v'},
    {0},
};

static int take_option(struct run_options *o, int c)
{
    switch (c) {
    case OPT_SEED:
        o->has_seed = true;
        return read_number(optarg, &o->seed);
    case OPT_SET:
        return bind_option_set(&o->bind, optarg);
    case OPT_PLATFORM:
        o->bind.platform = optarg;
        return 0;
    case OPT_KAFKA:
        o->bind.kafka = optarg;
        return 0;
    case OPT_PLUGIN:
        o->bind.plugin = optarg;
        return 0;
    case OPT_SANDBOX:
        return sandbox_word(optarg, &o->sandbox);
    case OPT_OUT:
        o->out = optarg;
        return 0;
    case OPT_KEEP:
        return read_keep(optarg, &o->keep);
    case OPT_JOBS:
        return read_number(optarg, &o->jobs) < 0 || o->jobs == 0 ? -EINVAL : 0;
    case 'n':
        o->dry_run = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case 'j':
        o->json = true;
        return 0;
    case 'v':
        o->verbose = true;
        return 0;
    }
    return -EINVAL;
}

static int read_options(int argc, char **argv, struct run_options *o)
{
    int c, rc;

    *o = (struct run_options){.out = "reports", .jobs = 1};
    optind = 1;
    opterr = 0; /* cli_wrong_option() says it */
    while ((c = getopt_long(argc, argv, ":nqjv", long_options, NULL)) != -1) {
        if (c == '?' || c == ':')
            return cli_wrong_option(&command_run, argv, long_options, c);
        rc = take_option(o, c);
        if (rc == -E2BIG)
            return cli_complain(EXIT_WRONG_USAGE, "--set: at most %d of them",
                                SETS_MAX);
        if (rc < 0)
            return cli_complain(EXIT_WRONG_USAGE, "%s, got \"%s\"", wanted(c),
                                optarg ? optarg : "");
    }
    return optind < argc ? 0 : cli_usage(&command_run);
}

static enum live_style style_of(const struct run_options *o)
{
    if (o->json)
        return LIVE_JSON;
    if (o->quiet)
        return LIVE_QUIET;
    return isatty(STDERR_FILENO) && !o->verbose ? LIVE_TERMINAL : LIVE_PLAIN;
}

static void say(void *ctx, const char *what)
{
    const struct run_options *o = ctx;

    if (!o->quiet && !o->json)
        fprintf(stderr, "%s\n", what);
}

/* Data of brokers and endpoints is large; the evidence is not. */
static void tidy(const struct run_options *o, const json_t *run,
                 const char *dir)
{
    AUTO_FREE char *work = path_of("%s/work", dir);
    bool good = json_is_true(json_object_get(run, "as_expected"));
    struct err err = {0};

    if (o->keep == KEEP_ALWAYS || (o->keep == KEEP_FAILED && !good) ||
        look_true(run, "run.broken_off")) /* it is yet to be judged */
        return;
    if (remove_tree(work, &err) < 0)
        cli_complain(0, "%s", err.text);
}

static json_t *skipped(const struct bound *b, const char *why)
{
    return json_pack("{s:s, s:{s:s, s:s}, s:s, s:{s:s}, s:b, s:i, s:[s]}",
                     "schema", "ordeal.run/1", "run", "name",
                     b->plan.scenario.name, "file", b->file, "outcome", "skip",
                     "expected", "is", "pass", "as_expected", 0, "exit_code",
                     OUTCOME_SKIP, "reasons", why);
}

static json_t *run_one(struct run_options *o, struct bound *b)
{
    struct launch_spec spec = {
        .plan = &b->plan,
        .scenario_file = b->file,
        .out_dir = o->out,
        .fetched = b->fetched,
        .again = b->again,
        .sandbox = o->sandbox,
        .seed = o->has_seed                 ? o->seed
                : b->plan.scenario.has_seed ? b->plan.scenario.seed
                                            : rng_fresh_seed(),
        .style = style_of(o),
        .verbose = o->verbose,
    };
    struct err err = {0};
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *text = NULL;
    json_t *run = NULL;

    if (plan_able(&b->plan, &err) < 0) {
        fprintf(stderr, "%s: skipped: %s\n", b->file, err.text);
        return skipped(b, err.text);
    }
    if (!o->quiet && !o->json)
        fprintf(stderr, "%s: seed %" PRIu64 "\n", b->file, spec.seed);
    if (launch(&spec, &run, &dir, &err) < 0) {
        cli_complain(0, "%s: %s", b->file, err.text);
        return NULL;
    }
    text = report_verdict(run, cli_colour(STDOUT_FILENO),
                          cli_width(STDOUT_FILENO));
    if (o->json) {
        json_dumpf(run, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        printf("%sevidence in %s\n", text, dir);
    }
    fflush(stdout);
    tidy(o, run, dir);
    return run;
}

/* 1 if any failed; else 2, also if any was not run; else 0; 77 only if all were
 * skipped. */
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

struct several {
    struct run_options *o;
    struct bound *b;
};

static json_t *run_number(void *ctx, size_t i)
{
    const struct several *s = ctx;
    struct run_options alone = *s->o;

    alone.quiet = true; /* of lines of several runs nobody would know whose */
    return run_one(&alone, &s->b[i]);
}

static void tell_began(void *ctx, size_t i)
{
    const struct several *s = ctx;

    if (!s->o->quiet && !s->o->json)
        fprintf(stderr, "%s: begins\n", s->b[i].plan.scenario.name);
}

/* A line for what is as expected, its whole verdict for what is not. */
static void tell_ended(void *ctx, size_t i, const json_t *run,
                       const char *printed)
{
    const struct several *s = ctx;
    bool good = json_is_true(json_object_get(run, "as_expected"));

    if (!run)
        cli_complain(0, "%s: its process died", s->b[i].file);
    else if (s->o->json || !good)
        printf("%s", printed);
    else if (!s->o->quiet)
        printf("%s: %s, as expected; %s/report.html\n",
               s->b[i].plan.scenario.name, look_text(run, "outcome"),
               look_text(run, "run.folder"));
    fflush(stdout);
}

static size_t run_several(struct run_options *o, struct bound *b, size_t n,
                          json_t **runs)
{
    struct several several = {o, b};
    const struct side_by_side s = {
        .run = run_number,
        .began = tell_began,
        .ended = tell_ended,
        .ctx = &several,
    };
    struct err ignored = {0};

    if (o->sandbox != SANDBOX_OFF) /* tried once for all */
        told_elsewhere(sandbox_probe(&ignored));
    return side_by_side(&s, n, o->jobs, runs);
}

static int run_all(struct run_options *o, struct bound *b, size_t n)
{
    json_t **runs = calloc(n, sizeof(json_t *));
    size_t done = 0;
    int code;

    if (!runs)
        abort();
    if (o->jobs > 1 && n > 1)
        done = run_several(o, b, n, runs);
    else
        while (done < n && !launch_interrupted()) {
            runs[done] = run_one(o, &b[done]);
            done++;
        }
    code = suite_code(runs, done, n);
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

static int dry_run(const struct run_options *o, struct bound *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct scenario *s = &b[i].plan.scenario;
        AUTO_FREE char *text = plan_text(&b[i].plan, o->has_seed   ? &o->seed
                                                     : s->has_seed ? &s->seed
                                                                   : NULL);

        struct err why = {0};

        printf("%s%s", i ? "\n" : "", text);
        if (plan_able(&b[i].plan, &why) < 0)
            printf("skipped      %s\n", why.text);
    }
    return 0;
}

static int fetch_and_run(struct run_options *o, struct bound *b, size_t n)
{
    struct err err = {0};
    int code = run_folder_place(o->out);

    if (code != 0)
        return code;
    if (bound_fetch(b, n, say, o, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    return run_all(o, b, n);
}

static int run(int argc, char **argv)
{
    struct run_options o;
    struct bound *b = NULL;
    size_t n = 0;
    int code = read_options(argc, argv, &o);

    if (code != 0)
        return code;
    code = bind_files(&o.bind, argv + optind, (size_t)(argc - optind), &b, &n);
    if (code == 0)
        code = o.dry_run ? dry_run(&o, b, n) : fetch_and_run(&o, b, n);
    bound_free(b, n);
    return code;
}

const struct command command_run = {
    .name = "run",
    .usage = "run [OPTION]... PATH...",
    .help = "run scenarios: files, or folders of them",
    .more =
        "  -n, --dry-run       print the bound plan, start nothing\n"
        "      --seed N        for everything random (else the file's, else "
        "fresh)\n"
        "      --set KEY=VALUE a variable of the file (`vars:`)\n"
        "      --kafka VERSION Kafka under test\n"
        "      --plugin PATH   connector plugin, in place of the file's; a\n"
        "                      path from here (the file's: from its folder)\n"
        "      --platform NAME where to run\n"
        "      --sandbox WORD  auto, on (namespaces) or off (fallback)\n"
        "      --out DIR       where run folders land (reports)\n"
        "      --jobs N        so many runs at a time (1); they share the\n"
        "                      machine, and what is slow is slower\n"
        "      --keep WORD     data of a run: always, failed, never\n"
        "  -q, --quiet         the verdict only\n"
        "      --json          progress and run.json as JSON lines\n"
        "  -v, --verbose       the harness's log on the terminal too\n",
    .run = run,
};
