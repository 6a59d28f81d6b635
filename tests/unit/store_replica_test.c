/* SPDX-License-Identifier: Apache-2.0 */
/* What a county keeps of its sites' databases beside their rows: what status says, what a switch put away, closed
 * periods over a switch, mines that several databases tell of, files. And that each row takes a rev of its own. */
#include "collector/acts.h"
#include "collector/closing.h"
#include "collector/spool.h"
#include "tests/unit/replica_files.h"
#include "tests/unit/rev_watch.h"

static uint64_t seed;
static struct files files;
static struct station *const mine = &files.station[0];
static struct station *const copy = &files.station[1];

static int begin(void **state)
{
    (void)state;
    files_begin(&files, ++seed, 500);
    return 0;
}

static int end(void **state)
{
    (void)state;
    files_end(&files);
    return 0;
}

static void arrived(struct station *from, int64_t total)
{
    assert_true(files_rest(&files));
    assert_true(station_arrived(from));
    assert_int_equal(counted_total(&files), total);
}

static struct replica_entry entry_of(struct station *station)
{
    struct list entries;
    struct replica_entry entry = {0};
    assert_true(replica_entries(files.county.store->db, &entries));
    for (size_t i = 0; i < entries.count; i++)
        if (!strcmp(((struct replica_entry *)entries.at)[i].database.id, station_database(station)))
            entry = ((struct replica_entry *)entries.at)[i];
    free(entries.at);
    return entry;
}

/* --- what status says --- */

static void messages_leave_what_status_says(void **state)
{
    struct replica_heard heard = {
        .now_ms = COUNTY_MS + 5, .trusted = true, .clock_known = true, .clock_difference_ms = -70, .program = "1.2.3"};
    struct replica_outcome outcome;
    (void)state;
    station_open(mine);
    arrived(mine, 0);
    struct replica_entry entry = entry_of(mine);
    assert_int_equal(entry.heard_ms, COUNTY_MS);
    assert_int_equal(entry.applied_ms, COUNTY_MS);
    assert_false(entry.clock_known);
    assert_string_equal(entry.program, "");
    assert_int_equal(entry.refused, 0);
    assert_true(replicas_unread(files.replicas, "sim-a", station_database(mine), 3, REPLICA_MALFORMED, "no rows",
                                &heard, &outcome));
    assert_int_equal(outcome.answer.reason, REPLICA_MALFORMED);
    heard.clock_known = false;
    heard.program = NULL;
    assert_true(replicas_unread(files.replicas, "sim-b", station_database(mine), 3, REPLICA_MALFORMED, "another's",
                                &heard, &outcome)); /* says nothing of this site's database, and is told nothing */
    assert_int_equal(outcome.answer.reason, REPLICA_OTHER_SITE);
    assert_true(replica_position_none(&outcome.answer.live));
    entry = entry_of(mine);
    assert_int_equal(entry.heard_ms, COUNTY_MS + 5);
    assert_int_equal(entry.applied_ms, COUNTY_MS);
    assert_true(entry.clock_known);
    assert_int_equal(entry.clock_difference_ms, -70);
    assert_string_equal(entry.program, "1.2.3");
    assert_int_equal(entry.refused, 1);
    assert_string_equal(entry.refused_why, "no rows");
    assert_int_equal(entry.refused_ms, COUNTY_MS + 5);
    char site[REPLICA_SITE_SIZE];
    assert_true(replica_site_of(files.county.store->db, entry.database.number, site));
    assert_string_equal(site, "sim-a");
    assert_false(replica_site_of(files.county.store->db, 99, site));
}

/* Nothing of a call that fails is kept, and the next one is as if it had not been. */
static void a_call_that_fails_leaves_nothing(void **state)
{
    char before[DIGEST_HEX_BYTES], after[DIGEST_HEX_BYTES];
    (void)state;
    station_open(mine);
    station_set(mine, 0, 10);
    arrived(mine, 10);
    const struct replica_database held = county_database(&files, station_database(mine));
    rows_digest(files.county.store->db, held.number, before);
    station_set(mine, 0, 20);
    station_set(mine, 1, 5);
    assert_true(station_send(mine));
    struct letter letter = letter_take(&files, 0);
    assert_false(county_take(&files, &letter, true));
    rows_digest(files.county.store->db, held.number, after);
    assert_string_equal(before, after);
    assert_int_equal(counted_total(&files), 10);
    assert_true(county_take(&files, &letter, false));
    assert_int_equal(counted_total(&files), 25);
    text_free(&letter.text);
}

/* --- switches --- */

static struct {
    size_t rows, gone, with_amount;
    int64_t before, after, meter;
} told;

