/* launch.c - one run from the outer program: signals, keeper, live view. */
#include "cli/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/descriptors.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "cli/cli.h"
#include "cli/run_evidence.h"
#include "cli/shared_world.h"
#include "engine/run.h"

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

/* Show progress until `ended` polls readable: the end of the engine. */
static int pump(struct keeper *k, int ended, int progress, struct live *live)
{
    struct pollfd fds[2] = {{.fd = progress, .events = POLLIN},
                            {.fd = ended, .events = POLLIN}};
    int seen = 0;

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        char bytes[16384];
        int ready;
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
        ready = poll(fds, 2, 200);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready < 0)
            continue; /* revents is stale after a failed poll() */
        if (ready == 0 && clk_monotonic_us() - live->heard_us > US_PER_S)
            live_tick(live);
        if (fds[0].revents) {
            n = read(progress, bytes, sizeof(bytes));
            if (n > 0)
                live_feed(live, bytes, (size_t)n);
            else if (n == 0 || errno != EINTR)
                fds[0].fd = -1;
        }
        if (fds[1].revents) {
            fds[1].fd = -1;
            /* All writers have ended: read the rest of the pipe without
             * waiting for more */
            (void)fcntl(progress, F_SETFL, O_NONBLOCK);
        } else if (fds[1].fd < 0 && fds[0].revents == 0) {
            break;
        }
    }
    return 0;
}

static void catch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};

    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGHUP, &act, NULL);
}

static void tell_death(int status, char *died, size_t died_size)
{
    if (WIFSIGNALED(status) && interrupts > 1)
        (void)snprintf(died, died_size, "it was stopped at once, as asked");
    else if (WIFSIGNALED(status) || WEXITSTATUS(status) > OUTCOME_SKIP)
        wait_status_text(status, died, died_size);
}

/* Run the engine in the shared world. Nodes stay; the lock of the run folder is
 * the engine's too. */
static int run_in_world(const struct launch_spec *s, struct run_spec *spec,
                        int hold, struct live *live, char *died,
                        size_t died_size, struct err *err)
{
    struct keeper *k = world_keeper(s->world);
    struct err gone = {0};
    int fds[2], status = 0, rc;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    spec->progress_fd = fds[1];
    (void)signal(SIGPIPE, SIG_IGN);
    rc = world_begin(s->world, s->suite_at, spec, hold, err);
    close(fds[1]);
    if (rc == 0) {
        catch_signals();
        (void)pump(k, keeper_engine_fd(k), fds[0], live);
        if (keeper_await(k, &status, &gone) < 0)
            (void)snprintf(died, died_size, "%s", gone.text);
        else
            tell_death(status, died, died_size);
        world_ended(s->world, died);
    }
    close(fds[0]);
    return rc;
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
    struct keeper *k;
    struct err gone = {0};
    int fds[2], status = 0;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    spec->progress_fd = ks.engine_fd = fds[1];
    (void)signal(SIGPIPE,
                 SIG_IGN); /* a closed stdout or stderr must not end a run */
    if (keeper_start(&ks, &k, err) < 0) {
        close(fds[0]);
        close(fds[1]);
        return err->code;
    }
    catch_signals(); /* after the fork: the engine sets handlers of its own */
    close(fds[1]);
    (void)pump(k, keeper_fd(k), fds[0], live);
    close(fds[0]);
    if (keeper_wait(k, &status, &gone) < 0)
        (void)snprintf(died, died_size, "%s", gone.text);
    else
        tell_death(status, died, died_size);
    keeper_end(k);
    return 0;
}

static int launch_private(const struct launch_spec *s, json_t **ret_run,
                          char **ret_dir, struct err *err)
{
    AUTO_FREE char *dir = NULL;
    AUTO_FREE char *id = NULL;
    AUTO_FD int hold = -1;
    char sha[SHA256_HEX], died[512] = "";
    struct err sandbox = {0};
    struct live live;
    struct run_spec spec = {
        .plan = s->plan,
        .program_dir = cli_standins_dir(),
        .scenario_file = s->scenario_file,
        .scenario_sha256 = sha,
        .seed = s->seed,
        .number =
            s->verify_dir ? s->verify_number : (uint32_t)(rng_fresh_seed() + 1),
        .fetched = s->fetched,
        .commit = cli_commit(),
        .origin_us = clk_monotonic_us(),
        .began_wall_us =
            s->verify_dir ? s->verify_began_wall_us : clk_wall_us(),
        .verbose = s->verbose,
        .verify_only = s->verify_dir != NULL,
    };

    live_init(&live, s->style);
    evidence_learn_secrets(s);
    if (descriptors_claim(LAUNCH_DESCRIPTORS, err) < 0)
        return err->code;
    if (sha256_file(s->scenario_file, sha, err) < 0 ||
        evidence_begin(s, &spec, &dir, &id, &hold, err) < 0)
        return err->code;
    if (s->sandbox == SANDBOX_OFF)
        spec.sandbox_reason = "asked for by --sandbox off";
    else if (sandbox_probe(&sandbox) < 0)
        spec.sandbox_reason = sandbox.text;
    if ((s->world ? run_in_world(s, &spec, hold, &live, died, sizeof(died), err)
                  : run_keeper(s, &spec, &live, died, sizeof(died), err)) < 0)
        return err->code;
    live_end(&live);
    *ret_run = evidence_end(s, &spec, live.broken, died);
    *ret_dir = TAKE(dir);
    return 0;
}

/* Nodes are children of this process and inherit the umask: their files are
 * for the caller alone, as the evidence is. */
int launch(const struct launch_spec *s, json_t **ret_run, char **ret_dir,
           struct err *err)
{
    mode_t before;
    int rc;

    if (!s->verify_dir && mkdir_all(s->out_dir, err) < 0)
        return err->code;
    before = umask(077);
    rc = launch_private(s, ret_run, ret_dir, err);
    (void)umask(before);
    return rc;
}
