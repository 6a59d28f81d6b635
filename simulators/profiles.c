/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/data.h"

enum { PATH_BYTES = 4096 };

static bool look_in(const char *folder, size_t length, const char *name, char path[static PATH_BYTES])
{
    return (size_t)snprintf(path, PATH_BYTES, "%.*s/%s.yaml", (int)length, folder, name) < PATH_BYTES &&
           access(path, R_OK) == 0;
}

/* $COALTALLY_PROFILES: folders with colons between. */
static bool look_in_list(const char *list, const char *name, char path[static PATH_BYTES])
{
    while (list && *list) {
        const size_t length = strcspn(list, ":");
        if (length > 0 && look_in(list, length, name, path))
            return true;
        list += length + (list[length] == ':');
    }
    return false;
}

static bool find(const char *first, const char *name, char path[static PATH_BYTES])
{
    char folder[DATA_PATH_BYTES];
    if (first && look_in(first, strlen(first), name, path))
        return true;
    if (look_in_list(getenv("COALTALLY_PROFILES"), name, path))
        return true;
    for (int home = 0; home < DATA_HOMES; home++)
        if (data_folder(DATA_PROFILES, (enum data_home)home, folder) && look_in(folder, strlen(folder), name, path))
            return true;
    return false;
}

const struct profile *profiles_get(struct world *world, const char *first, const char *name, struct place place,
                                   struct faults *faults)
{
    char path[PATH_BYTES];
    const struct profile *known = world_profile(world, name);
    if (known)
        return known;
    if (!find(first, name, path)) {
        faults_add(faults, FAULT_ERROR, place,
                   "no profile \"%s\" in --profiles, in $COALTALLY_PROFILES, or beside this program", name);
        return NULL;
    }
    struct profile *profile = profile_load(path, faults);
    if (!profile || !world_add_profile(world, profile))
        return NULL;
    return profile;
}
