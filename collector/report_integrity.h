/* SPDX-License-Identifier: Apache-2.0 */
/* `coaltally report integrity`: the regulator's page, mine by mine and month by month. What its
 * figures are stands in integrity.h. */
#ifndef COALTALLY_REPORT_INTEGRITY_H
#define COALTALLY_REPORT_INTEGRITY_H

#include "collector/form.h"
#include "collector/integrity.h"
#include "collector/ledger.h"
#include "collector/selection.h"

/* A row's month against the mine's capacity. */
struct integrity_judgement {
    bool known;         /* its capacity is */
    int64_t hundredths; /* raw coal reported in the month, in hundredths of a percent of a year's capacity, floored */
    enum journal_level level; /* of the gravest limit of a month that it crosses; INFO: none */
    bool hidden;              /* it would cross one with the year's highest coefficient */
};

struct integrity_page {
    const struct selection *selection;
    struct integrity integrity;            /* of one quantity */
    enum language language;                /* programs are spoken to in English */
    bool present[INTEGRITY_KINDS];         /* some row has it */
    bool judged;                           /* some row's capacity is known */
    struct integrity_judgement *judgement; /* by row; NULL: of another quantity than raw coal */
};

/* Fills in the judgement, which the caller frees. COMMAND_GOOD, or an exit status after saying what is wrong. */
int integrity_judge(struct integrity_page *page);

/* The rows with the total of the mines that count, those that stand apart below. NULL when out
 * of memory. */
struct table *integrity_table(const struct integrity_page *page);
/* Below it: what no mine has anything of, what the figures mean. */
void integrity_remarks(const struct integrity_page *page, struct text *below);
/* Above it: that somebody changed the ledger. */
void integrity_warnings(const struct integrity_page *page, struct text *above);
/* All items, one by one. */
struct table *integrity_details(const struct integrity_page *page);

/* "excluded", as people say it. */
const char *integrity_title(enum integrity_kind kind, enum language language);

#endif
