/* readme_tables.h - checks that a table in a README file is as the program's
 * own tables have it.
 *
 * The table stands between the lines "<!-- NAME: by ci/readme-tables -->" and
 * "<!-- end -->". With ORDEAL_WRITE_TABLES=1 (ci/readme-tables) the file is
 * written anew instead of compared.
 */
#ifndef SUPPORT_README_TABLES_H
#define SUPPORT_README_TABLES_H

#include <stdio.h>

struct readme_part {
    const char *file; /* from the project's folder: "/harness/README.md" */
    const char *name; /* the NAME above */
    void (*put)(FILE *f, const char *of);
    const char *of; /* handed to put(): what to write a table of */
};

/* Fails the test if the part of the file is not what put() writes. With
 * ORDEAL_WRITE_TABLES, writes the part. */
void readme_holds(const struct readme_part *p);

#endif
