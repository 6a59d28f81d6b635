/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules of chance over the files of sites and a county: a broker that loses, repeats, delays and reorders, crashes
 * between any two steps, restores of either side, new databases, copies of one, messages kept since long. After each
 * message what the county calls consistent must be the ledger at that head, row by row and in its totals; and when the
 * line is good again the county must hold the ledger, or say why not. REPLICA_FILES=2000 runs more of them than a few
 * seconds' worth; each has a seed of its own, which is told when it fails. */
#include "tests/unit/replica_files.h"

#include "tests/unit/replica_course.h"

enum { SCHEDULES = 60, NEWS = 3, MAY_ALL = (MAY_NEIGHBOUR << 1) - 1, SPARE = 40, PLACES = 24 };

static struct files files;

/* How the schedules ended, so that a model that tests nothing is seen. */
static struct {
    size_t arrived, chosen, retired, too_many, old, strange, filed, switches, batches, uncounted, superseded, died;
} sum;

static int64_t below(int64_t limit)
{
    return random_below(&files.seed, limit);
}

/* One that runs; at least one does. */
static struct station *any_station(void)
{
    struct station *station;
    do
        station = &files.station[below(STATIONS)];
    while (!station->replica);
    return station;
}

static bool room(void)
{
    return files.snapshots + SPARE < SNAPSHOTS;
}

/* --- steps --- */

static void step_write(void)
{
    struct station *station = any_station();
    if (!room())
        return;
    for (int64_t i = below(3); i >= 0; i--)
        station_set(station, below(PLACES), below(40) ? below(1000) : ABSURD + below(9));
    if (below(8) == 0) {
        rig_act(&station->rig);
        snapshot_take(station);
    }
}

static void step_send(const struct course *course)
{
    if (station_send(any_station()) && below(100) < course->loss)
        letter_drop(&files, files.letters - 1);
}

static void letter_remember(struct course *course, const struct letter *letter)
{
    size_t at = course->kept;
    if (course->kept < KEPT)
        course->kept++;
    else
        text_free(&course->keep[at = (size_t)below(KEPT)].text);
    course->keep[at] = letter_again(letter);
}

static void step_deliver(struct course *course)
{
    if (!files.letters)
        return;
    const size_t index = below(3) ? 0 : (size_t)below((int64_t)files.letters);
    struct letter letter = letter_again(&files.letter[index]);
    if (below(100) >= course->repeat)
        letter_drop(&files, index);
    if (course->kept < KEPT || !below(20))
        letter_remember(course, &letter);
    if (letter.answer) {
        answer_deliver(&files, &letter);
    } else {
        const bool dies = (course->may & MAY_CRASH) && !below(20);
        if (county_take(&files, &letter, dies) && below(100) >= course->loss)
            answer_send(&files, letter.site);
        sum.died += dies;
        county_check(&files);
    }
    text_free(&letter.text);
}

static void step_time(void)
{
    static const int64_t span_ms[] = {100, 1000, 31000, 61000, 601000};
    files.now_ms += span_ms[below(5)];
}

static void step_site(struct course *course)
{
    struct station *station = any_station();
    const int64_t what = below(6);
    if (!room())
        return;
    if (what == 0 && (course->may & MAY_CUT)) {
        replica_site_disconnected(station->replica);
    } else if (what == 1) {
        replica_site_connected(station->replica, files.now_ms);
    } else if (what == 2 && (course->may & MAY_CRASH)) {
        station_open(station);
    } else if (what == 3) {
        station_backup(station);
    } else if (what == 4 && (course->may & MAY_RESTORE_SITE)) {
        station_restore(station);
    } else if (what == 5 && (course->may & MAY_NEW) && course->news < NEWS) {
        course->news++;
        station_new(station);
    }
}

static void step_copy(const struct course *course)
{
    struct station *from = any_station(), *to = &files.station[below(STATIONS)];
    if (!(course->may & MAY_COPY) || from == to || !room())
        return;
    if (to->site && below(2))
        station_stop(to);
    else
        station_copy(from, to, below(2) == 0);
}

/* A file of today or of the backup's day. */
static void step_file(const struct course *course)
{
    struct station *station = any_station();
    const int64_t from = below(3) ? 0 : below(station_rev(station) + 1);
    if (!(course->may & MAY_FILE))
        return;
    county_file(&files, below(2) ? station->rig.database : station->backup, station->site, from);
    sum.filed += files.outcome.did != REPLICA_DID_NOTHING;
    county_check(&files);
}

static void step_decide(void)
{
    struct list entries;
    const char *why;
    assert_true(replica_entries(files.county.store->db, &entries));
    if (entries.count) {
        const struct replica_entry *entry = &((const struct replica_entry *)entries.at)[below((int64_t)entries.count)];
        county_decide(&files, entry->database.id, below(3) > 0, &why);
    }
    free(entries.at);
    county_check(&files);
}

static void step_county(const struct course *course)
{
    if ((course->may & MAY_DECIDE) && below(3) == 0) {
        step_decide();
    } else if (course->may & MAY_RESTORE_COUNTY) {
        if (below(2))
            county_keep(&files);
        else
            county_restore(&files);
    } else if (course->may & MAY_CRASH) {
        county_shut(&files);
        county_open(&files);
    }
}

static void step(struct course *course)
{
    const int64_t what = below(100);
    if (what < 12)
        step_write();
    else if (what < 42)
        step_send(course);
    else if (what < 72)
        step_deliver(course);
    else if (what < 76)
        step_time();
    else if (what < 88)
        step_site(course);
    else if (what < 91)
        step_copy(course);
    else if (what < 96)
        step_county(course);
    else if (what < 97)
        step_file(course);
    else if (course->kept) {
        letter_deliver(&files, &course->keep[below((int64_t)course->kept)]);
        county_check(&files);
    }
}

