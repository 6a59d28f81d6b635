/* SPDX-License-Identifier: Apache-2.0 */
/* An import as an act: one transaction, so that a kill at any instant leaves all of it or nothing. */
#ifndef COALTALLY_IMPORT_WRITE_H
#define COALTALLY_IMPORT_WRITE_H

#include "collector/act.h"
#include "collector/import.h"

/* Whether a file of this content was imported; `text` then says by which act. */
bool import_found(struct db *db, const char *hash, char *text, size_t size);

enum import_outcome {
    IMPORT_DONE,    /* `text` is the act's answer */
    IMPORT_FAULTY,  /* what came into the ledger since it was judged lies in the way: `faults` */
    IMPORT_RUNNING, /* a coaltallyd has the ledger */
    IMPORT_FAILED   /* `text` says why */
};

/* The act of an import from a file, by whom: with a uid, its time, and that argument. */
struct act import_act(const char *by, const char *path, int64_t now_ms, enum language language);

/* Writes what the order comes to, which `sum` is of the look at it beforehand: the ledger is made where
 * there is none, and its lock held. order->past is judged anew; sink and context are the writer's. */
enum import_outcome import_write(const struct import_order *order, const struct import_sum *sum, const struct act *act,
                                 struct import_faults *faults, char *text, size_t size);

#endif
