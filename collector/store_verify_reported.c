/* SPDX-License-Identifier: Apache-2.0 */
/* Tables coefficient and adjustment, and the stock of stock-takes, made again from the
 * arguments of their acts. What a stock-take gained follows from what was entered by then,
 * and stands in its act's row of the journal. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/adjusting.h"
#include "collector/coefficient.h"
#include "collector/items.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

/* The columns of all three queries begin with the act, its arguments, and whether its row is there. */
enum { ACT, ARGUMENTS, ROW, FIELDS };

struct table {
    const char *name, *sql;
    bool (*same)(const struct verify *verify, const struct db_query *query, const struct act *act);
};

static bool mine_is(const struct verify *verify, const struct act *act, int64_t id)
{
    const char *name = act_value(act, "mine");
    const int mine = name ? roster_mine(verify->roster, name) : -1;
    return mine >= 0 && verify->roster->mine[mine].id == id;
}

static bool same_coefficient(const struct verify *verify, const struct db_query *query, const struct act *act)
{
    const char *meter = act_value(act, "meter"), *text = act_value(act, "factor"), *from = act_value(act, "from");
    struct decimal factor;
    civil_day day;
    if (!meter || !text || !from || !coefficient_parse(text, &factor) || !civil_parse(from, &day))
        return false;
    const int index = roster_meter(verify->roster, travel_number(db_int(query, FIELDS)), meter);
    return index >= 0 && verify->roster->meter[index].id == db_int(query, FIELDS) && day == db_int(query, FIELDS + 1) &&
           factor.digits == db_int(query, FIELDS + 2) && factor.places == db_int(query, FIELDS + 3);
}

static bool same_adjustment(const struct verify *verify, const struct db_query *query, const struct act *act)
{
    struct adjusting adjusting;
    char why[400];
    if (!adjusting_read(act, &adjusting, LANGUAGE_EN, why, sizeof(why)))
        return false;
    const int64_t made[] = {(int64_t)adjusting.period.kind, adjusting.period.days.from, adjusting.period.days.to,
                            adjusting.period.shift, adjusting.amount};
    for (int i = 0; i < (int)(sizeof(made) / sizeof(*made)); i++)
        if (db_int(query, FIELDS + 1 + i) != made[i])
            return false;
    return mine_is(verify, act, db_int(query, FIELDS)) &&
           strcmp(db_text(query, FIELDS + 6), adjusting.quantity->name) == 0 &&
           strcmp(db_text(query, FIELDS + 7), adjusting.reason) == 0;
}

static bool same_stock(const struct verify *verify, const struct db_query *query, const struct act *act)
{
    const char *at = act_value(act, "at"), *closing = act_value(act, "closing");
    civil_day day;
    int64_t value;
    char why[200];
    return at && closing && civil_parse(at, &day) && item_amount(closing, "t", &value, LANGUAGE_EN, why, sizeof(why)) &&
           mine_is(verify, act, db_int(query, FIELDS)) && day == db_int(query, FIELDS + 1) &&
           value == db_int(query, FIELDS + 2) && db_int(query, FIELDS + 3) == db_int(query, FIELDS + 4);
}

static const struct table tables[] = {
    {"coefficient",
     "SELECT act.id, act.arguments, made.act IS NOT NULL, made.meter, made.from_day, made.digits, made.places"
     " FROM act LEFT JOIN coefficient AS made ON made.act = act.id WHERE act.id < " TRAVEL_FOREIGN
     " AND act.verb = 'coefficient' AND act.outcome = 1",
     same_coefficient},
    {"adjustment",
     "SELECT act.id, act.arguments, made.act IS NOT NULL, made.mine, made.kind, made.from_day, made.to_day, made.shift,"
     " made.amount, made.quantity, made.reason FROM act LEFT JOIN adjustment AS made ON made.act = act.id"
     " WHERE act.id < " TRAVEL_FOREIGN " AND act.verb = 'adjust' AND act.outcome = 1",
     same_adjustment},
    {"entry",
     "SELECT act.id, act.arguments, made.act IS NOT NULL, made.mine, made.from_day, made.value, journal.amount,"
     " ifnull(adjustment.amount, 0) FROM act LEFT JOIN entry AS made ON made.act = act.id AND made.item = 'stock'"
     " LEFT JOIN adjustment ON adjustment.act = act.id AND adjustment.mine = made.mine"
     " AND adjustment.quantity = 'raw_coal' LEFT JOIN journal ON journal.id = act.journal"
     " WHERE act.id < " TRAVEL_FOREIGN " AND act.verb = 'stocktake' AND act.outcome = 1",
     same_stock},
};

static void verify_table(struct verify *verify, const struct table *table)
{
    struct db_query *query = db_query(verify->db, table->sql);
    bool holds = true;
    while (holds && db_next(query)) {
        struct act act;
        char why[400], look[96];
        const bool read = act_parse_arguments(db_text(query, ARGUMENTS), &act, why, sizeof(why));
        holds = db_int(query, ROW) && read && table->same(verify, query, &act);
        act_free(&act);
        snprintf(look, sizeof(look), "SELECT * FROM %s WHERE act = %" PRId64, table->name,
                 verify_id(verify, db_int(query, ACT)));
        if (!holds)
            verify_find(verify, NULL, CHECK_ACT, look, "%s of act %" PRId64 ": %s", table->name, db_int(query, ACT),
                        db_int(query, ROW) ? say_own("the row is not what the act says")
                                           : say_own("the act was done, but its row is missing"));
    }
    db_done(query);
}

void verify_reported(struct verify *verify)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        verify_table(verify, &tables[i]);
}