/* --- how it ends --- */

/* Row by row, not only by what the two sides say. */
static void assert_whole(struct station *left, int64_t number)
{
    char here[DIGEST_HEX_BYTES], there[DIGEST_HEX_BYTES];
    assert_true(station_arrived(left));
    rows_digest(left->rig.store->db, 0, here);
    rows_digest(files.county.store->db, number, there);
    assert_string_equal(here, there);
    sum.arrived++;
}

static void end_whole(struct station *left, const struct replica_database *held)
{
    const char *why;
    if (!station_arrived(left)) { /* then it says so, and has the ledger as a branch */
        assert_true(replica_waits(held));
        assert_false(replica_consistent(held));
        county_decide(&files, held->id, true, &why);
        assert_null(why);
        assert_true(files_rest(&files));
        sum.chosen++;
    }
    assert_whole(left, held->number);
}

/* What may be left out: a database that a person put away, the fifth that waits, and the daemon of a ledger that a
 * copy of it went on from: all that it has, the county has. */
static void end_check(struct station *left, const struct course *course)
{
    const struct replica_database held = county_database(&files, station_database(left));
    struct replica_site_view view;
    replica_site_view(left->replica, &view);
    if (!held.number) {
        assert_int_equal(view.refused, REPLICA_TOO_MANY);
        sum.too_many++;
    } else if (strcmp(held.site, left->site) != 0) { /* a copy was put to work under another name */
        assert_int_equal(view.refused, REPLICA_OTHER_SITE);
        sum.strange++;
    } else if (held.standing == REPLICA_REPLACED) {
        assert_int_equal(view.refused, REPLICA_RETIRED);
        sum.retired++;
    } else if (view.refused == REPLICA_OLD) {
        assert_true(course->may & MAY_COPY);
        sum.old++;
    } else {
        end_whole(left, &held);
    }
}

/* All that is counted is of databases that have live rows: each is a ledger's, and none has rows of another. */
static void end_total(void)
{
    struct list entries;
    int64_t total = 0;
    struct db *db = files.county.store->db;
    assert_true(replica_entries(db, &entries));
    for (size_t i = 0; i < entries.count; i++) {
        const struct replica_database *database = &((const struct replica_entry *)entries.at)[i].database;
        total += replica_position_none(&database->live.position) ? 0 : counted_of(db, database->number);
        assert_int_equal(
            db_value(db, "SELECT ifnull(sum(metered), 0) FROM tally WHERE meter >> 40 = ?", 1, &database->number),
            counted_of(db, database->number));
    }
    free(entries.at);
    assert_int_equal(total, counted_total(&files));
}

/* One daemon is left, and the line is good. */
static void end(const struct course *course)
{
    struct station *left = any_station();
    for (size_t i = 0; i < STATIONS; i++)
        if (&files.station[i] != left)
            station_stop(&files.station[i]);
    files.batch_rows = 500;
    replica_site_connected(left->replica, files.now_ms);
    if (!files_rest(&files))
        fail_msg("it does not come to rest");
    end_check(left, course);
    county_check(&files);
    end_total();
    sum.batches += files.batches_sent;
    sum.switches += files.switches;
    sum.uncounted += files.uncounted;
    sum.superseded += files.superseded;
}

static void schedule_run(uint64_t seed)
{
    static const int64_t percent[] = {0, 1, 5, 20};
    static const size_t rows[] = {3, 20, 500};
    struct course course = {0};

    files_begin(&files, seed, 500);
    course.may = (unsigned)below(MAY_ALL + 1);
    course.loss = percent[below(4)];
    course.repeat = percent[below(4)];
    files.batch_rows = rows[below(3)];
    if (course.may & MAY_NEIGHBOUR) {
        files.station[STATIONS - 1].site = "sim-b";
        station_open(&files.station[STATIONS - 1]);
    }
    if (below(2)) /* the one that the protocol is for: no other daemon, no other database */
        course.may &= ~(unsigned)(MAY_COPY | MAY_NEW | MAY_DECIDE);
    station_open(&files.station[0]);
    for (int64_t steps = 20 + below(STEPS_MAX - 20); steps > 0; steps--)
        step(&course);
    end(&course);
    for (size_t i = 0; i < course.kept; i++)
        text_free(&course.keep[i].text);
    files_end(&files);
}

static void county_holds_the_ledger_after_any_schedule(void **state)
{
    const char *many = getenv("REPLICA_FILES");
    const unsigned schedules = many ? (unsigned)strtoul(many, NULL, 10) : SCHEDULES;
    const uint64_t seed = seed_take();

    (void)state;
    for (unsigned i = 0; i < schedules; i++) {
        if (getenv("REPLICA_VERBOSE"))
            print_message("# SEED=%" PRIu64 " REPLICA_FILES=1\n", seed + i);
        schedule_run(seed + i);
    }
    print_message("# %zu arrived, %zu of them by a person's choice, %zu retired, %zu too many, %zu old, %zu of another "
                  "site; %zu files, %zu switches, %zu batches, %zu rows not counted, %zu superseded; %zu calls died\n",
                  sum.arrived, sum.chosen, sum.retired, sum.too_many, sum.old, sum.strange, sum.filed, sum.switches,
                  sum.batches, sum.uncounted, sum.superseded, sum.died);
    if (schedules >= SCHEDULES) {
        assert_true(sum.arrived > schedules / 2);
        assert_true(sum.switches && sum.superseded && sum.died);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(county_holds_the_ledger_after_any_schedule)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
