/* SPDX-License-Identifier: Apache-2.0 */
/* Sites and a county over real files: each site's ledger and the county's is a SQLite database, each message is the
 * JSON that it is on the wire. What is between them, when they die and what is restored is in the test's hand. */
#ifndef COALTALLY_TEST_REPLICA_FILES_H
#define COALTALLY_TEST_REPLICA_FILES_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/file.h"
#include "collector/ledger_rows.h"
#include "collector/replica_message.h"
#include "collector/store_replica_parts.h"
#include "collector/text.h"
#include "collector/travel_payload.h"
#include "tests/unit/travel_rig.h"

enum { STATIONS = 3, LETTERS = 48, SNAPSHOTS = 1024 };
#define ABSURD    (INT64_C(4) * 1000000000000000) /* thousandths: no mine makes that */
#define COUNTY_MS (SITE_DAY_MS + 200 * HOUR_MS)

struct letter {
    bool answer;
    const char *site; /* whose it is: the topic's */
    struct text text;
};

/* What a ledger's committed rows were. */
struct snapshot {
    char database[TRAVEL_UID_BYTES];
    struct replica_position stand;
    char rows[DIGEST_HEX_BYTES], totals[DIGEST_HEX_BYTES];
};

struct files;

struct station {
    struct files *files;
    const char *site; /* its name; copies, and those that take another's place, have the same */
    struct rig rig;   /* its store: NULL while it does not run */
    char backup[160];
    struct ledger_rows *rows;
    struct replica_ledger ledger; /* its reads cut to files->batch_rows */
    struct replica_site *replica;
};

struct files {
    uint64_t seed;
    int64_t now_ms;
    size_t batch_rows;
    struct station station[STATIONS];
    struct rig county;
    char county_backup[160];
    struct replicas *replicas;
    struct replica_outcome outcome; /* of the last message that the county took */
    size_t letters, snapshots, batches_sent, batches_taken, switches, uncounted, superseded;
    struct letter letter[LETTERS];
    struct snapshot snapshot[SNAPSHOTS];
};

/* --- files --- */

/* A file in memory. */
struct image {
    char *bytes;
    size_t size;
};

static inline struct image image_read(const char *path)
{
    struct image image = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return image;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    image.size = (size_t)ftell(file);
    rewind(file);
    image.bytes = malloc(image.size + 1);
    assert_non_null(image.bytes);
    assert_int_equal(fread(image.bytes, 1, image.size, file), image.size);
    fclose(file);
    return image;
}

static inline void image_write(const struct image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image->bytes, 1, image->size, file), image->size);
    assert_int_equal(fclose(file), 0);
}

static inline void file_copy(const char *from, const char *to, const char *suffix)
{
    char from_path[200], to_path[200];
    snprintf(from_path, sizeof from_path, "%s%s", from, suffix);
    snprintf(to_path, sizeof to_path, "%s%s", to, suffix);
    const struct image image = image_read(from_path);
    unlink(to_path);
    if (image.bytes)
        image_write(&image, to_path);
    free(image.bytes);
}

/* A database with what lies beside it. */
static inline void path_copy(const char *from, const char *to)
{
    char index[200];
    snprintf(index, sizeof index, "%s-shm", to);
    unlink(index);
    file_copy(from, to, "");
    file_copy(from, to, "-wal");
}

/* A database that nobody has opened yet, with an id of its own. */
static inline void database_new(const char *path)
{
    static struct image empty;
    char index[200];
    if (!empty.bytes) {
        struct db *db = db_open(path, DB_CREATE);
        assert_true(store_migrate(db, path, store_steps, STORE_VERSION));
        db_run(db, "PRAGMA journal_mode = DELETE");
        assert_string_equal(db_error(db), "");
        db_close(db);
        empty = image_read(path);
    }
    snprintf(index, sizeof index, "%s-shm", path);
    unlink(index);
    snprintf(index, sizeof index, "%s-wal", path);
    unlink(index);
    image_write(&empty, path);
    struct db *db = db_open(path, DB_WRITE);
    db_run(db, "PRAGMA synchronous = OFF; UPDATE revision SET database = lower(hex(randomblob(16)))");
    assert_string_equal(db_error(db), "");
    db_close(db);
}

