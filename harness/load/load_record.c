/* load_record.c - the bytes of a record, from stream and sequence. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "load/load_run_own.h"
#include "oracle/stamp.h"

/* {"ordeal":"<stamp><payload>","n":<sequence>}, and after the schema has
 * changed
 * {"ordeal":"<stamp><payload>","n":<sequence>,"currency":"EUR"} */
static const char json_head[] = "{\"ordeal\":\"";
static const char json_middle[] = "\",\"n\":";
static const char json_more[] = ",\"currency\":\"EUR\"";
enum {
    JSON_HEAD = sizeof(json_head) - 1,
    JSON_MIDDLE = sizeof(json_middle) - 1,
    DIGITS = 10, /* most digits of a sequence for which `size` has room */
    DIGITS_MAX = 20,
    JSON_REST = JSON_HEAD + JSON_MIDDLE + DIGITS + 1,
};

uint32_t load_payload_len(int64_t size, bool json)
{
    int64_t n = size - STAMP_LEN - (json ? JSON_REST : 0);

    if (n < 0)
        return 0;
    return n < STAMP_PAYLOAD_MAX ? (uint32_t)n : (uint32_t)STAMP_PAYLOAD_MAX;
}

size_t load_record_max(int64_t size, bool json)
{
    return STAMP_LEN + load_payload_len(size, json) +
           (json ? JSON_REST + DIGITS_MAX + sizeof(json_more) - 1 : 0);
}

size_t load_record_write(const struct load_item *item, uint32_t run,
                         uint32_t stream, uint64_t seq, char *out)
{
    const struct stamp s = {.run = run, .stream = stream, .seq = seq};
    size_t payload = load_payload_len(item->size, item->json);
    bool changed = item->schema_change > 0 && seq >= item->schema_change;
    char *p = out;

    if (item->json) {
        memcpy(p, json_head, JSON_HEAD);
        p += JSON_HEAD;
    }
    stamp_write(&s, p);
    p += STAMP_LEN;
    memcpy(p, stamp_payload(&s, payload), payload);
    p += payload;
    if (item->json)
        p += snprintf(p, JSON_MIDDLE + DIGITS_MAX + sizeof(json_more) + 1,
                      "%s%" PRIu64 "%s}", json_middle, seq,
                      changed ? json_more : "");
    return (size_t)(p - out);
}
