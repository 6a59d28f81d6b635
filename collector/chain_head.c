/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/chain_head.h"

#include "collector/display.h"
#include "collector/travel.h"

struct chain_head chain_head(struct db *db, int64_t number)
{
    struct chain_head head = {0};
    if (number < 0)
        return head;
    struct db_query *query =
        db_query(db, "SELECT hash, id FROM journal WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1");
    db_bind_int(query, travel_id(number, 0));
    db_bind_int(query, travel_id(number + 1, 0));
    if (db_next(query)) {
        text_clean(db_text(query, 0), head.hash, sizeof head.hash);
        head.row = travel_local(db_int(query, 1));
    }
    db_done(query);
    return head;
}