/* What no power failure is tried on needs no disk. */
static inline void store_hasten(struct store *store)
{
    db_run(store->db, "PRAGMA synchronous = OFF");
}

static inline void rig_reopen(struct rig *rig)
{
    char text[512] = "";
    assert_int_equal(store_open(&rig->site.config, wall(SITE_DAY_MS), &rig->store, text, sizeof text), STORE_OK);
    store_hasten(rig->store);
}

static inline void rig_shut(struct rig *rig)
{
    store_close(rig->store);
    rig->store = NULL;
}

/* --- what a ledger holds, and what it comes to --- */

static inline void text_digest(const struct text *text, char hex[static DIGEST_HEX_BYTES])
{
    assert_false(text->failed);
    assert_true(digest_hex(text->at ? text->at : "", text->length, hex));
}

static inline size_t rows_digest(struct db *db, int64_t number, char hex[static DIGEST_HEX_BYTES])
{
    struct text all = {0};
    size_t count = 0;
    for (int64_t from = 0; from < TRAVEL_LOCAL_MAX;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_read(db, number, from, TRAVEL_LOCAL_MAX, &batch));
        for (size_t i = 0; i < batch.rows.count; i++, count++) {
            text_add(&all, travel_tables[travel_row_at(&batch, i)->table].name);
            travel_row_format(travel_row_at(&batch, i), &all);
        }
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
    text_digest(&all, hex);
    text_free(&all);
    return count;
}

/* Of rows that count: an absurd one is left out on both sides. */
static inline void totals_digest(struct db *db, int64_t number, char hex[static DIGEST_HEX_BYTES])
{
    struct text all = {0};
    struct db_query *query =
        db_query(db, "SELECT 'shift', meter & 1099511627775, day, shift, metered, good_ms, reported FROM shift_total"
                     " WHERE meter >> 40 = ?1 AND (metered <> 0 OR good_ms <> 0 OR reported <> 0)"
                     " UNION ALL SELECT 'day', meter & 1099511627775, day, 0, metered, good_ms, reported FROM day_total"
                     " WHERE meter >> 40 = ?1 AND (metered <> 0 OR good_ms <> 0 OR reported <> 0)"
                     " UNION ALL SELECT 'month', meter & 1099511627775, month, 0, metered, good_ms, reported"
                     " FROM month_total WHERE meter >> 40 = ?1 AND (metered <> 0 OR good_ms <> 0 OR reported <> 0)"
                     " ORDER BY 1, 2, 3, 4");
    db_bind_int(query, number);
    while (db_next(query))
        for (int i = 0; i < 7; i++)
            text_format(&all, "%s,", db_text(query, i));
    db_done(query);
    text_digest(&all, hex);
    text_free(&all);
}

static inline int64_t counted_of(struct db *db, int64_t number)
{
    return db_value(db, "SELECT sum(metered) FROM month_total WHERE meter >> 40 = ?", 1, &number);
}

static inline int64_t counted_total(struct files *files)
{
    return db_value(files->county.store->db, "SELECT sum(metered) FROM month_total", 0, NULL);
}

/* --- a site --- */

static inline void snapshot_take(struct station *station)
{
    struct files *files = station->files;
    struct snapshot *snapshot = &files->snapshot[files->snapshots++];
    struct db *db = station->rig.store->db;
    char chain[TRAVEL_CHAIN_BYTES];
    assert_true(files->snapshots <= SNAPSHOTS);
    assert_true(travel_stand(db, snapshot->database, &snapshot->stand, chain));
    rows_digest(db, 0, snapshot->rows);
    totals_digest(db, 0, snapshot->totals);
}

static inline bool station_read(void *context, int64_t from_rev, struct replica_batch *batch)
{
    struct station *station = context;
    const struct replica_ledger *whole = ledger_rows_ledger(station->rows);
    const size_t most = station->files->batch_rows;
    if (!whole->read(whole->context, from_rev, batch))
        return false;
    if (batch->count > most) {
        batch->count = most;
        batch->to.rev = batch->row[most - 1].rev;
    }
    return true;
}

static inline bool station_head(void *context, char incarnation[REPLICA_ID_SIZE], int64_t *head)
{
    const struct replica_ledger *whole = ledger_rows_ledger(((struct station *)context)->rows);
    return whole->head(whole->context, incarnation, head);
}

