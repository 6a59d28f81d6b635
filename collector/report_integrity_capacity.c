/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a month was over the mine's capacity: judged by capacity_read.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/capacity_read.h"
#include "collector/report_integrity.h"

/* What judges: the county's roster, the limits, the mines as of a day. */
struct judging {
    struct county *county;
    struct capacity_limits *limits;
    struct capacity_reader reader;
    struct list mines;
};

static int judging_open(const struct integrity_page *page, struct judging *judging)
{
    const struct selection *selection = page->selection;
    const civil_day last = page->integrity.month[page->integrity.months - 1].to - 1;
    struct faults *faults = faults_new();
    int status = settings_county(selection->command, &selection->settings, &judging->county);
    if (status == COMMAND_GOOD && faults)
        judging->limits = capacity_limits_open(&selection->settings.county, faults);
    if (status == COMMAND_GOOD && !judging->limits) {
        if (faults)
            faults_print(faults, stderr);
        status = command_fail(selection->command, COMMAND_USAGE, "the limits of capacity have faults");
    }
    faults_free(faults);
    judging->reader = (struct capacity_reader){.report = page->integrity.report,
                                               .county = judging->county,
                                               .limits = judging->limits,
                                               .day = last < selection->today ? last : selection->today};
    if (status == COMMAND_GOOD && !capacity_mines_read(&judging->reader, &judging->mines))
        status = command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return status;
}

static void judging_close(struct judging *judging)
{
    free(judging->mines.at);
    capacity_limits_free(judging->limits);
    county_free(judging->county);
}

static const struct capacity_mine *mine_of(const struct judging *judging, size_t index)
{
    const struct capacity_mine *mine = judging->mines.at;
    for (size_t i = 0; i < judging->mines.count; i++)
        if (mine[i].mine == index)
            return &mine[i];
    return NULL;
}

/* The gravest; what only the year's highest coefficient brings over is less than what is over. */
static void gravest_take(const struct list *findings, struct integrity_judgement *out)
{
    const struct capacity_finding *finding = findings->at;
    for (size_t i = 0; i < findings->count; i++) {
        if (finding[i].hidden)
            out->hidden = true;
        else if (finding[i].limit->level > out->level)
            out->level = finding[i].limit->level;
    }
}

/* Only a whole calendar month is judged. */
static bool row_judge(const struct integrity_page *page, struct judging *judging, const struct integrity_row *row,
                      struct integrity_judgement *out)
{
    const struct period days = page->integrity.month[row->month], month = month_days(month_of(days.from));
    const struct capacity_mine *mine = mine_of(judging, row->mine);
    struct capacity_figures figures;
    struct list findings = {0};
    if (!mine || days.from != month.from || days.to != month.to)
        return true;
    const bool good = capacity_survey_period(&judging->reader, mine, days, &findings);
    gravest_take(&findings, out);
    free(findings.at);
    capacity_figures_read(&judging->reader, mine, days, &figures);
    out->known = figures.course.capacity.days > 0;
    out->hundredths = capacity_share(figures.course.done, figures.course.capacity, 2);
    return good;
}

int integrity_judge(struct integrity_page *page)
{
    const struct integrity_row *row = page->integrity.rows.at;
    struct judging judging = {0};
    if (strcmp(page->integrity.quantity, "raw_coal") != 0)
        return COMMAND_GOOD;
    page->judgement = calloc(page->integrity.rows.count + 1, sizeof *page->judgement);
    int status = judging_open(page, &judging);
    bool good = page->judgement != NULL;
    for (size_t i = 0; status == COMMAND_GOOD && good && i < page->integrity.rows.count; i++) {
        good = row_judge(page, &judging, &row[i], &page->judgement[i]);
        page->judged |= page->judgement[i].known;
    }
    judging_close(&judging);
    if (status == COMMAND_GOOD && !good)
        status = command_fail(page->selection->command, COMMAND_COULD_NOT, "out of memory");
    return status;
}
