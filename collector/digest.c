/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/digest.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct digest_run {
    EVP_MD_CTX *context;
    bool failed;
};

struct digest_run *digest_run_new(void)
{
    struct digest_run *run = calloc(1, sizeof(*run));
    if (!run)
        return NULL;
    run->context = EVP_MD_CTX_new();
    run->failed = !run->context || EVP_DigestInit_ex(run->context, EVP_sha256(), NULL) != 1;
    return run;
}

void digest_run_add(struct digest_run *run, const void *bytes, size_t length)
{
    if (run && !run->failed)
        run->failed = EVP_DigestUpdate(run->context, bytes, length) != 1;
}

bool digest_run_end(struct digest_run *run, char *hex)
{
    unsigned char digest[SHA256_BYTES];
    if (!run)
        return false;
    const bool good = !run->failed && EVP_DigestFinal_ex(run->context, digest, NULL) == 1;
    if (good && hex)
        hex_of(digest, sizeof(digest), hex);
    EVP_MD_CTX_free(run->context);
    free(run);
    return good;
}

void digest_begin(struct digesting *digesting)
{
    digesting->run = digest_run_new();
}

void digest_number(struct digesting *digesting, int64_t number)
{
    char text[32];
    const int length = snprintf(text, sizeof(text), "%" PRId64 "\n", number);
    digest_run_add(digesting->run, text, (size_t)length);
}

void digest_text(struct digesting *digesting, const char *text)
{
    char prefix[32];
    const size_t length = strlen(text);
    const int prefixed = snprintf(prefix, sizeof(prefix), "%zu:", length);
    digest_run_add(digesting->run, prefix, (size_t)prefixed);
    digest_run_add(digesting->run, text, length);
    digest_run_add(digesting->run, "\n", 1);
}

void digest_null(struct digesting *digesting)
{
    digest_run_add(digesting->run, "-\n", 2);
}

bool digest_end(struct digesting *digesting, char hex[static DIGEST_HEX_BYTES])
{
    hex[0] = '\0';
    return digest_run_end(digesting->run, hex);
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