static inline bool station_era(void *context, const char *incarnation, struct replica_era *era, bool *known)
{
    const struct replica_ledger *whole = ledger_rows_ledger(((struct station *)context)->rows);
    return whole->era(whole->context, incarnation, era, known);
}

static inline void station_stop(struct station *station)
{
    if (!station->rig.store)
        return;
    replica_site_free(station->replica);
    ledger_rows_close(station->rows);
    station->replica = NULL;
    station->rows = NULL;
    rig_shut(&station->rig);
}

static inline void station_open(struct station *station)
{
    struct files *files = station->files;
    char text[512] = "";
    station_stop(station);
    rig_reopen(&station->rig);
    station->rig.acts = db_value(station->rig.store->db, "SELECT max(id) FROM act", 0, NULL);
    station->rows = ledger_rows_open(station->rig.database, text, sizeof text);
    assert_string_equal(text, "");
    station->ledger = (struct replica_ledger){station, station_head, station_era, station_read};
    station->replica = replica_site_create(&station->ledger, ledger_rows_database(station->rows),
                                           random_below(&files->seed, INT64_C(1) << 60));
    assert_non_null(station->replica);
    replica_site_connected(station->replica, files->now_ms);
    snapshot_take(station);
}

/* A database that has nothing yet. */
static inline void station_new(struct station *station)
{
    station_stop(station);
    database_new(station->rig.database);
    station_open(station);
}

/* The tally of that hour of a meter becomes this amount. */
static inline void station_set(struct station *station, int64_t place, int64_t amount)
{
    struct store *store = station->rig.store;
    const size_t meter = (size_t)place % RIG_METERS;
    const int64_t bucket_ms = SITE_DAY_MS + place / RIG_METERS * HOUR_MS;
    const int64_t key[] = {store->meter[meter], bucket_ms};
    struct ledger_tally tally = {.meter = meter,
                                 .bucket_ms = bucket_ms,
                                 .end_ms = bucket_ms + HOUR_MS,
                                 .place = calendar_place(&store->config->meter[meter].calendar, bucket_ms),
                                 .good_ms = MINUTE_MS};
    tally.amount = amount - db_value(store->db, "SELECT metered FROM tally WHERE meter = ? AND bucket_ms = ?", 2, key);
    struct batch batch = {.tallies = 1, .tally = &tally};
    assert_true(store_write(store, &batch, SITE_DAY_MS));
    snapshot_take(station);
}

static inline int64_t station_total(struct station *station)
{
    return counted_of(station->rig.store->db, 0);
}

static inline int64_t station_rev(struct station *station)
{
    return db_value(station->rig.store->db, "SELECT rev FROM revision", 0, NULL);
}

static inline const char *station_database(struct station *station)
{
    return ledger_rows_database(station->rows);
}

/* As `backup` makes it. */
static inline void file_keep(struct rig *rig, const char *to)
{
    unlink(to);
    assert_true(db_backup(rig->store->db, to, NULL));
}

static inline void station_backup(struct station *station)
{
    file_keep(&station->rig, station->backup);
}

static inline void station_restore(struct station *station)
{
    station_stop(station);
    path_copy(station->backup, station->rig.database);
    station_open(station);
}

/* Another station runs a copy of what it has, or of its backup. */
static inline void station_copy(struct station *from, struct station *to, bool of_backup)
{
    station_stop(to);
    if (of_backup)
        path_copy(from->backup, to->rig.database);
    else
        path_copy(from->rig.database, to->rig.database);
    path_copy(from->backup, to->backup);
    station_open(to);
}

/* --- letters --- */

static inline void letter_drop(struct files *files, size_t index)
{
    assert_true(index < files->letters);
    text_free(&files->letter[index].text);
    files->letters--;
    memmove(&files->letter[index], &files->letter[index + 1], (files->letters - index) * sizeof(struct letter));
}

static inline struct letter *letter_new(struct files *files, bool answer, const char *site)
{
    if (files->letters == LETTERS) /* the broker's queue is full: the oldest goes */
        letter_drop(files, 0);
    struct letter *letter = &files->letter[files->letters++];
    *letter = (struct letter){.answer = answer, .site = site};
    return letter;
}

