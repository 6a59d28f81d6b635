/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/site_mines.h"

#include <string.h>

#include "collector/store_replica.h"

static bool is_polled_here(const struct site_mines *mines, const char *mine)
{
    return mines->config && config_mine_index(mines->config, mine) >= 0;
}

bool site_mines_allowed(void *context, int64_t number, const char *mine)
{
    struct site_mines *mines = context;
    const char *site = county_site(mines->county, mine);
    if (number != mines->number && !replica_site_of(mines->db, number, mines->site))
        return false;
    mines->number = number;
    return site && !is_polled_here(mines, mine) && strcmp(site, mines->site) == 0;
}

bool site_mines_any(const struct site_mines *mines, const char *site)
{
    const struct county *county = mines->county;
    for (size_t m = 0; county && m < county->mines; m++)
        if (strcmp(county_site(county, county->mine[m].name), site) == 0 &&
            !is_polled_here(mines, county->mine[m].name))
            return true;
    return false;
}
