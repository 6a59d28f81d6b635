/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>

enum { SHA256_BYTES = 32, RANDOM_BYTES_MAX = 64 };

static void hex_of(const unsigned char *bytes, size_t length, char *hex)
{
    for (size_t i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

bool digest_hex(const void *bytes, size_t length, char hex[static DIGEST_HEX_BYTES])
{
    unsigned char digest[SHA256_BYTES];

    hex[0] = '\0';
    if (EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    hex_of(digest, sizeof(digest), hex);
    return true;
}

bool digest_random_hex(size_t bytes, char *hex)
{
    unsigned char random[RANDOM_BYTES_MAX];

    hex[0] = '\0';
    if (bytes > sizeof(random) || RAND_bytes(random, (int)bytes) != 1)
        return false;
    hex_of(random, bytes, hex);
    return true;
}
