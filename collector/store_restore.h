/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a backup in the place of the ledger. Nothing is lost by it: the ledger that was
 * there keeps lying beside it, and what the meters counted since the backup their totals
 * tell at the next reading. */
#ifndef COALTALLY_STORE_RESTORE_H
#define COALTALLY_STORE_RESTORE_H

#include "collector/act.h"
#include "collector/regain.h"

struct restored {
    char aside[PATH_BYTES + 40]; /* where the former ledger lies now; empty: there was none */
    int64_t as_of_ms;            /* the backup's last commit */
    int64_t acts_lost;           /* acts of the former ledger that the backup does not have; -1: not to be read */
    struct regained regained;    /* store_restore_county */
};

/* Judges the backup, copies it, enters `act` into the copy and puts that in the ledger's place, with the
 * ledger's lock held and its owner kept. A kill at any instant leaves the former ledger, or the
 * restored one, or (told by store_open) asks for the restore to be done again. STORE_IN_USE: a daemon
 * runs. Not STORE_OK: `text` says why, and the ledger is as it was. */
enum store_outcome store_restore(const char *from, const char *database, const struct act *act, struct clock_now now,
                                 void (*progress)(int done, int all), struct restored *restored, char *text,
                                 size_t size);

/* The same of the rows that the county has of this ledger, which `file` (whose name is `from`) holds: regain.h. Refused
 * where the ledger that is there is the same one and has all that the file has. */
enum store_outcome store_restore_county(struct travel_file *file, const char *from, const char *database,
                                        const struct act *act, struct clock_now now,
                                        void (*progress)(int done, int all), struct restored *restored, char *text,
                                        size_t size);

#endif
