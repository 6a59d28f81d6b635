/* SPDX-License-Identifier: Apache-2.0 */
/* A stock-take that is booked: its stock opens the next one, its gain or loss is an
 * adjustment of its month. */

#include "collector/adjusting.h"
#include "collector/amount.h"
#include "collector/items.h"
#include "collector/stock_book.h"

static bool at_read(struct act_context *context, const struct act *act, civil_day *at)
{
    const char *text = act_value(act, "at");
    if (!text || !civil_parse(text, at))
        return act_refuse(context, "--at %.60s: expected the production day at whose end the stock was taken",
                          text ? text : "");
    if (*at > civil_of_instant(context->now_ms))
        return act_refuse(context, "--at: it has not begun yet");
    return true;
}

static void stock_write(struct act_context *context, const struct stock_book *book)
{
    const int64_t mine = context->roster->mine[book->mine].id, key[] = {book->at, mine};
    const int64_t version = 1 + db_value(context->db,
                                         "SELECT max(version) FROM entry WHERE from_day = ? AND mine = ?"
                                         " AND item = 'stock'",
                                         2, key);
    const int64_t values[] = {mine,    PERIOD_KIND_DAY,     book->at,     book->at + 1,
                              version, book->stock.closing, context->act, act_rev(context)};
    db_value(context->db,
             "INSERT INTO entry(mine, item, kind, from_day, to_day, version, value, unit, source, act, rev)"
             " VALUES(?, 'stock', ?, ?, ?, ?, ?, 't', 'stocktake', ?, ?)",
             8, values);
}

static void gain_write(struct act_context *context, const struct stock_book *book)
{
    struct adjusting adjusting = {
        .quantity = quantity_find("raw_coal"), .period = book->month, .amount = book->balance.gain};
    char at[DATE_TEXT_BYTES];
    civil_format(book->at, at);
    snprintf(adjusting.reason, sizeof adjusting.reason, say(context->language, "stock-take %s"), at);
    if (adjusting.amount != 0)
        adjustment_write(context, book->mine, &adjusting);
}

static void answer_end(struct act_context *context, const struct stock_book *book)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    civil_format(book->month.days.from, from);
    civil_format(book->month.days.to - 1, to);
    text_format(&context->answer, say(context->language, "booked as an adjustment of the month %s to %s"), from, to);
}

static bool book(struct act_context *context, struct report *report, size_t mine, civil_day at, int64_t closing)
{
    struct stock_book book;
    text_clear(&context->answer);
    if (!stock_reckon(report, mine, at, closing, context->language, &book, &context->answer))
        return false;
    stock_show(report, &book, context->language, &context->answer);
    stock_write(context, &book);
    gain_write(context, &book);
    answer_end(context, &book);
    return true;
}

bool act_stocktake(struct act_context *context, const struct act *act)
{
    const char *text = act_value(act, "closing");
    civil_day at;
    int64_t closing;
    char why[200];
    const int mine = act_mine(context, act, "mine");
    if (mine < 0 || !at_read(context, act, &at))
        return false;
    if (!item_amount(text ? text : "", "t", &closing, context->language, why, sizeof why))
        return act_refuse(context, "--closing %s", why);
    struct report *report = report_new(context->db, context->roster, context->now_ms, context->now_ms, context->now_ms);
    const bool done = report && book(context, report, (size_t)mine, at, closing);
    report_free(report);
    return done;
}
