/* fuzz.h - what the fuzz targets share.
 *
 * A target is one file with one LLVMFuzzerTestOneInput(): it feeds bytes to
 * what reads them from outside, and asserts what must hold of the answer. It is
 * linked with libFuzzer (ci/fuzz), or with fuzz_corpus.c, which hands it the
 * files of its corpus once (the unit tests). What a checksum would keep out is
 * written with none (0) in its place: input_*() puts the right one there.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The target: 0 always. `data` is borrowed, also by what it leads to. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A file that holds these bytes, by its path. There are INPUT_FILES of them,
 * `which` from 0; the path stays the same, the next call replaces the bytes. */
enum { INPUT_FILES = 2 };
const char *input_file(int which, const void *data, size_t len);

/* A folder of this process's own, empty at first, gone at its end. */
const char *input_folder(void);

/* Records of a topic: each two lengths of two bytes, highest first (65535: it
 * has none), then key and value. What is cut short is as long as it is. */
struct input_record {
    const uint8_t *key, *value; /* NULL: none */
    size_t key_len, value_len;
};

/* Take the next one off *data; 0: there is none. */
int input_record(const uint8_t **data, size_t *len, struct input_record *ret);

/* A server on 127.0.0.1 that answers each connection, once it has been sent
 * something, with these bytes, and closes it. Returns its port. The bytes are
 * borrowed until answer_settle() returns, which each answer_with() needs. */
int answer_with(const void *data, size_t len);
void answer_settle(void);

#endif
