/* codec.c - bounds-checked reading and writing of Kafka's primitive types. */
#include "standins/mock/codec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct reader reader_of(const void *data, size_t len)
{
    return (struct reader){.at = data, .left = len};
}

static const uint8_t *take(struct reader *r, size_t n)
{
    const uint8_t *at = r->at;

    if (r->bad || n > r->left) {
        r->bad = true;
        return NULL;
    }
    r->at += n;
    r->left -= n;
    return at;
}

static uint64_t number(struct reader *r, size_t n)
{
    const uint8_t *at = take(r, n);
    uint64_t v = 0;

    for (size_t i = 0; at && i < n; i++)
        v = v << 8 | at[i];
    return v;
}

int8_t get_i8(struct reader *r)
{
    return (int8_t)number(r, 1);
}

int16_t get_i16(struct reader *r)
{
    return (int16_t)number(r, 2);
}

int32_t get_i32(struct reader *r)
{
    return (int32_t)number(r, 4);
}

int64_t get_i64(struct reader *r)
{
    return (int64_t)number(r, 8);
}

static struct bytes run(struct reader *r, int32_t len)
{
    struct bytes b = {.len = -1};

    if (len < -1)
        r->bad = true;
    if (r->bad || len == -1)
        return b;
    b.data = take(r, (size_t)len);
    if (b.data)
        b.len = len;
    return b;
}

struct bytes get_nullable_string(struct reader *r)
{
    return run(r, get_i16(r));
}

struct bytes get_string(struct reader *r)
{
    struct bytes b = get_nullable_string(r);

    if (!b.data)
        r->bad = true;
    return b;
}

struct bytes get_bytes(struct reader *r)
{
    return run(r, get_i32(r));
}

int32_t get_count(struct reader *r, size_t each)
{
    int32_t n = get_i32(r);

    assert(each > 0);
    if (n < -1 || (n > 0 && (size_t)n > r->left / each))
        r->bad = true;
    return r->bad ? 0 : n;
}

bool bytes_are(struct bytes b, const char *text)
{
    size_t len = strlen(text);

    return b.data && (size_t)b.len == len && memcmp(b.data, text, len) == 0;
}

char *bytes_copy(struct bytes b)
{
    return must_memdup(b.data, b.data ? (size_t)b.len : 0);
}

void writer_done(struct writer *w)
{
    free(w->data);
    *w = (struct writer){0};
}

uint8_t *writer_room(struct writer *w, size_t len)
{
    if (len > w->cap - w->len) {
        w->cap = 2 * (w->len + len) + 64;
        w->data = must_realloc(w->data, w->cap, 1);
    }
    w->len += len;
    return w->data + w->len - len;
}

void put_raw(struct writer *w, const void *data, size_t len)
{
    uint8_t *at = writer_room(w, len);

    if (len > 0)
        memcpy(at, data, len);
}

static void put_number(struct writer *w, uint64_t v, size_t n)
{
    uint8_t *at = writer_room(w, n);

    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

void put_i8(struct writer *w, int v)
{
    put_number(w, (uint64_t)v, 1);
}

void put_i16(struct writer *w, int v)
{
    put_number(w, (uint64_t)v, 2);
}

void put_i32(struct writer *w, int32_t v)
{
    put_number(w, (uint64_t)v, 4);
}

void put_i64(struct writer *w, int64_t v)
{
    put_number(w, (uint64_t)v, 8);
}

void put_text(struct writer *w, struct bytes text)
{
    assert(text.len <= INT16_MAX);
    put_i16(w, text.data ? text.len : -1);
    if (text.data)
        put_raw(w, text.data, (size_t)text.len);
}

void put_string(struct writer *w, const char *text)
{
    struct bytes b = {.data = (const uint8_t *)text, .len = -1};

    if (text)
        b.len = (int32_t)strlen(text);
    put_text(w, b);
}

void put_bytes(struct writer *w, const void *data, int32_t len)
{
    put_i32(w, len);
    if (len > 0)
        put_raw(w, data, (size_t)len);
}

void put_uvarint(struct writer *w, uint32_t v)
{
    while (v > 0x7f) {
        put_i8(w, (int)(v & 0x7f) | 0x80);
        v >>= 7;
    }
    put_i8(w, (int)v);
}

void set_i32(struct writer *w, size_t at, int32_t v)
{
    assert(at + 4 <= w->len);
    for (size_t i = 0; i < 4; i++)
        w->data[at + i] = (uint8_t)((uint32_t)v >> 8 * (3 - i));
}
