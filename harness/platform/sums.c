/* sums.c - compares the jars of a folder with a SHA256SUMS file. */
#include "platform/sums_own.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"

enum { SUMS_NAME_AT = SHA256_HEX - 1 + 2 }; /* digest, two blanks, name */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void own_dir(DIR **d)
{
    if (*d)
        (void)closedir(*d);
}

int jar_list_read(const char *dir, struct jar_list *ret, struct err *err)
{
    DIR *d AUTO(own_dir) = opendir(dir);
    struct jar_list l = {.n = 0};

    if (!d)
        return err_errno(err, "%s", dir);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t len = strlen(e->d_name);

        if (len < 5 || strcmp(e->d_name + len - 4, ".jar") != 0)
            continue;
        l.names = must_realloc(l.names, l.n + 1, sizeof(*l.names));
        l.names[l.n++] = path_of("%s", e->d_name);
    }
    if (l.n > 1)
        qsort(l.names, l.n, sizeof(*l.names), by_name);
    *ret = l;
    return 0;
}

void jar_list_done(struct jar_list *l)
{
    for (unsigned i = 0; i < l->n; i++)
        free(l->names[i]);
    free(l->names);
    *l = (struct jar_list){.n = 0};
}

/* {"a.jar": "<digest>"} */
static int read_sums(const char *path, json_t **ret, struct err *err)
{
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *sums = json_object();
    char *rest;

    if (file_read(path, &text, NULL, err) < 0)
        return err->code;
    rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (!*line)
            continue;
        if (strlen(line) <= SUMS_NAME_AT || line[SHA256_HEX - 1] != ' ')
            return err_set(err, -EBADMSG,
                           "%s: want lines of a digest, two blanks and a name",
                           path);
        (void)json_object_set_new(sums, line + SUMS_NAME_AT,
                                  json_stringn(line, SHA256_HEX - 1));
    }
    *ret = TAKE(sums);
    return 0;
}

static int check_jar(const char *dir, const char *name, const json_t *sums,
                     char digest[SHA256_HEX], struct err *err)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);
    const char *want = json_string_value(json_object_get(sums, name));

    if (sha256_file(path, digest, err) < 0)
        return err->code;
    if (sums && !want)
        return err_set(err, -EBADMSG,
                       "%s: not in the list of jars, has digest %s", name,
                       digest);
    if (sums && strcmp(want, digest) != 0)
        return err_set(err, -EBADMSG, "%s: expected digest %s, has %s", name,
                       want, digest);
    return 0;
}

static int check_complete(const struct jar_list *jars, json_t *sums,
                          struct err *err)
{
    const char *name;
    json_t *digest;

    for (unsigned i = 0; i < jars->n; i++)
        (void)json_object_del(sums, jars->names[i]);
    json_object_foreach (sums, name, digest)
        return err_set(err, -EBADMSG, "%s: missing, expected digest %s", name,
                       json_string_value(digest));
    return 0;
}

int sums_check(const char *dir, const char *sums_path, bool complete,
               char ret[SHA256_HEX], struct err *err)
{
    struct jar_list jars AUTO(jar_list_done) = {.n = 0};
    AUTO_JSON json_t *sums = NULL;
    AUTO_FREE char *lines = path_of("%s", "");

    if (jar_list_read(dir, &jars, err) < 0 ||
        (sums_path && read_sums(sums_path, &sums, err) < 0))
        return err->code;
    for (unsigned i = 0; i < jars.n; i++) {
        char digest[SHA256_HEX];
        char *more;

        if (check_jar(dir, jars.names[i], sums, digest, err) < 0)
            return err_context(err, "%s", dir);
        more = path_of("%s%s  %s\n", lines, digest, jars.names[i]);
        free(lines);
        lines = more;
    }
    if (sums && complete && check_complete(&jars, sums, err) < 0)
        return err_context(err, "%s", dir);
    sha256_bytes(lines, strlen(lines), ret);
    return 0;
}
