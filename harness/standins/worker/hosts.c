#include "standins/worker/hosts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* "address name name # remark" */
static bool line_names(char *line, const char *name, char *out)
{
    static const char blank[] = " \t\n";
    char *save = NULL, *address, *word;

    line[strcspn(line, "#")] = 0;
    address = strtok_r(line, blank, &save);
    if (!address || strlen(address) >= HOST_ADDRESS_MAX)
        return false;
    while ((word = strtok_r(NULL, blank, &save)))
        if (strcasecmp(word, name) == 0)
            break;
    if (word)
        (void)snprintf(out, HOST_ADDRESS_MAX, "%s", address);
    return word != NULL;
}

int hosts_find(struct hosts *h, const char *name, char out[HOST_ADDRESS_MAX],
               struct err *err)
{
    AUTO_FILE FILE *in = NULL;
    char line[1024];

    look(h->path, &h->seen);
    if (!h->path)
        return 0;
    in = fopen(h->path, "re");
    if (!in && errno == ENOENT)
        return 0;
    if (!in)
        return err_errno(err, "%s", h->path);
    while (fgets(line, sizeof(line), in))
        if (line_names(line, name, out))
            return 1;
    return 0;
}
