/* cmd_enter.c - ordeal enter: a program of the user's inside a run. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "node/node.h"

static const char engine[] = "engine";

/* The number 12 of "worker-12"; 0: the name has another role. */
static int number_of(const char *name, const char *role)
{
    size_t len = strlen(role);
    const char *digits = name + len;

    if (strncmp(name, role, len) != 0 || !*digits || strlen(digits) > 6 ||
        strspn(digits, "0123456789") != strlen(digits))
        return 0;
    return (int)strtol(digits, NULL, 10);
}

/* The node of a role with the lowest number, among nodes that were started:
 * the keeper writes a hosts file at the first start. NULL: none. */
static const char *first_of(const json_t *nodes, const char *role)
{
    const char *first = NULL, *name;
    int lowest = INT_MAX;
    json_t *node;

    json_object_foreach ((json_t *)nodes, name, node) {
        int number = number_of(name, role);

        if (number > 0 && number < lowest && look_int(node, "pid") > 0) {
            lowest = number;
            first = name;
        }
    }
    return first;
}

static const char *usual_node(const json_t *nodes)
{
    const char *worker = first_of(nodes, "worker-");

    return worker ? worker : first_of(nodes, "broker-");
}

/* "broker-1 (10.88.0.2), worker-1 (10.88.0.5)"; new. */
static char *names_of(const json_t *nodes)
{
    char *text = path_of("%s", "");
    const char *name;
    json_t *node;

    json_object_foreach ((json_t *)nodes, name, node) {
        char *more = path_of("%s%s%s (%s)", text, *text ? ", " : "", name,
                             look_text(node, "address"));

        free(text);
        text = more;
    }
    return text;
}

static const json_t *all_nodes; /* for without_names(), which gets no context */

static void without_names(const char *why)
{
    AUTO_FREE char *names = names_of(all_nodes);

    cli_complain(0,
                 "this run has no namespaces, and nodes no names here (%s): "
                 "%s",
                 why, names);
}

static bool is_there(const char *dir, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);

    return access(path, F_OK) == 0;
}

static int has_ended(const char *dir)
{
    return cli_complain(OUTCOME_INCONCLUSIVE,
                        "%s: the run has ended, there is nothing to enter; its "
                        "logs are in %s/logs",
                        dir, dir);
}

/* The folder with keeper.json: work/, or that of the shared world. New. */
static char *keeper_dir(const char *dir)
{
    AUTO_FREE char *path = path_of("%s/work/world.json", dir);
    AUTO_JSON json_t *note = NULL;
    struct err ignored = {0};

    if (json_read(path, &note, &ignored) == 0 && !look_true(note, "data_taken"))
        return path_of("%s", look_text(note, "dir"));
    return path_of("%s/work", dir);
}

static int enter_run(const char *dir, const char *node, char *const *argv)
{
    AUTO_FREE char *work = keeper_dir(dir);
    AUTO_FREE char *path = path_of("%s/keeper.json", work);
    AUTO_JSON json_t *record = NULL;
    AUTO_FREE char *names = NULL;
    struct err err = {0};

    if (!is_there(dir, "start.json"))
        return cli_complain(EXIT_WRONG_USAGE, "%s: no run folder", dir);
    if (!is_there(work, "keeper.json") && !is_there(dir, "run.json"))
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s: nothing runs there yet",
                            dir);
    if (json_read(path, &record, &err) < 0)
        return has_ended(dir);
    all_nodes = look(record, "nodes");
    names = names_of(all_nodes);
    if (!node)
        node = usual_node(all_nodes);
    else if (!json_object_get(all_nodes, node) && strcmp(node, engine) != 0)
        return cli_complain(EXIT_WRONG_USAGE,
                            "%s: no node \"%s\", there are %s "
                            "and %s",
                            dir, node, names, engine);
    else if (!json_object_get(all_nodes, node))
        node = NULL;
    if (sandbox_enter(work, node, argv, without_names, &err) == -ESRCH)
        return has_ended(dir);
    return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
}

static const struct option_row rows[] = {
    {.name = "node",
     .value = "NAME",
     .help = "enter the network of this node (default: the first worker, else "
             "the first broker); engine: the network of the harness, with a "
             "link of its own to every node",
     .take = take_text},
};

static int enter(int argc, char **argv)
{
    static char *const shell[] = {(char *)"/bin/sh", NULL};
    const char *node = NULL, *dir;
    int at, code = cli_options(&command_enter, argc, argv, &node, &at);

    if (code != 0)
        return code;
    if (argc <= at)
        return cli_usage(&command_enter);
    dir = argv[at++];
    if (at < argc && strcmp(argv[at], "--") == 0)
        at++;
    return enter_run(dir, node, at < argc ? argv + at : shell);
}

const struct command command_enter = {
    .name = "enter",
    .usage = "enter [--node NAME] RUN [COMMAND [ARGUMENT]...]",
    .help = "start a shell, or COMMAND, inside a run under way",
    .more = "For kcat, jstack, gdb. Inside, nodes have the names that brokers "
            "advertise:\n"
            "  ordeal enter reports/RUN kcat -L -b broker-1:19092\n"
            "Logs of nodes under way are in RUN/work/node.logs; RUN/logs gets "
            "copies at the end.\n"
            "A run with --sandbox off has no networks of its own; node names "
            "work there only where this machine lets a process have its own "
            "/etc/hosts.\n",
    .options = rows,
    .options_len = ARRAY_LEN(rows),
    .options_first = true,
    .complete = COMPLETE_FOLDERS,
    .run = enter,
};
