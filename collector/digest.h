/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256. The only file that knows OpenSSL is digest.c. */
#ifndef COALTALLY_DIGEST_H
#define COALTALLY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_HEX_BYTES = 65 };

/* Digest of the bytes in hex, closed by a NUL. False when out of memory; hex is then empty. */
bool digest_hex(const void *bytes, size_t length, char hex[static DIGEST_HEX_BYTES]);

/* The digest of bytes that come piece by piece and are not kept. NULL when out of memory, which its end
 * tells; freed by that. */
struct digest_run;
struct digest_run *digest_run_new(void);
void digest_run_add(struct digest_run *run, const void *bytes, size_t length);
/* Of all that was added; hex may be NULL. False when out of memory, at any time. */
bool digest_run_end(struct digest_run *run, char *hex);

/* What is digested piece by piece, in the one form that the ledger's hashes have: numbers end with
 * a newline and texts begin with their length, so that no two rows give the same bytes. Begun, then
 * added to, then ended, which frees it. Out of memory is told at the end. */
struct digesting {
    struct digest_run *run; /* NULL: out of memory */
};
void digest_begin(struct digesting *digesting);
void digest_number(struct digesting *digesting, int64_t number);
void digest_text(struct digesting *digesting, const char *text);
void digest_null(struct digesting *digesting);
bool digest_end(struct digesting *digesting, char hex[static DIGEST_HEX_BYTES]);

/* `bytes` random bytes in hex, closed by a NUL: hex holds 2 * bytes + 1. */
bool digest_random_hex(size_t bytes, char *hex);

#endif
