/* sandbox.c - makes and enters user, mount, PID and network namespaces. */
#include "node/sandbox_own.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "node/keeper_wire_own.h"
#include "node/links_own.h"
#include "node/node.h"

const int sandbox_flags =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC;

/* The files bound over files in /etc. initdb and Java look up a name for the
 * uid and for localhost. A line for each node is added to hosts later. */
static const struct etc {
    const char *name;
    const char *text;
} etc[] = {
    {"passwd", "root:x:0:0:root:/nonexistent:/bin/false\n"
               "ordeal:x:1000:1000:ordeal:/tmp:/bin/sh\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"},
    {"group", "root:x:0:\nordeal:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
};

pid_t sandbox_fork(void)
{
    return (pid_t)syscall(SYS_clone, sandbox_flags | SIGCHLD, 0, 0, 0, 0);
}

/* Write a file of /proc by a single write(2), as user_namespaces(7) demands. */
static int say(const char *path, const char *text, struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        return err_errno(err, "%s", path);
    return 0;
}

/* Map a single uid and a single gid: numbers inside the namespace, then
 * outside. */
static int map_ids(uid_t in_uid, gid_t in_gid, uid_t uid, gid_t gid,
                   struct err *err)
{
    char map[64];
    int rc = say("/proc/self/setgroups", "deny", err);

    (void)snprintf(map, sizeof(map), "%u %u 1", in_uid, uid);
    if (rc == 0)
        rc = say("/proc/self/uid_map", map, err);
    (void)snprintf(map, sizeof(map), "%u %u 1", in_gid, gid);
    if (rc == 0)
        rc = say("/proc/self/gid_map", map, err);
    return rc;
}

int sandbox_map(uid_t uid, gid_t gid, struct err *err)
{
    return map_ids(SANDBOX_UID, SANDBOX_GID, uid, gid, err);
}

static int make_private(struct err *err)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return err_errno(err, "make mounts private");
    return 0;
}

int sandbox_own_mounts(struct err *err)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (unshare(CLONE_NEWNS) < 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
            return err_errno(err, "make a mount namespace");
        if (map_ids(uid, gid, uid, gid, err) < 0)
            return err->code;
    }
    return make_private(err);
}

int sandbox_mount(struct err *err)
{
    if (make_private(err) < 0)
        return err->code;
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) <
        0)
        return err_errno(err, "mount /proc");
    return 0;
}

static int bind_over(const char *from, const char *to, struct err *err)
{
    if (mount(from, to, NULL, MS_BIND, NULL) < 0)
        return err_errno(err, "bind %s over %s", from, to);
    return 0;
}

int sandbox_bind_hosts(const char *path, struct err *err)
{
    return bind_over(path, "/etc/hosts", err);
}

int sandbox_name_things(const char *work_dir, struct err *err)
{
    AUTO_FREE char *dir = path_of("%s/keeper", work_dir);
    char host[256] = "localhost";
    int rc = mkdir_all(dir, err);

    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(etc); i++) {
        AUTO_FREE char *from = path_of("%s/%s", dir, etc[i].name);
        AUTO_FREE char *to = path_of("/etc/%s", etc[i].name);

        rc = file_write(from, etc[i].text, strlen(etc[i].text), err);
        if (rc == 0)
            rc = bind_over(from, to, err);
    }
    /* Java looks up the name of the machine, without a name server here. */
    (void)gethostname(host, sizeof(host) - 1);
    if (rc == 0)
        rc = sandbox_add_host(work_dir, "127.0.0.1", host, err);
    return rc;
}

int sandbox_add_host(const char *work_dir, const char *address,
                     const char *name, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/keeper/hosts", work_dir);
    AUTO_FREE char *line = path_of("%s %s\n", address, name);
    /* Append and never replace: the bind mount holds the inode, not the name.
     */
    AUTO_FD int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return err_errno(err, "%s", path);
    rc = write_all(fd, line, strlen(line), err);
    if (rc < 0)
        return err_context(err, "%s", path);
    return 0;
}

/* Try every step of a keeper, binding the files of /etc over themselves. */
static int try_all(uid_t uid, gid_t gid, struct err *err)
{
    struct links links;
    int netns = -1;
    int rc = sandbox_map(uid, gid, err);

    if (rc == 0)
        rc = sandbox_mount(err);
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(etc); i++) {
        AUTO_FREE char *path = path_of("/etc/%s", etc[i].name);

        rc = bind_over(path, path, err);
    }
    if (rc == 0)
        rc = links_open(&links, err);
    if (rc == 0)
        rc = links_add_node(&links, 1, &netns, err);
    return rc;
}

/* The child sends the error through a pipe, for a sentence naming the refused
 * step; the exit status alone would not tell the step. */
static int try_in_child(struct err *err)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    struct err why = {0};
    int failure[2], wait_status = -1;
    bool refused;
    pid_t pid;

    if (pipe2(failure, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    pid = sandbox_fork();
    if (pid == 0) {
        if (try_all(uid, gid, &why) == 0)
            _exit(0);
        wire_send_failure(failure[1], &why);
        _exit(1);
    }
    if (pid < 0)
        (void)err_errno(&why, "make namespaces");
    (void)close(failure[1]);
    refused = wire_receive_failure(failure[0], &why) || pid < 0;
    while (pid > 0 && waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (refused)
        return err_set(err, why.code, "%s", why.text);
    if (wait_status != 0)
        return err_set(err, -EIO, "the child that tried namespaces died");
    return 0;
}

/* Only success is remembered: a refusal may be due to a passing shortage.
 */
int sandbox_probe(struct err *err)
{
    static bool given;

    given = given || try_in_child(err) == 0;
    return given ? 0 : err->code;
}