static inline struct letter letter_take(struct files *files, size_t index)
{
    const struct letter letter = files->letter[index];
    files->letters--;
    memmove(&files->letter[index], &files->letter[index + 1], (files->letters - index) * sizeof(letter));
    return letter;
}

static inline struct letter letter_again(const struct letter *of)
{
    struct letter letter = {.answer = of->answer, .site = of->site};
    text_add(&letter.text, of->text.at);
    return letter;
}

/* One message of a station's, put on its way; false: it has none. */
static inline bool station_send(struct station *station)
{
    struct files *files = station->files;
    struct replica_site_message message;
    const struct replica_peer self = replica_peer_self(NULL, files->now_ms);

    if (!station->replica)
        return false;
    replica_site_next(station->replica, files->now_ms, &message);
    if (message.kind == REPLICA_SEND_NOTHING)
        return false;
    struct letter *letter = letter_new(files, false, station->site);
    if (message.kind == REPLICA_SEND_OPENING)
        replica_message_opening(&letter->text, &message.opening, &self);
    else
        replica_message_batch(&letter->text, ledger_rows_batch(station->rows, &message.batch), &self);
    assert_false(letter->text.failed);
    files->batches_sent += message.kind == REPLICA_SEND_BATCH;
    return true;
}

/* All that subscribe to the site's answers get it: copies of a site too. */
static inline void answer_deliver(struct files *files, const struct letter *letter)
{
    struct replica_message message;
    assert_int_equal(replica_message_read(letter->text.at, letter->text.length, REPLICA_FROM_COUNTY, &message),
                     REPLICA_ANSWER);
    for (size_t i = 0; i < STATIONS; i++)
        if (files->station[i].replica && !strcmp(files->station[i].site, letter->site))
            replica_site_answered(files->station[i].replica, &message.answer, files->now_ms);
    replica_message_free(&message);
}

static inline void answer_send(struct files *files, const char *site)
{
    const struct replica_peer self = replica_peer_self("north", files->now_ms);
    replica_message_answer(&letter_new(files, true, site)->text, &files->outcome.answer, "", &self);
}

/* --- the county --- */

static inline void county_open(struct files *files)
{
    rig_reopen(&files->county);
    files->replicas = replicas_new(files->county.store, NULL, NULL);
    assert_non_null(files->replicas);
}

static inline void county_shut(struct files *files)
{
    replicas_free(files->replicas);
    files->replicas = NULL;
    rig_shut(&files->county);
}

static inline void county_keep(struct files *files)
{
    file_keep(&files->county, files->county_backup);
}

static inline void county_restore(struct files *files)
{
    county_shut(files);
    path_copy(files->county_backup, files->county.database);
    county_open(files);
}

/* The next call fails at its last step, before its commit. */
static inline void county_dies(struct files *files, bool dies)
{
    db_clear(files->county.store->db);
    db_run(files->county.store->db,
           dies
               ? "CREATE TEMP TRIGGER dies BEFORE UPDATE OF heard_ms ON main.replica BEGIN SELECT RAISE(ABORT, 'dies');"
                 " END"
               : "DROP TRIGGER dies");
    assert_string_equal(store_error(files->county.store), "");
}

static inline bool message_take(struct files *files, const char *site, const struct replica_message *message)
{
    const struct replica_heard heard = {.now_ms = COUNTY_MS, .trusted = true};
    if (message->kind == REPLICA_OPENING)
        return replicas_opening(files->replicas, site, &message->opening, &heard, &files->outcome);
    assert_int_equal(message->kind, REPLICA_BATCH);
    return replicas_batch(files->replicas, site, &message->batch, &heard, &files->outcome);
}

/* The county takes a message, or dies before its commit: then nothing of it is left. False: no answer. */
static inline bool county_take(struct files *files, const struct letter *letter, bool dies)
{
    struct replica_message message;
    replica_message_read(letter->text.at, letter->text.length, REPLICA_FROM_SITE, &message);
    assert_string_equal(message.why, "");
    if (dies)
        county_dies(files, true);
    const bool taken = message_take(files, letter->site, &message);
    if (dies)
        county_dies(files, false);
    replica_message_free(&message);
    if (!taken) {
        assert_true(dies);
        return false;
    }
    files->batches_taken += files->outcome.did != REPLICA_DID_NOTHING;
    files->switches += files->outcome.did == REPLICA_DID_SWITCH;
    files->uncounted += files->outcome.uncounted;
    files->superseded += (size_t)replicas_done(files->replicas)->superseded;
    return true;
}

