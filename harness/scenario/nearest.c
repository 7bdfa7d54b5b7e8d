/* nearest.c - the nearest of some words to a mistyped word, and lists of words
 * for complaints. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#include "scenario/doc.h"

enum { WORD_MAX = 64, FAR = 4 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein distance of two short words; keeps a single row of the table. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[WORD_MAX + 1];

    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            size_t cost = diagonal + (a[i - 1] != b[j - 1]);

            row[j] = least(cost, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b_len];
}

/* Whether two neighbouring letters changed places, the commonest typing error:
 * "rnu". */
static bool is_swapped(const char *a, const char *b, size_t len)
{
    size_t i = 0;

    while (i < len && a[i] == b[i])
        i++;
    return i + 1 < len && a[i] == b[i + 1] && a[i + 1] == b[i] &&
           strcmp(a + i + 2, b + i + 2) == 0;
}

/* Edit distance of two words; FAR for words too unlike for a typing error. */
static size_t likeness(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    size_t longer = a_len > b_len ? a_len : b_len;
    size_t d;

    if (longer > WORD_MAX || longer - least(a_len, b_len) >= FAR)
        return FAR;
    d = a_len == b_len && is_swapped(a, b, a_len)
            ? 1
            : distance(a, a_len, b, b_len);
    return d < FAR && 2 * d < longer + 1 ? d : FAR;
}

const char *nearest_word(const char *word, const char *const *words, size_t n)
{
    const char *best = NULL;
    size_t best_distance = FAR;

    for (size_t i = 0; i < n; i++) {
        size_t d = likeness(word, words[i]);

        if (d < best_distance) {
            best_distance = d;
            best = words[i];
        }
    }
    return best;
}

const char *nearest_key(const char *word, const json_t *object)
{
    const char *key, *best = NULL;
    size_t best_distance = FAR;
    json_t *value;

    json_object_foreach ((json_t *)object, key, value) {
        size_t d = likeness(word, key);

        if (d < best_distance) {
            best_distance = d;
            best = key;
        }
    }
    return best;
}

/* `last` stands before the last word, a comma before the others. */
static char *joined(const char *const *words, size_t n, const char *last)
{
    char *text = NULL;
    size_t len;
    FILE *f = must_memstream(&text, &len);

    for (size_t i = 0; i < n; i++)
        (void)fprintf(f, "%s%s",
                      i == 0       ? ""
                      : i == n - 1 ? last
                                   : ", ",
                      words[i]);
    must_fclose(f, &text);
    return text;
}

char *word_list(const char *const *words, size_t n)
{
    return joined(words, n, ", ");
}

char *word_choice(const char *const *words, size_t n)
{
    return joined(words, n, " or ");
}

const char *did_you_mean(const char *nearest)
{
    static _Thread_local char text[WORD_MAX + 32];

    if (!nearest)
        return "";
    (void)snprintf(text, sizeof(text), ", did you mean \"%s\"", nearest);
    return text;
}
