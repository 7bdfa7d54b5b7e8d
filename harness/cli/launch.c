#include "cli/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/cli.h"
#include "engine/run.h"
#include "report/report.h"

static volatile sig_atomic_t interrupts;

static void on_signal(int sig)
{
    (void)sig;
    interrupts++;
}

bool launch_interrupted(void)
{
    return interrupts > 0;
}

/* "20261120-163107-name-42" below out_dir; a number is added if it is taken. */
static int make_folder(const struct launch_spec *s, int64_t wall_us,
                       char **ret_dir, char **ret_id, struct err *err)
{
    time_t t = (time_t)(wall_us / US_PER_S);
    char real[PATH_MAX], when[32];
    struct tm tm;

    if (mkdir_all(s->out_dir, err) < 0)
        return err->code;
    if (!realpath(s->out_dir, real))
        return err_errno(err, "%s", s->out_dir);
    gmtime_r(&t, &tm);
    if (strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm) == 0)
        when[0] = 0;
    for (int i = 0; i < 100; i++) {
        AUTO_FREE char *id = i == 0
                                 ? path_of("%s-%s-%" PRIu64, when,
                                           s->plan->scenario.name, s->seed)
                                 : path_of("%s-%s-%" PRIu64 "-%d", when,
                                           s->plan->scenario.name, s->seed, i);
        AUTO_FREE char *dir = path_of("%s/%s", real, id);

        if (mkdir(dir, 0755) == 0) {
            *ret_dir = TAKE(dir);
            *ret_id = TAKE(id);
            return 0;
        }
        if (errno != EEXIST)
            return err_errno(err, "%s", dir);
    }
    return err_set(err, -EEXIST, "%s: no free name for the run", real);
}

/* What `ordeal verify RUN` needs, written before anything starts. */
static int write_start(const struct launch_spec *s, const char *dir,
                       const char *id, uint32_t number, const char *sha,
                       struct err *err)
{
    AUTO_FREE char *copy = path_of("%s/scenario.yaml", dir);
    AUTO_FREE char *start = path_of("%s/start.json", dir);
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *o = NULL;
    size_t len;

    if (file_read(s->scenario_file, &text, &len, err) < 0 ||
        file_write(copy, text, len, err) < 0)
        return err->code;
    o = json_pack("{s:s, s:I, s:I, s:s, s:s, s:O, s:O}", "id", id, "seed",
                  (json_int_t)s->seed, "number", (json_int_t)number, "file",
                  s->scenario_file, "sha256", sha, "fetched", s->fetched,
                  "again", s->again);
    return o ? json_write(start, o, err)
             : err_set(err, -ENOMEM, "%s: no memory", start);
}

static int pump(struct keeper *k, int progress, struct live *live)
{
    struct pollfd fds[2] = {{.fd = progress, .events = POLLIN},
                            {.fd = keeper_fd(k), .events = POLLIN}};
    int seen = 0;

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        char bytes[16384];
        ssize_t n;

        if (interrupts > seen) {
            seen = interrupts;
            live_say(live, seen == 1 ? "interrupted: healing and keeping the "
                                       "evidence; again to stop at once"
                                     : "stopped at once");
            if (seen == 1)
                keeper_interrupt(k);
            else
                keeper_kill(k);
        }
        if (poll(fds, 2, 200) < 0 && errno != EINTR)
            return -errno;
        if (fds[0].revents) {
            n = read(progress, bytes, sizeof(bytes));
            if (n > 0)
                live_feed(live, bytes, (size_t)n);
            else if (n == 0 || errno != EINTR)
                fds[0].fd = -1;
        }
        if (fds[1].revents) {
            fds[1].fd = -1;
            /* Nobody is left who could write: what is in the pipe is all. */
            (void)fcntl(progress, F_SETFL, O_NONBLOCK);
        } else if (fds[1].fd < 0 && fds[0].revents == 0) {
            break;
        }
    }
    return 0;
}

/* The engine left no evidence: say so in its place, so that suites, JUnit and
 * people find an outcome. */