static void superseded_sum(void *context, const struct superseded *superseded)
{
    (void)context;
    told.rows++;
    told.gone += superseded->gone;
    if (strcmp(superseded->table, "tally") != 0)
        return;
    assert_true(superseded->amount);
    assert_true(superseded->from_ms >= SITE_DAY_MS);
    told.with_amount++;
    told.before += superseded->before;
    told.after += superseded->after;
    told.meter = superseded->meter;
}

static void what_a_switch_puts_away_is_listed(void **state)
{
    (void)state;
    station_open(mine);
    station_set(mine, 0, 100);
    station_set(mine, 4, 7);
    station_backup(mine);
    station_set(mine, 0, 150);
    station_set(mine, 8, 30);
    arrived(mine, 187);
    station_restore(mine);
    station_set(mine, 0, 120);
    arrived(mine, 127);
    const struct replica_entry entry = entry_of(mine);
    memset(&told, 0, sizeof told);
    assert_true(superseded_read(files.county.store->db, entry.database.number, 0, superseded_sum, NULL));
    assert_int_equal(told.with_amount, 2); /* the one that is another now, and the one that is gone */
    assert_int_equal(told.before, 180);
    assert_int_equal(told.after, 120);
    assert_true(told.gone >= 1);
    assert_int_equal(told.meter, travel_id(entry.database.number, mine->rig.store->meter[0]));
    assert_int_equal(entry.superseded_rows, told.rows);
    assert_int_equal(entry.superseded_ms, COUNTY_MS);
    assert_true(superseded_read(files.county.store->db, 0, COUNTY_MS + 1, superseded_sum, NULL));
    assert_int_equal(told.rows, entry.superseded_rows);
}

static void version_add(struct station *station, int64_t period, int64_t version, int64_t reported)
{
    struct store *store = station->rig.store;
    store_begin(store);
    store_unseal(store, SITE_DAY_MS);
    const int64_t values[] = {store->mine[0], 20000 + period, version, reported, store_rev(store)};
    db_value(store->db,
             "INSERT INTO version(mine, quantity, kind, from_day, to_day, shift, version, at_ms, metered, reported,"
             " adjusted, unknown, prepared_by, checked_by, despite, cause, hash, chain, rev) VALUES(?1, 'raw_coal',"
             " 'day', ?2, ?2 + 1, -1, ?3, 1, ?4, ?4, 0, 0, '', '', '', '', 'h', '', ?5)",
             5, values);
    assert_true(store_commit(store, SITE_DAY_MS));
    snapshot_take(station);
}

static size_t kept_read(struct version_kept *first)
{
    struct roster *roster = roster_read(files.county.store->db);
    struct list kept;
    assert_true(versions_kept(files.county.store->db, roster, -1, (struct period){0, 30000}, &kept));
    if (kept.count)
        *first = ((const struct version_kept *)kept.at)[0];
    const size_t count = kept.count;
    free(kept.at);
    roster_free(roster);
    return count;
}

static void closed_periods_keep_their_version_until_accept(void **state)
{
    struct version_kept kept;
    const char *why;
    (void)state;
    station_open(mine);
    version_add(mine, 0, 1, 100);
    station_backup(mine);
    version_add(mine, 1, 1, 200);
    version_add(mine, 1, 2, 210);
    version_add(mine, 2, 1, 300);
    arrived(mine, 0);
    assert_int_equal(kept_read(&kept), 0);
    station_restore(mine); /* days 1 and 2 are not closed any more */
    version_add(mine, 2, 1, 300);
    version_add(mine, 3, 1, 400);
    assert_true(files_rest(&files));
    assert_int_equal(kept_read(&kept), 1); /* day 0 and 2 say what they said; day 3 was not closed */
    assert_int_equal(kept.version.key.period.days.from, 20001);
    assert_int_equal(kept.version.version, 2);
    assert_int_equal(kept.version.reported, 210);
    assert_int_equal(kept.switched_ms, COUNTY_MS);
    assert_int_equal(entry_of(mine).kept, 1);
    version_add(mine, 1, 1, 205); /* closed anew at the site: still what people were told */
    assert_true(files_rest(&files));
    assert_int_equal(kept_read(&kept), 1);
    assert_int_equal(kept.version.reported, 210);
    county_decide(&files, station_database(mine), true, &why);
    assert_null(why);
    assert_int_equal(kept_read(&kept), 0);
    county_decide(&files, station_database(mine), true, &why);
    assert_non_null(why);
}

/* --- mines that two databases tell of --- */

static int64_t calendars(void)
{
    return db_value(files.county.store->db, "SELECT count(*) FROM calendar", 0, NULL);
}

