/* bench_verify.c - measures `ordeal verify --topic` of JSON documents, as a
 * process of its own: CPU time a record, and the most memory resident.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "bench/bench.h"
#include "bench/replay.h"
#include "client/kafka.h"
#include "node/node.h"

static const double cpu_max_us = 1.5, resident_max_mb = 200;

struct use {
    double cpu_us, resident_mb;
};

/* In the child: become the program, silent but for complaints. */
static void become(const char *program, const char *dir, const struct job *job)
    __attribute__((noreturn));

static void become(const char *program, const char *dir, const struct job *job)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
        execl(program, "ordeal", "verify", "--bootstrap", job->bootstrap,
              "--topic", job->set.topic, "--locator", "json:/id", "--out", dir,
              (char *)NULL);
    _exit(OUTCOME_INCONCLUSIVE);
}

static int measure(const struct replay_spec *spec, const struct job *job,
                   struct use *ret, struct err *err)
{
    AUTO_FREE char *program = path_of("%s/ordeal", spec->programs);
    pid_t pid = fork(), ended;
    struct rusage u;
    char how[64];
    int status = 0;

    if (pid == 0)
        become(program, spec->dir, job);
    if (pid < 0)
        return err_errno(err, "fork");
    do
        ended = wait4(pid, &status, 0, &u);
    while (ended < 0 && errno == EINTR);
    wait_status_text(status, how, sizeof(how));
    if (ended != pid || status != 0)
        return err_set(err, -ECHILD, "%s verify: %s", program, how);
    ret->cpu_us = (double)cpu_us_of(&u) / (double)spec->records;
    ret->resident_mb = (double)u.ru_maxrss * 1024 / 1e6;
    return 0;
}

/* The least CPU time of the rounds, since other work on the machine only adds,
 * and the most memory. */
static int measure_all(const struct replay_spec *spec, struct nodes *nodes,
                       struct use *ret, struct err *err)
{
    struct job job = {.set = {.name = "JSON",
                              .topic = "documents",
                              .partitions = BENCH_PARTITIONS,
                              .records = spec->records,
                              .json = true}};
    struct kafka_access access;
    struct measured filled;

    if (cluster_up(spec->cluster, nodes, err) < 0)
        return err->code;
    if (spec->cluster->ops->access(spec->cluster->platform, VIEW_OBSERVER,
                                   &access) < 0)
        return err_set(err, -ENOTSUP, "brokers: no way in");
    (void)snprintf(job.bootstrap, sizeof(job.bootstrap), "%s",
                   access.bootstrap);
    if (job_fill(&job, &filled, err) < 0)
        return err_context(err, "fill");
    for (int i = 0; i < spec->rounds; i++) {
        struct use u = {0};

        if (measure(spec, &job, &u, err) < 0)
            return err->code;
        printf("verify-json, round %d of %d: %.2f us CPU a record, %.0f MB "
               "resident\n",
               i + 1, spec->rounds, u.cpu_us, u.resident_mb);
        if (i == 0 || u.cpu_us < ret->cpu_us)
            ret->cpu_us = u.cpu_us;
        if (i == 0 || u.resident_mb > ret->resident_mb)
            ret->resident_mb = u.resident_mb;
    }
    return 0;
}

int verify_run(struct nodes *nodes, void *ctx)
{
    const struct replay_spec *spec = ctx;
    struct err err = {0};
    struct use u = {0};

    (void)measure_all(spec, nodes, &u, &err);
    cluster_done(spec->cluster);
    if (err.code < 0) {
        fprintf(stderr, "ordeal-bench: %s\n", err.text);
        return OUTCOME_INCONCLUSIVE;
    }
    printf("verify-json: %.2f us CPU a record, bound %.1f; %.0f MB resident, "
           "bound %.0f\n",
           u.cpu_us, cpu_max_us, u.resident_mb, resident_max_mb);
    return u.cpu_us > cpu_max_us || u.resident_mb > resident_max_mb
               ? OUTCOME_FAIL
               : 0;
}
