/* places.c - the places of stand-ins, fixtures, scenarios and the cache. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/cli.h"

/* The folder of the program, with symbolic links resolved by the kernel. */
static const char *program_dir(void)
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

/* Put the first folder that holds `member` into `found`. A relative folder
 * starts at the program, so an installation that was moved as a whole still
 * works. False: none, and `found` is the folder of the program. */
static bool find(const char *const *folders, size_t n, const char *member,
                 char found[PATH_MAX])
{
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *path =
            folders[i][0] == '/' ? path_of("%s", folders[i])
                                 : path_of("%s/%s", program_dir(), folders[i]);
        AUTO_FREE char *in = path_of("%s/%s", path, member);

        if (access(in, F_OK) == 0 && realpath(path, found))
            return true;
    }
    (void)snprintf(found, PATH_MAX, "%s", program_dir());
    return false;
}

const char *cli_standins_dir(void)
{
    static const char *const folders[] = {".", "../libexec/ordeal",
                                          ORDEAL_LIBEXEC_DIR};
    static char found[PATH_MAX];

    if (!found[0])
        (void)find(folders, ARRAY_LEN(folders), "ordeal-http", found);
    return found;
}

/* In a repository, fixtures/ and scenarios/ lie beside build/bin. A folder in
 * ORDEAL_FIXTURES that does not exist is kept: what is missing in the folder is
 * then complained of with the folder's name. */
const char *cli_fixtures_dir(void)
{
    static const char *const folders[] = {"../../fixtures",
                                          "../share/ordeal/fixtures",
                                          ORDEAL_DATA_DIR "/fixtures"};
    static char found[PATH_MAX];
    const char *given = getenv("ORDEAL_FIXTURES");

    if (found[0])
        return found;
    if (!given || !given[0])
        (void)find(folders, ARRAY_LEN(folders), "plugins", found);
    else if (!realpath(given, found))
        (void)snprintf(found, sizeof(found), "%s", given);
    return found;
}

const char *cli_scenarios_dir(void)
{
    static const char *const folders[] = {"../../scenarios",
                                          "../share/ordeal/scenarios",
                                          ORDEAL_DATA_DIR "/scenarios"};
    static char found[PATH_MAX];

    if (!found[0] && !find(folders, ARRAY_LEN(folders), "demo", found)) {
        found[0] = 0;
        return NULL;
    }
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
