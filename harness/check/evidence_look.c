/* evidence_look.c - reads run.json, and formats numbers and times for checks.
 */
#include "check/evidence_look_own.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "base/utf8.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

int64_t look_number(const json_t *o, const char *key, int64_t absent)
{
    const json_t *v = json_object_get(o, key);

    return json_is_integer(v) ? json_integer_value(v) : absent;
}

const json_t *look_named(const json_t *list, const char *key, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);

        if (strcmp(look_text(o, key), text) == 0)
            return o;
    }
    return NULL;
}

struct words count_of(int64_t n)
{
    struct words w;
    char digits[32];
    size_t len, at = 0;

    (void)snprintf(digits, sizeof(digits), "%" PRId64, n);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0)
            w.text[at++] = ' ';
        w.text[at++] = digits[i];
    }
    w.text[at] = 0;
    return w;
}

struct words time_of(int64_t us)
{
    struct words w;

    duration_write(us, w.text);
    return w;
}

static void clean(char *text)
{
    utf8_mend(text);
    for (unsigned char *s = (unsigned char *)text; *s; s++)
        if (*s < 0x20 || *s == 0x7f)
            *s = ' ';
}

void check_say(struct check_result *ret, enum check_status status,
               const char *fmt, ...)
{
    va_list ap;

    ret->status = status;
    va_start(ap, fmt);
    (void)vsnprintf(ret->sentence, sizeof(ret->sentence), fmt, ap);
    va_end(ap);
    clean(ret->sentence);
}

int refuse_connector(const char *connector, const struct scenario *s,
                     struct err *err)
{
    AUTO_FREE const char **names = NULL;

    if (!connector)
        return 0;
    names = must_calloc(s->connectors_len, sizeof(*names));
    for (size_t i = 0; i < s->connectors_len; i++) {
        names[i] = s->connectors[i].name;
        if (strcmp(names[i], connector) == 0)
            return 0;
    }
    return err_set(
        err, -EINVAL, "connector: \"%s\" is not declared%s", connector,
        did_you_mean(nearest_word(connector, names, s->connectors_len)));
}
