/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/capacity_page.h"

#include <stdlib.h>

#include "collector/amount.h"

static int limits_read(const struct selection *selection, struct capacity_page *page)
{
    struct faults *faults = faults_new();
    if (!faults)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    page->limits = capacity_limits_open(&selection->settings.county, faults);
    if (!page->limits)
        command_faults_print(selection->command, faults);
    faults_free(faults);
    return page->limits ? COMMAND_GOOD
                        : command_fail(selection->command, COMMAND_USAGE, "the limits of capacity have faults");
}

int capacity_page_read(const struct selection *selection, struct report *report, const struct county *county,
                       civil_day day, struct capacity_page *page)
{
    *page = (struct capacity_page){.selection = selection};
    const int status = limits_read(selection, page);
    if (status != COMMAND_GOOD)
        return status;
    page->reader = (struct capacity_reader){.report = report, .county = county, .limits = page->limits, .day = day};
    if (!capacity_mines_read(&page->reader, &page->mines) ||
        !capacity_survey(&page->reader, &page->mines, &page->findings))
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return selection_judge(selection);
}

void capacity_page_free(struct capacity_page *page)
{
    free(page->mines.at);
    free(page->findings.at);
    capacity_limits_free(page->limits);
}

bool capacity_page_counts(const struct capacity_page *page, const struct capacity_mine *mine)
{
    const struct selection *selection = page->selection;
    if (mine->mine != CONFIG_NONE)
        return selection_counts(selection, mine->mine);
    return mine->simulated == selection->side_simulated && !command_given(selection->command, "mine");
}

const char *capacity_page_title(const struct capacity_page *page, const struct capacity_mine *mine)
{
    const enum language language = page->selection->language;
    if (mine->mine != CONFIG_NONE)
        return mine_title(&page->selection->roster->mine[mine->mine], language);
    return language == LANGUAGE_ZH ? mine->county->title_zh : mine->name;
}

const char *capacity_level_say(enum journal_level level, enum language language)
{
    return say(language, level == JOURNAL_RED ? "RED" : "AMBER");
}

void capacity_rule_say(const struct capacity_limit *limit, enum language language, struct text *out)
{
    text_add(out, language == LANGUAGE_ZH ? limit->edition_zh : limit->edition_en);
    if (*limit->article)
        text_format(out, " %s", limit->article);
    text_add(out, limit->heuristic ? say(language, " (a hint: no rule says so)") : "");
    text_format(out, "%s%s", say(language, "; "), limit->source);
}

/* --- lines --- */

enum { NAMES_MAX = 6 }; /* of one kind; `capacity` has them all */

/* The findings of one kind, on one line. */
struct naming {
    const struct capacity_page *page;
    struct text *line;
    enum capacity_measure measure;
    bool hidden;
    const struct capacity_limit *limit; /* only of its level; NULL: of any */
    const char *none;                   /* what is said where there is none */
};

static bool named(const struct naming *naming, const struct capacity_finding *finding)
{
    return finding->measure == naming->measure && finding->hidden == naming->hidden &&
           (!naming->limit || finding->limit->level == naming->limit->level) &&
           capacity_page_counts(naming->page, finding->mine);
}

/* "10.8 %", "10.8 % (2026-10)" of a period that is over. */
static void share_add(const struct naming *naming, const struct capacity_finding *finding)
{
    const struct capacity_reader *reader = &naming->page->reader;
    char share[CAPACITY_SHARE_BYTES], text[PERIOD_TEXT_BYTES];
    capacity_share_show(finding->amount, finding->figures.course.capacity, 1, finding->limit, share);
    text_format(naming->line, " %s", share);
    const struct period_name period = {finding->measure == CAPACITY_MONTH ? PERIOD_KIND_MONTH : PERIOD_KIND_YEAR,
                                       finding->days, -1};
    period_format(&period, text);
    if (reader->day >= finding->days.to && finding->measure != CAPACITY_DAY)
        text_format(naming->line, " (%s)", text);
    else if (finding->reaches) {
        char date[DATE_TEXT_BYTES];
        civil_format(finding->reach, date);
        text_format(naming->line, say(naming->page->selection->language, " (limit on %s)"), date + 5);
    }
}

static void day_add(const struct naming *naming, civil_day day)
{
    char date[DATE_TEXT_BYTES];
    civil_format(day, date);
    text_format(naming->line, " %s", date);
}

static void amount_add_to(const struct naming *naming, const struct capacity_finding *finding)
{
    char amount[AMOUNT_TEXT_MAX];
    amount_show(finding->amount, (struct amount_style){3, 0}, amount);
    text_format(naming->line, " %s %s", amount, finding->limit->quantity->unit);
}

static void since_add(const struct naming *naming, const struct capacity_finding *finding)
{
    char at[INSTANT_TEXT_BYTES];
    instant_format(finding->mine->to_ms, at);
    if (finding->mine->to_ms)
        text_format(naming->line, say(naming->page->selection->language, " (since %.11s)"), at + 5);
}

static void one_add(const struct naming *naming, const struct capacity_finding *finding)
{
    text_add(naming->line, capacity_page_title(naming->page, finding->mine));
    if (finding->measure <= CAPACITY_FORECAST) {
        share_add(naming, finding);
    } else if (finding->measure == CAPACITY_DAY) {
        day_add(naming, finding->days.from);
        share_add(naming, finding);
    } else if (finding->measure == CAPACITY_STOPPED) {
        amount_add_to(naming, finding);
    } else {
        since_add(naming, finding);
    }
}

