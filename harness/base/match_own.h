/* match_own.h - finds many byte strings in a text of any length, in one pass.
 *
 * An automaton after Aho and Corasick (CACM 18(6), 1975): the work is linear in
 * the text, whatever the patterns are and however the text is cut into blocks.
 * Overlapping matches become a single range, so no part of a pattern is left
 * over; the range gets the id of the longest pattern inside.
 */
#ifndef BASE_MATCH_OWN_H
#define BASE_MATCH_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sides of a pattern on which a neighbouring byte belongs to the match, too, if
 * the byte is a base64 digit: the digit then encodes some bits of the pattern.
 */
enum match_edge { EDGE_LEFT = 1u << 0, EDGE_RIGHT = 1u << 1 };

struct matcher;

/* Make a matcher without patterns. All functions here abort without memory. */
struct matcher *match_new(void);
void match_free(struct matcher *m);

/* Add a pattern of at least one byte; the bytes are copied. A pattern added
 * twice keeps the first id. */
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

/* A text while being read. Holds back at most as many bytes as the longest
 * pattern has, and two. Used by one thread. */
struct match_text;

struct match_text *match_begin(const struct matcher *m,
                               const struct match_out *out);

/* Read the next bytes. 0, or what `out` returned. */
int match_feed(struct match_text *t, const void *bytes, size_t len);

/* Free `t`; if `whole`, first hand out the bytes held back. Call after a
 * failure as well, with `whole` false. */
int match_end(struct match_text *t, bool whole);

#endif
