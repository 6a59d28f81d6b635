/* SPDX-License-Identifier: Apache-2.0 */
/* What reports need of the configuration file. Its devices and profiles are not
 * read, so that a fault there hides no tonnes, and a big one costs no time. */
#ifndef COALTALLY_SETTINGS_H
#define COALTALLY_SETTINGS_H

#include "collector/command.h"
#include "collector/config.h"
#include "collector/county.h"
#include "collector/db.h"

struct settings {
    char site[ID_BYTES]; /* empty: not said */
    char timezone[64];
    char database[PATH_BYTES];
    char runtime[PATH_BYTES]; /* folder of status.json */
    int64_t unknown_ppm;      /* with more of a period unknown it is not reportable */
    struct config_county county;
    bool county_faulty; /* that section has faults: settings_county refuses it */
};

/* Reads them and sets the process's time zone. COMMAND_GOOD, or an exit status
 * after saying what is wrong and what to do. */
int settings_read(const struct command *command, struct settings *settings);

/* Opens the ledger for reading: --database, else the configuration's. The same. */
int settings_ledger(const struct command *command, const struct settings *settings, struct db **db);

/* The county's roster: what seeds/ says, and the file that the configuration names. The same. */
int settings_county(const struct command *command, const struct settings *settings, struct county **county);

/* The path of the profile that a person names, by its name or by the path of a file. The same. */
int settings_profile(const struct command *command, const char *name, char path[static PATH_BYTES]);

#endif
