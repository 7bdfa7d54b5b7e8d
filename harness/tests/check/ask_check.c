/* ask_check.c - asks a check about a run. */
#include "ask_check.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"

json_t *json_of(const char *text)
{
    AUTO_FREE char *quoted = strdup(text);
    json_error_t why;
    json_t *v;

    ck_assert_ptr_nonnull(quoted);
    for (char *p = quoted; *p; p++)
        if (*p == '\'')
            *p = '"';
    v = json_loads(quoted, JSON_DECODE_ANY, &why);
    ck_assert_msg(v != NULL, "%s at %d: %.300s", why.text, why.position,
                  quoted);
    return v;
}

struct check_result ask(const char *kind, const char *args, const char *run,
                        const char *logs_dir)
{
    const struct check_ops *ops = check_find(kind);
    AUTO_JSON json_t *with = json_of(args ? args : "{}");
    AUTO_JSON json_t *doc = json_of(run);
    AUTO_FREE void *filled = NULL;
    struct check_result r = {0};

    ck_assert_msg(ops != NULL, "no check %s", kind);
    filled = calloc(1, ops->args_size + 1);
    ck_assert_ptr_nonnull(filled);
    /* No document: args_read() needs a document only for errors. */
    ck_assert_uint_eq(
        args_read(ops->args, ops->args_len, with, NULL, "", filled), 0);
    ops->judge(doc, logs_dir, filled, &r);
    return r;
}

void hold_row(const struct row *w)
{
    struct check_result r = ask(w->kind, w->args, w->run, "");

    ck_assert_msg(r.status == w->status, "%s: %s: %s", w->what,
                  check_status_name(r.status), r.sentence);
    ck_assert_msg(strcmp(r.sentence, w->sentence) == 0, "%s: %s", w->what,
                  r.sentence);
}
