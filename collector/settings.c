/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/store.h"
#include "drivers/language.h"

static int settings_absent(const struct command *command)
{
    const char *variable = getenv("COALTALLY_CONFIG");
    return command_fail(command, COMMAND_USAGE,
                        "no configuration: %s: %s\n"
                        "looked at: -c FILE (%s), $COALTALLY_CONFIG (%s), /etc/coaltally/coaltally.yaml\n"
                        "To begin, copy the example coaltally.yaml there (of config/, installed in "
                        "share/doc/coaltally/examples), fit it to the mine, and run coaltally check; to look into a "
                        "ledger without one, use --database FILE.",
                        command->config_file, say_error(errno),
                        command_given(command, "config") ? command_value(command, "config", 0) : say_own("not given"),
                        variable && *variable ? variable : say_own("not set"));
}

/* A text of the map, where there is one; its faults are for `check`. */
static void take_text(const struct yaml_node *map, const char *key, char *out, size_t size)
{
    const struct yaml_node *node = map ? yaml_find(map, key) : NULL;
    const char *text = node ? yaml_text(node) : NULL;
    if (text && *text && strlen(text) < size)
        strcpy(out, text);
}

static const char *const sections[] = {"site", "database", "runtime", "closing", "county", NULL};

/* Only these are parsed: a configuration of a thousand meters costs more time than most pages. What is not
 * sure to be sections of this plain form, or has a fault, is read whole. */
static struct yaml_document *file_load(const char *path, struct faults *faults)
{
    size_t length;
    struct faults *none = faults_new(); /* a fault is told by the reading of all */
    char *text = yaml_bytes(path, &length, faults);
    struct yaml_document *document = NULL;
    if (text && none && yaml_keep_sections(text, &length, sections))
        document = yaml_load_text(text, length, path, none);
    free(text);
    faults_free(none);
    return document || !text ? document : yaml_load(path, faults);
}

static int file_read(const struct command *command, struct settings *settings)
{
    struct faults *faults = command_faults(command);
    struct yaml_document *document = faults ? file_load(command->config_file, faults) : NULL;
    if (!document || faults_count(faults, FAULT_ERROR) > 0) {
        if (faults)
            faults_print(faults, stderr);
        yaml_unload(document);
        faults_free(faults);
        return command_fail(command, COMMAND_USAGE, "cannot use the configuration %s", command->config_file);
    }
    const struct yaml_node *root = yaml_root(document);
    const struct yaml_node *site = yaml_find(root, "site"), *closing = yaml_find(root, "closing");
    const struct yaml_node *unknown = closing ? yaml_find(closing, "unknown") : NULL;
    if (unknown)
        yaml_read_share(unknown, 0, &settings->unknown_ppm, faults); /* a wrong one is for `check` */
    if (yaml_find(root, "county")) {
        const size_t before = faults_count(faults, FAULT_ERROR);
        config_county_read(yaml_find(root, "county"), command->config_file, &settings->county, faults);
        settings->county_faulty = faults_count(faults, FAULT_ERROR) > before;
    }
    if (settings->county.gather)
        strcpy(settings->site, CONFIG_COUNTY_SITE);
    take_text(site, "name", settings->site, sizeof settings->site);
    take_text(site, "timezone", settings->timezone, sizeof settings->timezone);
    take_text(root, "database", settings->database, sizeof settings->database);
    take_text(root, "runtime", settings->runtime, sizeof settings->runtime);
    yaml_unload(document);
    faults_free(faults);
    return COMMAND_GOOD;
}

int settings_read(const struct command *command, struct settings *settings)
{
    *settings = (struct settings){.unknown_ppm = CLOSING_UNKNOWN_PPM,
                                  .timezone = "Asia/Shanghai",
                                  .database = "/var/lib/coaltally/ledger.db",
                                  .runtime = "/run/coaltally"};
    const bool needed = !command->database || command_given(command, "config");
    int status = COMMAND_GOOD;
    if (access(command->config_file, R_OK) == 0)
        status = file_read(command, settings);
    else if (needed)
        return settings_absent(command);
    if (status != COMMAND_GOOD)
        return status;
    if (command->database) {
        if (strlen(command->database) >= sizeof settings->database)
            return command_fail(command, COMMAND_USAGE, "--database: the path is too long");
        strcpy(settings->database, command->database);
    }
    if (!calendar_zone(settings->timezone))
        return command_fail(command, COMMAND_USAGE, "time zone %s is not known to this system (package tzdata)",
                            settings->timezone);
    return COMMAND_GOOD;
}

int settings_ledger(const struct command *command, const struct settings *settings, struct db **db)
{
    *db = store_read(settings->database);
    if (!*db)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    if (db_fault(*db) == DB_OK)
        return COMMAND_GOOD;
    const int status = command_fail(command, COMMAND_COULD_NOT, "%s", db_error(*db));
    db_close(*db);
    *db = NULL;
    return status;
}

int settings_county(const struct command *command, const struct settings *settings, struct county **county)
{
    *county = NULL;
    if (settings->county_faulty)
        return command_fail(command, COMMAND_USAGE, "the section county: of %s has faults: coaltally check shows them",
                            command->config_file);
    struct faults *faults = command_faults(command);
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    *county = county_open(&settings->county, faults);
    if (!*county)
        command_faults_print(command, faults);
    faults_free(faults);
    return *county ? COMMAND_GOOD : command_fail(command, COMMAND_USAGE, "the roster has faults");
}

int settings_profile(const struct command *command, const char *name, char path[static PATH_BYTES])
{
    struct config_folders folders;
    char nearest[NAME_MAX_BYTES];
    if (strchr(name, '/')) {
        snprintf(path, PATH_BYTES, "%s", name);
        return COMMAND_GOOD;
    }
    config_folders(command->config_file, &folders);
    if (config_profile_path(&folders, name, path))
        return COMMAND_GOOD;
    if (config_profile_nearest(&folders, name, nearest))
        return command_fail(command, COMMAND_USAGE, "no profile \"%s\"; did you mean \"%s\"?", name, nearest);
    return command_fail(command, COMMAND_USAGE, "no profile \"%s\"; coaltally profiles lists what there is", name);
}
