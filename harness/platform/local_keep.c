/* local_keep.c - brings the brokers' data of a run out of a shared world.
 *
 * A broker never changes bytes of a log segment, and the topics of the run get
 * no more records: their segments are linked. Topics of Kafka and Connect
 * themselves go on growing and are copied. Indexes are left out, as Kafka makes
 * them anew at a start without a clean shutdown, and changes them in place.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n >= m && strcmp(name + n - m, end) == 0;
}

static bool begins_with(const char *name, const char *begin)
{
    return strncmp(name, begin, strlen(begin)) == 0;
}

/* Call `each` for every entry of `from` but . and .. until the first error. */
static int each_entry(const char *from, const char *to,
                      int (*each)(const char *from, const char *to,
                                  const char *name, struct err *err),
                      struct err *err)
{
    struct dirent *e;
    DIR *dir = opendir(from);

    if (!dir)
        return err_errno(err, "%s", from);
    while (err->code == 0 && (e = readdir(dir))) {
        AUTO_FREE char *source = path_of("%s/%s", from, e->d_name);
        AUTO_FREE char *target = path_of("%s/%s", to, e->d_name);

        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            (void)each(source, target, e->d_name, err);
    }
    (void)closedir(dir);
    return err->code;
}

/* A file that a broker has deleted or renamed meanwhile is not wanted: its
 * content is in a later file. */
static int forgive_gone(struct err *err)
{
    if (err->code == -ENOENT)
        *err = (struct err){0};
    return err->code;
}

/* Remove a file that an earlier attempt, ended halfway, has left at `to`. */
static int make_way(const char *to, struct err *err)
{
    if (unlink(to) < 0 && errno != ENOENT)
        return err_errno(err, "%s", to);
    return 0;
}

static int copy_small(const char *from, const char *to, const char *name,
                      struct err *err)
{
    struct stat st;

    if (ends_with(name, ".index") || ends_with(name, ".timeindex") ||
        ends_with(name, ".deleted") || ends_with(name, ".tmp") ||
        lstat(from, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    if (make_way(to, err) < 0)
        return err->code;
    return copy_from(from, 0, to, 0644, err) < 0 ? forgive_gone(err) : 0;
}

static int link_segment(const char *from, const char *to, const char *name,
                        struct err *err)
{
    if (!ends_with(name, ".log"))
        return copy_small(from, to, name, err);
    if (access(from, F_OK) < 0)
        return 0;
    if (make_way(to, err) < 0)
        return err->code;
    return link_or_copy(from, to, err) < 0 ? forgive_gone(err) : 0;
}

/* Folders of partitions end with a number, folders to be deleted with a word.
 */
static bool is_partition(const char *name)
{
    const char *dash = strrchr(name, '-');

    return dash && dash[1] && dash[strspn(dash + 1, "0123456789") + 1] == '\0';
}

static int keep_entry(const char *from, const char *to, const char *name,
                      struct err *err)
{
    bool grows = begins_with(name, "__") || begins_with(name, "connect-");
    struct stat st;

    if (stat(from, &st) < 0)
        return 0;
    if (!S_ISDIR(st.st_mode))
        return strcmp(name, ".lock") == 0 ||
                       strcmp(name, ".kafka_cleanshutdown") == 0
                   ? 0
                   : copy_small(from, to, name, err);
    if (!is_partition(name))
        return 0;
    if (mkdir_all(to, err) < 0)
        return err->code;
    return each_entry(from, to, grows ? copy_small : link_segment, err) < 0
               ? forgive_gone(err)
               : 0;
}

int partitions_keep(const char *from, const char *to, struct err *err)
{
    if (mkdir_all(to, err) < 0)
        return err->code;
    return each_entry(from, to, keep_entry, err);
}

static int keep_node(const char *from, const char *to, const char *name,
                     struct err *err)
{
    AUTO_FREE char *data = path_of("%s/data", from);
    AUTO_FREE char *into = path_of("%s/data", to);

    if (!begins_with(name, "broker-") || access(data, F_OK) < 0)
        return 0;
    return partitions_keep(data, into, err);
}

int local_keep(const char *world_dir, const char *work_dir, struct err *err)
{
    return each_entry(world_dir, work_dir, keep_node, err);
}
