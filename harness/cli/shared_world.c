/* shared_world.c - a keeper that stays, and an engine for each scenario.
 *
 * Files in the folder of a world: keeper.json and keeper/ (node/), node.logs/
 * and a folder a node (platform/), and run.json: {"run": the folder of the
 * latest run, or null}.
 */
#include "cli/shared_world.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/descriptors.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/log.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/cli.h"
#include "cli/hold.h"
#include "cli/launch.h"
#include "cli/run_evidence.h"

#define WORLD_PREFIX ".world-"

/* A folder without a keeper may be a world that begins right now. */
enum { YOUNG_S = 60 };

/* See is_full(). */
enum { RUNS_MOST = 24, NODES_MOST = 40, FURTHER_MOST = 90 };

struct world {
    struct world_spec spec;
    char *dir;
    const char *id; /* last part of `dir` */
    int hold;
    struct keeper *keeper;
    int runs;
    json_t *before;  /* ids of the runs that have ended */
    json_t *numbers; /* the same runs as stamps name them */
    char *run_dir;   /* of the latest run; NULL: none */
    json_t *workers; /* needs of the last run; NULL: no run yet */
};

/* ---- in the engine --------------------------------------------------------
 */

static size_t numbers_of(const json_t *all, uint32_t numbers[RUNS_MOST])
{
    size_t n = json_array_size(all);

    for (size_t i = 0; i < n && i < RUNS_MOST; i++)
        numbers[i] = (uint32_t)json_integer_value(json_array_get(all, i));
    return n < RUNS_MOST ? n : RUNS_MOST;
}

