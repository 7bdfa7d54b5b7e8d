/* fuzz.h - functions for all fuzz targets.
 *
 * A target is a file with an LLVMFuzzerTestOneInput(): the function feeds bytes
 * to code that reads bytes from outside, and asserts rules about the result.
 * The target is linked with libFuzzer (ci/fuzz), or with fuzz_corpus.c, which
 * hands over the files of the target's corpus once (the unit tests). In formats
 * with checksums the input has 0 in place of a checksum, and the target fills
 * in the right value: otherwise no random input would get past the check.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The target; always returns 0. `data` is borrowed for the call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Write the bytes to a file and return its path. `which` is 0 to INPUT_FILES -
 * 1; each file keeps its path, and the next call replaces the bytes. */
enum { INPUT_FILES = 2 };
const char *input_file(int which, const void *data, size_t len);

/* A folder for the process alone: empty at first, removed at exit. */
const char *input_folder(void);

/* A record of a topic in the input: two lengths of two bytes, big-endian
 * (65535: NULL), then key and value. If the input is too short, key or value
 * are cut short. */
struct input_record {
    const uint8_t *key, *value; /* NULL: the record has none */
    size_t key_len, value_len;
};

/* Take the next record off *data; 0: the input has no more. */
int input_record(const uint8_t **data, size_t *len, struct input_record *ret);

/* A server on 127.0.0.1 that answers each connection with the bytes, after the
 * first bytes of a request, and closes. Returns the port. The bytes are
 * borrowed until answer_settle() returns; call answer_settle() after each
 * answer_with(). */
int answer_with(const void *data, size_t len);
void answer_settle(void);

#endif
