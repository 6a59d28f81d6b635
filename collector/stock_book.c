/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/stock_book.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"

enum { SPAN_DAYS_MAX = 366, NAMES_MAX = 3 };

/* A term of the balance, and what it is the sum of: quantities of meters, and items by hand. */
struct term {
    const char *title;
    const char *names[NAMES_MAX + 1];
};

static const struct term shipped_term = {N_("shipped"), {"shipped", "shipped_rail", "shipped_road", NULL}};
static const struct term own_use_term = {N_("own use"), {"own_use", NULL}};
static const struct term loss_term = {N_("loss"), {"loss", NULL}};

/* --- what is known --- */

enum { WHOLE = (1 << SHIFTS_MAX) - 1 };

/* Of each day of a span the shifts of which something is known, as bits. */
struct known {
    struct period span;
    unsigned shifts[SPAN_DAYS_MAX + 1];
};

static void known_add(struct known *known, struct period days, unsigned shifts)
{
    for (civil_day day = days.from; day < days.to; day++)
        if (day >= known->span.from && day < known->span.to)
            known->shifts[day - known->span.from] |= shifts;
}

/* Days that meters count, or of which somebody said something; `some`: more than that there was nothing. */
static void name_know(struct report *report, size_t mine, const char *name, bool some, struct known *known)
{
    const struct roster *roster = report->roster;
    struct additions_walk walk = {.mine = mine, .quantity = name, .days = known->span, .shift = -1};
    for (size_t i = 0; i < roster->meters; i++) {
        const struct report_first first = report_first(report, i);
        const civil_day to = known->span.to;
        if (roster->meter[i].mine == mine && meter_reports(&roster->meter[i], name) && first.at_ms)
            known_add(known, (struct period){calendar_place(roster->meter[i].calendar, first.at_ms).day, to}, WHOLE);
    }
    for (const struct addition *addition; (addition = report_addition_next(report, &walk));)
        if (addition->by_hand && (!some || addition->amount))
            known_add(known, addition->days, addition->shift < 0 ? WHOLE : 1u << addition->shift);
}

static bool day_known(const struct known *known, const struct calendar *calendar, civil_day day)
{
    const unsigned needed = (1u << calendar_rule_of(calendar, day)->shifts) - 1;
    return (known->shifts[day - known->span.from] & needed) == needed;
}

/* What was shipped is entered as a whole or by its ways: both of one day would count twice. */
static bool shipped_once(struct report *report, const struct stock_book *book, struct period span,
                         enum language language, struct text *text)
{
    struct known whole = {.span = span}, ways = {.span = span};
    char day[DATE_TEXT_BYTES];
    name_know(report, book->mine, "shipped", true, &whole);
    name_know(report, book->mine, "shipped_rail", true, &ways);
    name_know(report, book->mine, "shipped_road", true, &ways);
    for (civil_day at = span.from; at < span.to; at++)
        if (whole.shifts[at - span.from] && ways.shifts[at - span.from]) {
            civil_format(at, day);
            text_format(text,
                        say(language, "%s is known twice: as shipped, and as shipped_rail or shipped_road; "
                                      "enter 0 for one of them\n"),
                        day);
            return false;
        }
    return true;
}

/* --- what is missing --- */

static void missing_add(const struct report *report, const struct stock_book *book, const struct term *term,
                        struct period days, enum language language, struct text *text)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    civil_format(days.from, from);
    civil_format(days.to - 1, to);
    text_format(text,
                say(language, "%s is not known for %s to %s: coaltally enter --mine %s --item %s --period ... "
                              "--value ... (0 where there was none)\n"),
                say(language, term->title), from, to, report->roster->mine[book->mine].name, term->names[0]);
}

/* Each stretch of days of which too little is known; false when there is one. */
static bool term_whole(struct report *report, const struct stock_book *book, const struct term *term,
                       struct period span, enum language language, struct text *text)
{
    const struct calendar *calendar = roster_calendar(report->roster, book->mine, "raw_coal");
    struct known known = {.span = span};
    bool whole = true;
    civil_day from = span.from;
    for (const char *const *name = term->names; *name; name++)
        name_know(report, book->mine, *name, false, &known);
    for (civil_day day = span.from; day <= span.to; day++) {
        if (day < span.to && !day_known(&known, calendar, day))
            continue;
        if (from < day)
            missing_add(report, book, term, (struct period){from, day}, language, text);
        whole &= from >= day;
        from = day + 1;
    }
    return whole;
}

/* --- terms --- */

static struct figure term_figure(struct report *report, size_t mine, const struct term *term, struct period span)
{
    struct figure figure = {0};
    for (const char *const *name = term->names; *name; name++)
        report_mine_sum(report, mine, *name, span, &figure);
    return figure;
}

/* The latest stock before this one; false: there is none. */
static bool opening_read(struct report *report, struct stock_book *book)
{
    /* Beside max() SQLite gives the columns of the row that has it: of a day the newest version. */
    struct db_query *query =
        db_query(report->db, "SELECT from_day, value, act, max(version) FROM entry WHERE mine = ? AND item = 'stock'"
                             " AND from_day < ? GROUP BY from_day HAVING value IS NOT NULL"
                             " ORDER BY from_day DESC LIMIT 1");
    db_bind_int(query, report->roster->mine[book->mine].id);
    db_bind_int(query, book->at);
    const bool found = db_next(query);
    if (found) {
        book->opened = (civil_day)db_int(query, 0);
        book->stock.opening = db_int(query, 1);
        book->opening_act = db_int(query, 2);
    }
    db_done(query);
    return found;
}

/* What stock-takes within the span booked into periods that reach beyond it: else a gain that
 * was found there would be found again. */
