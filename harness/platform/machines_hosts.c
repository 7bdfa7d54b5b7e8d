/* machines_hosts.c - the hosts file of each node: names and their addresses. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/machines_own.h"

/* The file is written in place and not renamed: the sandbox has bind-mounted
 * its inode over /etc/hosts, and Java reads the file again for each look-up. */
int hosts_write(const struct machines *m, size_t i, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/hosts", m->more[i].dir);
    AUTO_FREE char *text = NULL;
    char own[256] = "localhost";
    const char *name;
    json_t *address;
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    if (fd < 0)
        return err_errno(err, "%s", path);
    /* Java looks up the machine's own name, unknown inside the sandbox */
    (void)gethostname(own, sizeof(own) - 1);
    text = path_of("127.0.0.1 localhost\n%s %s\n", m->nodes[i].address, own);
    json_object_foreach (m->more[i].hosts, name, address) {
        char *more =
            path_of("%s%s %s\n", text, json_string_value(address), name);

        free(text);
        text = more;
    }
    /* overwrite, then cut: a reader never finds the file empty */
    if (write_all(fd, text, strlen(text), err) < 0)
        return err_context(err, "%s", path);
    if (ftruncate(fd, (off_t)strlen(text)) < 0)
        return err_errno(err, "%s", path);
    return 0;
}

int hosts_join(struct machines *m, size_t i, struct err *err)
{
    const char *name;
    json_t *address;

    m->more[i].hosts = json_object();
    for (size_t k = 0; k < m->n; k++) {
        (void)json_object_set_new(m->more[i].hosts, m->nodes[k].name,
                                  json_string(m->nodes[k].address));
        if (k != i)
            (void)json_object_set_new(m->more[k].hosts, m->nodes[i].name,
                                      json_string(m->nodes[i].address));
    }
    json_object_foreach (m->hosts_for_all, name, address)
        (void)json_object_set(m->more[i].hosts, name, address);
    for (size_t k = 0; k < m->n; k++)
        if (hosts_write(m, k, err) < 0)
            return err->code;
    return 0;
}

static int set_one(struct machines *m, size_t i, const char *name,
                   const char *address, struct err *err)
{
    (void)json_object_set_new(m->more[i].hosts, name, json_string(address));
    return hosts_write(m, i, err);
}

int machines_add_host(struct platform *p, const char *node, const char *name,
                      const char *address, struct err *err)
{
    struct machines *m = machines_of(p);
    int at;

    if (!*name || strpbrk(name, " \t\n#"))
        return err_set(err, -EINVAL, "\"%s\": no name of a host", name);
    if (node) {
        at = machines_index(m, node, err);
        return at < 0 ? at : set_one(m, (size_t)at, name, address, err);
    }
    (void)json_object_set_new(m->hosts_for_all, name, json_string(address));
    for (size_t i = 0; i < m->n; i++)
        if (set_one(m, i, name, address, err) < 0)
            return err->code;
    return 0;
}
