/* digest.h - SHA-256 (FIPS 180-4, through libcrypto) of bytes, files, trees. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum { SHA256_HEX = 65 }; /* 64 digits in lower case and the NUL */

/* Of `len` bytes. Cannot fail but for lack of memory, which aborts. */
void sha256_bytes(const void *data, size_t len, char out[SHA256_HEX]);

/* Of a file's bytes. Negative errno when it cannot be read. */
MUST_USE int sha256_file(const char *path, char out[SHA256_HEX],
                         struct err *err);

/* Of a folder: the digest of the lines "<file digest>  <relative path>\n" of
 * all regular files below it, sorted by path (bytewise). A file: its own. */
MUST_USE int sha256_tree(const char *path, char out[SHA256_HEX],
                         struct err *err);

#endif
