/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256. The only file that knows OpenSSL is digest.c. */
#ifndef COALTALLY_DIGEST_H
#define COALTALLY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_HEX_BYTES = 65 };

/* Digest of the bytes in hex, closed by a NUL. False when out of memory; hex is then empty. */
bool digest_hex(const void *bytes, size_t length, char hex[static DIGEST_HEX_BYTES]);

/* `bytes` random bytes in hex, closed by a NUL: hex holds 2 * bytes + 1. */
bool digest_random_hex(size_t bytes, char *hex);

#endif
