/* SPDX-License-Identifier: Apache-2.0 */
/* A county's ledger as pages, alarms and closings see it: sites' rows are told as the sites tell them, and the county
 * does nothing to them. */
#include "collector/gathered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/alarm_rows.h"
#include "collector/chain_head.h"
#include "collector/store_closing.h"
#include "collector/store_report.h"
#include "drivers/span.h"
#include "tests/unit/gather.h"
#include "tests/unit/travel_rig.h"

static uint64_t seed;
static const struct period ever = {-100000, 100000};

struct holder {
    struct rig rig;
    struct replicas *replicas;
};

static void holder_open(struct holder *county)
{
    rig_open(&county->rig, &seed, 0, 'x');
    county->replicas = replicas_new(county->rig.store, NULL, NULL);
    assert_non_null(county->replicas);
}

static void holder_close(struct holder *county)
{
    replicas_free(county->replicas);
    rig_close(&county->rig);
}

static void holder_gather(struct holder *county, const char *name, const struct rig *site)
{
    assert_true(gather(county->replicas, name, site->database, SITE_DAY_MS + 10 * DAY_MS, 0));
}

static void site_open(struct rig *site, char first_mine)
{
    rig_open(site, &seed, RIG_METERS, first_mine);
    rig_run(site, 2000);
    rig_act(site);
}

static int64_t count(struct holder *county, const char *sql)
{
    return db_value(county->rig.store->db, sql, 0, NULL);
}

/* --- figures --- */

/* What a ledger's meter has been read up to, and what its mine reports of all days. */
static void assert_same_meter(struct report *site, size_t meter, struct report *county)
{
    const struct roster_meter *what = &site->roster->meter[meter];
    const struct roster_mine *mine = &site->roster->mine[what->mine];
    struct figure here = {0}, there = {0};
    const int index = roster_meter(county->roster, 1, what->name);
    assert_true(index >= 0);
    assert_string_equal(county->roster->mine[county->roster->meter[index].mine].name, mine->name);
    assert_true(report_last_ms(site, meter) > 0);
    assert_int_equal(report_last_ms(site, meter), report_last_ms(county, (size_t)index));
    const civil_day day = civil_of_instant(SITE_DAY_MS);
    report_days(site, meter, (struct period){day - 1, day + 3}, &here);
    report_days(county, (size_t)index, (struct period){day - 1, day + 3}, &there);
    assert_true(here.any && here.metered > 0);
    assert_memory_equal(&here, &there, sizeof here);
}

static void meters_are_read_up_to_where_the_site_says(void **state)
{
    (void)state;
    struct rig site, other;
    struct holder county;
    site_open(&site, 'a');
    site_open(&other, 'c');
    holder_open(&county);
    holder_gather(&county, "north", &site);
    holder_gather(&county, "south", &other);
    const int64_t now_ms = SITE_DAY_MS + 2 * DAY_MS, from_ms = SITE_DAY_MS - DAY_MS;
    struct roster *here = roster_read(site.store->db), *there = roster_read(county.rig.store->db);
    struct report *of_site = report_new(site.store->db, here, now_ms, from_ms, now_ms);
    struct report *of_county = report_new(county.rig.store->db, there, now_ms, from_ms, now_ms);
    assert_int_equal(there->meters, 2 * RIG_METERS);
    for (size_t i = 0; i < here->meters; i++)
        assert_same_meter(of_site, i, of_county);
    report_free(of_site);
    report_free(of_county);
    roster_free(here);
    roster_free(there);
    holder_close(&county);
    rig_close(&site);
    rig_close(&other);
}

static void names_that_repeat_are_told_with_their_mine(void **state)
{
    (void)state;
    struct rig site, other;
    struct holder county;
    char text[METER_TEXT_BYTES];
    site_open(&site, 'a');
    site_open(&other, 'c');
    holder_open(&county);
    holder_gather(&county, "north", &site);
    struct roster *roster = roster_read(county.rig.store->db);
    roster_meter_name(roster, 0, text);
    assert_string_equal(text, "belt-1");
    assert_int_equal(roster_meter(roster, 0, "belt-1"), -1);
    roster_free(roster);
    holder_gather(&county, "south", &other);
    roster = roster_read(county.rig.store->db);
    roster_meter_name(roster, (size_t)roster_meter(roster, 2, "belt-1"), text);
    assert_string_equal(text, "sim-c belt-1");
    roster_site_name(roster, 2, text);
    assert_string_equal(text, "south");
    roster_site_name(roster, 0, text);
    assert_string_equal(text, "");
    roster_free(roster);
    holder_close(&county);
    rig_close(&site);
    rig_close(&other);
}