static inline bool file_rows(struct files *files, const struct replica_ledger *ledger, struct ledger_rows *rows,
                             const struct replica_file *file, const struct replica_filing *filing)
{
    struct replica_batch batch = {0};
    for (int64_t from = file->from_rev; from < file->to.rev; from = batch.to.rev) {
        assert_true(ledger->read(ledger->context, from, &batch));
        if (!replicas_file_rows(files->replicas, filing, ledger_rows_batch(rows, &batch), &files->outcome))
            return false;
    }
    return true;
}

/* A ledger is exported from a rev on, and the county takes the file in; what it did is the outcome. */
static inline void county_file(struct files *files, const char *database, const char *site, int64_t from_rev)
{
    const struct replica_store *store = replicas_store(files->replicas);
    struct replica_file file = {.from_rev = from_rev};
    struct replica_filing filing;
    struct replica_batch batch = {0};
    char text[256] = "";
    struct ledger_rows *rows = ledger_rows_open(database, text, sizeof text);
    assert_non_null(rows);
    const struct replica_ledger *ledger = ledger_rows_ledger(rows);
    file.context = ledger->context;
    file.era = ledger->era;
    snprintf(file.database, sizeof file.database, "%s", ledger_rows_database(rows));
    assert_true(ledger->read(ledger->context, from_rev, &batch));
    file.to = batch.to;
    file.to.rev = file.to.head;
    memcpy(file.chain, batch.chain, sizeof file.chain);
    if (from_rev <= file.to.rev && *file.to.incarnation) {
        replicas_begin(files->replicas, COUNTY_MS);
        assert_true(replica_county_file(store, site, &file, &filing, &files->outcome));
        if (files->outcome.answer.reason == REPLICA_FITS)
            assert_true(file_rows(files, ledger, rows, &file, &filing) &&
                        replica_county_file_end(store, &file, &filing, &files->outcome));
        assert_true(replicas_commit(files->replicas, COUNTY_MS));
    }
    ledger_rows_close(rows);
}

static inline void county_decide(struct files *files, const char *database, bool accept, const char **why)
{
    replicas_begin(files->replicas, COUNTY_MS);
    assert_true(accept ? replicas_accept(files->replicas, database, why)
                       : replicas_reject(files->replicas, database, why));
    assert_true(replicas_commit(files->replicas, COUNTY_MS));
}

static inline struct replica_database county_database(struct files *files, const char *id)
{
    struct replica_database database;
    db_clear(files->county.store->db);
    const struct replica_store *store = replicas_store(files->replicas);
    assert_true(store->find(store->context, id, &database));
    return database;
}

/* --- what must hold after each step --- */

static inline const struct snapshot *snapshot_of(const struct files *files, const struct replica_database *database)
{
    for (size_t i = files->snapshots; i-- > 0;) {
        const struct snapshot *snapshot = &files->snapshot[i];
        if (!strcmp(snapshot->database, database->id) &&
            !strcmp(snapshot->stand.incarnation, database->stated_incarnation) &&
            snapshot->stand.head == database->stated_head)
            return snapshot;
    }
    return NULL;
}

/* A sentence when the county says what is not so; NULL else. */
static inline const char *database_lie(struct files *files, const struct replica_entry *entry)
{
    struct db *db = files->county.store->db;
    const int64_t number = entry->database.number;
    char rows[DIGEST_HEX_BYTES], totals[DIGEST_HEX_BYTES];
    if (replica_position_none(&entry->database.live.position))
        return db_value(db, "SELECT EXISTS (SELECT 1 FROM tally WHERE meter >> 40 = ?)", 1, &number) ||
                       counted_of(db, number)
                   ? "a database without live rows is counted"
                   : NULL;
    if (!replica_consistent(&entry->database))
        return NULL;
    const struct snapshot *snapshot = snapshot_of(files, &entry->database);
    rows_digest(db, number, rows);
    totals_digest(db, number, totals);
    if (!snapshot || strcmp(rows, snapshot->rows) != 0)
        return "called consistent, and not the ledger at that head";
    if (entry->uncounted == 0 && strcmp(totals, snapshot->totals) != 0)
        return "the rows are the ledger's, and what they come to is not";
    return entry->database.chain_differs ? "consistent, and the chains differ" : NULL;
}

