/* cmd_verify.c - ordeal verify: replay what is there, without any chaos. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/verify_topic.h"
#include "report/report.h"

/* The options that the run was started with, from start.json. */
static void options_again(const json_t *again, struct bind_options *o)
{
    size_t i;
    json_t *v;

    json_array_foreach(json_object_get(again, "set"), i,
                       v) if (json_is_string(v))(void)
        bind_option_set(o, json_string_value(v));
    o->platform = json_string_value(json_object_get(again, "platform"));
    o->kafka = json_string_value(json_object_get(again, "kafka"));
    o->plugin = json_string_value(json_object_get(again, "plugin"));
}

static int judge_again(const char *dir, const json_t *start, struct bound *b)
{
    struct launch_spec spec = {
        .plan = &b->plan,
        .scenario_file = b->file,
        .fetched = json_object_get(start, "fetched"),
        .again = b->again,
        .seed = (uint64_t)json_integer_value(json_object_get(start, "seed")),
        .style = isatty(STDERR_FILENO) ? LIVE_TERMINAL : LIVE_PLAIN,
        .verify_dir = dir,
        .verify_number =
            (uint32_t)json_integer_value(json_object_get(start, "number")),
    };
    AUTO_JSON json_t *run = NULL;
    AUTO_FREE char *made = NULL;
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    if (launch(&spec, &run, &made, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    text = report_verdict(run, cli_colour(STDOUT_FILENO),
                          cli_width(STDOUT_FILENO));
    fputs(text, stdout);
    return (int)json_integer_value(json_object_get(run, "exit_code"));
}

/* A run that ended has its verdict; one that was killed is judged by what it
 * left. */
static int verify_run(const char *path)
{
    AUTO_FREE char *dir = realpath(path, NULL);
    AUTO_FREE char *start_path = path_of("%s/start.json", path);
    AUTO_FREE char *file = path_of("%s/scenario.yaml", path);
    AUTO_JSON json_t *start = NULL;
    struct bind_options o = {0};
    struct err err = {0};
    struct bound b;
    int code;

    if (!dir || json_read(start_path, &start, &err) < 0)
        return cli_complain(EXIT_WRONG_USAGE, "%s: no run folder: %s", path,
                            err.text);
    options_again(json_object_get(start, "again"), &o);
    code = bind_file(&o, file, &b);
    if (code == 0)
        code = judge_again(dir, start, &b);
    bound_done(&b);
    return code;
}

static int verify(int argc, char **argv)
{
    struct stat st;

    if (argc == 2 && argv[1][0] != '-') {
        if (stat(argv[1], &st) < 0 || !S_ISDIR(st.st_mode))
            return cli_complain(EXIT_WRONG_USAGE, "%s: no run folder", argv[1]);
        return verify_run(argv[1]);
    }
    return verify_topic(argc, argv);
}

const struct command command_verify = {
    .name = "verify",
    .usage = "verify RUN | --bootstrap HOSTS --topic NAME [OPTION]...",
    .help = "replay a run's stations, or any topic, without any chaos",
    .more = VERIFY_TOPIC_HELP,
    .run = verify,
};