/* Another database under a site's name waits, and counts for nothing; accepted, its rows add to the former's. */
static void two_ledgers_of_one_mine_add(void **state)
{
    (void)state;
    struct rig site, next;
    struct holder county;
    const char *why = NULL;
    char name[SITE_TEXT_BYTES];
    site_open(&site, 'a');
    site_open(&next, 'a');
    holder_open(&county);
    holder_gather(&county, "north", &site);
    const int64_t sum = count(&county, "SELECT sum(metered) FROM month_total");
    holder_gather(&county, "north", &next);
    assert_int_equal(count(&county, "SELECT sum(metered) FROM month_total"), sum);
    struct db *db = county.rig.store->db;
    struct db_query *query = db_query(db, "SELECT database FROM replica WHERE number = 2");
    char database[REPLICA_ID_SIZE];
    assert_true(db_next(query));
    snprintf(database, sizeof database, "%s", db_text(query, 0));
    db_done(query);
    replicas_begin(county.replicas, SITE_DAY_MS + 11 * DAY_MS);
    assert_true(replicas_accept(county.replicas, database, &why));
    assert_null(why);
    assert_true(replicas_commit(county.replicas, SITE_DAY_MS + 11 * DAY_MS));
    assert_int_equal(count(&county, "SELECT sum(metered) FROM month_total"),
                     sum + db_value(next.store->db, "SELECT sum(metered) FROM month_total", 0, NULL));
    struct roster *roster = roster_read(db);
    roster_site_name(roster, 1, name);
    assert_string_equal(name, "north (former 1)");
    roster_site_name(roster, 2, name);
    assert_string_equal(name, "north");
    assert_int_equal(roster->mines, 2);
    assert_int_equal(roster->meters, 2 * RIG_METERS);
    for (size_t i = 0; i < roster->meters; i++) {
        assert_int_equal(roster->meter[i].active, roster->meter[i].number == 2);
        assert_int_equal(roster->meter[i].former, roster->meter[i].number == 1);
    }
    roster_free(roster);
    holder_close(&county);
    rig_close(&site);
    rig_close(&next);
}

/* --- closing --- */

static const struct config_closing at_once = {.shift_after_ms = 0, .day_after_ms = 0, .unknown_ppm = 1000000};

static void ignore_reminder(void *context, const char *mine, const struct period_name *period, bool done)
{
    (void)mine;
    (void)period;
    (void)done;
    ++*(int *)context;
}

static void a_county_closes_nothing_of_its_sites(void **state)
{
    (void)state;
    struct rig site;
    struct holder county;
    int64_t next_ms;
    int reminded = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    rig_run(&site, 2500);
    assert_true(store_close_due(site.store, &at_once, SITE_DAY_MS + 3 * DAY_MS, &next_ms));
    holder_open(&county);
    holder_gather(&county, "north", &site);
    const int64_t closed = db_value(site.store->db, "SELECT count(*) FROM version", 0, NULL);
    assert_true(closed > 0);
    assert_int_equal(count(&county, "SELECT count(*) FROM version"), closed);
    rig_run(&site, 1500);
    holder_gather(&county, "north", &site);
    assert_true(store_close_due(county.rig.store, &at_once, SITE_DAY_MS + 5 * DAY_MS, &next_ms));
    store_begin(county.rig.store);
    db_run(county.rig.store->db, "UPDATE shift_total SET reported = reported + 1; UPDATE day_total SET reported ="
                                 " reported + 1"); /* as if they were not what the site closed */
    for (int64_t mine = 1; mine <= 2; mine++)
        store_follow(county.rig.store, mine, ever, "a test", 0, SITE_DAY_MS + 5 * DAY_MS);
    store_follow_start(county.rig.store, 0, SITE_DAY_MS + 5 * DAY_MS);
    assert_true(store_commit(county.rig.store, SITE_DAY_MS + 5 * DAY_MS));
    store_remind(county.rig.store, &at_once, SITE_DAY_MS + 60 * (int64_t)DAY_MS, ignore_reminder, &reminded);
    assert_int_equal(reminded, 0);
    assert_int_equal(count(&county, "SELECT count(*) FROM version WHERE rev < " TRAVEL_FOREIGN), 0);
    holder_close(&county);
    rig_close(&site);
}

