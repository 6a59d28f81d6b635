/* SPDX-License-Identifier: Apache-2.0 */
/* What the roster knows, and from when to when. */
#include <stdlib.h>
#include <string.h>

#include "collector/county_parts.h"

void county_mine_clear(struct county_mine *mine)
{
    for (size_t f = 0; f < mine->faces; f++)
        free(mine->face[f].stretch);
    free(mine->face);
    free(mine->fact);
    free(mine->project);
}

void county_free(struct county *county)
{
    if (!county)
        return;
    for (size_t m = 0; m < county->mines; m++)
        county_mine_clear(&county->mine[m]);
    free(county->mine);
    for (size_t i = 0; i < COUNTY_FILES; i++)
        free(county->file[i].text);
    free(county);
}

const struct county_mine *county_mine(const struct county *county, const char *name)
{
    for (size_t m = 0; county && m < county->mines; m++)
        if (strcmp(county->mine[m].name, name) == 0)
            return &county->mine[m];
    return NULL;
}

const char *county_site(const struct county *county, const char *name)
{
    const struct county_mine *mine = county_mine(county, name);
    if (!mine)
        return NULL;
    return *mine->site ? mine->site : mine->name;
}

int64_t county_silent_after_ms(const struct county *county, const char *site)
{
    int64_t after_ms = 0;
    for (size_t m = 0; county && m < county->mines; m++) {
        const struct county_mine *mine = &county->mine[m];
        if (mine->silent_after_ms > after_ms && strcmp(*mine->site ? mine->site : mine->name, site) == 0)
            after_ms = mine->silent_after_ms;
    }
    return after_ms;
}

/* The last that has begun; what is supposed stands after what is known, and so goes before it. */
const struct county_fact *county_fact(const struct county_mine *mine, enum fact_kind kind, civil_day day)
{
    const struct county_fact *last = NULL;
    for (size_t i = 0; mine && i < mine->facts; i++)
        if (mine->fact[i].kind == kind && mine->fact[i].from <= day && day < mine->fact[i].to)
            last = &mine->fact[i];
    return last;
}

bool county_capacity(const struct county_mine *mine, civil_day day, int64_t *kg_a_year)
{
    const struct county_fact *fact = county_fact(mine, FACT_APPROVED, day);
    if (!fact)
        fact = county_fact(mine, FACT_DESIGNED, day);
    if (fact)
        *kg_a_year = fact->value;
    return fact != NULL;
}

bool county_state(const struct county_mine *mine, civil_day day, enum mine_state state)
{
    const struct county_fact *fact = county_fact(mine, FACT_STATE, day);
    return fact && fact->value == (int64_t)state;
}

bool county_project_reached(const struct county_project *project, civil_day day)
{
    return project->reached && project->on <= day;
}