static void a_mine_keeps_its_calendar_when_a_database_is_rejected(void **state)
{
    const char *why;
    (void)state;
    station_open(mine);
    station_set(mine, 0, 100);
    arrived(mine, 100);
    const int64_t standing = calendars();
    station_new(copy);
    station_set(copy, 4, 30);
    assert_true(files_rest(&files));
    county_decide(&files, station_database(copy), true, &why);
    assert_null(why);
    assert_int_equal(counted_total(&files), 130);
    assert_int_equal(calendars(), standing);
    county_check(&files); /* each is had back whole */
    county_decide(&files, station_database(copy), false, &why);
    assert_null(why);
    assert_int_equal(calendars(), standing);
    county_check(&files);
    assert_int_equal(entry_of(mine).uncounted, 0);
    station_stop(copy);
    station_open(mine);
    arrived(mine, 100);
}

static void entry_add(struct station *station, int64_t value)
{
    struct store *store = station->rig.store;
    store_begin(store);
    store_unseal(store, SITE_DAY_MS);
    const int64_t values[] = {store->mine[0], value, store_rev(store)};
    db_value(store->db,
             "INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, source, act, rev)"
             " VALUES(?, 'plan', 'raw_coal', 'month', 20362, 20393, 1, ?, 't', 'book', 1, ?)",
             3, values);
    assert_true(store_commit(store, SITE_DAY_MS));
    snapshot_take(station);
}

/* The plan that was entered anew where a new ledger had to be begun. */
static void what_was_entered_last_counts(void **state)
{
    static const char plan[] = "SELECT value FROM entry";
    const char *why;
    (void)state;
    station_open(mine);
    entry_add(mine, 1000);
    arrived(mine, 0);
    station_new(copy);
    entry_add(copy, 1200);
    assert_true(files_rest(&files));
    assert_int_equal(db_value(files.county.store->db, plan, 0, NULL), 1000);
    county_decide(&files, station_database(copy), true, &why);
    assert_int_equal(db_value(files.county.store->db, plan, 0, NULL), 1200);
    assert_int_equal(entry_of(copy).uncounted, 0);
    assert_int_equal(entry_of(mine).uncounted, 0);
    county_check(&files);
    county_decide(&files, station_database(copy), false, &why);
    assert_int_equal(db_value(files.county.store->db, plan, 0, NULL), 1000);
    county_check(&files);
}

static bool allow_none(void *context, int64_t number, const char *name)
{
    (void)number;
    (void)name;
    return *(bool *)context;
}

static void rows_are_judged_again_when_the_roster_is_another(void **state)
{
    bool allowed = false;
    struct taken taken = {0};
    (void)state;
    replicas_free(files.replicas);
    files.replicas = replicas_new(files.county.store, allow_none, &allowed);
    station_open(mine);
    station_set(mine, 0, 100);
    arrived(mine, 0);
    assert_true(entry_of(mine).uncounted > 0);
    allowed = true;
    assert_true(replicas_again(files.replicas, COUNTY_MS, true, &taken));
    assert_int_equal(entry_of(mine).uncounted, 0);
    assert_int_equal(counted_total(&files), 100);
    county_check(&files);
}

/* --- two sites --- */

/* Ids, revs, incarnations and chains of the one are not the other's. */
static void two_sites_stand_side_by_side(void **state)
{
    struct letter letter;
    (void)state;
    copy->site = "sim-b";
    station_open(mine);
    station_new(copy);
    for (int i = 0; i < 6; i++) {
        station_set(mine, i, 10);
        station_set(copy, i, 3);
        rig_act(i % 2 ? &mine->rig : &copy->rig);
        snapshot_take(i % 2 ? mine : copy);
        if (i == 3)
            station_open(copy);
        assert_true(files_rest(&files));
        assert_true(station_arrived(mine) && station_arrived(copy)); /* row by row, and chain by chain */
    }
    assert_int_equal(counted_total(&files), station_total(mine) + station_total(copy));
    station_open(mine);
    assert_true(station_send(mine)); /* its database under the other's name */
    letter = letter_take(&files, 0);
    letter.site = "sim-b";
    assert_true(county_take(&files, &letter, false));
    assert_int_equal(files.outcome.answer.reason, REPLICA_OTHER_SITE);
    assert_true(replica_position_none(&files.outcome.answer.live));
    text_free(&letter.text);
}

