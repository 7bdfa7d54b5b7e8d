/* fuzz_senders.c - the file that maps addresses to workers. */
#include <assert.h>

#include "endpoint/http_senders.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct senders s = {.len = 0};
    struct request_row row = {.peer = 0x0100000a, .local = 0x0200000a};
    struct err err = {0};

    if (senders_load(&s, input_file(0, data, len), &err) < 0) {
        assert(err.text[0]);
        return 0;
    }
    assert(s.len <= SENDERS_MAX);
    for (size_t i = 0; i < s.len; i++)
        assert(senders_of(&s, s.at[i].worker));
    (void)senders_find(&s, &row);
    return 0;
}
