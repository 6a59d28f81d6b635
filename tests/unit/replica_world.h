/* SPDX-License-Identifier: Apache-2.0 */
/* Sites, a broker and a county in memory, around the real modules: what is between them is in the test's hand.
 * A ledger has a few rows of coal, each its own in the world, so that coal counted twice is seen. */
#ifndef COALTALLY_REPLICA_WORLD_H
#define COALTALLY_REPLICA_WORLD_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/replica_county.h"
#include "collector/replica_site.h"

/* Rows of coal of a ledger. */
#ifndef REPLICA_KEYS
#define REPLICA_KEYS 6
#endif

enum {
    KEYS = REPLICA_KEYS,
    BATCH_ROWS = 8, /* at most */
    ERAS = 40,
    PASTS = 40,
    BASES = 10,
    MINES = 3,
    LETTERS = 64,
    SNAPSHOTS = 1024,
    ABSURD = 1000000, /* amounts from here on are stored and not counted */
};

struct cell {
    int64_t rev, amount; /* rev 0: no such row */
    uint32_t key;        /* of the world; its place in the sheet is key % KEYS */
};

struct era_row {
    uint32_t id;
    int64_t rev;
};

struct sheet {
    struct cell cell[KEYS];
    size_t eras;
    struct era_row era[ERAS];
};

struct ledger {
    uint32_t database, first_key;
    int64_t head;
    struct sheet sheet;
};

/* A row on its way: its key are kind and id. */
struct wire_row {
    uint32_t kind, id;
    int64_t rev, amount;
};

enum { ROW_COAL, ROW_ERA };

struct letter {
    enum { LETTER_OPENING, LETTER_BATCH, LETTER_ANSWER } kind;
    struct replica_opening opening;
    struct replica_batch batch;
    struct wire_row row[BATCH_ROWS];
    struct replica_answer answer;
};

struct world;

struct mine {
    struct world *world;
    struct ledger ledger, backup;
    struct replica_ledger interface;
    struct replica_site *site; /* NULL: it does not run */
    struct wire_row wire[KEYS + ERAS];
    struct replica_row row[KEYS + ERAS];
};

struct held {
    struct replica_database meta;
    struct sheet live, branch, former;
    size_t pasts;
    struct replica_past past[PASTS];
};

struct county {
    size_t bases;
    struct held base[BASES];
};

struct snapshot {
    uint32_t database, incarnation;
    int64_t head;
    struct cell cell[KEYS];
};

struct world {
    int64_t now_ms;
    uint32_t next_id;
    size_t batch_rows;
    bool may_lie; /* a test shows what goes wrong without a rule of the ledger's */
    struct county county, county_backup, before;
    struct replica_store store;
    struct mine mine[MINES];
    size_t letters;
    struct letter letter[LETTERS];
    size_t snapshots;
    struct snapshot snapshot[SNAPSHOTS];
    size_t batches_sent, openings_sent, batches_taken, switches, uncounted;
    struct replica_outcome outcome; /* of the last message that the county took */
};

static inline void id_text(uint32_t id, char text[REPLICA_ID_SIZE])
{
    snprintf(text, REPLICA_ID_SIZE, "%032" PRIx32, id);
}

static inline uint32_t id_number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 16);
}

static inline void chain_text(const struct sheet *sheet, char chain[REPLICA_CHAIN_SIZE])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < KEYS; i++)
        sum = sum * 31 + (uint64_t)sheet->cell[i].amount;
    snprintf(chain, REPLICA_CHAIN_SIZE, "%064" PRIx64, sum);
}

static inline bool sheet_era(const struct sheet *sheet, const char *incarnation, struct replica_era *era, bool *known)
{
    const uint32_t id = id_number(incarnation);
    *known = false;
    *era = (struct replica_era){0};
    for (size_t i = 0; i < sheet->eras; i++)
        if (sheet->era[i].id == id) {
            *known = true;
            era->first_rev = sheet->era[i].rev;
        }
    for (size_t i = 0; i < sheet->eras; i++)
        if (sheet->era[i].rev > era->first_rev && (!era->next_rev || sheet->era[i].rev < era->next_rev))
            era->next_rev = sheet->era[i].rev;
    return true;
}

static inline bool cells_equal(const struct cell *a, const struct cell *b)
{
    for (size_t i = 0; i < KEYS; i++)
        if (a[i].rev != b[i].rev || a[i].amount != b[i].amount || (a[i].rev && a[i].key != b[i].key))
            return false;
    return true;
}

/* --- a site's ledger --- */

