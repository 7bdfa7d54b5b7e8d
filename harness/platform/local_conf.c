#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

static int check_properties(const char *what, const json_t *given,
                            const char *const *fixed, struct err *err)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)given, key, value)
    {
        if (key[strspn(key, name_letters)] != '\0' || !*key)
            return err_set(err, -EINVAL, "%s: \"%s\" is no property's name",
                           what, key);
        if (json_is_array(value) || json_is_object(value) ||
            json_is_null(value))
            return err_set(err, -EINVAL, "%s: %s: want text, number or truth",
                           what, key);
        for (size_t i = 0; fixed[i]; i++)
            if (strcmp(key, fixed[i]) == 0)
                return err_set(err, -EINVAL,
                               "%s: %s: is set by the harness itself", what,
                               key);
    }
    return 0;
}

int local_settings_check(const struct local_settings *s, struct err *err)
{
    if (check_properties("broker-properties", s->broker_properties,
                         broker_fixed, err) < 0)
        return err->code;
    return check_properties("worker-properties", s->worker_properties,
                            worker_fixed, err);
}

void properties_merge(json_t *into, const json_t *from)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)from, key, value)
    {
        if (json_is_string(value)) {
            (void)json_object_set(into, key, value);
        } else {
            AUTO_FREE char *text = json_dumps(value, JSON_ENCODE_ANY);

            (void)json_object_set_new(into, key, json_string(text));
        }
    }
}

/* JSON's escapes are those of .properties: backslash, \n, \t and \uXXXX. */
int properties_write(const char *path, const json_t *properties,
                     struct err *err)
{
    AUTO_FREE char *all = path_of("%s", "");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)properties, key, value)
    {
        AUTO_FREE char *quoted =
            json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
        int len = (int)strlen(quoted) - 2;
        char *more = path_of("%s%s=%s%.*s\n", all, key,
                             quoted[1] == ' ' ? "\\" : "", len, quoted + 1);

        free(all);
        all = more;
    }
    return file_write(path, all, strlen(all), err);
}

/* ---- a broker's data folder ------------------------------------------------
 */

/* Kafka's form of a UUID: 16 bytes in base64url, no padding. */
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
    /* 22 digits are 132 bits: the last 4 are none of the id; and an id that
     * begins with '-' would look like an option */
    out[ID_LEN - 1] = "AQgw"[bytes[ID_LEN - 1] % 4];
    out[0] = digits[bytes[0] % 52];
    out[ID_LEN] = '\0';
    return 0;
}

static char *meta_path(const struct local *l, size_t i)
{
    return path_of("%s/data/meta.properties", l->more[i].dir);
}

int local_cluster_id(const struct local *l, char out[32], struct err *err)
{
    static const char key[] = "\ncluster.id=";

    for (size_t i = 0; i < l->n; i++) {
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

/* What StorageTool made once (see kafka_jars_get), with ids of its own. The
 * meta file comes last: with it the folder counts as formatted. */
int local_format(const struct local *l, size_t i, const char *cluster,
                 struct err *err)
{
    const char *from = json_string_value(
        json_object_get(json_object_get(l->env->fetched, "kafka"), "format"));
    AUTO_FREE char *data = path_of("%s/data", l->more[i].dir);
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
                      cluster, l->nodes[i].number, directory);
}

int local_configure(struct local *l, size_t i, struct err *err)
{
    bool broker = l->nodes[i].role == ROLE_BROKER;
    AUTO_JSON json_t *p =
        broker ? broker_properties(l, i) : worker_properties(l, i);
    AUTO_FREE char *path = path_of("%s/%s.properties", l->more[i].dir,
                                   broker ? "broker" : "worker");
    AUTO_FREE char *tmp = path_of("%s/tmp", l->more[i].dir);
    json_t **kept = broker ? &l->broker_properties : &l->worker_properties;

    if (mkdir_all(tmp, err) < 0 || properties_write(path, p, err) < 0)
        return err_context(err, "%s", l->nodes[i].name);
    if (!*kept)
        *kept = TAKE(p);
    return 0;
}
