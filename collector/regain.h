/* SPDX-License-Identifier: Apache-2.0 */
/* A site's ledger made again from the rows that the county has of it (travel_file.h), in a new file: after its disk
 * died. The database keeps its id, the journal its chain, and each meter goes on from its newest tally, so that what
 * it counted while nobody looked is measured by its first reading, as after an outage.
 *
 * From a consistent copy the incarnations come too, and the site goes on sending where the county stands. From any
 * other they do not: rows may be older than those that the site had, so it sends all of it as a new branch. */
#ifndef COALTALLY_REGAIN_H
#define COALTALLY_REGAIN_H

#include "collector/clock.h"
#include "collector/travel_file.h"

struct regained {
    int64_t rows;
    int64_t as_of_ms; /* the newest reading; 0: there is none */
    int64_t lost;     /* meters whose segment the copy did not have: what they counted since is open work */
};

/* Makes the file `path`, which is not there. False with the reason in `text`; what was made is to be removed. */
bool regain(const char *path, struct travel_file *file, struct clock_now now, travel_file_progress *progress,
            struct regained *regained, char *text, size_t size);

#endif
