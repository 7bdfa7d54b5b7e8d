/* crc32c.h - CRC-32C (Castagnoli), the checksum of Kafka's record batches, of
 * ledger rows, of request logs and of stamps.
 *
 * Polynomial 0x1EDC6F41, bits reflected, initial value and final XOR all ones
 * (RFC 3720, section 12.1, with test vectors in B.4). Pure and thread-safe.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Add `len` bytes to the checksum `crc` of the bytes before; `crc` is 0 for the
 * first bytes: crc32c(crc32c(0, "ab", 2), "c", 1) is crc32c(0, "abc", 3).
 * Uses the processor's instruction (SSE4.2) where present, else tables. */
uint32_t crc32c(uint32_t crc, const void *data, size_t len);

/* The two ways of crc32c() by name, for tests. The second returns false, and
 * leaves *crc alone, on a processor without the instruction. */
uint32_t crc32c_by_table(uint32_t crc, const void *data, size_t len);
bool crc32c_by_instruction(uint32_t *crc, const void *data, size_t len);

#endif
