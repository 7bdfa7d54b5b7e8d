/* readme_tables.c - compares a table in a README with the program's own. */
#include "support/readme_tables.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

static char *readme_text(const struct readme_part *p)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(f);
    p->put(f, p->of);
    ck_assert_int_eq(fclose(f), 0);
    return text;
}

void readme_holds(const struct readme_part *p)
{
    static const char end[] = "<!-- end -->\n";
    AUTO_FREE char *begin =
        path_of("<!-- %s: by ci/readme-tables -->\n", p->name);
    AUTO_FREE char *path = path_of("%s%s", SOURCE_DIR, p->file);
    AUTO_FREE char *page = NULL, *all = NULL, *want = readme_text(p);
    struct err err = {0};
    char *from, *to;

    ck_assert_msg(file_read(path, &page, NULL, &err) == 0, "%s", err.text);
    from = strstr(page, begin);
    ck_assert_msg(from != NULL, "%s: no line %s", p->file, begin);
    from += strlen(begin);
    to = strstr(from, end);
    ck_assert_msg(to != NULL, "%s: no line %s", p->file, end);
    if (!getenv("ORDEAL_WRITE_TABLES")) {
        ck_assert_msg((size_t)(to - from) == strlen(want) &&
                          memcmp(from, want, strlen(want)) == 0,
                      "%s: not as the program has it: ci/readme-tables "
                      "writes\n%s",
                      p->file, want);
        return;
    }
    all = path_of("%.*s%s%s", (int)(from - page), page, want, to);
    ck_assert_msg(file_write(path, all, strlen(all), &err) == 0, "%s",
                  err.text);
}
