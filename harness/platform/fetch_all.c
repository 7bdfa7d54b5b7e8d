/* fetch_all.c - `ordeal fetch`: gets every Kafka and every plugin described by
 * the fixtures. */
#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "platform/local_own.h"
#include "platform/platform_kinds_own.h"

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* Fetch a version of Kafka, with every plugin of the fixtures. */
static int fetch_version(const struct platform_wish *w, const char *version,
                         void (*say)(void *ctx, const char *what), void *ctx,
                         json_t *into, struct err *err)
{
    AUTO_FREE char *dir = path_of("%s/plugins", w->fixtures_dir);
    struct local_settings settings = {.kafka = version};
    struct platform_wish one = *w;
    AUTO_JSON json_t *got = NULL;
    struct dirent **found = NULL;
    int n = scandir(dir, &found, visible, alphasort);
    const char **names;
    int rc;

    names = must_calloc((size_t)(n > 0 ? n : 1), sizeof(*names));
    for (int i = 0; i < n; i++)
        names[i] = found[i]->d_name;
    one.settings = &settings;
    one.plugins = names;
    one.plugins_len = (size_t)(n > 0 ? n : 0);
    rc = platform_local.fetch(&one, say, ctx, &got, err);
    for (int i = 0; i < n; i++)
        free(found[i]);
    free(found);
    free(names);
    if (rc == 0)
        (void)json_object_set(into, version, got);
    return rc;
}

int platform_fetch_all(const struct platform_wish *w,
                       void (*say)(void *ctx, const char *what), void *ctx,
                       json_t **ret, struct err *err)
{
    AUTO_FREE char *dir = path_of("%s/kafka", w->fixtures_dir);
    AUTO_JSON json_t *all = json_object();
    struct dirent **found = NULL;
    int n = scandir(dir, &found, visible, versionsort);

    if (n < 0)
        return err_errno(err, "%s", dir);
    for (int i = 0; i < n; i++) {
        if (err->code == 0)
            (void)fetch_version(w, found[i]->d_name, say, ctx, all, err);
        free(found[i]);
    }
    free(found);
    if (err->code == 0)
        *ret = TAKE(all);
    return err->code;
}
