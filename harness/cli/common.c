#include <errno.h>
#include <fts.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "scenario/doc.h"

int cli_complain(int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("ordeal: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return code;
}

int cli_refuse(const struct err *err)
{
    return cli_complain(err->code == -ENOMEM ? OUTCOME_INCONCLUSIVE
                                             : EXIT_WRONG_USAGE,
                        "%s", err->text);
}

int cli_usage(const struct command *c)
{
    fprintf(stderr, "usage: ordeal %s\n`ordeal help %s` says more\n", c->usage,
            c->name);
    return EXIT_WRONG_USAGE;
}

/* "--sed" is near to "--seed". */
static const char *nearest_option(const char *text, const struct option *table)
{
    enum { NAMES_MAX = 32 };
    const char *names[NAMES_MAX];
    AUTO_FREE char *name = path_of("%s", text + strspn(text, "-"));
    size_t n = 0;

    name[strcspn(name, "=")] = '\0';
    for (; n < NAMES_MAX && table[n].name; n++)
        names[n] = table[n].name;
    return nearest_word(name, names, n);
}

int cli_wrong_option(const struct command *c, char **argv,
                     const struct option *table, int got)
{
    const char *text = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    const char *near;

    if (got == ':')
        return cli_complain(EXIT_WRONG_USAGE, "%s wants a value behind it",
                            text);
    for (size_t i = 0; optopt && table[i].name; i++)
        if (table[i].val == optopt)
            return cli_complain(EXIT_WRONG_USAGE, "--%s takes no value",
                                table[i].name);
    if (optopt) /* of a word of letters, which may go on */
        return cli_complain(EXIT_WRONG_USAGE,
                            "no option \"%s\"; `ordeal help %s` shows them",
                            letter, c->name);
    near = nearest_option(text, table);
    if (near)
        return cli_complain(EXIT_WRONG_USAGE,
                            "no option \"%s\", did you mean \"--%s\"?", text,
                            near);
    return cli_complain(EXIT_WRONG_USAGE,
                        "no option \"%s\"; `ordeal help %s` shows them", text,
                        c->name);
}

bool cli_colour(int fd)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(fd) && !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

int cli_width(int fd)
{
    struct winsize w;

    return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

const char *cli_program_dir(void)
{
    static char path[PATH_MAX];
    ssize_t n;
    char *slash;

    if (path[0])
        return path;
    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = 0;
    slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    return path;
}

/* In the tree the program stands in build/bin, installed in bin. */
const char *cli_fixtures_dir(void)
{
    static const char *const beside[] = {"../../fixtures",
                                         "../share/ordeal/fixtures"};
    static char found[PATH_MAX];
    const char *given = getenv("ORDEAL_FIXTURES");

    if (found[0])
        return found;
    if (given && given[0] && realpath(given, found))
        return found;
    for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
        char *path = path_of("%s/%s", cli_program_dir(), beside[i]);
        char *real = realpath(path, found);

        free(path);
        if (real)
            return found;
    }
    (void)snprintf(found, sizeof(found), "%s", cli_program_dir());
    return found;
}

const char *cli_cache_dir(void)
{
    static char *dir;
    const char *given = getenv("ORDEAL_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char cwd[PATH_MAX];

    if (dir)
        return dir;
    if (given && given[0] == '/')
        dir = path_of("%s", given);
    else if (given && given[0] && getcwd(cwd, sizeof(cwd)))
        dir = path_of("%s/%s", cwd, given);
    else if (xdg && xdg[0] == '/')
        dir = path_of("%s/ordeal", xdg);
    else
        dir = path_of("%s/.cache/ordeal", home && home[0] ? home : "/tmp");
    return dir;
}

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
    *files = realloc(*files, (*len + 1) * sizeof(**files));
    if (!*files)
        abort();
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
