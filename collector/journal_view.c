/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/journal_view.h"

#include <inttypes.h>
#include <string.h>

#include "collector/alarm.h"
#include "collector/page.h"
#include "collector/quantity.h"
#include "collector/travel.h"

struct table *journal_table(const struct selection *selection)
{
    static const char *const numbers[] = {"count", "before", "after", "amount", "low", "high"};
    const enum language language = selection->language;
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "id", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "at", word(WORD_WHEN, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "level", "", COLUMN_TEXT, COLUMN_DATA);
    if (selection->roster->sites)
        table_column(table, "site", word(WORD_SITE, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "meter", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "subject", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "about", word(WORD_ABOUT, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "kind", word(WORD_KIND, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "from", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "to", "", COLUMN_TEXT, COLUMN_DATA);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        table_column(table, numbers[i], "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "unit", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "open", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "text", word(WORD_TEXT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "site", "", COLUMN_TEXT, COLUMN_DATA);
    table_fold(table, PAGE_COLUMNS);
    return table;
}

/* The columns of JOURNAL_VIEW_COLUMNS, by their places. */
enum {
    ID,
    AT,
    KIND,
    LEVEL,
    MINE,
    METER,
    SUBJECT,
    BUCKET,
    COUNT,
    FROM,
    TO,
    BEFORE,
    AFTER,
    AMOUNT,
    BOUNDED,
    LOW,
    HIGH,
    OPEN,
    TEXT
};

static void amount_cell(struct table *table, int64_t amount, bool known)
{
    char text[AMOUNT_TEXT_MAX];
    amount_plain(amount, text);
    table_cell(table, NULL, known ? text : NULL);
}

/* What is said of a row, each after what stands between two of its sayings. */
static void said(struct text *out, enum language language)
{
    text_add(out, out->length ? say(language, "; ") : "");
}

/* "4000 -> 12", or "12" where both are the same. */
static void readings_add(const struct db_query *query, enum language language, struct text *out)
{
    const int64_t before = db_int(query, BEFORE), after = db_int(query, AFTER);
    if (db_int(query, METER) == 0 || (before == 0 && after == 0))
        return;
    said(out, language);
    if (before != after)
        text_format(out, "%" PRId64 " -> ", before);
    text_format(out, "%" PRId64, after);
}

/* Kinds whose text has the form of alarm_text.h. */
static bool kind_has_sentence(const char *kind)
{
    static const char *const kinds[] = {"alarm", "alarm-cleared", "differs", "rate-differs"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

/* An alarm in the user's words, with value and limit; all else as it stands. */
static void said_add(const struct db_query *query, enum language language, struct text *out)
{
    struct alarm alarm = {0};
    if (!kind_has_sentence(db_text(query, KIND)) || !alarm_read(db_text(query, TEXT), &alarm)) {
        text_add(out, db_text(query, TEXT));
        return;
    }
    alarm_say(out, alarm.reason, alarm.arguments, language);
    if (*alarm.value)
        text_format(out, "  %s%s%s", alarm.value, *alarm.limit ? " / " : "", alarm.limit);
}

/* "4000 -> 12; +412.000 t; truly 0.000 to 412.000 t; 3 times; OPEN WORK; text" */
static void text_compose(const struct db_query *query, const char *unit, enum language language, struct text *out)
{
    char amount[AMOUNT_TEXT_MAX], low[AMOUNT_TEXT_MAX], high[AMOUNT_TEXT_MAX];
    readings_add(query, language, out);
    if (db_int(query, AMOUNT)) {
        amount_exact(db_int(query, AMOUNT), amount);
        said(out, language);
        text_format(out, "%s%s %s", db_int(query, AMOUNT) > 0 ? "+" : "", amount, unit);
    }
    if (db_int(query, BOUNDED)) {
        amount_exact(db_int(query, LOW), low);
        amount_exact(db_int(query, HIGH), high);
        said(out, language);
        text_format(out, say(language, "truly %s to %s %s"), low, high, unit);
    }
    if (db_int(query, COUNT) > 1) {
        said(out, language);
        text_format(out, say(language, "%" PRId64 " times"), db_int(query, COUNT));
    }
    if (db_int(query, OPEN)) {
        said(out, language);
        text_add(out, word(WORD_OPEN_WORK, language));
    }
    if (*db_text(query, TEXT)) {
        said(out, language);
        said_add(query, language, out);
    }
}

static void data_cells(struct table *table, const struct db_query *query, const char *unit)
{
    const bool bounded = db_int(query, BOUNDED) != 0;
    page_instant_whole(table, db_int(query, FROM));
    page_instant_whole(table, db_int(query, TO));
    table_integer(table, db_int(query, COUNT));
    table_integer(table, db_int(query, BEFORE));
    table_integer(table, db_int(query, AFTER));
    amount_cell(table, db_int(query, AMOUNT), true);
    amount_cell(table, db_int(query, LOW), bounded);
    amount_cell(table, db_int(query, HIGH), bounded);
    table_text(table, unit);
    table_switch(table, db_int(query, OPEN) != 0);
}

bool journal_row(const struct selection *selection, struct table *table, const struct db_query *query)
{
    const struct roster *roster = selection->roster;
    const int mine = roster_mine_id(roster, db_int(query, MINE)), meter = roster_meter_id(roster, db_int(query, METER));
    const int64_t level = db_int(query, LEVEL);
    const struct quantity *quantity = meter < 0 ? quantity_find(db_text(query, SUBJECT)) : NULL;
    const char *unit = meter >= 0 ? roster->meter[meter].unit : quantity ? quantity->unit : "";
    struct text composed = {0};
    char site[SITE_TEXT_BYTES];
    roster_site_name(roster, travel_number(db_int(query, ID)), site);
    text_compose(query, unit, selection->language, &composed);
    table_row(table);
    table_mark(table, level >= JOURNAL_RED ? MARK_RED : level == JOURNAL_AMBER ? MARK_AMBER : MARK_NONE);
    table_integer(table, travel_local(db_int(query, ID)));
    page_instant_whole(table, db_int(query, AT));
    table_text(table,
               level >= JOURNAL_INFO && level <= JOURNAL_RED ? alarm_level_name((enum journal_level)level) : "?");
    if (roster->sites)
        table_text(table, site);
    table_text(table, mine >= 0 ? roster->mine[mine].name : "");
    table_text(table, meter >= 0 ? roster->meter[meter].name : "");
    table_text(table, db_text(query, SUBJECT));
    table_text(table, meter >= 0 ? roster->meter[meter].name
                      : quantity ? quantity_title(quantity->name, selection->language)
                                 : db_text(query, SUBJECT));
    table_cell(table, kind_title(db_text(query, KIND), selection->language), db_text(query, KIND));
    data_cells(table, query, unit);
    table_cell(table, composed.at ? composed.at : "", db_text(query, TEXT));
    table_switch(table, mine >= 0 && roster->mine[mine].simulated);
    table_text(table, site);
    const bool good = !composed.failed;
    text_free(&composed);
    return good;
}