static int64_t booked_beyond(struct report *report, const struct stock_book *book, struct period span)
{
    const int64_t values[] = {report->roster->mine[book->mine].id, span.from, span.to, span.from, span.to};
    return db_value(report->db,
                    "SELECT sum(adjustment.amount) FROM adjustment JOIN entry ON entry.act = adjustment.act"
                    " AND entry.item = 'stock' WHERE adjustment.mine = ? AND adjustment.quantity = 'raw_coal'"
                    " AND entry.from_day >= ? AND entry.from_day < ?"
                    " AND (adjustment.from_day < ? OR adjustment.to_day > ?)",
                    5, values);
}

static struct period_name month_holding(const struct roster_mine *mine, civil_day at)
{
    const civil_month month = month_of(at);
    const struct period own = month_days_to(month, mine->month_cutoff);
    if (!mine->month_cutoff)
        return (struct period_name){PERIOD_KIND_MONTH, month_days(month), -1};
    return (struct period_name){PERIOD_KIND_SPAN, at < own.to ? own : month_days_to(month + 1, mine->month_cutoff), -1};
}

/* --- the whole --- */

static bool span_judge(struct report *report, struct stock_book *book, enum language language, struct text *text)
{
    char at[DATE_TEXT_BYTES], opened[DATE_TEXT_BYTES];
    civil_format(book->at, at);
    if (!opening_read(report, book)) {
        text_format(text,
                    say(language, "no stock is known before %s: coaltally enter --mine %s --item stock "
                                  "--period DAY --value ...\n"),
                    at, report->roster->mine[book->mine].name);
        return false;
    }
    civil_format(book->opened, opened);
    if (book->at - book->opened > SPAN_DAYS_MAX)
        text_format(text, say(language, "the last stock is of %s, more than a year before %s: enter a later one\n"),
                    opened, at);
    return book->at - book->opened <= SPAN_DAYS_MAX;
}

bool stock_reckon(struct report *report, size_t mine, civil_day at, int64_t closing, enum language language,
                  struct stock_book *book, struct text *text)
{
    *book = (struct stock_book){.mine = mine, .at = at, .stock = {.closing = closing}};
    if (!span_judge(report, book, language, text))
        return false;
    const struct period span = {book->opened + 1, at + 1};
    const bool shipped = term_whole(report, book, &shipped_term, span, language, text) &&
                         shipped_once(report, book, span, language, text);
    const bool own_use = term_whole(report, book, &own_use_term, span, language, text);
    const bool loss = term_whole(report, book, &loss_term, span, language, text);
    if (!shipped || !own_use || !loss)
        return false;
    struct figure booked = {0};
    report_mine_sum(report, mine, "raw_coal", span, &booked);
    book->shipped = term_figure(report, mine, &shipped_term, span);
    book->own_use = term_figure(report, mine, &own_use_term, span);
    book->stock.shipped = book->shipped.reported;
    book->stock.own_use = book->own_use.reported;
    book->stock.loss = term_figure(report, mine, &loss_term, span).reported;
    book->stock.booked = amount_add(booked.reported, booked_beyond(report, book, span));
    book->month = month_holding(&report->roster->mine[mine], at);
    if (stocktake_reckon(&book->stock, &book->balance))
        return true;
    text_add(text, say(language, "these amounts are beyond all numbers\n"));
    return false;
}

static void line_add(struct text *text, const char *title, int64_t amount, const char *after)
{
    char shown[AMOUNT_TEXT_MAX];
    amount_exact(amount, shown);
    text_format(text, "  %s %s t%s\n", title, shown, after);
}

static void by_add(struct text *text, const char *title, const struct figure *figure, enum language language)
{
    char metered[AMOUNT_TEXT_MAX], by_hand[AMOUNT_TEXT_MAX], after[160];
    amount_exact(amount_less(figure->reported, figure->by_hand), metered);
    amount_exact(figure->by_hand, by_hand);
    snprintf(after, sizeof after, say(language, " (by meters %s, by hand %s)"), metered, by_hand);
    line_add(text, title, figure->reported, after);
}

static void gain_add(struct text *text, const struct stocktake_balance *balance, enum language language)
{
    const int64_t size = balance->share < 0 ? -balance->share : balance->share;
    char share[48] = "";
    if (balance->has_share)
        snprintf(share, sizeof share, ", %s%" PRId64 ".%02d %%", balance->share < 0 ? "-" : "", size / 100,
                 (int)(size % 100));
    line_add(text, say(language, balance->gain < 0 ? N_("LOSS") : N_("GAIN")), balance->gain, share);
}

void stock_show(const struct report *report, const struct stock_book *book, enum language language, struct text *text)
{
    const struct roster_mine *mine = &report->roster->mine[book->mine];
    char at[DATE_TEXT_BYTES], opened[DATE_TEXT_BYTES], from[64];
    civil_format(book->at, at);
    civil_format(book->opened, opened);
    text_format(text, say(language, "%s: stock at the end of %s, since %s%s%s\n"), mine->name, at, opened,
                mine->simulated ? "   " : "", mine->simulated ? word(WORD_SIMULATED, language) : "");
    by_add(text, say(language, "  shipped"), &book->shipped, language);
    by_add(text, say(language, "+ own use"), &book->own_use, language);
    line_add(text, say(language, "+ loss"), book->stock.loss, "");
    line_add(text, say(language, "+ closing stock"), book->stock.closing, "");
    snprintf(from, sizeof from, say(language, " (act %" PRId64 ")"), book->opening_act);
    line_add(text, say(language, "- opening stock"), book->stock.opening, from);
    line_add(text, say(language, "= production"), book->balance.production, "");
    line_add(text, say(language, "  reported"), book->stock.booked, "");
    gain_add(text, &book->balance, language);
}
