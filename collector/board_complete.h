/* SPDX-License-Identifier: Apache-2.0 */
/* Of which mines a row of the board is whole, and to when: nothing is estimated for those that are missing. */
#ifndef COALTALLY_BOARD_COMPLETE_H
#define COALTALLY_BOARD_COMPLETE_H

#include "collector/complete.h"
#include "collector/indicator_value.h"

struct board_complete {
    bool known;             /* false: the indicator is not of what mines report */
    size_t mines, complete; /* that report its quantities, or did this year or the last */
    int64_t to_ms;          /* the complete ones are known up to here; 0: there is none */
    struct text late;       /* "sim-d, sim-k": titles of the others */
};

/* False when out of memory; faults are kept in the report's db. board_complete_free either way. */
bool board_complete_judge(const struct selection *selection, struct report *report, const struct indicator *indicator,
                          const struct indicator_value *value, int64_t as_of_ms, struct board_complete *out);
void board_complete_free(struct board_complete *complete);

#endif
