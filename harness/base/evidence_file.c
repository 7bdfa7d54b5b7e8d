/* evidence_file.c - files of evidence: modes, secrets replaced, copies of logs.
 */
#include "base/evidence_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600 };

int evidence_folder(const char *path, struct err *err)
{
    if (mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST)
        return err_errno(err, "%s", path);
    if (chmod(path, FOLDER_MODE) < 0)
        return err_errno(err, "%s", path);
    return 0;
}

int evidence_keep_text(const char *path, const char *text, size_t len,
                       struct err *err)
{
    return file_write_as(path, FILE_MODE, text, len, err);
}

int evidence_put_report(const char *path, const char *text, size_t len,
                        struct err *err)
{
    return file_write_as(path, FILE_MODE, text, len, err);
}

int evidence_put_text(const char *path, const char *text, size_t len,
                      struct err *err)
{
    size_t shown_len;
    AUTO_FREE char *shown = secrets_shown(text, len, &shown_len);

    return file_write_as(path, FILE_MODE, shown, shown_len, err);
}

int evidence_keep(const char *path, const json_t *value, struct err *err)
{
    AUTO_FREE char *text =
        json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    if (!text)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", path);
    return file_write_as(path, FILE_MODE, text, strlen(text), err);
}

int evidence_put(const char *path, const json_t *value, struct err *err)
{
    AUTO_JSON json_t *shown = secrets_shown_json(value);

    return evidence_keep(path, shown, err);
}

int evidence_open(const char *path, int flags, int *ret_fd, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags,
                  FILE_MODE);

    if (fd < 0)
        return err_errno(err, "%s", path);
    if (fchmod(fd, FILE_MODE) < 0) {
        int rc = err_errno(err, "%s", path);

        (void)close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

static int copy_stream(const char *from, const char *to, struct err *err)
{
    AUTO_FD int in = open(from, O_RDONLY | O_CLOEXEC);
    FILE *f;
    int out, rc;

    if (in < 0)
        return err_errno(err, "%s", from);
    rc = evidence_open(to, O_TRUNC, &out, err);
    if (rc < 0)
        return rc;
    f = fdopen(out, "w");
    if (!f)
        abort();
    rc = secrets_stream(in, f);
    if (fclose(f) != 0 && rc == 0)
        rc = -errno;
    if (rc < 0)
        return err_set(err, rc, "copy %s to %s: %s", from, to, strerror(-rc));
    return 0;
}

int evidence_copy(const char *from, const char *to, struct err *err)
{
    if (unlink(to) < 0 && errno != ENOENT)
        return err_errno(err, "%s", to);
    if (!secrets_known() && chmod(from, FILE_MODE) == 0 && link(from, to) == 0)
        return 0;
    return copy_stream(from, to, err);
}

static int is_log(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return len > 4 && strcmp(e->d_name + len - 4, ".log") == 0;
}

int evidence_copy_logs(const char *from, const char *to, struct err *err)
{
    struct dirent **found = NULL;
    int n = scandir(from, &found, is_log, alphasort);
    int rc = 0;

    if (n < 0)
        return errno == ENOENT ? 0 : err_errno(err, "%s", from);
    rc = evidence_folder(to, err);
    for (int i = 0; i < n; i++) {
        AUTO_FREE char *source = path_of("%s/%s", from, found[i]->d_name);
        AUTO_FREE char *target = path_of("%s/%s", to, found[i]->d_name);
        int one = evidence_copy(source, target, err);

        rc = rc < 0 ? rc : one;
        free(found[i]);
    }
    free(found);
    return rc;
}