static inline bool ledger_head(void *context, char incarnation[REPLICA_ID_SIZE], int64_t *head)
{
    const struct ledger *ledger = &((struct mine *)context)->ledger;
    id_text(ledger->sheet.era[ledger->sheet.eras - 1].id, incarnation);
    *head = ledger->head;
    return true;
}

static inline bool ledger_era(void *context, const char *incarnation, struct replica_era *era, bool *known)
{
    return sheet_era(&((struct mine *)context)->ledger.sheet, incarnation, era, known);
}

static inline int wire_by_rev(const void *a, const void *b)
{
    const int64_t x = ((const struct wire_row *)a)->rev, y = ((const struct wire_row *)b)->rev;
    return (x > y) - (x < y);
}

static inline void rows_point(const struct wire_row *wire, struct replica_row *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        row[i] = (struct replica_row){&wire[i], 2 * sizeof(uint32_t), wire[i].rev, &wire[i].amount, sizeof(int64_t)};
}

static inline bool ledger_read(void *context, int64_t from_rev, struct replica_batch *batch)
{
    struct mine *mine = context;
    const struct sheet *sheet = &mine->ledger.sheet;
    size_t count = 0;

    for (size_t i = 0; i < KEYS; i++)
        if (sheet->cell[i].rev > from_rev)
            mine->wire[count++] =
                (struct wire_row){ROW_COAL, sheet->cell[i].key, sheet->cell[i].rev, sheet->cell[i].amount};
    for (size_t i = 0; i < sheet->eras; i++)
        if (sheet->era[i].rev > from_rev)
            mine->wire[count++] = (struct wire_row){ROW_ERA, sheet->era[i].id, sheet->era[i].rev, 0};
    qsort(mine->wire, count, sizeof(*mine->wire), wire_by_rev);
    ledger_head(context, batch->to.incarnation, &batch->to.head);
    batch->to.rev = batch->to.head;
    if (count > mine->world->batch_rows) {
        count = mine->world->batch_rows;
        batch->to.rev = mine->wire[count - 1].rev;
    }
    rows_point(mine->wire, mine->row, count);
    batch->row = mine->row;
    batch->count = count;
    chain_text(sheet, batch->chain);
    return true;
}

/* The head is seen from outside at a commit only. */
static inline void mine_commit(struct mine *mine)
{
    struct world *world = mine->world;
    struct snapshot *snapshot = &world->snapshot[world->snapshots++];
    assert_true(world->snapshots <= SNAPSHOTS);
    snapshot->database = mine->ledger.database;
    snapshot->incarnation = mine->ledger.sheet.era[mine->ledger.sheet.eras - 1].id;
    snapshot->head = mine->ledger.head;
    memcpy(snapshot->cell, mine->ledger.sheet.cell, sizeof(snapshot->cell));
}

static inline void mine_write(struct mine *mine, uint32_t place, int64_t amount)
{
    mine->ledger.sheet.cell[place] = (struct cell){++mine->ledger.head, amount, mine->ledger.first_key + place};
}

static inline void mine_set(struct mine *mine, uint32_t place, int64_t amount)
{
    mine_write(mine, place, amount);
    mine_commit(mine);
}

static inline void mine_stop(struct mine *mine)
{
    replica_site_free(mine->site);
    mine->site = NULL;
}

/* Opens the database for writing, under that incarnation, and connects. */
static inline void mine_open_as(struct mine *mine, uint32_t incarnation)
{
    struct sheet *sheet = &mine->ledger.sheet;
    char database[REPLICA_ID_SIZE];

    mine_stop(mine);
    assert_true(sheet->eras < ERAS);
    sheet->era[sheet->eras++] = (struct era_row){incarnation, ++mine->ledger.head};
    mine_commit(mine);
    id_text(mine->ledger.database, database);
    mine->interface = (struct replica_ledger){mine, ledger_head, ledger_era, ledger_read};
    mine->site = replica_site_create(&mine->interface, database, (int64_t)random() << 31 | random());
    assert_non_null(mine->site);
    replica_site_connected(mine->site, mine->world->now_ms);
}

static inline void mine_open(struct mine *mine)
{
    mine_open_as(mine, mine->world->next_id++);
}

static inline void mine_begin(struct mine *mine) /* a database that has nothing yet */
{
    mine->ledger = (struct ledger){.database = mine->world->next_id++};
    mine->ledger.first_key = mine->ledger.database * KEYS;
    mine->backup = mine->ledger;
}

static inline void mine_restore(struct mine *mine)
{
    mine->ledger = mine->backup;
    mine_open(mine);
}

/* --- the county's store --- */

