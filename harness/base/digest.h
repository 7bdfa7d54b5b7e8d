/* digest.h - SHA-256 (FIPS 180-4, through libcrypto) of bytes, files, trees.
 *
 * All functions write the digest as 64 hexadecimal digits in lower case and a
 * NUL. Thread-safe. Without memory the functions abort (base/memory.h).
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum { SHA256_HEX = 65 }; /* bytes of a digest as text, with the NUL */

/* The digest of `len` bytes. */
void sha256_bytes(const void *data, size_t len, char out[SHA256_HEX]);

/* The digest of a file's bytes. Negative errno: the file cannot be read. */
MUST_USE int sha256_file(const char *path, char out[SHA256_HEX],
                         struct err *err);

/* The digest of a folder: of the lines "<file digest>  <relative path>\n", in
 * the form of sha256sum(1), for all regular files below the folder, sorted
 * bytewise by path. Symbolic links are followed; -ELOOP: a link leads back to a
 * folder above. Where `path` is a file: the digest of the file's bytes. */
MUST_USE int sha256_tree(const char *path, char out[SHA256_HEX],
                         struct err *err);

#endif
