/* run_evidence.c - the outer program's part of the evidence: start, logs,
 * reports, and a document for a run whose engine died. */
#include "cli/run_evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/secrets.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/hold.h"
#include "cli/run_folder.h"
#include "report/report.h"

/* Processes of a killed run end within this time. */
static const int64_t ending_us = 10 * US_PER_S;

static char *work_of(const char *dir)
{
    return path_of("%s/work", dir);
}

static char *secrets_path(const char *dir)
{
    return path_of("%s/work/secrets.list", dir);
}

/* Load the secrets known so far (of the run that a verify follows), and keep
 * the list up to date from here on: the engine adds to the same file. */
static int keep_secrets(const char *dir, struct err *err)
{
    AUTO_FREE char *work = work_of(dir);
    AUTO_FREE char *path = secrets_path(dir);

    if (evidence_folder(work, err) < 0 || secrets_load(path, err) < 0)
        return err->code;
    return secrets_keep(path, err);
}

void evidence_learn_secrets(const struct launch_spec *s)
{
    const json_t *root = doc_root(s->plan->doc);
    json_t *name;
    size_t i;

    secrets_forget();
    json_array_foreach (json_object_get(s->again, "secret"), i, name) {
        const char *key = json_string_value(name);
        AUTO_FREE char *value =
            scalar_text(json_object_get(json_object_get(root, "vars"), key));

        if (value)
            secret_add(key, value, strlen(value));
    }
    secrets_look(root, "");
}

int evidence_know_secrets(const struct launch_spec *s, const char *dir,
                          struct err *err)
{
    evidence_learn_secrets(s);
    return keep_secrets(dir, err);
}

/* Write what `ordeal verify RUN` needs, before anything starts: twice, with
 * secrets in work/ and without in the evidence. */
static int write_start(const struct launch_spec *s, const char *dir,
                       const struct run_spec *spec, struct err *err)
{
    AUTO_FREE char *copy = path_of("%s/scenario.yaml", dir);
    AUTO_FREE char *start = path_of("%s/start.json", dir);
    AUTO_FREE char *given = path_of("%s/work/scenario.yaml", dir);
    AUTO_FREE char *given_start = path_of("%s/work/start.json", dir);
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *o = NULL;
    size_t len;

    if (file_read(s->scenario_file, &text, &len, err) < 0 ||
        evidence_keep_text(given, text, len, err) < 0 ||
        evidence_put_text(copy, text, len, err) < 0)
        return err->code;
    o = json_pack(
        "{s:s, s:I, s:I, s:I, s:s, s:s, s:s, s:O, s:O}", "id", spec->id, "seed",
        (json_int_t)s->seed, "number", (json_int_t)spec->number,
        "began_wall_us", (json_int_t)spec->began_wall_us, "sandbox",
        sandbox_name(s->sandbox), "file", s->scenario_file, "sha256",
        spec->scenario_sha256, "fetched", s->fetched, "again", s->again);
    if (!o)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", start);
    if (evidence_keep(given_start, o, err) < 0)
        return err->code;
    return evidence_put(start, o, err);
}

static char *evidence_path(const struct launch_spec *s, const char *dir)
{
    return path_of("%s/%s", dir, s->verify_dir ? "verify.json" : "run.json");
}

/* A verify leaves the reports of the run untouched. */
static char *reports_path(const struct launch_spec *s, const char *dir)
{
    return path_of("%s%s", dir, s->verify_dir ? "/verify" : "");
}

/* A document in the place of the run.json that no engine wrote, so that
 * suites, JUnit and people find an outcome. */
static json_t *bare_run(const struct launch_spec *s,
                        const struct run_spec *spec, enum outcome outcome,
                        const char *why)
{
    AUTO_FREE char *reports = reports_path(s, spec->dir);
    char began[25], now[25];
    json_t *run;

    clk_format_wall(spec->began_wall_us, began);
    clk_format_wall(clk_wall_us(), now);
    run = json_pack(
        "{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:b, "
        "s:s, s:{s:s, s:s}}",
        "id", spec->id, "number", (json_int_t)spec->number, "name",
        s->plan->scenario.name, "why",
        s->plan->scenario.why ? s->plan->scenario.why : "", "file",
        s->scenario_file, "file_sha256", spec->scenario_sha256, "seed",
        (json_int_t)s->seed, "began", began, "ended", now, "duration_us",
        (json_int_t)(clk_monotonic_us() - spec->origin_us), "broken_off",
        outcome != OUTCOME_SKIP, "folder", reports, "program", "version",
        ORDEAL_VERSION, "commit", spec->commit);
    return json_pack(
        "{s:s, s:o, s:s, s:{s:s, s:n}, s:b, s:i, s:[s], s:[], s:{}, s:[], "
        "s:[], s:[], s:[], s:[], s:[], s:[], s:[]}",
        "schema", "ordeal.run/1", "run", run, "outcome", outcome_name(outcome),
        "expected", "is", outcome_name(OUTCOME_PASS), "findings", "as_expected",
        0, "exit_code", outcome, "reasons", why, "not_judged", "platform",
        "phases", "stations", "hops", "faults", "checks", "series", "events",
        "artifacts");
}

/* If run.json exists, use the file even if the engine died later: run.json
 * is written last and renamed into place. Otherwise write a document with
 * the cause of death. */
