/* digest.c - SHA-256 through OpenSSL; a folder is walked by fts(3). */
#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"

static EVP_MD_CTX *begin(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();

    if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
        abort();
    return c;
}

static void finish(EVP_MD_CTX *c, char out[SHA256_HEX])
{
    unsigned char raw[32];

    if (EVP_DigestFinal_ex(c, raw, NULL) != 1)
        abort();
    EVP_MD_CTX_free(c);
    for (size_t i = 0; i < sizeof(raw); i++)
        (void)snprintf(out + 2 * i, 3, "%02x", raw[i]);
}

void sha256_bytes(const void *data, size_t len, char out[SHA256_HEX])
{
    EVP_MD_CTX *c = begin();

    EVP_DigestUpdate(c, data, len);
    finish(c, out);
}

int sha256_file(const char *path, char out[SHA256_HEX], struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *buf = must_malloc(1 << 18);
    EVP_MD_CTX *c;
    ssize_t n;

    if (fd < 0)
        return err_errno(err, "%s", path);
    c = begin();
    while ((n = read(fd, buf, 1 << 18)) > 0)
        EVP_DigestUpdate(c, buf, (size_t)n);
    if (n < 0) {
        EVP_MD_CTX_free(c);
        return err_errno(err, "%s", path);
    }
    finish(c, out);
    return 0;
}

/* Character `i` of a name, as if the name of a folder ended with a '/'. Entries
 * sorted by name_at() within each folder come in the order of their whole
 * paths: "a-b" before "a/x". */
static int name_at(const FTSENT *e, size_t i)
{
    if (i == e->fts_namelen)
        return e->fts_info == FTS_D ? '/' : 0;
    return i < e->fts_namelen ? (unsigned char)e->fts_name[i] : 0;
}

static int by_path(const FTSENT **a, const FTSENT **b)
{
    size_t i = 0;

    while (name_at(*a, i) == name_at(*b, i) && name_at(*a, i) != 0)
        i++;
    return name_at(*a, i) - name_at(*b, i);
}

/* An unreadable entry is an error and not left out: a digest of a part would be
 * taken for the digest of the whole. */
static int add_tree(EVP_MD_CTX *c, FTS *fts, size_t skip, struct err *err)
{
    FTSENT *e;

    while (errno = 0, (e = fts_read(fts))) {
        char hex[SHA256_HEX];
        int rc;

        if (e->fts_info == FTS_DC)
            return err_set(err, -ELOOP, "%s: a link leads back to %s",
                           e->fts_path, e->fts_cycle->fts_path);
        if (e->fts_info == FTS_ERR || e->fts_info == FTS_DNR ||
            e->fts_info == FTS_NS)
            return err_set(err, -e->fts_errno, "%s: %s", e->fts_path,
                           strerror(e->fts_errno));
        if (e->fts_info != FTS_F)
            continue;
        rc = sha256_file(e->fts_accpath, hex, err);
        if (rc < 0)
            return rc;
        EVP_DigestUpdate(c, hex, strlen(hex));
        EVP_DigestUpdate(c, "  ", 2);
        EVP_DigestUpdate(c, e->fts_path + skip, strlen(e->fts_path + skip));
        EVP_DigestUpdate(c, "\n", 1);
    }
    return errno != 0 ? err_errno(err, "the folder cannot be read to the end")
                      : 0;
}

int sha256_tree(const char *path, char out[SHA256_HEX], struct err *err)
{
    AUTO_FREE char *root = path_of("%s", path);
    char *const roots[] = {root, NULL};
    size_t len = strlen(root);
    EVP_MD_CTX *c;
    struct stat st;
    FTS *fts;
    int rc;

    while (len > 1 && root[len - 1] == '/')
        root[--len] = 0; /* "dir/" and "dir" have the same digest */

    if (stat(path, &st) < 0)
        return err_errno(err, "%s", path);
    if (!S_ISDIR(st.st_mode))
        return sha256_file(path, out, err);
    fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_path);
    if (!fts)
        return err_errno(err, "%s", path);
    c = begin();
    rc = add_tree(c, fts, len == 1 && *root == '/' ? 1 : len + 1, err);
    fts_close(fts);
    if (rc < 0)
        EVP_MD_CTX_free(c);
    else
        finish(c, out);
    return rc;
}
