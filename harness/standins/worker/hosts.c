/* hosts.c - lookups in a hosts file. */
#include "standins/worker/hosts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/own.h"

static void look(const char *path, struct stat *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (path && stat(path, ret) < 0)
        memset(ret, 0, sizeof(*ret));
}

bool hosts_changed(const struct hosts *h)
{
    struct stat now;

    look(h->path, &now);
    return now.st_ino != h->seen.st_ino || now.st_dev != h->seen.st_dev ||
           now.st_size != h->seen.st_size ||
           now.st_mtim.tv_sec != h->seen.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != h->seen.st_mtim.tv_nsec;
}

static const char blanks[] = " \t\r";

/* Length of the word at `at`, which ends at a blank, at the end of the line, or
 * at a comment. */
static size_t word(const char *at)
{
    return strcspn(at, " \t\r\n#");
}

/* Whether the line holds `name` (len bytes) behind the address. */
static bool line_names(const char *line, const char *name, size_t len)
{
    const char *at = line + word(line);

    for (;;) {
        size_t n;

        at += strspn(at, blanks);
        n = word(at);
        if (n == 0)
            return false;
        if (n == len && strncasecmp(at, name, len) == 0)
            return true;
        at += n;
    }
}

const char *hosts_address(const char *hosts, const char *name, size_t len,
                          size_t *ret_len)
{
    for (const char *line = hosts; *line; line += *line == '\n') {
        line += strspn(line, blanks);
        *ret_len = word(line);
        if (*ret_len > 0 && line_names(line, name, len))
            return line;
        line += strcspn(line, "\n");
    }
    return NULL;
}

int hosts_find(struct hosts *h, const char *name, char out[HOST_ADDRESS_MAX],
               struct err *err)
{
    AUTO_FREE char *text = NULL;
    struct err why = {0};
    const char *address;
    size_t len;

    look(h->path, &h->seen);
    if (!h->path)
        return 0;
    if (file_read(h->path, &text, NULL, &why) < 0)
        return why.code == -ENOENT ? 0 : err_set(err, why.code, "%s", why.text);
    address = hosts_address(text, name, strlen(name), &len);
    if (!address)
        return 0;
    if (len >= HOST_ADDRESS_MAX)
        return err_set(err, -EINVAL, "%s: the address of %s is too long",
                       h->path, name);
    (void)snprintf(out, HOST_ADDRESS_MAX, "%.*s", (int)len, address);
    return 1;
}
