/* SPDX-License-Identifier: Apache-2.0 */
/* Where profiles lie, and each of them loaded once. */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/config_parts.h"
#include "drivers/data.h"

__attribute__((format(printf, 2, 3))) static void folder_add(struct config_folders *folders, const char *format, ...)
{
    va_list arguments;
    if (folders->count == FOLDERS_MAX)
        return;
    va_start(arguments, format);
    const int length = vsnprintf(folders->folder[folders->count], PATH_BYTES, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < folders->count; i++)
        if (strcmp(folders->folder[i], folders->folder[folders->count]) == 0)
            return;
    folders->count += length > 0 && length < PATH_BYTES;
}

static void variable_folders(struct config_folders *folders)
{
    const char *at = getenv("COALTALLY_PROFILES");
    while (at && *at) {
        const size_t length = strcspn(at, ":");
        if (length > 0)
            folder_add(folders, "%.*s", (int)length, at);
        at += length + (at[length] == ':');
    }
}

void config_folders(const char *config_file, struct config_folders *folders)
{
    char path[PATH_BYTES];
    folders->count = 0;
    snprintf(path, sizeof path, "%s", config_file);
    folder_add(folders, "%s/profiles", dirname(path));
    variable_folders(folders);
    for (int home = 0; home < DATA_HOMES; home++)
        if (data_folder(DATA_PROFILES, (enum data_home)home, path))
            folder_add(folders, "%s", path);
}

bool config_profile_path(const struct config_folders *folders, const char *name, char path[static PATH_BYTES])
{
    for (size_t i = 0; i < folders->count; i++)
        if (snprintf(path, PATH_BYTES, "%s/%s.yaml", folders->folder[i], name) < PATH_BYTES && access(path, F_OK) == 0)
            return true;
    return false;
}

static bool is_named(char (*names)[NAME_MAX_BYTES], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Adds the names of one folder's profiles that no folder before it has. */
static size_t folder_names(const char *folder, char (*names)[NAME_MAX_BYTES], size_t count, size_t size)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return count;
    for (struct dirent *entry; count < size && (entry = readdir(entries));) {
        char *ending = strrchr(entry->d_name, '.');
        if (!ending || ending == entry->d_name || strcmp(ending, ".yaml") != 0)
            continue;
        *ending = '\0';
        if (strlen(entry->d_name) < NAME_MAX_BYTES && !is_named(names, count, entry->d_name))
            strcpy(names[count++], entry->d_name);
    }
    closedir(entries);
    return count;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

size_t config_profile_names(const struct config_folders *folders, char (*names)[NAME_MAX_BYTES], size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < folders->count; i++)
        count = folder_names(folders->folder[i], names, count, size);
    qsort(names, count, sizeof *names, name_compare);
    return count;
}

bool config_profile_nearest(const struct config_folders *folders, const char *name, char nearest[static NAME_MAX_BYTES])
{
    char(*names)[NAME_MAX_BYTES] = calloc(PROFILES_MAX, sizeof *names);
    const char **candidates = calloc(PROFILES_MAX + 1, sizeof *candidates);
    const size_t count = names && candidates ? config_profile_names(folders, names, PROFILES_MAX) : 0;
    for (size_t i = 0; i < count; i++)
        candidates[i] = names[i];
    const char *found = candidates ? yaml_nearest(name, candidates) : NULL;
    if (found)
        snprintf(nearest, NAME_MAX_BYTES, "%s", found);
    free(candidates);
    free(names);
    return found != NULL;
}

static void profile_missing(struct config_reader *reader, struct place place, const char *name)
{
    const struct config_folders *folders = &reader->folders;
    char(*names)[NAME_MAX_BYTES] = calloc(PROFILES_MAX, sizeof *names);
    if (!names) {
        reader->memory = true;
        return;
    }
    const size_t count = config_profile_names(folders, names, PROFILES_MAX);
    if (count > 0)
        config_refer(reader, place, name, (struct config_names){"profile", names, count, sizeof *names});
    else
        faults_add(reader->faults, FAULT_ERROR, place, "no profile \"%s\": found no %s.yaml in %s or %s", name, name,
                   folders->folder[0], folders->folder[folders->count - 1]);
    free(names);
}

static bool profile_keep(struct config *config, struct profile *profile)
{
    struct profile **grown = realloc(config->profile, (config->profiles + 1) * sizeof(struct profile *));
    if (!grown)
        return false;
    config->profile = grown;
    config->profile[config->profiles++] = profile;
    return true;
}

static bool is_bad(const struct config_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->bad_profiles; i++)
        if (strcmp(reader->bad_profile[i], name) == 0)
            return true;
    return false;
}

/* The faults of a profile are said once, however many devices have it. */
static void bad_add(struct config_reader *reader, struct place place, const char *name, const char *path)
{
    faults_add(reader->faults, FAULT_ERROR, place, "the profile \"%s\" has faults: see %s", name, path);
    if (reader->bad_profiles < BAD_PROFILES_MAX)
        strcpy(reader->bad_profile[reader->bad_profiles++], name);
}

const struct profile *config_profile(struct config_reader *reader, struct place place, const char *name)
{
    struct config *config = reader->config;
    char path[PATH_BYTES];
    for (size_t i = 0; i < config->profiles; i++)
        if (strcmp(config->profile[i]->name, name) == 0)
            return config->profile[i];
    if (!config_profile_path(&reader->folders, name, path)) {
        profile_missing(reader, place, name);
        return NULL;
    }
    if (is_bad(reader, name))
        return NULL;
    struct profile *profile = profile_load(path, reader->faults);
    if (!profile) {
        bad_add(reader, place, name, path);
    } else if (!profile_keep(config, profile)) {
        reader->memory = true;
        profile_free(profile);
        profile = NULL;
    }
    return profile;
}