static inline struct held *held_of(struct world *world, int64_t number)
{
    assert_true(number >= 1 && (size_t)number <= world->county.bases);
    return &world->county.base[number - 1];
}

static inline bool store_find(void *context, const char *id, struct replica_database *database)
{
    struct world *world = context;
    memset(database, 0, sizeof(*database));
    for (size_t i = 0; i < world->county.bases; i++)
        if (!strcmp(world->county.base[i].meta.id, id))
            *database = world->county.base[i].meta;
    return true;
}

static inline bool store_each(void *context, const char *site, size_t index, struct replica_database *database)
{
    struct world *world = context;
    memset(database, 0, sizeof(*database));
    for (size_t i = 0; i < world->county.bases; i++)
        if (!strcmp(world->county.base[i].meta.site, site) && !index--) {
            *database = world->county.base[i].meta;
            break;
        }
    return true;
}

static inline bool store_save(void *context, struct replica_database *database)
{
    struct world *world = context;
    if (!database->number) {
        assert_true(world->county.bases < BASES);
        database->number = (int64_t)++world->county.bases;
        memset(held_of(world, database->number), 0, sizeof(struct held));
    }
    held_of(world, database->number)->meta = *database;
    return true;
}

static inline struct sheet *part_of(void *context, int64_t number, enum replica_part part)
{
    struct held *held = held_of(context, number);
    return part == REPLICA_LIVE ? &held->live : &held->branch;
}

static inline bool store_era(void *context, int64_t number, enum replica_part part, const char *incarnation,
                             struct replica_era *era, bool *known)
{
    return sheet_era(part_of(context, number, part), incarnation, era, known);
}

static inline void sheet_put(struct sheet *sheet, const struct replica_row *row, size_t *uncounted)
{
    uint32_t key[2];
    int64_t amount;

    memcpy(key, row->key, sizeof(key));
    memcpy(&amount, row->payload, sizeof(amount));
    *uncounted += amount >= ABSURD;
    if (key[0] == ROW_COAL) {
        sheet->cell[key[1] % KEYS] = (struct cell){row->rev, amount, key[1]};
        return;
    }
    for (size_t i = 0; i < sheet->eras; i++)
        if (sheet->era[i].id == key[1])
            return;
    assert_true(sheet->eras < ERAS);
    sheet->era[sheet->eras++] = (struct era_row){key[1], row->rev};
}

static inline bool store_put(void *context, int64_t number, enum replica_part part, const struct replica_row *row,
                             size_t count, size_t *uncounted)
{
    for (size_t i = 0; i < count; i++)
        sheet_put(part_of(context, number, part), &row[i], uncounted);
    return true;
}

static inline bool store_drop_branch(void *context, int64_t number)
{
    memset(part_of(context, number, REPLICA_BRANCH), 0, sizeof(struct sheet));
    return true;
}

static inline bool store_adopt(void *context, int64_t number, bool keep_former)
{
    struct held *held = held_of(context, number);
    if (keep_former)
        held->former = held->live;
    held->live = held->branch;
    return store_drop_branch(context, number);
}

static inline bool store_give_back(void *context, int64_t number)
{
    struct held *held = held_of(context, number);
    held->branch = held->live;
    held->live = held->former;
    memset(&held->former, 0, sizeof(held->former));
    return true;
}

static inline bool store_chain(void *context, int64_t number, char chain[REPLICA_CHAIN_SIZE])
{
    chain_text(&held_of(context, number)->live, chain);
    return true;
}

static inline bool store_past(void *context, int64_t number, size_t index, struct replica_past *past, bool *found)
{
    const struct held *held = held_of(context, number);
    *found = index < held->pasts;
    if (*found)
        *past = held->past[index];
    return true;
}

static inline bool store_remember(void *context, int64_t number, const char *incarnation, int64_t head)
{
    struct held *held = held_of(context, number);
    struct replica_past *past = &held->past[held->pasts++];
    assert_true(held->pasts <= PASTS);
    past->id = number * PASTS + (int64_t)held->pasts - 1;
    memcpy(past->incarnation, incarnation, sizeof(past->incarnation));
    past->head = head;
    past->mark = REPLICA_SUPERSEDED;
    return true;
}

static inline bool store_mark(void *context, int64_t past_id, enum replica_mark mark)
{
    held_of(context, past_id / PASTS)->past[past_id % PASTS].mark = mark;
    return true;
}

/* --- the world --- */

