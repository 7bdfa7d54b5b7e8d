/* bootstrap.c - replaces broker names by addresses. */
#include "standins/worker/bootstrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "standins/worker/hosts.h"

char *bootstrap_with(const char *servers, const char *hosts)
{
    char *all = path_of("%s", "");

    for (const char *at = servers; *at; at += *at == ',') {
        size_t len = strcspn(at, ","), name = strcspn(at, ":,"), found = name;
        const char *address = hosts_address(hosts, at, name, &found);
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
