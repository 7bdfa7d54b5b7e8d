/* kafka_disk.c - a full disk is a fault of the machine: outcome 2 with a
 * sentence about the disk, never a loss and never a pass.
 *
 * The small disks are tmpfs in a user and mount namespace of the test. On a
 * machine that refuses such namespaces the test is skipped.
 */
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

enum { ENOUGH_S = 240 };

static int write_text(const char *path, const char *text)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
    struct err err = {0};

    return fd < 0 ? -errno : write_all(fd, text, strlen(text), &err);
}

/* Let this process and its children mount file systems. */
static int own_mounts(void)
{
    char uid[64], gid[64];

    (void)snprintf(uid, sizeof(uid), "0 %d 1", (int)getuid());
    (void)snprintf(gid, sizeof(gid), "0 %d 1", (int)getgid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
        write_text("/proc/self/setgroups", "deny") < 0 ||
        write_text("/proc/self/uid_map", uid) < 0 ||
        write_text("/proc/self/gid_map", gid) < 0)
        return -errno;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int mount_small(const char *dir, const char *size)
{
    AUTO_FREE char *options = path_of("size=%s,mode=0755", size);

    return mount("small", dir, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

/* True if the machine allows namespaces and mounts; tried in a child. */
static bool is_able(void)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0)
        _exit(own_mounts() == 0 && mount_small("/tmp", "1m") == 0 ? 0 : 1);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Start the scenario with --out on a disk of `size`. The mount ends with the
 * test. */
static void start_on(struct spawned *s, const char *size)
{
    struct err err = {0};

    spawned_init(s);
    ck_assert_int_eq(own_mounts(), 0);
    ck_assert_int_eq(mkdir_all(s->out, &err), 0);
    ck_assert_int_eq(mount_small(s->out, size), 0);
    spawned_start(s, (const char *[]){"run", "--out", s->out,
                                      SOURCE_DIR "/harness/tests/cli/outcomes/"
                                                 "disk-that-fills.yaml",
                                      NULL});
}

/* 64 rows of the ledger are far more than declarations and reservations
 * take: records have been acknowledged. */
static int sends(void *ctx, struct err *err)
{
    AUTO_FREE char *dir = spawned_folder(ctx);
    AUTO_FREE char *ledger = path_of("%s/ledger.bin", dir ? dir : "");
    struct stat st;

    (void)err;
    return stat(ledger, &st) == 0 && st.st_size >= 4096 ? 1 : 0;
}

/* Once records are sent, fill the disk to the last byte, faster than any
 * check of free space. */
static void fill_while_it_sends(struct spawned *s)
{
    AUTO_FREE char *path = path_of("%s/.filler", s->out);
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct clk clk = clk_real();
    struct err err = {0};
    off_t at = 0;

    ck_assert_int_ge(fd, 0);
    ck_assert_msg(wait_until(&clk, sends, s, 20 * US_PER_MS,
                             clk_now(&clk) + 60 * (int64_t)US_PER_S,
                             "the first records", &err) == 0,
                  "%s", err.text);
    for (off_t step = 64 << 20; step >= 4096;)
        if (posix_fallocate(fd, at, step) == 0)
            at += step;
        else
            step /= 2;
}

static void done(struct spawned *s)
{
    ck_assert_int_eq(umount2(s->out, MNT_DETACH), 0);
    spawned_done(s);
}

static void judge(struct spawned *s, int code, const char *phase, bool loaded)
{
    AUTO_FREE char *said = spawned_text(s);
    AUTO_JSON json_t *run = NULL;
    const char *why;

    ck_assert_msg(code == 2, "exit code %d:\n%s", code, said);
    run = spawned_evidence(s);
    why = json_string_value(json_array_get(json_object_get(run, "reasons"), 0));
    ck_assert_str_eq(look_text(run, "outcome"), "inconclusive");
    ck_assert_msg(why && strstr(why, " is full: ") && strstr(why, s->out), "%s",
                  said);
    ck_assert_int_eq(strncmp(why, phase, strlen(phase)), 0);
    ck_assert_int_eq(look_int(run, "load.acknowledged") > 0, loaded);
}

static const struct {
    const char *size;
    const char *phase; /* the phase in which the run must end */
    bool loaded;
} small[] = {
    {"16m", "preflight", false},
    {"160m", "", true},
};

START_TEST(a_full_disk_is_no_verdict)
{
    struct spawned s;

    start_on(&s, small[_i].size);
    judge(&s, spawned_wait(&s, ENOUGH_S), small[_i].phase, small[_i].loaded);
    done(&s);
}
END_TEST

/* Who fills the disk, and how fast, makes no difference: room for the
 * evidence was reserved at the start. */
START_TEST(a_disk_filled_at_once_is_no_verdict)
{
    AUTO_FREE char *html = NULL, *dir = NULL;
    struct spawned s;

    start_on(&s, "400m");
    fill_while_it_sends(&s);
    judge(&s, spawned_wait(&s, ENOUGH_S), "", true);
    dir = spawned_folder(&s);
    html = path_of("%s/report.html", dir);
    ck_assert_int_eq(access(html, R_OK), 0);
    done(&s);
}
END_TEST

/* A disk without room for a single file. */
START_TEST(no_room_for_the_folder)
{
    AUTO_FREE char *said = NULL;
    struct spawned s;
    int code;

    start_on(&s, "4k");
    code = spawned_wait(&s, ENOUGH_S);
    said = spawned_text(&s);
    ck_assert_msg(code == 2, "exit code %d:\n%s", code, said);
    ck_assert_msg(strstr(said, "No space left on device") != NULL, "%s", said);
    done(&s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_full_disk_is_no_verdict, 0,
                        (int)ARRAY_LEN(small));
    tcase_add_test(tc, a_disk_filled_at_once_is_no_verdict);
    tcase_add_test(tc, no_room_for_the_folder);
}

int main(void)
{
    if (!is_able()) {
        dprintf(1, "skipped: no small disk can be mounted\n");
        return SUITE_SKIPPED;
    }
    return suite_main("disk", fill, ENOUGH_S + 60);
}
