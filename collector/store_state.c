/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"

/* --- this boot --- */

static void store_find_boot(struct store *store)
{
    char id[BOOT_ID_BYTES] = "";

    /* Without an id (no /proc) every start is taken for a reboot. */
    bool known = clock_boot_id(id);
    struct db_query *query = db_query(store->db, "INSERT INTO boot(boot_id) VALUES(?)"
                                                 " ON CONFLICT DO UPDATE SET boot_id = boot_id RETURNING id");
    if (!known)
        digest_random_hex(16, id);
    db_bind_text(query, id);
    if (db_next(query))
        store->boot = db_int(query, 0);
    db_done(query);
}

/* --- loading and saving --- */

void store_load_states(struct store *store)
{
    store_find_boot(store);
    for (size_t i = 0; i < store->config->meters; i++) {
        struct saved *saved = &store->saved[i];
        struct db_query *query =
            db_query(store->db, "SELECT boot, wall_ms, boot_ms, state FROM meter_state WHERE meter = ?");
        db_bind_int(query, store->meter[i]);
        if (!db_next(query))
            continue;
        saved->present = true;
        saved->boot = db_int(query, 0);
        saved->at = (struct clock_now){db_int(query, 1), db_int(query, 2)};
        bool clocks = store_time(saved->at.wall_ms) && store_time(saved->at.boot_ms);
        if (!clocks || !state_parse(db_text(query, 3), &saved->state))
            db_fail(store->db, DB_CORRUPT,
                    "the state of meter %s is damaged (table meter_state, \"%.80s\"); restore the latest backup",
                    store->config->meter[i].name, db_text(query, 3));
        db_done(query);
    }
}

void store_save_state(struct store *store, size_t meter, const struct totaliser_state *state, int64_t boot,
                      struct clock_now at)
{
    char text[STATE_TEXT_BYTES];

    state_format(state, text);
    struct db_query *query =
        db_query(store->db, "INSERT INTO meter_state(meter, boot, wall_ms, boot_ms, state) VALUES(?, ?, ?, ?, ?)"
                            " ON CONFLICT DO UPDATE SET boot = excluded.boot, wall_ms = excluded.wall_ms,"
                            " boot_ms = excluded.boot_ms, state = excluded.state");
    db_bind_int(query, store->meter[meter]);
    db_bind_int(query, boot);
    db_bind_int(query, at.wall_ms);
    db_bind_int(query, at.boot_ms);
    db_bind_text(query, text);
    db_next(query);
}

bool store_state(struct store *store, size_t meter, bool clock_trusted, struct clock_now now,
                 struct totaliser_state *state)
{
    const struct saved *saved = &store->saved[meter];

    if (!saved->present)
        return false;
    *state = saved->state;
    if (saved->boot == store->boot)
        return true;
    int64_t elapsed_ms = clock_trusted && now.wall_ms > saved->at.wall_ms ? now.wall_ms - saved->at.wall_ms : 0;
    totaliser_rebase(state, now.boot_ms - elapsed_ms - saved->at.boot_ms, !clock_trusted);
    return true;
}
