/* cmd_verify.c - ordeal verify: replay stations or a topic, without any chaos.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/shared_world.h"
#include "cli/verify_topic.h"
#include "report/report.h"

/* The options of the first start of the run, from start.json. */
static void options_again(const json_t *again, struct bind_options *o)
{
    size_t i;
    json_t *v;

    json_array_foreach (json_object_get(again, "set"), i, v)
        if (json_is_string(v))
            (void)bind_option_set(o, json_string_value(v));
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
        .seed = (uint64_t)look_int(start, "seed"),
        .style = isatty(STDERR_FILENO) ? LIVE_TERMINAL : LIVE_PLAIN,
        .verify_dir = dir,
        .verify_number = (uint32_t)look_int(start, "number"),
        .verify_began_wall_us = look_int(start, "began_wall_us"),
    };
    AUTO_JSON json_t *run = NULL;
    AUTO_FREE char *made = NULL;
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    /* The same sandbox as before: namespaces may have been kept out for a
     * reason. */
    if (sandbox_word(look_text(start, "sandbox"), &spec.sandbox) < 0 ||
        launch(&spec, &run, &made, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    text = report_verdict(run, cli_colour(STDOUT_FILENO),
                          cli_width(STDOUT_FILENO));
    fputs(text, stdout);
    return (int)json_integer_value(json_object_get(run, "exit_code"));
}

/* A file of the run as given, with secrets; the evidence's own copy where work/
 * has none, as in run folders of earlier versions. */
static char *as_given(const char *dir, const char *name)
{
    char *path = path_of("%s/work/%s", dir, name);

    if (access(path, R_OK) == 0)
        return path;
    free(path);
    return path_of("%s/%s", dir, name);
}

static int read_start(const char *dir, json_t **ret, struct err *err)
{
    static const char *const numbers[] = {"seed", "number", "began_wall_us"};
    AUTO_FREE char *path = as_given(dir, "start.json");
    enum sandbox sandbox;

    if (json_read(path, ret, err) < 0)
        return err->code;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (!json_is_integer(look(*ret, numbers[i])))
            return err_set(err, -EINVAL, "%s: no %s in it", path, numbers[i]);
    if (!json_is_object(look(*ret, "fetched")) ||
        sandbox_word(look_text(*ret, "sandbox"), &sandbox) < 0)
        return err_set(err, -EINVAL, "%s: no fetched or no sandbox in it",
                       path);
    return 0;
}

/* Processes of a killed program end within this time. */
static const int64_t ending_us = 2 * US_PER_S;

/* A program that was killed during the run has left the data in the world's
 * folder, beside the run's. */
static void tidy_beside(const char *run_dir)
{
    AUTO_FREE char *out =
        path_of("%.*s", (int)(strrchr(run_dir, '/') - run_dir), run_dir);

    world_tidy(*out ? out : "/", ending_us);
}

/* A run that ended has a verdict; a killed run is judged by the files left
 * behind. */
static int verify_run(const char *path)
{
    AUTO_FREE char *dir = realpath(path, NULL);
    AUTO_FREE char *work = path_of("%s/work", path);
    AUTO_FREE char *file = as_given(path, "scenario.yaml");
    AUTO_JSON json_t *start = NULL;
    struct bind_options o = {.fetched_before = true};
    struct err err = {0};
    struct bound b;
    int code;

    if (dir)
        tidy_beside(dir);
    if (!dir || read_start(dir, &start, &err) < 0)
        return cli_complain(EXIT_WRONG_USAGE, "%s: no run folder: %s", path,
                            err.text);
    if (access(work, F_OK) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE,
                            "%s: the data is gone (work/, see --keep of "
                            "`ordeal run`): nothing can be read again",
                            path);
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
    return verify_topic(&command_verify, argc, argv);
}

const struct command command_verify = {
    .name = "verify",
    .usage = "verify RUN | --bootstrap HOSTS --topic NAME [OPTION]...",
    .help = "replay a run's stations, or any topic, without any chaos",
    .more = "RUN, a run folder: brokers are started over its data, every "
            "station is read again and judged against the ledger; the outcome "
            "is fail on what is proven, else inconclusive.\n"
            "--bootstrap and --topic: a topic of any cluster, as it is now.\n",
    .options = verify_rows,
    .options_len = VERIFY_ROWS,
    .complete = COMPLETE_FOLDERS,
    .run = verify,
};
