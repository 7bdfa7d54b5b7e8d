/* bound_text.c - binds the text of a scenario. */
#include "bound_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/suite.h"

char file[64];
struct doc *doc;
struct plan plan;

void bind_over(const char *text, const struct plan_overrides *over)
{
    struct err err = {0};
    FILE *f;
    int fd;

    (void)snprintf(file, sizeof(file), "/tmp/ordeal-plan-XXXXXX");
    fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    f = fdopen(fd, "w");
    ck_assert_ptr_nonnull(f);
    (void)fputs(text, f);
    (void)fclose(f);
    ck_assert_msg(doc_load(file, NULL, 0, &doc, &err) == 0, "%s", err.text);
    (void)unlink(file);
    plan_bind(doc, over, &plan);
}

void bind_text(const char *text)
{
    const struct plan_overrides none = {0};

    bind_over(text, &none);
}

void bound(const char *text)
{
    bind_text(text);
    ck_assert_msg(doc_complaints(doc) == 0, "%s", doc_complaint(doc, 0));
}

void teardown(void)
{
    plan_done(&plan);
    doc_free(doc);
}