static json_t *evidence(const struct launch_spec *s,
                        const struct run_spec *spec, const char *unwritten,
                        const char *died)
{
    AUTO_FREE char *path = evidence_path(s, spec->dir);
    AUTO_FREE char *advice =
        s->verify_dir ? path_of("see %s/ordeal.log", spec->dir)
                      : path_of("`ordeal verify %s` judges what was sent until "
                                "then",
                                spec->dir);
    AUTO_FREE char *why = NULL;
    struct err err = {0}, why_not = {0};
    AUTO_JSON json_t *run = NULL;

    if (!unwritten[0] && json_read(path, &run, &err) == 0)
        return TAKE(run);
    why = path_of("the engine left no evidence: %s; %s",
                  unwritten[0] ? unwritten
                  : died[0]    ? died
                               : err.text,
                  advice);
    run = bare_run(s, spec, OUTCOME_INCONCLUSIVE, why);
    run_give_room(spec->dir);
    if (evidence_put(path, run, &why_not) < 0)
        cli_complain(0, "%s", why_not.text);
    return secrets_shown_json(run);
}

int evidence_begin(const struct launch_spec *s, struct run_spec *spec,
                   char **ret_dir, char **ret_id, int *ret_hold,
                   struct err *err)
{
    AUTO_FREE char *old = NULL;

    if (!s->verify_dir) {
        AUTO_FREE char *tail =
            path_of("%s-%" PRIu64, s->plan->scenario.name, s->seed);

        if (run_folder_make(s->out_dir, spec->began_wall_us, tail, ret_dir,
                            ret_id, err) < 0)
            return err->code;
        spec->dir = *ret_dir;
        spec->id = *ret_id;
        if (folder_hold(*ret_dir, ending_us, ret_hold, err) < 0 ||
            keep_secrets(*ret_dir, err) < 0)
            return err->code;
        return write_start(s, *ret_dir, spec, err);
    }
    *ret_dir = path_of("%s", s->verify_dir);
    *ret_id = path_of("%s", strrchr(s->verify_dir, '/') + 1);
    spec->dir = *ret_dir;
    spec->id = *ret_id;
    old = evidence_path(s, *ret_dir);
    if (folder_hold(*ret_dir, ending_us, ret_hold, err) < 0 ||
        keep_secrets(*ret_dir, err) < 0)
        return err->code;
    if (unlink(old) < 0 && errno != ENOENT)
        return err_errno(err, "%s", old);
    return 0;
}

/* Copy the logs of the nodes, after all processes have ended; none if the list
 * of secrets cannot be read. A verify copies the run's logs too, since the
 * outer program of the run may have been killed. */
static int copy_logs(const struct launch_spec *s, const char *dir)
{
    AUTO_FREE char *secrets = secrets_path(dir);
    struct err err = {0};

    if (secrets_load(secrets, &err) < 0) /* those learnt by the engine, too */
        return cli_complain(err.code, "the logs lie in %s/work alone: %s", dir,
                            err.text);
    for (int verify = 0; verify <= (s->verify_dir != NULL); verify++) {
        AUTO_FREE char *from = run_node_logs(dir, verify);
        AUTO_FREE char *into = path_of("%s%s", dir, verify ? "/verify" : "");
        AUTO_FREE char *to = path_of("%s/logs", into);

        if (evidence_folder(into, &err) == 0)
            told_elsewhere(evidence_copy_logs(from, to, &err));
    }
    if (err.code)
        cli_complain(0, "the logs lie in %s/work alone: %s", dir, err.text);
    return err.code;
}

static void write_reports(const struct launch_spec *s, const json_t *run,
                          const char *dir)
{
    AUTO_FREE char *into = reports_path(s, dir);
    struct err err = {0};

    if (evidence_folder(into, &err) < 0 ||
        report_write_all(run, into, &err) < 0)
        cli_complain(0, "the reports could not be written: %s", err.text);
}

json_t *evidence_end(const struct launch_spec *s, const struct run_spec *spec,
                     const char *unwritten, const char *died)
{
    json_t *run = evidence(s, spec, unwritten, died);

    if (copy_logs(s, spec->dir) < 0)
        json_object_set_new(json_object_get(run, "run"), "logs_left",
                            json_true());
    write_reports(s, run, spec->dir);
    return run;
}

int evidence_skip(const struct launch_spec *s, const char *why,
                  json_t **ret_run, char **ret_dir, struct err *err)
{
    char sha[SHA256_HEX];
    struct run_spec spec = {
        .plan = s->plan,
        .scenario_sha256 = sha,
        .commit = cli_commit(),
        .origin_us = clk_monotonic_us(),
        .began_wall_us = clk_wall_us(),
    };
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *id = NULL;
    AUTO_FREE char *path = NULL;
    AUTO_FREE char *work = NULL;
    AUTO_JSON json_t *run = NULL;
    AUTO_FD int hold = -1;

    evidence_learn_secrets(s);
    if (sha256_file(s->scenario_file, sha, err) < 0 ||
        evidence_begin(s, &spec, &dir, &id, &hold, err) < 0)
        return err->code;
    run = bare_run(s, &spec, OUTCOME_SKIP, why);
    path = evidence_path(s, dir);
    work = work_of(dir);
    if (evidence_put(path, run, err) < 0 || remove_tree(work, err) < 0)
        return err->code;
    write_reports(s, run, dir);
    *ret_run = secrets_shown_json(run);
    *ret_dir = TAKE(dir);
    return 0;
}
