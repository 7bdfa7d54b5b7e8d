/* log_free_of.c - the check for no line of the nodes' logs matching a pattern.
 *
 *   - log_free_of: {pattern: "OutOfMemoryError|StackOverflowError"}
 *   - log_free_of: {pattern: "FATAL", node: "broker-*"}
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"
#include "check/evidence_look_own.h"

enum { LINE_SHOWN = 160 };

struct log_free_of {
    const char *pattern;
    const char *node;
};

static const struct arg args_of[] = {
    {.name = "pattern",
     .type = ARG_STRING,
     .at = offsetof(struct log_free_of, pattern),
     .help = "POSIX extended regular expression, matched against each line"},
    {.name = "node",
     .type = ARG_STRING,
     .at = offsetof(struct log_free_of, node),
     .dflt = "",
     .help = "name of the nodes searched, with * and ?; default: all nodes"},
};

struct search {
    const struct log_free_of *asked;
    regex_t regex;
    size_t files;
    uint64_t lines, matches;
    char first[128 + LINE_SHOWN]; /* "worker-1.log:12: text" */
    char unread[128];             /* the first log not readable, and why */
};

static int compile(const char *pattern, regex_t *ret, struct err *err)
{
    char why[160];
    int rc = regcomp(ret, pattern, REG_EXTENDED | REG_NOSUB);

    if (rc == 0)
        return 0;
    if (rc == REG_ESPACE) /* also for a pattern with huge repetitions */
        return err_set(err, -ENOMEM, "pattern: no memory for \"%s\"", pattern);
    (void)regerror(rc, ret, why, sizeof(why));
    return err_set(err, -EINVAL, "pattern: \"%s\" is no regular expression: %s",
                   pattern, why);
}

/* Makes spaces of NULs: regexec() would end at a NUL and miss the rest of the
 * line. */
static void unhide(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!line[i])
            line[i] = ' ';
}

/* Replaces secrets before cutting the line: secrets_shown() would not recognise
 * a secret cut in half. */
static void show_first(struct search *s, const char *name, uint64_t number,
                       const char *line)
{
    AUTO_FREE char *shown = secrets_shown(line, strlen(line), NULL);

    (void)snprintf(s->first, sizeof(s->first), "%.100s:%" PRIu64 ": %.*s", name,
                   number, LINE_SHOWN, shown);
}

static int search_file(struct search *s, const char *dir, const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", dir, name);
    AUTO_FILE FILE *f = fopen(path, "re");
    AUTO_FREE char *line = NULL;
    size_t cap = 0;
    uint64_t number = 0;
    ssize_t len;

    if (!f)
        return -errno;
    while ((len = getline(&line, &cap, f)) >= 0) {
        number++;
        unhide(line, (size_t)len);
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            line[--len] = 0;
        if (regexec(&s->regex, line, 0, NULL, 0) != 0)
            continue;
        if (s->matches++ == 0)
            show_first(s, name, number, line);
    }
    s->lines += number;
    return ferror(f) ? -EIO : 0;
}

/* Whether the file is the log of a node asked for: "worker-1.log" of
 * "worker-1". */
static bool is_asked_for(const struct search *s, const char *file)
{
    AUTO_FREE char *node = NULL;
    size_t len = strlen(file);

    if (len < 5 || strcmp(file + len - 4, ".log") != 0)
        return false;
    node = path_of("%.*s", (int)(len - 4), file);
    return !s->asked->node || fnmatch(s->asked->node, node, 0) == 0;
}

static int search_dir(struct search *s, const char *dir)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, NULL, alphasort);

    if (n < 0)
        return -errno;
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        int rc = 0;

        if (is_asked_for(s, name)) {
            s->files++;
            rc = search_file(s, dir, name);
        }
        if (rc < 0 && !s->unread[0])
            (void)snprintf(s->unread, sizeof(s->unread), "%.80s: %.40s", name,
                           strerror(-rc));
        free(names[i]);
    }
    free(names);
    return 0;
}

static void say(const struct search *s, struct check_result *ret)
{
    const char *of = s->asked->node ? s->asked->node : "any node";

    if (s->matches > 0)
        check_say(
            ret, CHECK_FAILED,
            "expected no line matching \"%.60s\", got %s, the first is %s",
            s->asked->pattern, count_of((int64_t)s->matches).text, s->first);
    else if (s->unread[0])
        check_say(ret, CHECK_NOT_JUDGED, "a log could not be read: %s",
                  s->unread);
    else if (s->files == 0)
        check_say(ret, CHECK_NOT_JUDGED, "the run has no log of %.100s", of);
    else
        check_say(ret, CHECK_HELD,
                  "no line matches \"%.100s\" among %s lines of %zu log%s",
                  s->asked->pattern, count_of((int64_t)s->lines).text, s->files,
                  s->files == 1 ? "" : "s");
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    struct search s = {.asked = args};
    struct err err = {0};
    int rc;

    (void)run;
    if (compile(s.asked->pattern, &s.regex, &err) < 0) {
        check_say(ret, CHECK_FAILED, "%s", err.text);
        return;
    }
    rc = logs_dir ? search_dir(&s, logs_dir) : 0;
    regfree(&s.regex);
    if (!logs_dir)
        check_say(ret, CHECK_NOT_JUDGED,
                  "the nodes' logs could not be copied into the run folder");
    else if (rc < 0)
        check_say(ret, CHECK_NOT_JUDGED, "the logs could not be read: %s",
                  strerror(-rc));
    else
        say(&s, ret);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    regex_t regex;

    (void)s;
    if (compile(((const struct log_free_of *)args)->pattern, &regex, err) < 0)
        return err->code;
    regfree(&regex);
    return 0;
}

const struct check_ops check_log_free_of = {
    .name = "log_free_of",
    .help = "no line of the nodes' logs matches a pattern",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct log_free_of),
    .refuse = refuse,
    .judge = judge,
};
