/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles from texts, for tests. Included after cmocka. */
#ifndef COALTALLY_PROFILE_FIXTURE_H
#define COALTALLY_PROFILE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/profile.h"

/* The faults as they are printed; frees them. */
static void assert_faults(struct faults *faults, const char *expected)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    faults_print(faults, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
    faults_free(faults);
}

/* The profile of a file named "f"; NULL with faults. */
static struct profile *read_text(const char *text, struct faults *faults)
{
    struct yaml_document *document = yaml_load_text(text, strlen(text), "f", faults);
    struct profile *profile = document ? profile_read(document, "f", faults) : NULL;

    yaml_unload(document);
    return profile;
}

#endif