/* " sim-a 10.8 %, sim-b 10.1 % and 3 more", or `none`. */
static void names_add(const struct naming *naming, const char *before)
{
    const enum language language = naming->page->selection->language;
    const struct capacity_finding *finding = naming->page->findings.at;
    size_t count = 0;
    for (size_t i = 0; i < naming->page->findings.count; i++) {
        if (!named(naming, &finding[i]) || ++count > NAMES_MAX)
            continue;
        text_add(naming->line, count > 1 ? say(language, ", ") : before);
        one_add(naming, &finding[i]);
    }
    if (count > NAMES_MAX)
        text_format(naming->line, say(language, " and %zu more"), count - NAMES_MAX);
    if (count == 0 && naming->none)
        text_add(naming->line, naming->none);
}

/* The least grave limit of a measure that is in force. */
static const struct capacity_limit *least(const struct capacity_page *page, enum capacity_measure measure)
{
    const struct capacity_limit *found = NULL;
    for (size_t i = 0; i < page->limits->count; i++) {
        const struct capacity_limit *limit = &page->limits->limit[i];
        if (limit->measure == measure && page->reader.day >= limit->from && page->reader.day < limit->to &&
            (!found || limit->level < found->level))
            found = limit;
    }
    return found;
}

/* "month > 10 %: sim-a 10.8 %, > 9 %: sim-c 9.4 %"; forecasts are named from the least limit on. */
static void measure_add(const struct capacity_page *page, enum capacity_measure measure, struct text *line)
{
    static const char *const titles[] = {N_OF("capacity", "month"), N_OF("capacity", "year"),
                                         N_OF("capacity", "forecast")};
    const enum language language = page->selection->language;
    const bool forecast = measure == CAPACITY_FORECAST;
    const struct capacity_limit *low = least(page, measure);
    const struct capacity_limit *high =
        forecast ? low : capacity_limit_gravest(page->limits, measure, page->reader.day);
    char shown[CAPACITY_SHARE_BYTES];
    if (!high)
        return;
    capacity_limit_show(high, shown);
    text_format(line, "%s%s %s", measure == CAPACITY_MONTH ? "" : say(language, "; "), say(language, titles[measure]),
                shown);
    struct naming naming = {page, line, measure, false, forecast ? NULL : high, say(language, " none")};
    names_add(&naming, say(language, ": "));
    if (low == high)
        return;
    char before[CAPACITY_SHARE_BYTES + 16];
    capacity_limit_show(low, shown);
    snprintf(before, sizeof before, "%s%s%s", say(language, ", "), shown, say(language, ": "));
    naming.limit = low;
    naming.none = NULL;
    names_add(&naming, before);
}

static void line_end(struct text *line, struct page *out)
{
    if (line->at && *line->at)
        page_line(out, line->at);
    out->out.failed |= line->failed;
    text_free(line);
    *line = (struct text){0};
}

bool capacity_page_unjudged(const struct capacity_page *page, const struct capacity_mine *mine)
{
    const struct county_fact *state = mine->county ? county_fact(mine->county, FACT_STATE, page->reader.day) : NULL;
    int64_t kg;
    return (!state || state->value == MINE_PRODUCING) &&
           (!mine->county || !county_capacity(mine->county, page->reader.day, &kg));
}

static void unknown_line(const struct capacity_page *page, struct page *out)
{
    const enum language language = page->selection->language;
    const struct capacity_mine *mine = page->mines.at;
    struct text line = {0};
    for (size_t i = 0; i < page->mines.count; i++)
        if (capacity_page_counts(page, &mine[i]) && capacity_page_unjudged(page, &mine[i])) {
            text_add(&line,
                     line.length ? say(language, ", ") : say(language, "not judged, their capacity is not known: "));
            text_add(&line, capacity_page_title(page, &mine[i]));
        }
    line_end(&line, out);
}

static void kind_line(const struct capacity_page *page, enum capacity_measure measure, bool hidden, const char *title,
                      struct page *out)
{
    struct text line = {0};
    const struct naming naming = {page, &line, measure, hidden, NULL, NULL};
    names_add(&naming, say(page->selection->language, title));
    line_end(&line, out);
}

void capacity_lines(const struct capacity_page *page, struct page *out)
{
    static const struct {
        enum capacity_measure measure;
        bool hidden;
        const char *title;
    } kinds[] = {
        {CAPACITY_MONTH, true, N_("month over capacity but for a lowered coefficient: ")},
        {CAPACITY_YEAR, true, N_("year over capacity but for a lowered coefficient: ")},
        {CAPACITY_DAY, false, N_("a day far over its share of the capacity: ")},
        {CAPACITY_STOPPED, false, N_("mined while stopped: ")},
        {CAPACITY_NO_DATA, false, N_("no data of its meters: ")},
        {CAPACITY_NO_ENTRY, false, N_("no output entered: ")},
    };
    struct text line = {0};
    text_add(&line, say(page->selection->language, "over capacity: "));
    for (enum capacity_measure measure = CAPACITY_MONTH; measure <= CAPACITY_FORECAST; measure++)
        measure_add(page, measure, &line);
    line_end(&line, out);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        kind_line(page, kinds[i].measure, kinds[i].hidden, kinds[i].title, out);
    unknown_line(page, out);
    capacity_months_line(page, out);
}
