/* SPDX-License-Identifier: Apache-2.0 */
/* A profile is a device type as data: its points, one a line, in a YAML file. */
#ifndef COALTALLY_PROFILE_H
#define COALTALLY_PROFILE_H

#include "drivers/point.h"

enum { TITLE_MAX_BYTES = 128, PATH_MAX_BYTES = 512, HOLE_DEFAULT = 8 };

struct profile {
    char name[NAME_MAX_BYTES];
    char title[TITLE_MAX_BYTES];
    char source[SOURCE_MAX_BYTES]; /* manual or page that the map comes from */
    char path[PATH_MAX_BYTES];
    int max_hole; /* registers that a request may read in vain to join two points */
    size_t points;
    struct point *point;
};

/* Reads one file, which is called by the profile's name and ".yaml". NULL when it
 * has faults (added); warnings alone do not stop it. The caller frees it. */
struct profile *profile_load(const char *path, struct faults *faults);

/* The same of a document, whatever `path` is called. */
struct profile *profile_read(const struct yaml_document *document, const char *path, struct faults *faults);
void profile_free(struct profile *profile);

/* Index of a point by name, or -1. */
int profile_find(const struct profile *profile, const char *name);

#endif
