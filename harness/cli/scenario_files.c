/* scenario_files.c - finds the scenario files named by a command line. */
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"

static bool is_scenario(const char *name)
{
    static const char *const endings[] = {".yaml", ".yml", ".json"};
    size_t len = strlen(name);

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        size_t n = strlen(endings[i]);

        if (len > n && strcmp(name + len - n, endings[i]) == 0)
            return true;
    }
    return false;
}

static void add_file(char ***files, size_t *len, const char *path)
{
    *files = must_realloc(*files, *len + 1, sizeof(**files));
    (*files)[(*len)++] = path_of("%s", path);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_folder(char ***files, size_t *len, char *dir, struct err *err)
{
    char *const roots[] = {dir, NULL};
    FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    size_t first = *len;
    FTSENT *e;

    if (!fts)
        return err_errno(err, "%s", dir);
    while ((e = fts_read(fts)))
        if (e->fts_info == FTS_F && is_scenario(e->fts_name))
            add_file(files, len, e->fts_path);
    fts_close(fts);
    if (*len == first)
        return err_set(err, -ENOENT, "%s: no scenario below it (*.yaml)", dir);
    qsort(*files + first, *len - first, sizeof(**files), by_text);
    return 0;
}

int cli_scenarios(char **args, size_t n, char ***ret, size_t *ret_len,
                  struct err *err)
{
    char **files = NULL;
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        struct stat st;
        int rc = 0;

        if (stat(args[i], &st) < 0)
            rc = err_errno(err, "%s", args[i]);
        else if (S_ISDIR(st.st_mode))
            rc = add_folder(&files, &len, args[i], err);
        else
            add_file(&files, &len, args[i]);
        if (rc < 0) {
            cli_scenarios_free(files, len);
            return rc;
        }
    }
    *ret = files;
    *ret_len = len;
    return 0;
}

void cli_scenarios_free(char **files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(files[i]);
    free(files);
}
