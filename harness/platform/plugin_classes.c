/* plugin_classes.c - the classes offered by a plugin to a worker, read from the
 * service files of the plugin's jars (java.util.ServiceLoader, KIP-898).
 */
#include <fts.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/plugin_make_own.h"
#include "platform/unpack_own.h"

#define SERVICES "META-INF/services/org.apache.kafka."

/* A class a line; '#' begins a comment. */
static void note_classes(void *ctx, char *text)
{
    json_t *classes = ctx;

    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        size_t len;

        line[strcspn(line, "#\r")] = '\0';
        line += strspn(line, " \t");
        len = strcspn(line, " \t");
        line[len] = '\0';
        if (len > 0)
            (void)json_object_set_new(classes, line, json_true());
    }
}

static void own_fts(FTS **f)
{
    if (*f)
        (void)fts_close(*f);
}

static int note_file(const FTSENT *e, json_t *classes, struct err *err)
{
    AUTO_FREE char *text = NULL;

    if (e->fts_info != FTS_F)
        return 0;
    if (e->fts_pathlen > 4 &&
        strcmp(e->fts_path + e->fts_pathlen - 4, ".jar") == 0)
        return archive_texts(e->fts_path, SERVICES, note_classes, classes, err);
    if (!strstr(e->fts_path, "/" SERVICES))
        return 0;
    if (file_read(e->fts_path, &text, NULL, err) < 0)
        return err->code;
    note_classes(classes, text);
    return 0;
}

int plugin_classes(const char *dir, json_t **ret, struct err *err)
{
    char *roots[] = {(char *)dir, NULL};
    FTS *fts AUTO(own_fts) = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    AUTO_JSON json_t *classes = json_object();
    const char *name;
    json_t *ignored;

    if (!fts)
        return err_errno(err, "%s", dir);
    for (FTSENT *e; (e = fts_read(fts)) != NULL;)
        if (note_file(e, classes, err) < 0)
            return err->code;
    *ret = json_array();
    json_object_foreach (classes, name, ignored)
        (void)json_array_append_new(*ret, json_string(name));
    return 0;
}
