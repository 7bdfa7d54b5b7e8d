/* cmd_doctor.c - ordeal doctor: what the machine offers and lacks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "node/node.h"
#include "platform/java.h"

static void row(bool good, const char *what, const char *detail)
{
    bool colour = cli_colour(STDOUT_FILENO);

    printf("%s%-5s%s %-14s %s\n",
           colour ? (good ? "\033[32m" : "\033[33m") : "", good ? "yes" : "no",
           colour ? "\033[0m" : "", what, detail);
}

static void doctor_memory(void)
{
    struct sysinfo s;
    char text[128];

    if (sysinfo(&s) < 0)
        return;
    (void)snprintf(text, sizeof(text),
                   "%.1f GiB of %.1f GiB free on %d cores; a default platform "
                   "takes about 2 GiB",
                   (double)s.freeram * s.mem_unit / (1 << 30),
                   (double)s.totalram * s.mem_unit / (1 << 30), get_nprocs());
    row((double)s.totalram * s.mem_unit > 3.0 * (1 << 30), "memory", text);
}

static void doctor_disk(const char *what, const char *dir)
{
    struct statvfs v;
    char text[512];

    if (statvfs(dir, &v) < 0) {
        (void)snprintf(text, sizeof(text), "%.300s: %s", dir, strerror(errno));
        row(false, what, text);
        return;
    }
    (void)snprintf(text, sizeof(text), "%.1f GiB free in %.300s",
                   (double)v.f_bavail * (double)v.f_frsize / (1 << 30), dir);
    row((double)v.f_bavail * (double)v.f_frsize > 2.0 * (1 << 30), what, text);
}

static int doctor_java(void)
{
    struct java java;
    struct err err = {0};
    char text[512];

    if (java_find(&java, &err) < 0) {
        row(false, "java", err.text);
        return 1;
    }
    (void)snprintf(text, sizeof(text), "%s (%s), compiler: %s", java.version,
                   java.vendor,
                   java.javac[0] ? "yes" : "no, http-sink needs it");
    row(true, "java", text);
    return 0;
}

static void doctor_maven(void)
{
    AUTO_FREE char *path = path_of("%s", getenv("PATH") ? getenv("PATH") : "");
    char *save = NULL;

    for (char *dir = strtok_r(path, ":", &save); dir;
         dir = strtok_r(NULL, ":", &save)) {
        AUTO_FREE char *mvn = path_of("%s/mvn", dir);

        if (access(mvn, X_OK) == 0) {
            row(true, "maven", "resolves Kafka and connectors, once");
            return;
        }
    }
    row(false, "maven",
        "not in PATH: Kafka must come from KAFKA_HOME or the "
        "cache; apt-get install maven");
}

/* The cache holds Kafka's jars: without the folder no local run can begin. */
static int doctor_cache(void)
{
    const char *dir = cli_cache_dir();
    struct err err = {0};
    char text[512];

    if (mkdir_all(dir, &err) == 0 && access(dir, W_OK | X_OK) == 0) {
        doctor_disk("disk (cache)", dir);
        return 0;
    }
    (void)snprintf(text, sizeof(text),
                   "%.300s; name a folder that can be written to in "
                   "ORDEAL_CACHE",
                   err.code ? err.text : dir);
    row(false, "disk (cache)", text);
    return 1;
}

/* A variable that leads to a folder without `member`: 1, and the row says so.
 * An unset variable is no complaint. */
static int doctor_folder(const char *variable, const char *member)
{
    const char *dir = getenv(variable);
    AUTO_FREE char *path = path_of("%s/%s", dir ? dir : "", member);
    AUTO_FREE char *text = path_of("%s has no folder %s; correct the variable, "
                                   "or leave it unset",
                                   dir ? dir : "", member);

    if (!dir || !dir[0] || access(path, R_OK | X_OK) == 0)
        return 0;
    row(false, variable, text);
    return 1;
}

static int doctor(int argc, char **argv)
{
    struct err err = {0};
    char text[512] = "";
    int bad = 0, first = cli_operands(&command_doctor, argc, argv, 0, 0);

    if (first < 0)
        return -first;
    if (sandbox_probe(&err) < 0) {
        (void)snprintf(text, sizeof(text),
                       "%.400s; runs use the fallback (no link faults)",
                       err.text);
        row(false, "sandbox", text);
    } else {
        row(true, "sandbox",
            "user, mount, PID and network namespaces, veth, "
            "bridge");
    }
    bad |= doctor_java();
    doctor_maven();
    doctor_memory();
    doctor_disk("disk (runs)", ".");
    bad |= doctor_cache();
    bad |= doctor_folder("KAFKA_HOME", "libs");
    bad |= doctor_folder("ORDEAL_FIXTURES", "plugins");
    return bad ? OUTCOME_SKIP : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .usage = "doctor",
    .help = "say what this machine offers and what it lacks",
    .more = "Exits with 77 if the local platform cannot run here.\n",
    .run = doctor,
};