static int engine(struct nodes *nodes, void *ctx,
                  const struct keeper_work *what)
{
    const struct world *w = ctx;
    AUTO_JSON json_t *o = json_loads(what->text, 0, NULL);
    const struct bound *b = &w->spec.suite[look_int(o, "at")];
    struct launch_spec launch = {.plan = &b->plan, .again = b->again};
    struct err err = {0};
    uint32_t numbers[RUNS_MOST];
    struct run_spec spec = {
        .plan = &b->plan,
        .dir = look_text(o, "dir"),
        .program_dir = cli_standins_dir(),
        .id = look_text(o, "id"),
        .scenario_file = b->file,
        .scenario_sha256 = look_text(o, "sha256"),
        .commit = cli_commit(),
        .seed = strtoull(look_text(o, "seed"), NULL, 10),
        .number = (uint32_t)look_int(o, "number"),
        .fetched = b->fetched,
        .world = {.dir = w->dir,
                  .id = w->id,
                  .ordinal = (int)look_int(o, "ordinal"),
                  .before = look(o, "before"),
                  .numbers = numbers,
                  .numbers_len = numbers_of(look(o, "numbers"), numbers),
                  .other_workers = look_true(o, "other_workers")},
        .sandbox_reason = look_text(o, "sandbox_reason"),
        .origin_us = look_int(o, "origin_us"),
        .began_wall_us = look_int(o, "began_wall_us"),
        .progress_fd = what->fds[0],
        .verbose = w->spec.verbose,
    };

    if (evidence_know_secrets(&launch, spec.dir, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    return engine_run(nodes, &spec);
}

/* ---- the world ------------------------------------------------------------
 */

static int note_run(const char *world_dir, const char *run_dir, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/run.json", world_dir);
    AUTO_JSON json_t *note = json_pack("{s:s?}", "run", run_dir);

    return evidence_keep(path, note, err);
}

static int make_folder(struct world *w, struct err *err)
{
    char real[PATH_MAX];

    if (!realpath(w->spec.out_dir, real))
        return err_errno(err, "%s", w->spec.out_dir);
    w->dir = path_of("%s/" WORLD_PREFIX "%016" PRIx64, real, rng_fresh_seed());
    w->id = strrchr(w->dir, '/') + 1;
    if (mkdir(w->dir, 0700) < 0)
        return err_errno(err, "%s", w->dir);
    if (folder_hold(w->dir, 0, &w->hold, err) < 0)
        return err->code;
    return note_run(w->dir, NULL, err);
}

int world_open(const struct world_spec *spec, struct world **ret,
               struct err *err)
{
    struct world *w = must_calloc(1, sizeof(*w));
    struct keeper_spec ks = {.sandbox = spec->sandbox,
                             .engine_fd = -1,
                             .engine_begun = engine,
                             .ctx = w};
    mode_t before = umask(077);
    int rc;

    *w = (struct world){.spec = *spec,
                        .hold = -1,
                        .before = json_array(),
                        .numbers = json_array()};
    rc = make_folder(w, err);
    ks.work_dir = w->dir;
    if (rc == 0)
        rc = descriptors_claim(LAUNCH_DESCRIPTORS, err);
    if (rc == 0)
        rc = keeper_start(&ks, &w->keeper, err);
    (void)umask(before);
    if (rc < 0) {
        world_close(w);
        return rc;
    }
    *ret = w;
    return 0;
}

static void remove_folder(const char *dir)
{
    struct err err = {0};

    if (remove_tree(dir, &err) < 0)
        cli_complain(0, "%s", err.text);
}

static void end_processes(struct world *w)
{
    keeper_end(w->keeper);
    w->keeper = NULL;
}

/* Whether the run has all of its logs and data. The engine takes both at the
 * end of a run, but not after Ctrl-C, an error or the end of the brokers. */
static bool has_taken(const char *run_dir)
{
    struct err err = {0};

    if (run_take_from_world(run_dir, &err) == 0)
        return true;
    cli_complain(0, "%s: %s", run_dir, err.text);
    return false;
}

/* Remove the folder of a world without processes, whose latest run is in
 * `run_dir`. The next start of the program tries a folder that stays again. */
static void take_and_remove(const char *dir, const char *run_dir)
{
    if (has_taken(run_dir))
        remove_folder(dir);
    else
        cli_complain(0, "%s stays, with the data of the run", dir);
}

void world_close(struct world *w)
{
    if (!w)
        return;
    end_processes(w);
    if (w->dir && w->run_dir)
        take_and_remove(w->dir, w->run_dir);
    else if (w->dir)
        remove_folder(w->dir);
    if (w->hold >= 0)
        (void)close(w->hold);
    json_decref(w->before);
    json_decref(w->numbers);
    json_decref(w->workers);
    free(w->run_dir);
    free(w->dir);
    free(w);
}

struct keeper *world_keeper(struct world *w)
{
    return w->keeper;
}

/* Whether workers of the run before, with other settings, are in the way. */
static bool other_workers(struct world *w, size_t at)
{
    AUTO_JSON json_t *needs = bound_needs(&w->spec.suite[at]);
    json_t *workers = json_object_get(needs, "workers");
    bool other = w->workers && !json_equal(w->workers, workers);

    json_decref(w->workers);
    w->workers = json_incref(workers);
    return other;
}

int world_begin(struct world *w, size_t at, const struct run_spec *s, int hold,
                struct err *err)
{
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *o = json_pack(
        "{s:I, s:s, s:s, s:s, s:o, s:I, s:i, s:O, s:O, s:b, s:s, s:I, s:I}",
        "at", (json_int_t)at, "dir", s->dir, "id", s->id, "sha256",
        s->scenario_sha256, "seed", json_sprintf("%" PRIu64, s->seed), "number",
        (json_int_t)s->number, "ordinal", w->runs + 1, "before", w->before,
        "numbers", w->numbers, "other_workers", other_workers(w, at),
        "sandbox_reason", s->sandbox_reason ? s->sandbox_reason : "",
        "origin_us", (json_int_t)s->origin_us, "began_wall_us",
        (json_int_t)s->began_wall_us);
    struct keeper_work what = {.fds = {s->progress_fd, hold}, .fds_len = 2};

    text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", s->dir);
    what.text = text;
    if (note_run(w->dir, s->dir, err) < 0)
        return err->code;
    free(w->run_dir);
    w->run_dir = path_of("%s", s->dir);
    w->runs++;
    return keeper_begin(w->keeper, &what, err);
}

void world_ended(struct world *w, const char *died)
{
    if (!died[0])
        return;
    end_processes(w);
    (void)has_taken(w->run_dir); /* world_close() tries again */
}

static char *first_left(const json_t *left)
{
    size_t n = json_array_size(left);
    const char *first = look_text(json_array_get(left, 0), "text");

    return n > 1 ? path_of("%s, and %zu more", first, n - 1)
                 : path_of("%s", first);
}

/* Endpoints keep their names and addresses as long as the keeper lives, and a
 * keeper has a bounded number of both (NODES_MAX, FURTHER_ADDRESSES_MAX). */
static bool is_full(const struct world *w)
{
    AUTO_FREE char *path = path_of("%s/keeper.json", w->dir);
    AUTO_JSON json_t *record = NULL;
    struct err ignored = {0};

    return w->runs >= RUNS_MOST || json_read(path, &record, &ignored) < 0 ||
           json_object_size(look(record, "nodes")) > NODES_MOST ||
           look_int(record, "further") > FURTHER_MOST;
}

bool world_goes_on(struct world *w, const json_t *run, char **ret_why)
{
    const json_t *left = look(run, "world.left");

    (void)json_array_append_new(w->before,
                                json_string(look_text(run, "run.id")));
    (void)json_array_append_new(w->numbers,
                                json_integer(look_int(run, "run.number")));
    *ret_why = NULL;
    if (!w->keeper || !json_is_array(left))
        *ret_why = path_of("the engine ended early");
    else if (json_array_size(left) > 0)
        *ret_why = first_left(left);
    else if (is_full(w))
        *ret_why = path_of("after %d runs, addresses run short", w->runs);
    return !*ret_why;
}

/* ---- worlds of killed programs --------------------------------------------
 */

static bool is_world(const struct dirent *e)
{
    return strncmp(e->d_name, WORLD_PREFIX, strlen(WORLD_PREFIX)) == 0;
}

/* Whether nobody uses the world, nor is about to: *ret_hold is then the lock.
 */
static bool is_left(const char *dir, int64_t patience_us, int *ret_hold)
{
    AUTO_FREE char *keeper = path_of("%s/keeper.json", dir);
    struct err ignored = {0};
    struct stat st;

    if (access(keeper, F_OK) < 0 &&
        (stat(dir, &st) < 0 || time(NULL) - st.st_mtime < YOUNG_S))
        return false;
    return folder_hold(dir, patience_us, ret_hold, &ignored) == 0;
}

/* The run folder with the name of `run`, next to the world's folder `dir`; new.
 * The note of a killed program must not lead data to any other place. NULL: no
 * name of a run. */
static char *beside_world(const char *dir, const char *run)
{
    const char *slash = strrchr(run, '/');
    const char *name = slash ? slash + 1 : run;

    if (!name[0] || name[0] == '.')
        return NULL;
    return path_of("%.*s%s", (int)(strrchr(dir, '/') - dir + 1), dir, name);
}

static void tidy(const char *dir, int64_t patience_us)
{
    AUTO_FREE char *path = path_of("%s/run.json", dir);
    AUTO_JSON json_t *note = NULL;
    AUTO_FREE char *run = NULL;
    struct err err = {0};
    int hold;

    if (!is_left(dir, patience_us, &hold))
        return;
    if (json_read(path, &note, &err) == 0)
        run = beside_world(dir, look_text(note, "run"));
    if (run)
        take_and_remove(dir, run);
    else
        remove_folder(dir);
    (void)close(hold);
}

void world_tidy(const char *out_dir, int64_t patience_us)
{
    struct dirent *e;
    DIR *dir = opendir(out_dir);

    while (dir && (e = readdir(dir))) {
        AUTO_FREE char *path = path_of("%s/%s", out_dir, e->d_name);

        if (is_world(e))
            tidy(path, patience_us);
    }
    if (dir)
        (void)closedir(dir);
}
