/* SPDX-License-Identifier: Apache-2.0 */
/* Tables acknowledgement and incident, held against the arguments of their acts. */
#include <inttypes.h>
#include <stdio.h>

#include "collector/store_verify_parts.h"
#include "collector/travel.h"

/* An argument of the act; null where it was not given. Acts whose arguments are no JSON are found elsewhere. */
#define ARGUMENT(name)             "json_extract(act.arguments, '$." name "')"
#define GIVEN_IS_NOT(name, column) "(" ARGUMENT(name) " IS NOT NULL AND " ARGUMENT(name) " IS NOT incident." column ")"
/* Values are written with up to three decimals and a unit: a cast takes the number. */
#define VALUE_IS_NOT(name, column)                                                                                     \
    "CAST(round(CAST(" ARGUMENT(name) " AS REAL) * 1000) AS INTEGER) IS NOT incident." column
/* Commands write whole instants, in the time zone of the site. */
#define INSTANT_IS_NOT(name, column)                                                                                   \
    "(length(" ARGUMENT(name) ") = 19 AND " ARGUMENT(name) " IS NOT datetime(incident." column                         \
                                                           " / 1000, 'unixepoch', 'localtime'))"

/* clang-format off */
static const struct {
    const char *table, *find;
} checks[] = {
    {"acknowledgement",
     "SELECT act.id FROM act LEFT JOIN acknowledgement AS seen ON seen.act = act.id"
     " WHERE act.id < " TRAVEL_FOREIGN " AND act.verb = 'alarms' AND act.outcome = 1 AND json_valid(act.arguments)"
     " AND (CAST(" ARGUMENT("ack") " AS INTEGER) IS NOT seen.alarm"
     " OR ifnull(" ARGUMENT("note") ", '') IS NOT seen.note) LIMIT 1"},
    {"incident",
     "SELECT act.id FROM act LEFT JOIN incident ON incident.act = act.id"
     " WHERE act.id < " TRAVEL_FOREIGN " AND act.verb = 'fault' AND act.outcome = 1 AND json_valid(act.arguments)"
     " AND (incident.kind IS NOT 'outage' OR " GIVEN_IS_NOT("sign", "sign")
     " OR " GIVEN_IS_NOT("handling", "handling") " OR " GIVEN_IS_NOT("note", "text")
     " OR " GIVEN_IS_NOT("device", "subject") " OR " GIVEN_IS_NOT("meter", "subject")
     " OR (" ARGUMENT("do") " = 'log' AND " ARGUMENT("id") " IS NULL AND " INSTANT_IS_NOT("at", "from_ms") ")"
     " OR (" ARGUMENT("do") " = 'close' AND " INSTANT_IS_NOT("at", "to_ms") ")"
     " OR " INSTANT_IS_NOT("until", "to_ms") ") LIMIT 1"},
    {"incident",
     "SELECT act.id FROM act LEFT JOIN incident ON incident.act = act.id"
     " WHERE act.id < " TRAVEL_FOREIGN " AND act.verb = 'calibration' AND act.outcome = 1 AND json_valid(act.arguments)"
     " AND (" ARGUMENT("kind") " IS NOT incident.kind OR " GIVEN_IS_NOT("note", "text")
     " OR " GIVEN_IS_NOT("device", "subject") " OR " GIVEN_IS_NOT("meter", "subject")
     " OR " VALUE_IS_NOT("before", "before") " OR " VALUE_IS_NOT("after", "after")
     " OR " INSTANT_IS_NOT("at", "from_ms") ") LIMIT 1"},
};
/* clang-format on */

void verify_incidents(struct verify *verify)
{
    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
        struct db_query *query = db_query(verify->db, checks[i].find);
        if (db_next(query)) {
            const int64_t act = db_int(query, 0);
            char look[96];
            snprintf(look, sizeof(look), "SELECT * FROM %s WHERE act = %" PRId64, checks[i].table,
                     verify_id(verify, act));
            verify_find(verify, NULL, CHECK_ACT, look, "%s of act %" PRId64 ": the row is not what the act says",
                        checks[i].table, act);
        }
        db_done(query);
    }
}
