/* SPDX-License-Identifier: Apache-2.0 */
/* Capacities as people read them: the lines below the board, the page of the regulator. */
#ifndef COALTALLY_CAPACITY_PAGE_H
#define COALTALLY_CAPACITY_PAGE_H

#include "collector/capacity_read.h"
#include "collector/selection.h"

struct capacity_page {
    const struct selection *selection;
    struct capacity_reader reader;
    struct capacity_limits *limits;
    struct list mines, findings; /* struct capacity_mine, struct capacity_finding */
};

/* Reads and judges all mines as of a day. `county` may be NULL; all must outlive the page, which
 * capacity_page_free ends either way. COMMAND_GOOD, or an exit status after saying what is wrong. */
int capacity_page_read(const struct selection *selection, struct report *report, const struct county *county,
                       civil_day day, struct capacity_page *page);
void capacity_page_free(struct capacity_page *page);

/* Whether a mine is chosen and of the side that counts: real and simulated mines are never told of together. */
bool capacity_page_counts(const struct capacity_page *page, const struct capacity_mine *mine);
/* It produces, or may, and nobody knows its capacity. */
bool capacity_page_unjudged(const struct capacity_page *page, const struct capacity_mine *mine);
/* Its title in the user's language. */
const char *capacity_page_title(const struct capacity_page *page, const struct capacity_mine *mine);

/* "over capacity: month > 10 % none; year >= 110 % none; forecast > 100 %: sim-b 100.7 %", and lines of what else
 * there is: hidden by coefficients, mined while stopped, silent mines, mines that cannot be judged. */
void capacity_lines(const struct capacity_page *page, struct page *out);
/* The last of these lines: what was entered for longer than a calendar month, and so is in the judgement of none. */
void capacity_months_line(const struct capacity_page *page, struct page *out);
/* The same for programs: the fact "over_capacity", a list of what is crossed, and "not_judged", a list of mines. */
void capacity_facts(const struct capacity_page *page, struct table *table);

/* "Criteria for ... (MEM Order No. 4) 4(1); gov.cn ..."; a heuristic says that it is one. */
void capacity_rule_say(const struct capacity_limit *limit, enum language language, struct text *out);
/* "amber", "RED". */
const char *capacity_level_say(enum journal_level level, enum language language);

#endif
