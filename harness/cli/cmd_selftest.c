/* cmd_selftest.c - ordeal selftest: runs workers with known defects. Each
 * defect must be found as the right finding at the right records, and
 * nothing else may be found. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/selftest.h"
#include "cli/side_by_side.h"
#include "node/node.h"

enum { JOBS = 6, SEEDS_LONG = 3, SEEDS_MOST = 100, RUNS_MOST = 8192 };

/* One run: a trial under one disturbance with one seed. */
struct job {
    const struct selftest_trial *trial;
    const struct selftest_disturbance *disturbance;
    uint64_t seed;
    char *log;
    struct selftest_result result;
};

struct selftest {
    bool lasting;
    const char *
        only; /* name of a defect, "clean" for a worker without, NULL for all */
    uint64_t seed, seeds,
        jobs; /* `seeds` 0: the default of the short or long form */
    char dir[64];
    struct job *at;
    struct bound *bound; /* one for each job */
    size_t len;
};

/* ---- options ---- */

static bool is_only(const char *only, const struct selftest_trial *t)
{
    return !only || strcmp(only, t->defect ? t->defect : "clean") == 0;
}

static int take_only(const struct option_row *row, void *at, const char *value)
{
    (void)row;
    for (size_t i = 0; i < selftest_trials_len; i++)
        if (is_only(value, &selftest_trials[i])) {
            *(const char **)at = value;
            return 0;
        }
    return -EINVAL;
}

static int take_seeds(const struct option_row *row, void *at, const char *value)
{
    if (take_count(row, at, value) < 0 || *(uint64_t *)at > SEEDS_MOST)
        return -EINVAL;
    return 0;
}

static const struct option_row rows[] = {
    {.name = "long",
     .help = "try more disturbances, with several seeds",
     .at = offsetof(struct selftest, lasting),
     .take = take_flag},
    {.name = "only",
     .value = "DEFECT",
     .takes = "a defect, or clean",
     .help = "try this defect alone, or the clean worker",
     .at = offsetof(struct selftest, only),
     .take = take_only},
    {.name = "jobs",
     .value = "N",
     .takes = "a whole number from 1",
     .help = "how many runs at a time (default: 6)",
     .at = offsetof(struct selftest, jobs),
     .take = take_count},
    {.name = "seed",
     .value = "N",
     .takes = "a whole number",
     .help = "seed of every random choice (default: a fresh one)",
     .at = offsetof(struct selftest, seed),
     .take = take_number},
    {.name = "seeds",
     .value = "N",
     .takes = "a whole number from 1 to 100",
     .help = "how many seeds from there on (default: 1, with --long 3)",
     .at = offsetof(struct selftest, seeds),
     .take = take_seeds},
};

static int read_options(int argc, char **argv, struct selftest *s)
{
    int first, code;

    *s = (struct selftest){.jobs = JOBS, .seed = rng_fresh_seed()};
    code = cli_options(&command_selftest, argc, argv, s, &first);
    return code == 0 && first < argc ? cli_usage(&command_selftest) : code;
}

/* ---- the list of runs ---- */

static void add_job(struct selftest *s, const struct selftest_trial *t,
                    const char *under, uint64_t seed)
{
    struct job *j = &s->at[s->len];

    if (s->len == RUNS_MOST)
        abort();
    *j = (struct job){
        .trial = t,
        .disturbance = selftest_disturbance(under),
        .seed = seed,
        .log = path_of("%s/%zu.log", s->dir, s->len),
    };
    s->len++;
}

/* List the runs. The short form runs each defect under the first disturbance
 * alone, and the clean worker under all of them. */
static void make_jobs(struct selftest *s)
{
    uint64_t seeds = s->seeds ? s->seeds : s->lasting ? SEEDS_LONG : 1;

    s->at = must_calloc(RUNS_MOST, sizeof(*s->at));
    s->bound = must_calloc(RUNS_MOST, sizeof(*s->bound));
    for (size_t i = 0; i < selftest_trials_len; i++) {
        const struct selftest_trial *t = &selftest_trials[i];
        size_t most = s->lasting || !t->defect ? ARRAY_LEN(t->under) : 1;

        for (size_t u = 0; is_only(s->only, t) && u < most && t->under[u]; u++)
            for (uint64_t n = 0; n < seeds; n++)
                add_job(s, t, t->under[u], s->seed + n);
    }
}

static int bind_job(const struct selftest *s, size_t i)
{
    static const struct bind_options options = {0};
    struct job *j = &s->at[i];
    AUTO_FREE char *path = path_of("%s/%zu.yaml", s->dir, i);
    FILE *f = fopen(path, "we");

    if (!f)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s: %s", path,
                            strerror(errno));
    selftest_scenario(j->trial, j->disturbance, j->seed, j->log, f);
    if (fclose(f) != 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s: %s", path,
                            strerror(errno));
    return bind_file(&options, path, &s->bound[i]);
}

/* ---- running ---- */

static json_t *run_number(void *ctx, size_t i)
{
    const struct selftest *s = ctx;
    struct bound *b = &s->bound[i];
    AUTO_FREE char *out = path_of("%s/reports", s->dir);
    AUTO_FREE char *dir = NULL;
    struct launch_spec spec = {
        .plan = &b->plan,
        .scenario_file = b->file,
        .out_dir = out,
        .fetched = b->fetched,
        .again = b->again,
        .sandbox = SANDBOX_AUTO,
        .seed = s->at[i].seed,
        .style = LIVE_QUIET,
    };
    struct err err = {0};
    json_t *run = NULL;

    if (plan_able(&b->plan, &err) < 0 || launch(&spec, &run, &dir, &err) < 0)
        cli_complain(0, "%s: %s", b->file, err.text);
    return run;
}

