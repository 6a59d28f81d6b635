/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county_check.h"

static const char *side(const struct faults *faults, bool simulated)
{
    return faults_say(faults, simulated ? N_("simulated") : N_("real"));
}

static void configured_check(const struct county *county, const struct config_mine *mine, struct faults *faults)
{
    const struct county_mine *known = county_mine(county, mine->name);
    if (!known)
        faults_add(faults, FAULT_WARNING, mine->place,
                   "the county's roster lacks the mine \"%s\": nothing is known of its capacity, grades and state",
                   mine->name);
    else if (known->simulated != mine->simulated)
        faults_add(faults, FAULT_WARNING, known->place,
                   "mine \"%s\" is %s in the roster and %s in the configuration: real and simulated mines are never "
                   "added, correct one of them",
                   mine->name, side(faults, known->simulated), side(faults, mine->simulated));
}

static void ledger_check(const struct county *county, const struct roster_mine *mine, struct faults *faults)
{
    const struct county_mine *known = county_mine(county, mine->name);
    if (known && known->simulated != mine->simulated)
        faults_add(faults, FAULT_WARNING, known->place,
                   "mine \"%s\" is %s in the roster and %s in the ledger: real and simulated mines are never added",
                   mine->name, side(faults, known->simulated), side(faults, mine->simulated));
}

void county_check(const struct county *county, const struct config *config, const struct roster *ledger,
                  civil_day today, struct faults *faults)
{
    int64_t capacity;
    for (size_t m = 0; m < config->mines; m++)
        configured_check(county, &config->mine[m], faults);
    for (size_t m = 0; ledger && m < ledger->mines; m++)
        if (config_mine_index(config, ledger->mine[m].name) < 0)
            ledger_check(county, &ledger->mine[m], faults);
    for (size_t m = 0; m < county->mines; m++) {
        const struct county_mine *mine = &county->mine[m];
        if (county_state(mine, today, MINE_PRODUCING) && !county_capacity(mine, today, &capacity))
            faults_add(faults, FAULT_WARNING, mine->place,
                       "mine \"%s\" is producing, and neither an approved nor a designed capacity holds today: it "
                       "counts in no share of capacity, and over-capacity is not watched",
                       mine->name);
    }
}
