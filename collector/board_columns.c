/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_parts.h"

void board_columns(struct boarding *boarding)
{
    static const struct page_column names[] = {
        {"id", "", COLUMN_TEXT, COLUMN_DATA},
        {"indicator", N_("indicator"), COLUMN_TEXT, COLUMN_BOTH},
        {"unit", N_("unit"), COLUMN_TEXT, COLUMN_BOTH},
        {"done", N_("done"), COLUMN_NUMBER, COLUMN_BOTH},
    };
    static const struct page_column supposed[] = {
        {"supposed", N_("supposed"), COLUMN_NUMBER, COLUMN_BOTH},
        {"change", N_("change"), COLUMN_NUMBER, COLUMN_BOTH},
    };
    static const struct page_column target[] = {
        {"target", N_("target"), COLUMN_NUMBER, COLUMN_BOTH},
        {"of_target_percent", N_("of it"), COLUMN_NUMBER, COLUMN_BOTH},
    };
    static const struct page_column course[] = {
        {"of_time_percent", N_("time"), COLUMN_NUMBER, COLUMN_BOTH},
        {"pace", N_("pace"), COLUMN_NUMBER, COLUMN_BOTH},
        {"needed_per_day", N_OF("board", "per day"), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast", N_OF("board", "forecast"), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast_band", "", COLUMN_NUMBER, COLUMN_DATA},
    };
    static const struct page_column data[] = {
        {"source", N_("source"), COLUMN_TEXT, COLUMN_BOTH}, {"numerator", "", COLUMN_NUMBER, COLUMN_DATA},
        {"denominator", "", COLUMN_NUMBER, COLUMN_DATA},    {"by_output_percent", "", COLUMN_NUMBER, COLUMN_DATA},
        {"mines", "", COLUMN_NUMBER, COLUMN_DATA},          {"mines_complete", "", COLUMN_NUMBER, COLUMN_DATA},
        {"complete_to", "", COLUMN_TEXT, COLUMN_DATA},      {"late", "", COLUMN_TEXT, COLUMN_DATA},
        {"stated", "", COLUMN_NUMBER, COLUMN_DATA},         {"stated_of", "", COLUMN_TEXT, COLUMN_DATA},
        {"document", "", COLUMN_TEXT, COLUMN_DATA},         {"target_is_floor", "", COLUMN_SWITCH, COLUMN_DATA},
        {"headline", "", COLUMN_NUMBER, COLUMN_DATA},       {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    const enum language language = boarding->selection.language;
    page_columns(boarding->table, names, sizeof names / sizeof *names, language);
    if (boarding->supposed)
        page_columns(boarding->table, supposed, sizeof supposed / sizeof *supposed, language);
    page_columns(boarding->table, target, sizeof target / sizeof *target, language);
    if (!boarding->supposed)
        page_columns(boarding->table, course, sizeof course / sizeof *course, language);
    page_columns(boarding->table, data, sizeof data / sizeof *data, language);
    if (boarding->selection.format == TABLE_PAGE)
        table_fold(boarding->table, PAGE_COLUMNS);
}
