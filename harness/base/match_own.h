/* match_own.h - many byte strings found in a text of any length, in one pass.
 *
 * An automaton after Aho and Corasick (CACM 18(6), 1975): the work is linear in
 * the text, whatever the patterns are and however the text is cut into blocks.
 * Overlapping matches become one range, so no part of a pattern is left over;
 * the range bears the id of the longest pattern in it.
 */
#ifndef BASE_MATCH_OWN_H
#define BASE_MATCH_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sides of a pattern whose neighbouring byte belongs to a match as well if the
 * byte is a base64 digit: that digit holds some bits of the pattern. */
enum match_edge { EDGE_LEFT = 1u << 0, EDGE_RIGHT = 1u << 1 };

struct matcher;

/* Aborts without memory, as match_add() and match_ready(). */
struct matcher *match_new(void);
void match_free(struct matcher *m);

/* Add a pattern of at least one byte; the bytes are copied. The id of a pattern
 * added twice is the first one. */
void match_add(struct matcher *m, const void *bytes, size_t len, uint32_t id,
               unsigned edges);

/* Call once after the last match_add(). From then on the matcher is constant,
 * and any number of threads may read texts by it. */
void match_ready(struct matcher *m);

/* Where the text goes: bytes outside of matches, and one call for each range
 * with the id of its longest pattern. Negative: stop. */
struct match_out {
    int (*plain)(void *ctx, const char *bytes, size_t len);
    int (*found)(void *ctx, uint32_t id);
    void *ctx;
};

/* One text in the course of being read. Holds back at most as many bytes as
 * the longest pattern has, and two. */
struct match_text;

struct match_text *match_begin(const struct matcher *m,
                               const struct match_out *out);

/* Read the next bytes. 0, or what `out` returned. */
int match_feed(struct match_text *t, const void *bytes, size_t len);

/* Hand out what is held back, and free `t`. Call after a failure as well. */
int match_end(struct match_text *t, bool whole);

#endif
