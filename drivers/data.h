/* SPDX-License-Identifier: Apache-2.0 */
/* Where the data that comes with the programs lies. It is looked for from the
 * program's own place, so that a checkout, a package and a folder that was
 * moved all work without a setting. */
#ifndef COALTALLY_DATA_H
#define COALTALLY_DATA_H

#include <stdbool.h>

enum { DATA_PATH_BYTES = 1024 };

enum data_kind { DATA_PROFILES, DATA_SEEDS, DATA_LOCALE /* catalogues of gettext */ };

/* In the order to look in. */
enum data_home {
    DATA_CHECKOUT,  /* the one in whose build/ the program lies */
    DATA_INSTALLED, /* ../share/coaltally, seen from the program's folder */
    DATA_PREFIX,    /* share/coaltally of the prefix that it was built for */
    DATA_HOMES
};

/* The folder of one kind of data in one home, for the program that lies at `program`;
 * false when that program has no such home. The folder need not exist. */
bool data_folder_of(const char *program, enum data_kind kind, enum data_home home, char path[static DATA_PATH_BYTES]);

/* The same for the running program; false also when the folder does not exist,
 * but for DATA_PREFIX, which can be named to somebody who looks for it. */
bool data_folder(enum data_kind kind, enum data_home home, char path[static DATA_PATH_BYTES]);

#endif
