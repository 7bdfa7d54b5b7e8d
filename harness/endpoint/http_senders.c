/* http_senders.c - the list of workers and addresses, in memory and in a file.
 */
#include "endpoint/http_senders.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

const struct sender *senders_of(const struct senders *s, int worker)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->at[i].worker == worker)
            return &s->at[i];
    return NULL;
}

int senders_add(struct senders *s, int worker, bool by_dialled,
                const char *address, struct err *err)
{
    struct sender *new;
    struct in_addr in;

    if (inet_pton(AF_INET, address, &in) != 1)
        return err_set(err, -EINVAL, "worker %d: %s is no IPv4 address", worker,
                       address);
    if (s->len == SENDERS_MAX)
        return err_set(err, -ENOSPC, "worker %d: %d workers are known already",
                       worker, (int)SENDERS_MAX);
    new = &s->at[s->len++];
    *new = (struct sender){
        .worker = worker, .by_dialled = by_dialled, .number = in.s_addr};
    (void)snprintf(new->address, sizeof(new->address), "%s", address);
    return 0;
}

int senders_find(const struct senders *s, const struct request_row *row)
{
    for (size_t i = 0; i < s->len; i++) {
        const struct sender *w = &s->at[i];

        if (w->number == (w->by_dialled ? row->local : row->peer))
            return w->worker;
    }
    return -1;
}

int senders_load(struct senders *s, const char *path, struct err *err)
{
    AUTO_JSON json_t *list = NULL;
    json_t *item;
    size_t i;
    int rc;

    s->len = 0;
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    rc = json_read(path, &list, err);
    if (rc < 0)
        return rc;
    json_array_foreach (list, i, item) {
        const char *address;
        int worker, dialled;

        if (json_unpack(item, "{s:i, s:b, s:s}", "worker", &worker, "dialled",
                        &dialled, "address", &address) < 0)
            return err_set(err, -EBADMSG, "%s: entry %zu is no worker", path,
                           i);
        rc = senders_add(s, worker, dialled, address, err);
        if (rc < 0)
            return err_context(err, "%s", path);
    }
    return 0;
}

int senders_save(const struct senders *s, const char *path, struct err *err)
{
    AUTO_JSON json_t *list = json_array();

    for (size_t i = 0; i < s->len; i++) {
        const struct sender *w = &s->at[i];

        json_array_append_new(
            list, json_pack("{s:i, s:b, s:s}", "worker", w->worker, "dialled",
                            (int)w->by_dialled, "address", w->address));
    }
    return json_write(path, list, err);
}
