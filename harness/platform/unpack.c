/* unpack.c - unpacks zip and tar archives, looks into jars, writes small
 * jars. */
#include "platform/unpack_own.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"

enum { READ_BLOCK = 65536 };

static void own_reader(struct archive **a)
{
    (void)archive_read_free(*a);
}

static void own_writer(struct archive **a)
{
    (void)archive_write_free(*a);
}

static void own_entry(struct archive_entry **e)
{
    archive_entry_free(*e);
}

bool is_archive_name(const char *path)
{
    static const char *const ends[] = {".zip", ".tar.gz", ".tgz", ".tar"};
    size_t len = strlen(path);

    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(ends[i]);

        if (len > n && strcasecmp(path + len - n, ends[i]) == 0)
            return true;
    }
    return false;
}

static int open_reader(const char *path, struct archive **ret, struct err *err)
{
    struct archive *a = must_have(archive_read_new());

    (void)archive_read_support_format_zip(a);
    (void)archive_read_support_format_tar(a);
    (void)archive_read_support_filter_gzip(a);
    (void)archive_read_support_filter_xz(a);
    (void)archive_read_support_filter_zstd(a);
    if (archive_read_open_filename(a, path, READ_BLOCK) != ARCHIVE_OK) {
        (void)err_set(err, -EINVAL, "%s: %s", path, archive_error_string(a));
        (void)archive_read_free(a);
        return err->code;
    }
    *ret = a;
    return 0;
}

/* Does every step of the path stay below the folder: no "..", not absolute? */
static bool stays_below(const char *name)
{
    if (!*name || *name == '/')
        return false;
    while (*name) {
        size_t n = strcspn(name, "/");

        if (n == 2 && name[0] == '.' && name[1] == '.')
            return false;
        name += n;
        name += strspn(name, "/");
    }
    return true;
}

static int make_parents(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    AUTO_FREE char *dir = path_of("%.*s", (int)(slash - path), path);

    return mkdir_all(dir, err);
}

/* An archive may come from anywhere. O_EXCL and O_NOFOLLOW keep an entry from
 * writing through a link or over an earlier entry; links themselves are
 * refused. */
static int unpack_entry(struct archive *a, struct archive_entry *e,
                        const char *into, struct err *err)
{
    const char *name = archive_entry_pathname_utf8(e);
    mode_t mode = archive_entry_perm(e) & 0100 ? 0755 : 0644;
    AUTO_FREE char *path = NULL;
    AUTO_FD int fd = -1;

    if (!name)
        name = archive_entry_pathname(e);
    if (!name || !stays_below(name))
        return err_set(err, -EINVAL, "entry %s: leads out of the archive",
                       name ? name : "without a name");
    path = path_of("%s/%s", into, name);
    if (archive_entry_filetype(e) == AE_IFDIR)
        return mkdir_all(path, err);
    if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e))
        return err_set(err, -EINVAL, "entry %s: neither file nor folder", name);
    if (make_parents(path, err) < 0)
        return err->code;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return err_set(err, errno == EEXIST ? -EINVAL : -errno, "entry %s: %s",
                       name, strerror(errno));
    if (archive_read_data_into_fd(a, fd) != ARCHIVE_OK)
        return err_set(err, -EIO, "entry %s: %s", name,
                       archive_error_string(a));
    return 0;
}

int unpack(const char *archive, const char *into, struct err *err)
{
    struct archive *a AUTO(own_reader) = NULL;
    struct archive_entry *e;
    int rc;

    if (open_reader(archive, &a, err) < 0)
        return err->code;
    while ((rc = archive_read_next_header(a, &e)) == ARCHIVE_OK)
        if (unpack_entry(a, e, into, err) < 0)
            return err_context(err, "%s", archive);
    if (rc != ARCHIVE_EOF)
        return err_set(err, -EINVAL, "%s: %s", archive,
                       archive_error_string(a));
    return 0;
}

int archive_has(const char *archive, const char *prefix, struct err *err)
{
    struct archive *a AUTO(own_reader) = NULL;
    struct archive_entry *e;
    int rc;

    if (open_reader(archive, &a, err) < 0)
        return err->code;
    while ((rc = archive_read_next_header(a, &e)) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(e);

        if (name && strncmp(name, prefix, strlen(prefix)) == 0)
            return 1;
    }
    if (rc != ARCHIVE_EOF)
        return err_set(err, -EINVAL, "%s: %s", archive,
                       archive_error_string(a));
    return 0;
}

int archive_texts(const char *archive, const char *prefix,
                  void (*each)(void *ctx, char *text), void *ctx,
                  struct err *err)
{
    enum { TEXT_MAX = 1 << 20 };
    struct archive *a AUTO(own_reader) = NULL;
    AUTO_FREE char *text = must_malloc(TEXT_MAX + 1);
    struct archive_entry *e;
    int rc;

    if (open_reader(archive, &a, err) < 0)
        return err->code;
    while ((rc = archive_read_next_header(a, &e)) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(e);
        la_ssize_t len;

        if (!name || strncmp(name, prefix, strlen(prefix)) != 0)
            continue;
        len = archive_read_data(a, text, TEXT_MAX);
        if (len < 0 || len == TEXT_MAX)
            continue;
        text[len] = '\0';
        each(ctx, text);
    }
    if (rc != ARCHIVE_EOF)
        return err_set(err, -EINVAL, "%s: %s", archive,
                       archive_error_string(a));
    return 0;
}

static int put_entry(struct archive *a, const struct jar_entry *j)
{
    struct archive_entry *e AUTO(own_entry) = archive_entry_new();
    size_t len = strlen(j->text);

    if (!e)
        return ARCHIVE_FATAL;
    archive_entry_set_pathname(e, j->name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)len);
    archive_entry_set_mtime(e, 0, 0);
    if (archive_write_header(a, e) != ARCHIVE_OK)
        return ARCHIVE_FATAL;
    return archive_write_data(a, j->text, len) == (la_ssize_t)len
               ? ARCHIVE_OK
               : ARCHIVE_FATAL;
}

int jar_write(const char *path, const struct jar_entry *entries, unsigned n,
              struct err *err)
{
    struct archive *a AUTO(own_writer) = must_have(archive_write_new());
    int rc;

    (void)archive_write_set_format_zip(a);
    (void)archive_write_zip_set_compression_store(a);
    rc = archive_write_open_filename(a, path);
    for (unsigned i = 0; i < n && rc == ARCHIVE_OK; i++)
        rc = put_entry(a, &entries[i]);
    if (rc == ARCHIVE_OK)
        rc = archive_write_close(a);
    if (rc != ARCHIVE_OK)
        return err_set(err, -EIO, "%s: %s", path, archive_error_string(a));
    return 0;
}
