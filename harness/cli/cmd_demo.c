/* cmd_demo.c - ordeal demo: the scenarios of scenarios/demo, all at the same
 * time. */
#include <stddef.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/run_suite.h"

enum { JOBS = 6 };

static int demo(int argc, char **argv)
{
    const struct bind_options none = {0};
    struct suite_options o = suite_defaults();
    const char *shipped = cli_scenarios_dir();
    AUTO_FREE char *folder = path_of("%s/demo", shipped ? shipped : "");
    char *paths[] = {folder};
    struct bound *b = NULL;
    size_t n = 0;
    int first, code;

    o.jobs = JOBS;
    code = cli_options(&command_demo, argc, argv, &o, &first);
    if (code != 0)
        return code;
    if (first < argc)
        return cli_usage(&command_demo);
    if (!shipped)
        return cli_complain(OUTCOME_INCONCLUSIVE,
                            "the scenarios of the demo are not there: neither "
                            "beside the program nor in " ORDEAL_DATA_DIR);
    code = bind_files(&none, paths, 1, &b, &n);
    if (code == 0)
        code = suite_run(&o, b, n);
    bound_free(b, n);
    return code;
}

const struct command command_demo = {
    .name = "demo",
    .usage = "demo [OPTION]...",
    .help = "run six scenarios on stand-ins, in seconds and without Java",
    .more = "Workers and brokers are killed, a credential is revoked, a sink "
            "throttles, a schema changes, and a connector loses records, which "
            "must be found out. Ends with a table of verdicts; the report.html "
            "of each run is named above the table.\n",
    .shared = suite_rows,
    .shared_len = SUITE_ROWS,
    .run = demo,
};
