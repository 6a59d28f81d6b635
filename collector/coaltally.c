/* SPDX-License-Identifier: Apache-2.0 */
/* The command line. A verb is one file and one line here, in the order of the help. */
#include "collector/command.h"

/* clang-format off */
#define VERBS(X) \
    X(check) \
    X(plan) \
    X(profiles) \
    X(probe) \
    X(status) \
    X(hours) \
    X(shift) \
    X(day) \
    X(dekad) \
    X(month) \
    X(year) \
    X(board) \
    X(roster) \
    X(report) \
    X(capacity) \
    X(journal) \
    X(alarms) \
    X(site) \
    X(fault) \
    X(calibration) \
    X(trace) \
    X(verify) \
    X(enter) \
    X(resolve) \
    X(replace) \
    X(hold) \
    X(release) \
    X(import) \
    X(coefficient) \
    X(adjust) \
    X(stocktake) \
    X(close) \
    X(calendar) \
    X(acts) \
    X(backup) \
    X(restore) \
    X(export) \
    X(ingest)
/* clang-format on */

#define X(name) extern const struct verb verb_##name;
VERBS(X)
#undef X

int main(int argc, char **argv)
{
    static const struct verb *const registry[] = {
#define X(name) &verb_##name,
        VERBS(X)
#undef X
            NULL,
    };
    return command_main(argc, argv, registry);
}
