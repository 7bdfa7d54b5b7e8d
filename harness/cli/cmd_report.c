/* cmd_report.c - ordeal report: reports again, from run.json alone. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/cli.h"
#include "report/report.h"

static int report(int argc, char **argv)
{
    AUTO_FREE char *path = NULL;
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *run = NULL;
    struct err err = {0};
    int first;

    first = cli_operands(&command_report, argc, argv, 1, 1);
    if (first < 0)
        return -first;
    path = path_of("%s/run.json", argv[first]);
    if (json_read(path, &run, &err) < 0)
        return cli_refuse(&err);
    if (report_check(run, &err) < 0) {
        err_context(&err, "%s", path);
        return cli_refuse(&err);
    }
    if (report_write_all(run, argv[first], &err) < 0)
        return cli_refuse(&err);
    text = report_verdict(run, cli_colour(STDOUT_FILENO),
                          cli_width(STDOUT_FILENO));
    fputs(text, stdout);
    return (int)json_integer_value(json_object_get(run, "exit_code"));
}

const struct command command_report = {
    .name = "report",
    .usage = "report RUN",
    .help = "write the reports of a run folder again, from its run.json",
    .more = "Nothing is run, and nothing but the reports is written.\n",
    .complete = COMPLETE_FOLDERS,
    .run = report,
};
