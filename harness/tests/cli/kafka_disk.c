/* A disk that is full is the machine's fault: outcome 2 and that sentence,
 * never a loss, never a pass.
 *
 * The small disks are tmpfs in a user and mount namespace of the test's own; a
 * machine that refuses those skips it.
 */
#include <check.h>
#include <sched.h>
#include <sys/mount.h>

#include "cli/spawned.h"

enum { ENOUGH_S = 240, SKIP = 77 };

static int write_text(const char *path, const char *text)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
    struct err err = {0};

    return fd < 0 ? -errno : write_all(fd, text, strlen(text), &err);
}

/* From now on this process may mount, for itself and its children. */
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

/* Can it be done here? Asked in a child, which is gone afterwards. */
static bool is_able(void)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0)
        _exit(own_mounts() == 0 && mount_small("/tmp", "1m") == 0 ? 0 : 1);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* The scenario with --out on a disk of `size`; --out is gone with the test. */
static void run_on(struct spawned *s, const char *size, int *ret_code)
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
    *ret_code = spawned_wait(s, ENOUGH_S);
}

static void done(struct spawned *s)
{
    ck_assert_int_eq(umount2(s->out, MNT_DETACH), 0);
    spawned_done(s);
}

static const struct {
    const char *size;
    const char *phase; /* the one that ended for it */
    bool loaded;
} small[] = {
    {"16m", "preflight", false},
    {"160m", "", true},
};

START_TEST(a_full_disk_is_no_verdict)
{
    AUTO_JSON json_t *run = NULL;
    AUTO_FREE char *said = NULL;
    struct spawned s;
    const char *why;
    int code;

    run_on(&s, small[_i].size, &code);
    said = spawned_text(&s);
    ck_assert_msg(code == 2, "exit code %d:\n%s", code, said);
    run = spawned_evidence(&s);
    why = json_string_value(json_array_get(json_object_get(run, "reasons"), 0));
    ck_assert_str_eq(look_text(run, "outcome"), "inconclusive");
    ck_assert_msg(why && strstr(why, " is full: ") && strstr(why, s.out), "%s",
                  said);
    ck_assert_int_eq(strncmp(why, small[_i].phase, strlen(small[_i].phase)), 0);
    ck_assert_int_eq(look_int(run, "load.acknowledged") > 0, small[_i].loaded);
    done(&s);
}
END_TEST

/* No room for a single file. */
START_TEST(no_room_for_the_folder)
{
    AUTO_FREE char *said = NULL;
    struct spawned s;
    int code;

    run_on(&s, "4k", &code);
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
    tcase_add_test(tc, no_room_for_the_folder);
}

int main(void)
{
    Suite *suite = suite_create("disk");
    TCase *tc = tcase_create("disk");
    SRunner *sr = srunner_create(suite);
    bool able = is_able();
    int failed = 0;

    tcase_set_timeout(tc, ENOUGH_S + 60);
    fill(tc);
    suite_add_tcase(suite, tc);
    if (able) {
        srunner_run_all(sr, CK_ENV);
        failed = srunner_ntests_failed(sr);
    }
    srunner_free(sr);
    return failed ? EXIT_FAILURE : able ? EXIT_SUCCESS : SKIP;
}
