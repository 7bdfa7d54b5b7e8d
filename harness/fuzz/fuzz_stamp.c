/* fuzz_stamp.c - bytes searched for a stamp: every hint finds the same stamps,
 * and a stamp found is written back byte by byte. */
#include <assert.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "oracle/stamp.h"

static void find(const char *at, size_t len, size_t hint)
{
    struct stamp s;
    char text[STAMP_LEN];

    switch (stamp_find(at, len, &hint, &s)) {
    case STAMP_NONE:
        assert(stamp_next(at, len, 0) == len);
        return;
    case STAMP_CUT:
        assert(hint < len);
        assert(stamp_read(at + hint, len - hint, &s) == STAMP_CUT);
        (void)stamp_cut_is_of(at + hint, len - hint, 7);
        return;
    case STAMP_INTACT:
        assert(hint <= len && len - hint >= STAMP_LEN);
        stamp_write(&s, text);
        assert(memcmp(text, at + hint, STAMP_LEN) == 0);
        return;
    }
}

/* Find every stamp, one after the other, as in a body with many records. */
static void find_all(const char *at, size_t len)
{
    for (size_t from = stamp_next(at, len, 0); from < len;) {
        size_t next = stamp_next(at, len, from + 1);

        find(at + from, len - from, 0);
        assert(next > from);
        from = next;
    }
}

/* Take the first bytes as an identity; write and read the stamp, then read
 * again with a changed byte. */
static void round_trip(const uint8_t *data, size_t len)
{
    struct stamp s = {0}, back;
    char text[STAMP_LEN];

    if (len < 12)
        return;
    memcpy(&s.run, data, 4);
    memcpy(&s.seq, data + 4, 6);
    memcpy(&s.stream, data + 10, 2);
    stamp_write(&s, text);
    assert(stamp_read(text, sizeof(text), &back) == STAMP_INTACT);
    assert(back.run == s.run && back.stream == s.stream && back.seq == s.seq);
    for (size_t i = 12; i + 1 < len && i < 44; i += 2) {
        size_t at = data[i] % STAMP_LEN;
        char was = text[at];

        text[at] = (char)data[i + 1];
        assert(stamp_read(text, sizeof(text), &back) != STAMP_INTACT ||
               text[at] == was);
        text[at] = was;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const char *at = (const char *)data;

    for (size_t hint = 0; hint <= len && hint < 64; hint++)
        find(at, len, hint);
    find_all(at, len);
    round_trip(data, len);
    return 0;
}