static json_t *broken_run(const struct launch_spec *s, const char *id,
                          const char *why)
{
    char now[25];

    clk_format_wall(clk_wall_us(), now);
    return json_pack(
        "{s:s, s:{s:s, s:i, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:i, s:s, s:s, "
        "s:{s:s, s:s}, s:{}}, s:s, s:{s:s, s:n}, s:b, s:i, s:[s], s:[], s:{}, "
        "s:{}, s:[], s:{s:i, s:i, s:i, s:i, s:i}, s:[], s:[], s:[], s:[], "
        "s:[], s:[], s:[]}",
        "schema", "ordeal.run/1", "run", "id", id, "number", 0, "name",
        s->plan->scenario.name, "why", "", "file", s->scenario_file,
        "file_sha256", "", "seed", (json_int_t)s->seed, "began", now, "ended",
        now, "duration_us", 0, "sandbox", "namespaces", "sandbox_reason", "",
        "program", "version", ORDEAL_VERSION, "sha256", "", "host", "outcome",
        outcome_name(OUTCOME_INCONCLUSIVE), "expected", "is",
        outcome_name(OUTCOME_PASS), "findings", "as_expected", 0, "exit_code",
        OUTCOME_INCONCLUSIVE, "reasons", why, "not_judged", "platform",
        "timeouts", "phases", "load", "attempted", 0, "acknowledged", 0,
        "refused", 0, "aborted", 0, "indeterminate", 0, "stations", "hops",
        "faults", "checks", "series", "events", "artifacts");
}

static json_t *evidence(const struct launch_spec *s, const char *dir,
                        const char *id, const char *died,
                        const struct live *live)
{
    AUTO_FREE char *path =
        path_of("%s/%s", dir, s->verify_dir ? "verify.json" : "run.json");
    AUTO_FREE char *why = NULL;
    struct err err = {0};
    json_t *run;

    /* what stands there may be an earlier verify's */
    if (!died[0] && !live->broken[0] && json_read(path, &run, &err) == 0)
        return run;
    why = path_of("the engine left no evidence: %s; `ordeal verify %s` judges "
                  "what was sent until then",
                  live->broken[0] ? live->broken
                  : died[0]       ? died
                                  : err.text,
                  dir);
    return broken_run(s, id, why);
}

static int run_keeper(const struct launch_spec *s, struct run_spec *spec,
                      struct live *live, char *died, size_t died_size,
                      struct err *err)
{
    AUTO_FREE char *work = path_of("%s/work", spec->dir);
    struct keeper_spec ks = {.sandbox = s->sandbox,
                             .work_dir = work,
                             .engine_main = engine_run,
                             .ctx = spec};
    struct sigaction act = {.sa_handler = on_signal};
    struct keeper *k;
    struct err gone = {0};
    int fds[2], status = 0;

    if (mkdir_all(work, err) < 0)
        return err->code;
    if (pipe2(fds, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    spec->progress_fd = ks.engine_fd = fds[1];
    if (keeper_start(&ks, &k, err) < 0) {
        close(fds[0]);
        close(fds[1]);
        return err->code;
    }
    sigaction(SIGINT, &act, NULL); /* behind the fork: the engine has its own */
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGHUP, &act, NULL);
    close(fds[1]);
    (void)pump(k, fds[0], live);
    close(fds[0]);
    if (keeper_wait(k, &status, &gone) < 0)
        (void)snprintf(died, died_size, "%s", gone.text);
    else if (WIFSIGNALED(status) || WEXITSTATUS(status) > OUTCOME_SKIP)
        wait_status_text(status, died, died_size);
    keeper_end(k);
    return 0;
}

int launch(const struct launch_spec *s, json_t **ret_run, char **ret_dir,
           struct err *err)
{
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *id = NULL;
    char sha[SHA256_HEX], died[512] = "";
    struct err sandbox = {0}, report = {0};
    struct live live;
    struct run_spec spec = {
        .plan = s->plan,
        .program_dir = cli_program_dir(),
        .scenario_file = s->scenario_file,
        .scenario_sha256 = sha,
        .seed = s->seed,
        .fetched = s->fetched,
        .origin_us = clk_monotonic_us(),
        .began_wall_us = clk_wall_us(),
        .verbose = s->verbose,
        .verify_only = s->verify_dir != NULL,
    };

    live_init(&live, s->style);
    spec.number =
        s->verify_dir ? s->verify_number : (uint32_t)(rng_fresh_seed() + 1);
    if (sha256_file(s->scenario_file, sha, err) < 0)
        return err->code;
    if (s->verify_dir) {
        dir = path_of("%s", s->verify_dir);
        id = path_of("%s", strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir);
    } else if (make_folder(s, spec.began_wall_us, &dir, &id, err) < 0 ||
               write_start(s, dir, id, spec.number, sha, err) < 0) {
        return err->code;
    }
    spec.dir = dir;
    spec.id = id;
    if (s->sandbox == SANDBOX_OFF)
        spec.sandbox_reason = "asked for by --sandbox off";
    else if (sandbox_probe(&sandbox) < 0)
        spec.sandbox_reason = sandbox.text;
    if (run_keeper(s, &spec, &live, died, sizeof(died), err) < 0)
        return err->code;
    live_end(&live);
    *ret_run = evidence(s, dir, id, died, &live);
    if (report_write_all(*ret_run, dir, &report) < 0)
        cli_complain(0, "the reports could not be written: %s", report.text);
    *ret_dir = TAKE(dir);
    return 0;
}
