/* java.h - the Java that runs brokers and workers. */
#ifndef PLATFORM_JAVA_H
#define PLATFORM_JAVA_H

#include <limits.h>

#include "base/attr.h"
#include "base/err.h"

enum { JAVA_OLDEST = 17 };

struct java {
    char path[PATH_MAX];  /* of the program, links resolved */
    char javac[PATH_MAX]; /* "": no compiler */
    char version[64];     /* "17.0.15" */
    char vendor[64];
    int major;
};

/* $JAVA_HOME/bin/java, else `java` in PATH. -ENOENT: none; -ENOTSUP: older
 * than JAVA_OLDEST; both with the remedy. */
MUST_USE int java_find(struct java *ret, struct err *err);

#endif
