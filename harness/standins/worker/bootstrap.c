#include "standins/worker/bootstrap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

static const char blanks[] = " \t\r";

/* The word at `at`: its length, at most up to the line's end or a comment. */
static size_t word(const char *at)
{
    return strcspn(at, " \t\r\n#");
}

/* Does the line hold `name` (len bytes) behind its address? */
static bool line_names(const char *line, const char *name, size_t len)
{
    const char *at = line + word(line);

    for (;;) {
        size_t n;

        at += strspn(at, blanks);
        n = word(at);
        if (n == 0)
            return false;
        if (n == len && strncmp(at, name, len) == 0)
            return true;
        at += n;
    }
}

/* The address of the first line that names it, and its length; NULL: none. */
static const char *address_of(const char *hosts, const char *name, size_t len,
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

char *bootstrap_with(const char *servers, const char *hosts)
{
    char *all = path_of("%s", "");

    for (const char *at = servers; *at; at += *at == ',') {
        size_t len = strcspn(at, ","), name = strcspn(at, ":,"), found = name;
        const char *address = address_of(hosts, at, name, &found);
        char *more = path_of(
            "%s%s%.*s%.*s", all, *all ? "," : "", (int)(address ? found : name),
            address ? address : at, (int)(len - name), at + name);

        free(all);
        all = more;
        at += len;
    }
    return all;
}

int bootstrap_read(const char *servers, const char *path, char **ret,
                   struct err *err)
{
    AUTO_FREE char *hosts = NULL;

    if (file_read(path, &hosts, NULL, err) < 0)
        return err->code;
    *ret = bootstrap_with(servers, hosts);
    return 0;
}
