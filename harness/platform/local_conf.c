/* local_conf.c - the files of a local node: data folder, cluster id,
 * properties. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"

int local_settings_check(const struct local_settings *s, struct err *err)
{
    struct groups groups;

    local_groups(s, &groups);
    if (properties_check("broker-properties", s->broker_properties,
                         broker_fixed, err) < 0 ||
        properties_check("worker-properties", s->worker_properties,
                         worker_fixed, err) < 0)
        return err->code;
    return groups_check(&groups, worker_fixed, err);
}

/* ---- a broker's data folder ---------------------------------------------- */

/* Kafka's form of a UUID (org.apache.kafka.common.Uuid): 16 bytes in base64url
 * without padding. */
static int random_id(char out[32], struct err *err)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789-_";
    enum { ID_LEN = 22 };
    unsigned char bytes[ID_LEN];

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return err_errno(err, "getrandom");
    for (size_t i = 0; i < ID_LEN; i++)
        out[i] = digits[bytes[i] % 64];
    /* 22 digits have 132 bits and the id 128, so the last digit has only two
     * free bits. StorageTool would take an id that begins with '-' for an
     * option. */
    out[ID_LEN - 1] = "AQgw"[bytes[ID_LEN - 1] % 4];
    out[0] = digits[bytes[0] % 52];
    out[ID_LEN] = '\0';
    return 0;
}

static char *meta_path(const struct local *l, size_t i)
{
    return path_of("%s/data/meta.properties", l->m.more[i].dir);
}

int local_cluster_id(const struct local *l, char out[32], struct err *err)
{
    static const char key[] = "\ncluster.id=";

    for (size_t i = 0; i < l->m.n; i++) {
        AUTO_FREE char *path = meta_path(l, i);
        AUTO_FREE char *text = NULL;
        const char *at;

        if (access(path, F_OK) < 0)
            continue;
        if (file_read(path, &text, NULL, err) < 0)
            return err->code;
        at = strstr(text, key);
        if (!at)
            return err_set(err, -EBADMSG, "%s: no cluster.id in it", path);
        at += sizeof(key) - 1;
        (void)snprintf(out, 32, "%.*s", (int)strcspn(at, "\r\n"), at);
        return 0;
    }
    return random_id(out, err);
}

/* Copy the files made by StorageTool (kafka_jars_get()), with ids of the node.
 * The meta file is written last: a folder with a meta file counts as
 * formatted. */
int local_format(const struct local *l, size_t i, const char *cluster,
                 struct err *err)
{
    const char *from = json_string_value(
        json_object_get(json_object_get(l->m.env->fetched, "kafka"), "format"));
    AUTO_FREE char *data = path_of("%s/data", l->m.more[i].dir);
    AUTO_FREE char *meta = meta_path(l, i);
    AUTO_FREE char *first = path_of("%s/bootstrap.checkpoint", from);
    AUTO_FREE char *copy = path_of("%s/bootstrap.checkpoint", data);
    AUTO_FREE char *text = NULL;
    char directory[32];
    size_t len;

    if (access(meta, F_OK) == 0)
        return 0;
    if (mkdir_all(data, err) < 0 || random_id(directory, err) < 0 ||
        file_read(first, &text, &len, err) < 0 ||
        file_write(copy, text, len, err) < 0)
        return err->code;
    return file_print(meta, err,
                      "#\nversion=1\ncluster.id=%s\nnode.id=%d\n"
                      "directory.id=%s\n",
                      cluster, l->m.nodes[i].number, directory);
}

int local_configure(struct local *l, size_t i, struct err *err)
{
    bool broker = l->m.nodes[i].role == ROLE_BROKER;
    AUTO_JSON json_t *p =
        broker ? broker_properties(l, i) : worker_properties(l, i);
    AUTO_FREE char *path = path_of("%s/%s.properties", l->m.more[i].dir,
                                   broker ? "broker" : "worker");
    AUTO_FREE char *tmp = path_of("%s/tmp", l->m.more[i].dir);

    if (mkdir_all(tmp, err) < 0 || properties_write(path, p, err) < 0)
        return err_context(err, "%s", l->m.nodes[i].name);
    json_decref(l->m.more[i].properties);
    l->m.more[i].properties = TAKE(p);
    return 0;
}
