/* err.c - writes the text of an error: a line of valid UTF-8. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "base/utf8.h"

/* Print into err->text from `at` on, as a line of UTF-8. Returns the length
 * of the text. */
static size_t put(struct err *err, size_t at, const char *fmt, va_list ap)
    PRINTF_LIKE(3, 0);
static int put_shown(char *to, size_t room, const char *fmt, va_list ap)
    PRINTF_LIKE(3, 0);
static void append(struct err *err, size_t at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static char *(*_Atomic cut_with)(const char *text, size_t len);

void err_cut_with(char *(*shown)(const char *text, size_t len))
{
    cut_with = shown;
}

/* Print the whole text, replace secrets, and only then cut the text to the
 * room: half a secret would not be found later. */
static int put_shown(char *to, size_t room, const char *fmt, va_list ap)
{
    AUTO_FREE char *whole = must_vprintf(fmt, ap);
    AUTO_FREE char *shown = cut_with(whole, strlen(whole));

    return snprintf(to, room, "%s", shown);
}

static size_t put(struct err *err, size_t at, const char *fmt, va_list ap)
{
    size_t room = sizeof(err->text) - at, end;
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(err->text + at, room, fmt, ap);
    if (n >= 0 && (size_t)n >= room && cut_with)
        n = put_shown(err->text + at, room, fmt, again);
    va_end(again);
    end = n < 0 ? at : at + ((size_t)n < room ? (size_t)n : room - 1);
    utf8_mend(err->text + at);
    for (; at < end; at++)
        if ((unsigned char)err->text[at] < ' ')
            err->text[at] = ' '; /* a broker's message may have several lines */
    return end;
}

static void append(struct err *err, size_t at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)put(err, at, fmt, ap);
    va_end(ap);
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
    va_list ap;

    if (err->code != 0)
        return code;

    err->code = code;
    va_start(ap, fmt);
    (void)put(err, 0, fmt, ap);
    va_end(ap);
    return code;
}

int err_errno(struct err *err, const char *fmt, ...)
{
    int code = errno > 0 ? -errno : -EIO;
    va_list ap;
    size_t end;

    if (err->code != 0)
        return code;

    err->code = code;
    va_start(ap, fmt);
    end = put(err, 0, fmt, ap);
    va_end(ap);
    append(err, end, ": %s", strerror(-code));
    return code;
}

int err_context(struct err *err, const char *fmt, ...)
{
    struct err held = *err;
    va_list ap;
    size_t end;

    if (held.code == 0)
        return 0;

    va_start(ap, fmt);
    end = put(err, 0, fmt, ap);
    va_end(ap);
    append(err, end, ": %s", held.text);
    return err->code;
}
