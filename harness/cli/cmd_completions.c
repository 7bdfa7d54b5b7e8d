/* cmd_completions.c - ordeal completions bash: from the tables of the
 * commands. */
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "cli/cli.h"
#include "cli/usage.h"

/* Words that need no quoting, between blanks. */
static void put_words(const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (!strpbrk(words[i], " '"))
            printf("%s%s", i ? " " : "", words[i]);
}

static void put_value(const struct command *c, const struct option_row *row)
{
    printf("    %s:--%s) ", c->name, row->name);
    switch (row->words ? COMPLETE_WORDS : row->complete) {
    case COMPLETE_WORDS:
        fputs("words='", stdout);
        put_words(row->words);
        puts("' ;;");
        return;
    case COMPLETE_FILES:
        puts("files=-f ;;");
        return;
    case COMPLETE_FOLDERS:
        puts("files=-d ;;");
        return;
    case COMPLETE_NOTHING:
        puts("return ;;");
    }
}

static void put_operands(const struct command *c)
{
    printf("    %s:*) words='", c->name);
    for (size_t i = 0; i < command_options(c); i++)
        printf("%s--%s", i ? " " : "", command_option(c, i)->name);
    printf("%s--help", command_options(c) ? " " : "");
    if (c->complete == COMPLETE_WORDS) {
        putchar(' ');
        put_words(c->words());
    }
    puts(c->complete == COMPLETE_FILES     ? "' files=-f ;;"
         : c->complete == COMPLETE_FOLDERS ? "' files=-d ;;"
                                           : "' ;;");
}

static void put_bash(void)
{
    size_t n;
    const struct command *const *commands = commands_all(&n);

    fputs("# bash completion for ordeal; made by `ordeal completions bash`\n"
          "_ordeal() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} words='' files=''\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        words='help --version",
          stdout);
    for (size_t i = 0; i < n; i++)
        printf(" %s", commands[i]->name);
    fputs("'\n"
          "    else\n"
          "    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD - 1]} in\n",
          stdout);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < command_options(commands[i]); k++)
            if (command_option(commands[i], k)->value)
                put_value(commands[i], command_option(commands[i], k));
        put_operands(commands[i]);
    }
    fputs("    help:*) words='", stdout);
    for (size_t i = 0; i < n; i++)
        printf("%s%s", i ? " " : "", commands[i]->name);
    puts("' ;;\n"
         "    esac\n"
         "    fi\n"
         "    mapfile -t COMPREPLY < <(\n"
         "        compgen -W \"$words\" -- \"$word\"\n"
         "        [[ -z $files ]] || compgen \"$files\" -- \"$word\"\n"
         "    )\n"
         "}\n"
         "complete -o filenames -F _ordeal ordeal");
}

static const char *const *shells(void)
{
    static const char *const words[] = {"bash", NULL};

    return words;
}

static int completions(int argc, char **argv)
{
    int first = cli_operands(&command_completions, argc, argv, 1, 1);

    if (first < 0)
        return -first;
    if (strcmp(argv[first], "bash") != 0)
        return cli_complain(EXIT_WRONG_USAGE,
                            "no completions for \"%s\", there are bash",
                            argv[first]);
    put_bash();
    return 0;
}

const struct command command_completions = {
    .name = "completions",
    .usage = "completions bash",
    .help = "print completions for a shell",
    .more = "To have them in this shell:\n"
            "  . <(ordeal completions bash)\n",
    .complete = COMPLETE_WORDS,
    .words = shells,
    .run = completions,
};