static inline void world_begin(struct world *world, size_t batch_rows)
{
    memset(world, 0, offsetof(struct world, letter));
    world->snapshots = world->batches_sent = world->openings_sent = world->batches_taken = world->switches =
        world->uncounted = 0;
    world->now_ms = 1000000;
    world->next_id = 1;
    world->batch_rows = batch_rows;
    world->store = (struct replica_store){world,      store_find,        store_each,  store_save,      store_era,
                                          store_put,  store_drop_branch, store_adopt, store_give_back, store_chain,
                                          store_past, store_remember,    store_mark};
    for (size_t i = 0; i < MINES; i++)
        world->mine[i].world = world;
    mine_begin(&world->mine[0]);
}

static inline void world_end(struct world *world)
{
    for (size_t i = 0; i < MINES; i++)
        mine_stop(&world->mine[i]);
}

static inline struct letter *letter_new(struct world *world)
{
    if (world->letters == LETTERS) /* the broker's queue is full: the oldest goes */
        memmove(world->letter, world->letter + 1, --world->letters * sizeof(*world->letter));
    return &world->letter[world->letters++];
}

static inline struct letter letter_take(struct world *world, size_t index)
{
    const struct letter letter = world->letter[index];
    assert_true(index < world->letters);
    world->letters--;
    memmove(world->letter + index, world->letter + index + 1, (world->letters - index) * sizeof(letter));
    return letter;
}

/* One message of a mine's, put on its way; false: it has none. */
static inline bool mine_send(struct mine *mine)
{
    struct replica_site_message message;
    struct world *world = mine->world;
    struct letter *letter;

    if (!mine->site)
        return false;
    replica_site_next(mine->site, world->now_ms, &message);
    if (message.kind == REPLICA_SEND_NOTHING)
        return false;
    letter = letter_new(world);
    letter->kind = message.kind == REPLICA_SEND_OPENING ? LETTER_OPENING : LETTER_BATCH;
    letter->opening = message.opening;
    letter->batch = message.batch;
    memcpy(letter->row, mine->wire, message.batch.count * sizeof(*letter->row));
    world->batches_sent += letter->kind == LETTER_BATCH;
    world->openings_sent += letter->kind == LETTER_OPENING;
    return true;
}

/* The county takes a message, or dies before its commit: then nothing of it is left. */
static inline void county_take(struct world *world, const struct letter *letter, bool dies)
{
    struct replica_row row[BATCH_ROWS];
    struct replica_batch batch = letter->batch;
    const size_t size = offsetof(struct county, base) + world->county.bases * sizeof(struct held);

    if (dies)
        memcpy(&world->before, &world->county, size);
    rows_point(letter->row, row, batch.count);
    batch.row = row;
    assert_true(letter->kind == LETTER_OPENING
                    ? replica_county_opening(&world->store, "sim-a", &letter->opening, &world->outcome)
                    : replica_county_batch(&world->store, "sim-a", &batch, &world->outcome));
    if (dies) {
        memcpy(&world->county, &world->before, size);
        return;
    }
    world->batches_taken += world->outcome.did != REPLICA_DID_NOTHING;
    world->switches += world->outcome.did == REPLICA_DID_SWITCH;
    world->uncounted += world->outcome.uncounted;
}

static inline bool file_era(void *context, const char *incarnation, struct replica_era *era, bool *known)
{
    return sheet_era(&((const struct ledger *)context)->sheet, incarnation, era, known);
}

/* A ledger is exported from a rev on, and the county takes the file in; what it did is the world's outcome. */
static inline void county_file(struct world *world, const struct ledger *ledger, int64_t from_rev)
{
    const size_t batch_rows = world->batch_rows;
    struct mine reader = {.world = world, .ledger = *ledger};
    struct replica_file file = {.from_rev = from_rev, .context = &reader.ledger, .era = file_era};
    struct replica_filing filing;
    struct replica_batch batch;

    world->batch_rows = KEYS + ERAS;
    id_text(ledger->database, file.database);
    ledger_read(&reader, from_rev, &batch);
    world->batch_rows = batch_rows;
    file.to = batch.to;
    memcpy(file.chain, batch.chain, sizeof(file.chain));
    assert_true(replica_county_file(&world->store, "sim-a", &file, &filing, &world->outcome));
    if (world->outcome.answer.reason == REPLICA_FITS) {
        assert_true(replica_county_file_rows(&world->store, &filing, batch.row, batch.count, &world->outcome));
        assert_true(replica_county_file_end(&world->store, &file, &filing, &world->outcome));
    }
}

static inline void answer_send(struct world *world)
{
    struct letter *letter = letter_new(world);
    letter->kind = LETTER_ANSWER;
    letter->answer = world->outcome.answer;
}

