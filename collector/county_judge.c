/* SPDX-License-Identifier: Apache-2.0 */
/* The roster as a whole: its order, its contradictions, and where each fact ends. */
#include <stdlib.h>
#include <string.h>

#include "collector/county_parts.h"

static int by_name(const void *left, const void *right)
{
    const struct county_mine *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* By kind and `from`; of one day in the order in which they were written. */
static int by_day(const void *left, const void *right)
{
    const struct county_fact *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    const int file = strcmp(a->place.file, b->place.file);
    return file ? file : (a->place.line > b->place.line) - (a->place.line < b->place.line);
}

static void contradiction(const struct county_mine *mine, const struct county_fact *a, const struct county_fact *b,
                          struct faults *faults)
{
    char date[DATE_TEXT_BYTES];
    struct text here = {0}, there = {0};
    fact_value_write(b->kind, b->value, &here);
    fact_value_write(a->kind, a->value, &there);
    civil_format(b->from, date);
    faults_add(faults, FAULT_ERROR, b->place,
               "%s: %s is %s here, and %s in line %d of %s, on %s: expected one value a day, end the other with to: "
               "or correct it",
               mine->name, fact_info(b->kind)->key, here.at ? here.at : "", there.at ? there.at : "", a->place.line,
               a->place.file, date);
    text_free(&here);
    text_free(&there);
}

/* An end that is said may not lie beyond the begin of what says otherwise; one that is not said is that begin. */
static void facts_judge(const struct county_mine *mine, struct faults *faults)
{
    for (size_t i = 0; i < mine->facts; i++) {
        struct county_fact *fact = &mine->fact[i];
        for (size_t j = i + 1; j < mine->facts && mine->fact[j].kind == fact->kind; j++) {
            const struct county_fact *next = &mine->fact[j];
            const bool covers = next->from == fact->from || (fact->ends && next->from < fact->to);
            if (covers && next->value != fact->value)
                contradiction(mine, fact, next, faults);
            if (!fact->ends && next->from > fact->from && next->from < fact->to)
                fact->to = next->from;
        }
    }
}

static void titles_judge(struct county_mine *mine)
{
    if (!*mine->title_en)
        strcpy(mine->title_en, mine->name);
    if (!*mine->title_zh)
        strcpy(mine->title_zh, mine->title_en);
}

void county_judge(struct county *county, struct faults *faults)
{
    if (county->mines)
        qsort(county->mine, county->mines, sizeof *county->mine, by_name);
    for (size_t m = 0; m < county->mines; m++) {
        struct county_mine *mine = &county->mine[m];
        if (mine->facts)
            qsort(mine->fact, mine->facts, sizeof *mine->fact, by_day);
        titles_judge(mine);
        facts_judge(mine, faults);
    }
}
