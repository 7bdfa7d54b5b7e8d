/* test_doors.c - help, manual and completions list the same commands and
 * options, lines fit a terminal, and each offered word is explained. */
#include <stdbool.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/spawned.h"
#include "support/suite.h"

static const char *const commands[] = {
    "demo",   "run",   "verify", "lint",     "list",   "explain",     "schema",
    "doctor", "enter", "report", "selftest", "manual", "completions", "fetch",
};

/* The output of ordeal for the given arguments, new. The exit code must be
 * 0. */
static char *said(const char *const *args)
{
    struct spawned s;
    char *text;
    int code;

    spawned_init(&s);
    spawned_start(&s, args);
    code = spawned_wait(&s, 20);
    text = spawned_text(&s);
    ck_assert_msg(code == 0, "%s %s: exit code %d:\n%s", args[0],
                  args[1] ? args[1] : "", code, text);
    spawned_done(&s);
    return text;
}

static void check_lines(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");

        ck_assert_msg(len <= 80, "%zu columns: %.*s", len, (int)len, text);
        text += len + (text[len] == '\n');
    }
}

/* "--seed" of a help line that begins with an option, new; NULL: another
 * line. */
static char *option_of(const char *line)
{
    size_t spaces = strspn(line, " ");
    const char *at = strstr(line, "--");

    if (spaces == 0 || spaces > 6 || line[spaces] != '-' || !at)
        return NULL;
    return path_of("%.*s", (int)strcspn(at, " \n"), at);
}

/* True if the manual has the option; the manual writes "\-" for "-". */
static bool manual_has(const char *manual, const char *option)
{
    char text[64] = "";
    size_t n = 0;

    for (; *option && n < sizeof(text) - 3; option++) {
        if (*option == '-')
            text[n++] = '\\';
        text[n++] = *option;
    }
    text[n] = 0;
    return strstr(manual, text) != NULL;
}

START_TEST(help_manual_and_completions_agree)
{
    const char *name = commands[_i];
    AUTO_FREE char *help = said((const char *[]){"help", name, NULL});
    AUTO_FREE char *same = said((const char *[]){name, "--help", NULL});
    AUTO_FREE char *manual = said((const char *[]){"manual", NULL});
    AUTO_FREE char *bash = said((const char *[]){"completions", "bash", NULL});
    AUTO_FREE char *section = path_of("\n.SS %s\n", name);
    AUTO_FREE char *operands = path_of("\n    %s:*) words='", name);
    const char *offered = strstr(bash, operands);

    ck_assert_str_eq(help, same);
    check_lines(help);
    ck_assert_ptr_nonnull(strstr(manual, section));
    ck_assert_msg(offered != NULL, "%s", bash);
    for (const char *line = help; *line; line += strcspn(line, "\n") + 1) {
        AUTO_FREE char *option = option_of(line);
        const char *at;

        if (!option)
            continue;
        at = strstr(offered, option);
        ck_assert_msg(at && at < strchr(offered + 1, '\n'),
                      "%s %s is not completed", name, option);
        ck_assert_msg(manual_has(manual, option), "%s %s is not in the manual",
                      name, option);
    }
}
END_TEST

START_TEST(the_overview_has_every_command)
{
    AUTO_FREE char *text = said((const char *[]){"help", NULL});

    check_lines(text);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        AUTO_FREE char *row = path_of("\n  %s ", commands[i]);

        ck_assert_msg(strstr(text, row) != NULL, "%s", commands[i]);
    }
}
END_TEST

START_TEST(every_word_offered_is_explained)
{
    AUTO_FREE char *bash = said((const char *[]){"completions", "bash", NULL});
    char *words = strstr(bash, "explain:*) words='--help ");
    size_t n = 0;

    ck_assert_ptr_nonnull(words);
    words += strlen("explain:*) words='--help ");
    words[strcspn(words, "'")] = 0;
    for (char *word; (word = strsep(&words, " ")) != NULL; n++) {
        AUTO_FREE char *text = said((const char *[]){"explain", word, NULL});

        ck_assert_msg(strstr(text, word) || strcmp(word, "glossary") == 0,
                      "explain %s:\n%s", word, text);
    }
    ck_assert_uint_gt(n, 100);
}
END_TEST

static const char *const sets[] = {"faults", "checks", "endpoints",
                                   "platforms"};

START_TEST(keys_below_sections_are_explained)
{
    static const char *const keys[][2] = {
        {"rate", "rate (key of load)"},
        {"label", "label (key of timeline[])"},
        {"within", "within (argument of check recovered)"},
        {"for", "for (key of timeline[])"},
        {"worker_kill", "\nends\n  reverted after `for`"},
        {"worker_kill", "  worker: any"},
        {"task_restart", "\nends\n  ends by itself, so a step takes no `for`"},
        {"node-up", "node-up (key of timeouts)"},
        {"plugin", "plugin (key of connectors.*)"},
    };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        AUTO_FREE char *text =
            said((const char *[]){"explain", keys[i][0], NULL});

        ck_assert_msg(strstr(text, keys[i][1]) != NULL, "%s", text);
    }
}
END_TEST

START_TEST(every_kind_listed_is_explained)
{
    AUTO_FREE char *list = said((const char *[]){"list", sets[_i], NULL});

    for (char *line = list; *line; line += strcspn(line, "\n") + 1) {
        AUTO_FREE char *name = path_of("%.*s", (int)strcspn(line, " "), line);
        AUTO_FREE char *text = said((const char *[]){"explain", name, NULL});
        AUTO_FREE char *head =
            path_of("%s (%.*s)\n", name, (int)strlen(sets[_i]) - 1, sets[_i]);

        ck_assert_msg(strstr(text, head) != NULL, "%s:\n%s", name, text);
    }
}
END_TEST

START_TEST(the_version_is_said)
{
    AUTO_FREE char *text = said((const char *[]){"--version", NULL});

    ck_assert_ptr_eq(strstr(text, "ordeal " ORDEAL_VERSION), text);
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, help_manual_and_completions_agree, 0,
                        ARRAY_LEN(commands));
    tcase_add_test(tc, the_overview_has_every_command);
    tcase_add_test(tc, every_word_offered_is_explained);
    tcase_add_test(tc, keys_below_sections_are_explained);
    tcase_add_loop_test(tc, every_kind_listed_is_explained, 0, ARRAY_LEN(sets));
    tcase_add_test(tc, the_version_is_said);
}

SUITE_MAIN("doors", fill)