/* All that subscribe to the site's answers get it: copies of a site too. */
static inline void answer_deliver(struct world *world, const struct replica_answer *answer)
{
    for (size_t i = 0; i < MINES; i++)
        if (world->mine[i].site)
            replica_site_answered(world->mine[i].site, answer, world->now_ms);
}

static inline void letter_deliver(struct world *world, const struct letter *letter)
{
    if (letter->kind == LETTER_ANSWER) {
        answer_deliver(world, &letter->answer);
    } else {
        county_take(world, letter, false);
        answer_send(world);
    }
}

static inline struct held *held_by(struct world *world, uint32_t database)
{
    char id[REPLICA_ID_SIZE];
    id_text(database, id);
    for (size_t i = 0; i < world->county.bases; i++)
        if (!strcmp(world->county.base[i].meta.id, id))
            return &world->county.base[i];
    return NULL;
}

static inline int64_t counted_total(const struct world *world)
{
    int64_t total = 0;
    for (size_t b = 0; b < world->county.bases; b++)
        for (size_t i = 0; i < KEYS; i++)
            if (world->county.base[b].live.cell[i].amount < ABSURD)
                total += world->county.base[b].live.cell[i].amount;
    return total;
}

/* --- what must hold after each step --- */

static inline const struct snapshot *snapshot_of(const struct world *world, const struct replica_database *database)
{
    const uint32_t id = id_number(database->id), incarnation = id_number(database->stated_incarnation);
    for (size_t i = world->snapshots; i-- > 0;) {
        const struct snapshot *snapshot = &world->snapshot[i];
        if (snapshot->database == id && snapshot->incarnation == incarnation && snapshot->head == database->stated_head)
            return snapshot;
    }
    return NULL;
}

/* A sentence when the county says what is not so; NULL else. */
static inline const char *county_lie(struct world *world)
{
    for (size_t b = 0; b < world->county.bases; b++) {
        struct held *held = &world->county.base[b];
        if (replica_consistent(&held->meta)) {
            const struct snapshot *snapshot = snapshot_of(world, &held->meta);
            if (!snapshot || !cells_equal(snapshot->cell, held->live.cell))
                return "called consistent, and not the ledger at that head";
            if (held->meta.chain_differs)
                return "consistent, and the chains differ";
        }
        for (size_t c = 0; c < b; c++)
            for (size_t i = 0; i < KEYS; i++)
                if (held->live.cell[i].rev && world->county.base[c].live.cell[i].rev &&
                    held->live.cell[i].key == world->county.base[c].live.cell[i].key)
                    return "the same coal is counted in two databases";
    }
    return NULL;
}

static inline void county_check(struct world *world)
{
    const char *lie = county_lie(world);
    if (lie && !world->may_lie)
        fail_msg("%s", lie);
}

/* Everything arrives in order, until the county takes nothing more through three openings. false: it never rests. */
static inline bool world_rest_within(struct world *world, size_t most)
{
    size_t idle = 0, taken = world->batches_taken;
    for (size_t steps = 0; steps < most; steps++) {
        bool sent = false;
        for (size_t i = 0; i < MINES; i++)
            sent |= mine_send(&world->mine[i]);
        if (world->letters) {
            const struct letter letter = letter_take(world, 0);
            letter_deliver(world, &letter);
            county_check(world);
        } else if (!sent) {
            int64_t due_ms = INT64_MAX;
            for (size_t i = 0; i < MINES; i++)
                if (world->mine[i].site && replica_site_due(world->mine[i].site) < due_ms)
                    due_ms = replica_site_due(world->mine[i].site);
            if (due_ms == INT64_MAX)
                return true;
            idle = world->batches_taken == taken ? idle + 1 : 0;
            taken = world->batches_taken;
            if (idle == 4)
                return true;
            world->now_ms = due_ms > world->now_ms ? due_ms : world->now_ms;
        }
    }
    return false;
}

static inline bool world_rest(struct world *world)
{
    return world_rest_within(world, 20000);
}

/* Is the county's copy all of the mine's ledger, and does it say so? */
static inline bool mine_arrived(struct mine *mine)
{
    const struct held *held = held_by(mine->world, mine->ledger.database);
    return held && replica_consistent(&held->meta) && held->meta.stated_head == mine->ledger.head &&
           cells_equal(held->live.cell, mine->ledger.sheet.cell);
}

static inline int64_t mine_total(const struct mine *mine)
{
    int64_t total = 0;
    for (size_t i = 0; i < KEYS; i++)
        total += mine->ledger.sheet.cell[i].amount;
    return total;
}

#endif
