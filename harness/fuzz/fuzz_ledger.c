/* fuzz_ledger.c - the file of a ledger. A row with checksum 0 gets the right
 * checksum. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/own.h"
#include "fuzz/fuzz.h"
#include "ledger/ledger.h"
#include "ledger/row.h"

static void mend(unsigned char *rows, size_t len)
{
    static const unsigned char none[4];

    for (size_t at = 0; at + ROW_LEN <= len; at += ROW_LEN) {
        uint32_t crc = crc32c(0, rows + at + 4, ROW_LEN - 4);

        if (memcmp(rows + at, none, sizeof(none)) == 0)
            for (int i = 0; i < 4; i++)
                rows[at + i] = (unsigned char)(crc >> 8 * i);
    }
}

/* Runs are sorted, disjoint and counted: no sequence has two fates. */
static void look_at(const struct ledger_view_stream *s)
{
    uint64_t next = 0, noted = 0, counted;

    for (size_t i = 0; i < s->runs_len; i++) {
        const struct ledger_run *r = &s->runs[i];

        assert(r->count > 0 && r->first >= next);
        next = r->first + r->count;
        noted += r->count;
        assert(ledger_find(s, r->first) == r);
        assert(ledger_find(s, next - 1) == r);
    }
    assert(next <= s->sent);
    counted = s->acknowledged + s->refused + s->aborted;
    assert(counted <= noted);
    assert(s->indeterminate <= (s->sent > s->reserved ? s->sent : s->reserved));
    assert(memchr(s->decl.into, 0, sizeof(s->decl.into)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    AUTO_FREE unsigned char *rows = malloc(len + 1);
    struct ledger_view view;
    struct err err = {0};

    assert(rows);
    memcpy(rows, data, len);
    mend(rows, len);
    if (ledger_read(input_file(0, rows, len), &view, &err) < 0) {
        assert(err.text[0]);
        return 0;
    }
    for (size_t i = 0; i < view.streams_len; i++) {
        assert(ledger_stream(&view, view.streams[i].decl.stream) ==
               &view.streams[i]);
        look_at(&view.streams[i]);
    }
    ledger_view_done(&view);
    return 0;
}
