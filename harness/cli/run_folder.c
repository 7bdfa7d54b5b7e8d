/* run_folder.c - makes the folder of a run. */
#include "cli/run_folder.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"

int run_folder_place(const char *out_dir)
{
    struct err err = {0};

    if (mkdir_all(out_dir, &err) < 0)
        return cli_complain(EXIT_WRONG_USAGE, "--out: %s", err.text);
    if (access(out_dir, W_OK | X_OK) < 0)
        return cli_complain(EXIT_WRONG_USAGE, "--out: %s: %s", out_dir,
                            strerror(errno));
    return 0;
}

int run_folder_make(const char *out_dir, int64_t wall_us, const char *tail,
                    char **ret_dir, char **ret_id, struct err *err)
{
    time_t t = (time_t)(wall_us / US_PER_S);
    char real[PATH_MAX], when[32];
    struct tm tm;

    if (!realpath(out_dir, real))
        return err_errno(err, "%s", out_dir);
    gmtime_r(&t, &tm);
    if (strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm) == 0)
        when[0] = 0;
    for (int i = 0; i < 100; i++) {
        AUTO_FREE char *id = i == 0 ? path_of("%s-%s", when, tail)
                                    : path_of("%s-%s-%d", when, tail, i);
        AUTO_FREE char *dir = path_of("%s/%s", real, id);

        if (mkdir(dir, 0700) == 0) {
            *ret_dir = TAKE(dir);
            *ret_id = TAKE(id);
            return 0;
        }
        if (errno != EEXIST)
            return err_errno(err, "%s", dir);
    }
    return err_set(err, -EEXIST, "%s: no free name for the run", real);
}