static void began(void *ctx, size_t i)
{
    (void)ctx, (void)i;
}

/* The lines of the defect's log. A log that cannot be read is empty, and
 * selftest_compare() reports the missing lines. */
static json_t *read_log(const char *path)
{
    AUTO_FILE FILE *f = fopen(path, "re");
    json_t *lines = json_array(), *line;

    while (f && (line = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
        (void)json_array_append_new(lines, line);
    return lines;
}

static bool is_good(const struct selftest_result *r)
{
    for (int k = 0; k < SELFTEST_KINDS; k++)
        if (r->marks[k] > MARK_OK)
            return false;
    return r->why != NULL; /* NULL: the run did not take place */
}

static void ended(void *ctx, size_t i, const json_t *run, const char *printed)
{
    const struct selftest *s = ctx;
    struct job *j = &s->at[i];
    AUTO_JSON json_t *log = read_log(j->log);
    AUTO_FREE char *name = NULL;

    (void)printed;
    selftest_compare(j->trial, run, log, &j->result);
    if (is_good(&j->result))
        return;
    name = selftest_name(j->trial);
    printf("%s under %s, seed %" PRIu64 ": not as expected; %s\n%s", name,
           j->disturbance->name, j->seed,
           run ? look_text(run, "run.folder") : s->dir, j->result.why);
    fflush(stdout);
}

/* ---- the matrix ---- */

static const char *const words[] = {"-", "ok", "MISSED", "WRONG"};

static void print_row(const struct selftest *s, size_t first, size_t n)
{
    const struct job *j = &s->at[first];
    AUTO_FREE char *name = selftest_name(j->trial);

    printf("%-22s %-13s", name, j->disturbance->name);
    for (int k = SELFTEST_KINDS; k > 0; k--) {
        int column = (SELFTEST_KINDS + 1 - k) % SELFTEST_KINDS;
        enum selftest_mark worst = MARK_NONE;

        for (size_t i = first; i < first + n; i++)
            if (s->at[i].result.marks[column] > worst)
                worst = s->at[i].result.marks[column];
        printf(" %-7s", words[worst]);
    }
    printf("\n");
}

static void print_matrix(const struct selftest *s)
{
    size_t n;

    printf("\n%-22s %-13s", "defect", "disturbance");
    for (int k = 1; k < SELFTEST_KINDS; k++)
        printf(" %-7s", selftest_columns[k].head);
    printf(" %-7s\n", selftest_columns[0].head);
    for (size_t i = 0; i < s->len; i += n) {
        n = 1;
        while (i + n < s->len && s->at[i + n].trial == s->at[i].trial &&
               s->at[i + n].disturbance == s->at[i].disturbance)
            n++;
        print_row(s, i, n);
    }
}

static int say_sum(const struct selftest *s)
{
    size_t bad = 0;

    for (size_t i = 0; i < s->len; i++)
        bad += !is_good(&s->at[i].result);
    print_matrix(s);
    printf("\n");
    printf("\n%zu of %zu runs as expected, seed %" PRIu64 "\n", s->len - bad,
           s->len, s->seed);
    if (bad > 0)
        printf("evidence in %s\n", s->dir);
    return bad > 0 ? OUTCOME_FAIL : OUTCOME_PASS;
}

static void say(void *ctx, const char *what)
{
    (void)ctx;
    fprintf(stderr, "%s\n", what);
}

static int bind_all(struct selftest *s)
{
    struct err err = {0};
    int code = 0;

    for (size_t i = 0; i < s->len && code == 0; i++)
        code = bind_job(s, i);
    if (code == 0 && bound_fetch(s->bound, s->len, say, NULL, &err) < 0)
        code = cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    return code;
}

static int run_jobs(struct selftest *s)
{
    json_t **runs = must_calloc(s->len, sizeof(json_t *));
    const struct side_by_side side = {run_number, began, ended, s};
    int code = bind_all(s);

    if (code == 0) {
        struct err ignored = {0};
        size_t done;

        told_elsewhere(
            sandbox_probe(&ignored)); /* the result is kept for all runs */
        done = side_by_side(&side, s->len, s->jobs, runs);
        code = say_sum(s);
        if (done < s->len)
            printf("%zu of %zu were not run\n", s->len - done, s->len);
    }
    for (size_t i = 0; i < s->len; i++)
        json_decref(runs[i]);
    free(runs);
    return code;
}

static void done(struct selftest *s, bool keep)
{
    struct err err = {0};

    for (size_t i = 0; i < s->len; i++) {
        bound_done(&s->bound[i]);
        free(s->at[i].log);
        free(s->at[i].result.why);
    }
    free(s->at);
    free(s->bound);
    if (!keep && remove_tree(s->dir, &err) < 0)
        cli_complain(0, "%s", err.text);
}

static int run(int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");
    struct selftest s;
    int code = read_options(argc, argv, &s);

    if (code != 0)
        return code;
    (void)snprintf(s.dir, sizeof(s.dir), "%s/ordeal-selftest-XXXXXX",
                   tmp && tmp[0] && strlen(tmp) < 32 ? tmp : "/tmp");
    if (!mkdtemp(s.dir))
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s: %s", s.dir,
                            strerror(errno));
    make_jobs(&s);
    code = run_jobs(&s);
    done(&s, code != 0);
    return code;
}

const struct command command_selftest = {
    .name = "selftest",
    .usage = "selftest [OPTION]...",
    .help = "run workers with a known defect, and one without, and check that "
            "each verdict is right",
    .more =
        "Prints a table: each defect must be found as the finding the defect "
        "causes, at the records concerned, and nothing else may be found.\n",
    .options = rows,
    .options_len = ARRAY_LEN(rows),
    .run = run,
};