static inline const char *county_lie(struct files *files)
{
    struct list entries;
    const char *lie = NULL;
    db_clear(files->county.store->db);
    assert_true(replica_entries(files->county.store->db, &entries));
    for (size_t i = 0; i < entries.count && !lie; i++)
        lie = database_lie(files, &((const struct replica_entry *)entries.at)[i]);
    free(entries.at);
    return lie;
}

static inline void county_check(struct files *files)
{
    const char *lie = county_lie(files);
    if (lie)
        fail_msg("%s", lie);
}

/* --- the world --- */

static inline void rig_begin(struct rig *rig, uint64_t *random, size_t meters, char *kept, size_t size)
{
    *rig = (struct rig){.seed = random};
    folder_make(rig->folder);
    snprintf(rig->database, sizeof rig->database, "%s/ledger.db", rig->folder);
    snprintf(kept, size, "%s/kept.db", rig->folder);
    site_make(&rig->site, meters, rig->database);
    if (meters == 0)
        rig->site.config.mines = 0; /* a county that has none of its own */
    database_new(rig->database);
    path_copy(rig->database, kept);
}

static inline void files_begin(struct files *files, uint64_t seed, size_t batch_rows)
{
    *files = (struct files){.seed = seed, .now_ms = 1000000, .batch_rows = batch_rows};
    if (access("/dev/shm", W_OK) == 0) /* no power failure is tried here */
        setenv("TMPDIR", "/dev/shm", 0);
    for (size_t i = 0; i < STATIONS; i++) {
        struct station *station = &files->station[i];
        station->files = files;
        station->site = "sim-a";
        rig_begin(&station->rig, &files->seed, RIG_METERS, station->backup, sizeof station->backup);
    }
    rig_begin(&files->county, &files->seed, 0, files->county_backup, sizeof files->county_backup);
    county_open(files);
    county_keep(files);
}

static inline void files_end(struct files *files)
{
    for (size_t i = 0; i < STATIONS; i++) {
        station_stop(&files->station[i]);
        folder_remove(files->station[i].rig.folder);
    }
    while (files->letters)
        letter_drop(files, 0);
    county_shut(files);
    folder_remove(files->county.folder);
}

static inline void letter_deliver(struct files *files, const struct letter *letter)
{
    if (letter->answer) {
        answer_deliver(files, letter);
    } else if (county_take(files, letter, false)) {
        answer_send(files, letter->site);
    }
}

static inline int64_t files_due(const struct files *files)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < STATIONS; i++)
        if (files->station[i].replica && replica_site_due(files->station[i].replica) < due_ms)
            due_ms = replica_site_due(files->station[i].replica);
    return due_ms;
}

/* Everything arrives in order, until the county takes nothing more through three openings. false: it never rests. */
static inline bool files_rest_within(struct files *files, size_t most)
{
    size_t idle = 0, taken = files->batches_taken;
    for (size_t steps = 0; steps < most; steps++) {
        bool sent = false;
        for (size_t i = 0; i < STATIONS; i++)
            sent |= station_send(&files->station[i]);
        if (files->letters) {
            struct letter letter = letter_take(files, 0);
            letter_deliver(files, &letter);
            if (!letter.answer)
                county_check(files);
            text_free(&letter.text);
        } else if (!sent) {
            const int64_t due_ms = files_due(files);
            idle = files->batches_taken == taken ? idle + 1 : 0;
            taken = files->batches_taken;
            if (idle == 4 || due_ms == INT64_MAX)
                return true;
            files->now_ms = due_ms > files->now_ms ? due_ms : files->now_ms;
        }
    }
    return false;
}

static inline bool files_rest(struct files *files)
{
    return files_rest_within(files, 20000);
}

/* Is the county's copy all of the station's ledger, and does it say so? Then it is the ledger (county_check). */
static inline bool station_arrived(struct station *station)
{
    const struct replica_database database = county_database(station->files, station_database(station));
    return database.number && replica_consistent(&database) && database.stated_head == station_rev(station);
}

#endif
