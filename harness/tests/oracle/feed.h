/* feed.h - stations, ledgers and findings as one line of text each, so that a
 * case of a test is a table row.
 *
 * A station, in the order read; every record takes the next offset:
 *   5  3-9      records of the current stream        5!  payload altered
 *   5~          payload cut short                    5+  two stamps in one
 *   s2          from now on stream 2                 p1  partition 1
 *   @100        the next offset                      n3  delivered by node 3
 *   f           a foreign record                     c   a stamp cut short
 *   o           a stamp of another run               oc  the same, cut short
 * A ledger:
 *   a0-9  acknowledged (a0-9@100: from offset 100 on, of partition p)
 *   r x i refused, aborted, indeterminate            s2, p1 as above
 *   sent20 reserved30  the marks (else: behind the last run)
 *   died  not closed
 */
#ifndef TESTS_ORACLE_FEED_H
#define TESTS_ORACLE_FEED_H

#include "base/fates.h"
#include "oracle/hop.h"

enum { FEED_RUN = 7, FEED_PAYLOAD = 40, FEED_STREAMS = 3 };

extern const struct tally_stream_spec feed_streams[FEED_STREAMS];

/* Write a record as an endpoint would hold it to `out` (512 bytes); returns its
 * length. damage: 0, '!', '~' or '+', as above. */
size_t feed_bytes(uint32_t run, uint32_t stream, uint64_t seq, char damage,
                  char *out);

struct feed {
    struct tally *tally;
    struct place at;
    uint32_t stream;
};

void feed_record(struct feed *f, const char *bytes, size_t len);

void feed_word(struct feed *f, const char *word);

/* The tally of a station's text; the caller frees with tally_free(). NULL for
 * NULL. */
struct tally *feed_station(const struct tally_spec *spec, const char *text);

/* Fill a ledger from its text; free with feed_ledger_done(). At most 8 streams
 * of 32 runs. */
void feed_ledger(struct ledger_view *v, const char *text);
void feed_ledger_done(struct ledger_view *v);

/* Write the findings as "lost 3 of 2: 4+2 9+1; duplicate 2 of 1: 2/0+2<":
 * records, runs, the runs listed as [stream/]first+count, "<" behind rewinds.
 */
void feed_tell(const struct hop_result *r, char out[1024]);

#endif
