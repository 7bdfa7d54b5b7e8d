/* copy_tree.c - copies the files below a folder. */
#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/copy.h"
#include "base/file.h"
#include "base/own.h"
#include "platform/plugin_make_own.h"

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = suffix ? strlen(suffix) : 0;

    return suffix && n >= m && strcmp(name + n - m, suffix) == 0;
}

static int copy_entry(const FTSENT *e, size_t root, const char *into,
                      const char *skip, struct err *err)
{
    AUTO_FREE char *to = path_of("%s%s", into, e->fts_path + root);

    switch (e->fts_info) {
    case FTS_D:
        return mkdir_all(to, err);
    case FTS_F:
        return has_suffix(e->fts_name, skip)
                   ? 0
                   : copy_from(e->fts_path, 0, to,
                               e->fts_statp->st_mode & 0100 ? 0755 : 0644, err);
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        return err_set(err, -e->fts_errno, "%s: %s", e->fts_path,
                       strerror(e->fts_errno));
    case FTS_SLNONE:
        return err_set(err, -ENOENT, "%s: a link to nothing", e->fts_path);
    case FTS_DC:
        return err_set(err, -ELOOP, "%s: a link to a folder above it",
                       e->fts_path);
    default: /* sockets, pipes, devices; FTS_DP */
        return 0;
    }
}

static void own_fts(FTS **f)
{
    if (*f)
        (void)fts_close(*f);
}

int copy_tree(const char *from, const char *into, const char *skip,
              struct err *err)
{
    char *roots[] = {(char *)from, NULL};
    FTS *fts AUTO(own_fts) = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);

    if (!fts)
        return err_errno(err, "%s", from);
    for (FTSENT *e; (e = fts_read(fts)) != NULL;)
        if (copy_entry(e, strlen(from), into, skip, err) < 0)
            return err->code;
    return 0;
}
