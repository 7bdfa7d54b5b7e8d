/* row.h - one row of a ledger file: 64 bytes, little-endian, with a checksum.
 *
 *   0  u32 CRC-32C of bytes 4..63      16  first   u64   \
 *   4  u8  kind  (enum row_kind)       24  count   u64    | or 48 bytes of
 *   5  u8  fate  (enum fate)           32  offset  i64    | text, for NAME
 *   6  u16 part of a name, from 0      40  time_us i64   /
 *   8  u32 stream (HEADER: run)        48  16 bytes of zeroes
 *  12  i32 partition
 */
#ifndef LEDGER_ROW_H
#define LEDGER_ROW_H

#include <stdbool.h>
#include <stdint.h>

enum { ROW_LEN = 64, ROW_TEXT = 48 };

enum row_kind {
    ROW_HEADER = 1, /* the first; stream: run number; first: format, 1 */
    ROW_STREAM,     /* declared: partition; first: payload; count: keys */
    ROW_NAME,       /* a piece of where the stream leads into */
    ROW_RESERVE,    /* sequences below `first` may be sent from now on */
    ROW_FATE,       /* what became of first..first+count-1 */
    ROW_SENT,       /* at the end: no sequence from `first` on was asked for */
    ROW_CLOSED,     /* the last: the writer ended in good order */
};

struct row {
    enum row_kind kind;
    uint8_t fate;
    uint16_t part;
    uint32_t stream;
    int32_t partition;
    uint64_t first, count;
    int64_t offset, time_us;
    char text[ROW_TEXT]; /* ROW_NAME only */
};

void row_write(const struct row *r, unsigned char out[ROW_LEN]);
/* False: the checksum is wrong, or the kind or fate is unknown. */
bool row_read(const unsigned char in[ROW_LEN], struct row *ret);

#endif
