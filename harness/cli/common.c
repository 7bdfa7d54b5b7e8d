/* common.c - complaints and the terminal, for all commands. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/secrets.h"
#include "cli/cli.h"

int cli_complain(int code, const char *fmt, ...)
{
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *shown = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = must_vprintf(fmt, ap);
    va_end(ap);
    shown = secrets_shown(text, strlen(text), NULL);
    fprintf(stderr, "ordeal: %s\n", shown);
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

static const char *known_commit = "";

void cli_know_commit(const char *commit)
{
    known_commit = commit;
}

const char *cli_commit(void)
{
    return known_commit;
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