/* The county's file as a ledger of its own: its sites' rows are not its. */
static void a_county_sends_its_own_rows_alone(void **state)
{
    char text[256] = "", incarnation[REPLICA_ID_SIZE];
    struct replica_batch batch = {0};
    struct replica_era era;
    int64_t head;
    bool known;
    (void)state;
    station_open(mine);
    for (int i = 0; i < 200; i++)
        station_set(mine, i % 40, 10 + i);
    arrived(mine, station_total(mine));
    struct db *db = files.county.store->db;
    struct ledger_rows *rows = ledger_rows_open(files.county.database, text, sizeof text);
    assert_string_equal(text, "");
    const struct replica_ledger *ledger = ledger_rows_ledger(rows);
    assert_true(ledger->head(ledger->context, incarnation, &head));
    assert_int_equal(head, db_value(db, "SELECT rev FROM revision", 0, NULL));
    assert_true(ledger->era(ledger->context, incarnation, &era, &known));
    assert_true(known);
    assert_int_equal(era.next_rev, 0);
    assert_true(ledger->read(ledger->context, 0, &batch));
    assert_int_equal(batch.to.rev, head);
    assert_string_equal(batch.to.incarnation, incarnation);
    for (size_t i = 0; i < batch.count; i++)
        assert_int_not_equal(((const struct travel_row *)batch.row[i].payload)->table, TRAVEL_tally);
    const struct replica_ledger *of_site = ledger_rows_ledger(mine->rows);
    assert_true(of_site->head(of_site->context, incarnation, &head));
    assert_true(ledger->era(ledger->context, incarnation, &era, &known));
    assert_false(known);
    ledger_rows_close(rows);
    assert_null(ledger_rows_open("/nowhere/ledger.db", text, sizeof text));
    assert_string_not_equal(text, "");
}

/* --- revs --- */

static void segments_close_each_with_a_rev_of_its_own(void **state)
{
    (void)state;
    station_open(mine);
    struct store *store = mine->rig.store;
    revs_watch(store->db);
    store_begin(store);
    for (int64_t segment = 1; segment <= 3; segment++) {
        const int64_t values[] = {store->meter[0], segment, store->definition[0], store_rev(store)};
        db_value(store->db,
                 "INSERT INTO segment(meter, segment, definition, modulus, times, over, opened_ms, first, high, wraps,"
                 " base, counted, rev) VALUES(?, ?, ?, 0, 1, 1, 0, 0, 0, 0, 0, 0, ?)",
                 4, values);
    }
    assert_true(store_commit(store, SITE_DAY_MS));
    snprintf(mine->rig.site.meter[0].definition, sizeof mine->rig.site.meter[0].definition, "another scale");
    station_open(mine); /* each is open, by whatever became of it: all of them are closed */
    store = mine->rig.store;
    assert_int_equal(db_value(store->db, "SELECT count(*) FROM segment WHERE closed_ms IS NULL", 0, NULL), 0);
    assert_int_equal(db_value(store->db, "SELECT count(DISTINCT rev) FROM segment", 0, NULL), 3);
    arrived(mine, 0);
}

static void a_release_deals_with_each_stop(void **state)
{
    struct act act = {.verb = "release", .by = "Li", .at_ms = SITE_DAY_MS, .uid = "0123456789abcdef0123456789abcdef"};
    struct totaliser_state stopped = {.started = 1, .segment = 1, .stopped = STOP_BREAKS};
    struct journal_entry entry = {.kind = "breaks", .mine = 0, .count = 1, .open = true};
    char text[512] = "";
    (void)state;
    station_open(mine);
    struct store *store = mine->rig.store;
    revs_watch(store->db);
    store_begin(store);
    store_save_state(store, 0, &stopped, store->boot, wall(SITE_DAY_MS));
    for (int i = 0; i < 3; i++)
        store_journal(store, &entry);
    assert_true(store_commit(store, SITE_DAY_MS));
    act_add(&act, "meter", mine->rig.site.meter[0].name);
    assert_true(spool_make(mine->rig.database, text, sizeof text));
    assert_true(spool_write(mine->rig.database, &act, text, sizeof text));
    assert_true(acts_drain(store, &mine->rig.site.config, mine->rig.database, 0, NULL));
    assert_int_equal(db_value(store->db, "SELECT count(*) FROM act WHERE outcome = 1", 0, NULL), 1);
    assert_int_equal(revs_watched(store->db, "resolution"), 3);
}

#define FILES(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES(messages_leave_what_status_says),
        FILES(a_call_that_fails_leaves_nothing),
        FILES(what_a_switch_puts_away_is_listed),
        FILES(closed_periods_keep_their_version_until_accept),
        FILES(a_mine_keeps_its_calendar_when_a_database_is_rejected),
        FILES(what_was_entered_last_counts),
        FILES(rows_are_judged_again_when_the_roster_is_another),
        FILES(two_sites_stand_side_by_side),
        FILES(a_county_sends_its_own_rows_alone),
        FILES(segments_close_each_with_a_rev_of_its_own),
        FILES(a_release_deals_with_each_stop),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
