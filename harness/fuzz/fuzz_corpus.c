/* fuzz_corpus.c - TARGET PATH...: hands a target each file, or each file below
 * a folder, once, and says how many there were. What is wrong ends it, with the
 * name of the file said before. Exit status: 0, 1 no file at all. */
#include <assert.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz/fuzz.h"

/* A copy of just its length, so that a sanitizer sees who reads beyond it. */
static void hand_over(const char *path)
{
    struct err err = {0};
    char *text;
    uint8_t *copy;
    size_t len;
    int rc = file_read(path, &text, &len, &err);

    if (rc < 0) {
        (void)fprintf(stderr, "%s\n", err.text);
        exit(EXIT_FAILURE);
    }
    copy = malloc(len ? len : 1);
    assert(copy);
    memcpy(copy, text, len);
    free(text);
    (void)fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

int main(int argc, char **argv)
{
    FTS *fts =
        argc > 1 ? fts_open(argv + 1, FTS_LOGICAL | FTS_NOCHDIR, NULL) : NULL;
    size_t n = 0;
    FTSENT *e;

    while (fts && (e = fts_read(fts)))
        if (e->fts_info == FTS_F) {
            hand_over(e->fts_path);
            n++;
        }
    if (fts)
        (void)fts_close(fts);
    (void)printf("%zu inputs\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
