/* java.c - finds a Java, and asks the program for version and vendor. */
#include "platform/java.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/child_own.h"

/* Copy the value of `key` from a line like "    java.version = 17.0.15"; "" for
 * an absent key. */
static void setting_of(const char *text, const char *key, char *out,
                       size_t size)
{
    AUTO_FREE char *want = path_of(" %s = ", key);
    const char *at = strstr(text, want);

    out[0] = '\0';
    if (at) {
        at += strlen(want);
        (void)snprintf(out, size, "%.*s", (int)strcspn(at, "\r\n"), at);
    }
}

static int find_program(struct java *ret, struct err *err)
{
    const char *home = getenv("JAVA_HOME");
    AUTO_FREE char *at_home = path_of("%s/bin/java", home ? home : "");
    AUTO_FREE char *javac = NULL;
    char *slash;

    if (home && *home) {
        if (program_find(at_home, ret->path) < 0)
            return err_set(err, -ENOENT,
                           "%s: no such program: set JAVA_HOME to a Java %d "
                           "or newer, or unset it",
                           at_home, JAVA_OLDEST);
    } else if (program_find("java", ret->path) < 0) {
        return err_set(err, -ENOENT,
                       "java: not in PATH: install Java %d or newer, or set "
                       "JAVA_HOME",
                       JAVA_OLDEST);
    }
    slash = strrchr(ret->path, '/');
    javac = path_of("%.*s/javac", (int)(slash - ret->path), ret->path);
    if (program_find(javac, ret->javac) < 0 &&
        program_find("javac", ret->javac) < 0)
        ret->javac[0] = '\0';
    return 0;
}

int java_find(struct java *ret, struct err *err)
{
    struct java found = {.major = 0};
    AUTO_FREE char *text = NULL;

    if (find_program(&found, err) < 0)
        return err->code;
    char *argv[] = {found.path, (char *)"-XshowSettings:properties",
                    (char *)"-version", NULL};
    if (child_output(argv, &text, err) < 0)
        return err->code;
    setting_of(text, "java.version", found.version, sizeof(found.version));
    setting_of(text, "java.vendor", found.vendor, sizeof(found.vendor));
    found.major = (int)strtol(found.version, NULL, 10);
    if (found.major < JAVA_OLDEST)
        return err_set(err, -ENOTSUP,
                       "%s: Java %s, need %d or newer: set JAVA_HOME to one",
                       found.path, found.version[0] ? found.version : "unknown",
                       JAVA_OLDEST);
    *ret = found;
    return 0;
}