/* After a switch the version of before is shown, until a person accepts. */
static void a_kept_version_is_shown(void **state)
{
    (void)state;
    struct rig site;
    struct holder county;
    struct version version;
    int64_t next_ms, kept_ms;
    rig_open(&site, &seed, RIG_METERS, 'a');
    rig_run(&site, 2500);
    assert_true(store_close_due(site.store, &at_once, SITE_DAY_MS + 3 * DAY_MS, &next_ms));
    holder_open(&county);
    holder_gather(&county, "north", &site);
    struct db *db = county.rig.store->db;
    struct roster *roster = roster_read(db);
    const civil_day day = civil_of_instant(SITE_DAY_MS);
    const struct closing_key key = {.mine = 0, .quantity = "raw_coal", .period = {PERIOD_KIND_DAY, {day, day + 1}, -1}};
    assert_true(version_shown(db, roster, &key, &version, &kept_ms));
    assert_int_equal(kept_ms, 0);
    store_begin(county.rig.store);
    db_run(db,
           "INSERT INTO version_kept SELECT 1, 77, id, mine, quantity, kind, from_day, to_day, shift, version, at_ms,"
           " metered, reported + 5, adjusted, unknown, prepared_by, checked_by, despite, cause, hash, chain,"
           " through_act, act FROM version");
    assert_true(store_commit(county.rig.store, SITE_DAY_MS + 5 * DAY_MS));
    const int64_t reported = version.reported;
    assert_true(version_shown(db, roster, &key, &version, &kept_ms));
    assert_int_equal(kept_ms, 77);
    assert_int_equal(version.reported, reported + 5);
    assert_true(version_newest(db, roster, &key, &version));
    assert_int_equal(version.reported, reported);
    roster_free(roster);
    holder_close(&county);
    rig_close(&site);
}

/* --- alarms --- */

static void alarm_add(struct rig *rig, int64_t mine)
{
    struct journal_entry entry = {.at_ms = SITE_DAY_MS,
                                  .kind = "alarm",
                                  .level = JOURNAL_RED,
                                  .count = 1,
                                  .subject = "scale-1",
                                  .text = "no-data:"};
    store_begin(rig->store);
    store_journal_of(rig->store, &entry, mine, 0);
    assert_true(store_commit(rig->store, SITE_DAY_MS + DAY_MS));
}

static void alarm_count(void *context, const struct alarm *alarm, bool dealt_with)
{
    (void)dealt_with;
    assert_string_equal(alarm->subject, "scale-1");
    ++*(int *)context;
}

static void alarms_of_sites_stand_apart_and_are_not_recalled(void **state)
{
    (void)state;
    struct rig site[2];
    struct holder county;
    struct list rows;
    int told = 0;
    holder_open(&county);
    for (int i = 0; i < 2; i++) {
        site_open(&site[i], i ? 'c' : 'a');
        alarm_add(&site[i], 0); /* of the site as a whole: no mine tells them apart */
        holder_gather(&county, i ? "south" : "north", &site[i]);
    }
    assert_true(store_alarms(county.rig.store, alarm_count, &told));
    assert_int_equal(told, 0);
    alarm_add(&county.rig, 0);
    assert_true(store_alarms(county.rig.store, alarm_count, &told));
    assert_int_equal(told, 1);
    assert_true(alarm_rows_read(county.rig.store->db, INT64_MAX, &rows));
    assert_int_equal(rows.count, 3);
    const struct alarm_row *row = rows.at; /* the latest by number first */
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(row[i].number, 2 - i);
    assert_int_equal(row[0].id,
                     db_value(site[1].store->db, "SELECT max(id) FROM journal WHERE kind = 'alarm'", 0, NULL));
    free(rows.at);
    holder_close(&county);
    rig_close(&site[0]);
    rig_close(&site[1]);
}

/* --- as of when --- */

static struct replica_entry entry_of(struct holder *county)
{
    struct list entries;
    assert_true(replica_entries(county->rig.store->db, &entries));
    assert_int_equal(entries.count, 1);
    const struct replica_entry entry = *(const struct replica_entry *)entries.at;
    free(entries.at);
    return entry;
}

static void a_copy_is_as_of_what_it_was_last_told(void **state)
{
    (void)state;
    struct rig site;
    struct holder county;
    const int64_t at_ms = SITE_DAY_MS + 10 * DAY_MS;
    site_open(&site, 'a');
    holder_open(&county);
    assert_true(gather(county.replicas, "north", site.database, at_ms, 1)); /* an opening alone */
    struct replica_entry entry = entry_of(&county);
    assert_true(gathered_catches_up(&entry));
    holder_gather(&county, "north", &site);
    entry = entry_of(&county);
    assert_false(gathered_catches_up(&entry));
    assert_int_equal(gathered_as_of(&entry), at_ms);
    const struct chain_head here = chain_head(site.store->db, 0), there = chain_head(county.rig.store->db, 1);
    assert_string_equal(here.hash, there.hash);
    assert_int_equal(here.row, there.row);
    assert_string_not_equal(there.hash, chain_head(county.rig.store->db, 0).hash);
    assert_string_equal(chain_head(county.rig.store->db, NUMBER_SEVERAL).hash, "");
    holder_close(&county);
    rig_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meters_are_read_up_to_where_the_site_says),
        cmocka_unit_test(names_that_repeat_are_told_with_their_mine),
        cmocka_unit_test(two_ledgers_of_one_mine_add),
        cmocka_unit_test(a_county_closes_nothing_of_its_sites),
        cmocka_unit_test(a_kept_version_is_shown),
        cmocka_unit_test(alarms_of_sites_stand_apart_and_are_not_recalled),
        cmocka_unit_test(a_copy_is_as_of_what_it_was_last_told),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
