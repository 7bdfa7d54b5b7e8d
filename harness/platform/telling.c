/* telling.c - finds the line of a log that tells why a program ended. */
#include "platform/telling_own.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"

enum { TAIL_MAX = 256 * 1024, LINE_MAX_BYTES = 300 };

/* Rank of a line: 0 empty, 1 any, 2 an error, 3 names an exception. */
static int rank_of(const char *line)
{
    static const char *const errors[] = {" ERROR ", " FATAL ", "[ERROR]",
                                         "ERROR:", "error:"};
    static const char *const causes[] = {
        "Exception: ", "Error: ", "Caused by: ", "Could not create the Java"};

    if (line[strspn(line, " \t\r")] == '\0')
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(causes); i++)
        if (strstr(line, causes[i]) && !strstr(line, " WARN ") &&
            !strstr(line, " INFO "))
            return 3;
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (strstr(line, errors[i]))
            return 2;
    return 1;
}

/* Maven names the trouble in its first [ERROR] line, advice follows. Colour
 * codes may stand before "[ERROR]". */
static const char *mavens(const char *line)
{
    return strstr(line, "[ERROR]");
}

static const char missing[] = "Could not find artifact ";
static const char known_missing[] = " was not found in "; /* Maven's cached
                                                             answer */

/* The core of Maven's line: the missing artifact, without the failed goal and
 * without the repository. */
static char *mavens_core(const char *line)
{
    const char *from = strstr(line, missing);
    const char *known = strstr(line, known_missing);
    const char *end;

    if (from) {
        end = strstr(from, " in ");
    } else if (known) {
        for (from = known; from > line && from[-1] != ' ';)
            from--;
        end = strstr(known, " in ");
    } else {
        from = mavens(line);
        end = strstr(from, " -> [Help");
    }
    return path_of("%.*s", end ? (int)(end - from) : LINE_MAX_BYTES, from);
}

static char *read_tail(const char *path, int64_t from)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *text;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) < 0)
        return NULL;
    if (st.st_size - from > TAIL_MAX)
        from = st.st_size - TAIL_MAX;
    text = calloc(1, TAIL_MAX + 1);
    if (!text)
        return NULL;
    n = pread(fd, text, TAIL_MAX, from);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

char *telling_line(const char *log_path, int64_t from)
{
    AUTO_FREE char *tail = read_tail(log_path, from > 0 ? from : 0);
    /* Before the line is cut to its length: the search for secrets misses half
     * a secret. */
    AUTO_FREE char *text =
        tail ? secrets_shown(tail, strlen(tail), NULL) : NULL;
    const char *best = "(nothing was logged)";
    char *rest = text;
    int rank = 0;

    for (char *line; text && (line = strsep(&rest, "\n")) != NULL;) {
        int r = rank_of(line);

        if (r > rank || (r > 0 && r == rank && !mavens(line))) {
            rank = r;
            best = line + strspn(line, " \t");
        }
    }
    if (mavens(best))
        return mavens_core(best);
    return path_of("%.*s", LINE_MAX_BYTES, best);
}
