/* rest_own.c - helpers for handlers of REST requests. */
#include "standins/worker/rest_own.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void call_answer(struct call *c, unsigned status, json_t *body)
{
    json_decref(c->answer);
    c->status = status;
    c->answer = body;
}

void call_refuse(struct call *c, unsigned status, const char *fmt, ...)
{
    char text[2048];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    call_answer(
        c, status,
        json_pack("{s:i, s:s}", "error_code", (int)status, "message", text));
}

void call_fail(struct call *c, const struct err *err)
{
    unsigned status = 500;

    if (err->code == -EINVAL)
        status = 400;
    else if (err->code == -ENOENT)
        status = 404;
    call_refuse(c, status, "%s", err->text);
}

bool call_flag(const struct call *c, const char *name)
{
    const char *v =
        MHD_lookup_connection_value(c->connection, MHD_GET_ARGUMENT_KIND, name);

    return v && strcmp(v, "true") == 0;
}

const struct connector_state *call_connector(struct call *c)
{
    const struct connector_state *is = state_find(c->w->state, c->args[0]);

    if (!is)
        call_refuse(c, 404, "Connector %s not found", c->args[0]);
    return is;
}
