/* fuzz_corpus.c - TARGET PATH...: hands each file, and each file below a
 * folder, to the target once, and prints the number of files. A failed
 * assertion ends the program; the last line printed names the file. Exit
 * status: 0; 1: no file was found. */
#include <assert.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz/fuzz.h"

/* Hand over a copy of exactly the file's length, so that a sanitizer sees reads
 * beyond the end. */
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
