/* utf8.c - finds and replaces bytes outside UTF-8 (RFC 3629). */
#include "base/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Forms of a character by the bits of the first byte: the number of bytes, and
 * the smallest value allowed to take so many (a smaller value is "overlong").
 */
static const struct {
    unsigned char mask, bits;
    size_t len;
    uint32_t least;
} forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static bool is_scalar(uint32_t value, uint32_t least)
{
    return value >= least && value <= 0x10ffff &&
           !(value >= 0xd800 && value <= 0xdfff);
}

size_t utf8_character(const char *text, uint32_t *ret)
{
    const unsigned char *at = (const unsigned char *)text;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        uint32_t value = at[0] & (unsigned char)~forms[i].mask;

        if ((at[0] & forms[i].mask) != forms[i].bits)
            continue;
        for (size_t k = 1; k < forms[i].len; k++) {
            if ((at[k] & 0xc0) != 0x80) /* true of the final NUL too */
                return 0;
            value = value << 6 | (at[k] & 0x3f);
        }
        if (!is_scalar(value, forms[i].least))
            return 0;
        *ret = value;
        return forms[i].len;
    }
    return 0;
}

void utf8_mend(char *text)
{
    while (*text) {
        uint32_t ignored;
        size_t len = utf8_character(text, &ignored);

        if (len == 0)
            *text = '?';
        text += len > 0 ? len : 1;
    }
}
