/* cmd_fetch.c - ordeal fetch: fill the cache. */
#include <stdio.h>

#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "platform/platform.h"

static void say(void *ctx, const char *what)
{
    (void)ctx;
    fprintf(stderr, "%s\n", what);
}

static int fetch(int argc, char **argv)
{
    struct platform_wish wish = {.fixtures_dir = cli_fixtures_dir(),
                                 .cache_dir = cli_cache_dir(),
                                 .scenario_dir = "."};
    AUTO_JSON json_t *got = NULL;
    struct err err = {0};
    int first = cli_operands(&command_fetch, argc, argv, 0, 0);

    if (first < 0)
        return -first;
    if (platform_fetch_all(&wish, say, NULL, &got, &err) < 0)
        return cli_complain(OUTCOME_INCONCLUSIVE, "%s", err.text);
    return 0;
}

const struct command command_fetch = {
    .name = "fetch",
    .usage = "fetch",
    .help = "download Kafka and the specimen connectors into the cache",
    .more = "A run does so by itself when it needs to; fetch is for machines "
            "that will be offline later.\n",
    .run = fetch,
};
