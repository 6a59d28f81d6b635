/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/import_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/acts.h"
#include "collector/spool.h"
#include "collector/store_replacement.h"
#include "collector/store_seal.h"

struct writer {
    const struct import_order *order;
    const struct import_sum *sum;
    struct store *store;
};

/* A history may end in the bucket of the ledger's first reading, which then has an earlier one. */
static void first_write(const struct writer *writer, const struct ledger_tally *tally)
{
    const struct import_past *past = &writer->order->past[tally->meter];
    if (!past->before || tally->first_at_ms >= past->first_at_ms || tally->first_at_ms < past->first_bucket_ms)
        return;
    const int64_t values[] = {tally->first_raw,      tally->first_at_ms, store_rev(writer->store),
                              past->first_bucket_ms, past->id,           tally->first_at_ms};
    db_value(writer->store->db,
             "UPDATE tally SET first_raw = ?, first_at_ms = ?, rev = ? WHERE bucket_ms = ? AND meter = ?"
             " AND first_at_ms > ?",
             6, values);
}

static bool sink_write(void *context, struct batch *batch)
{
    const struct writer *writer = context;
    import_prepend(writer->order, writer->sum, batch);
    store_write_rows(writer->store, batch);
    for (size_t i = 0; i < batch->tallies; i++)
        first_write(writer, &batch->tally[i]);
    return db_fault(writer->store->db) == DB_OK;
}

/* --- the act --- */

/* The texts of its arguments. */
struct words {
    char readings[24], meters[24], from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES];
};

static void words_make(const struct import_order *order, const struct import_sum *sum, struct words *words)
{
    size_t fresh = 0, meters = 0;
    int64_t from_ms = INT64_MAX, to_ms = INT64_MIN;
    for (size_t i = 0; i < order->config->meters; i++) {
        const struct import_meter *meter = &sum->meter[i];
        if (meter->fresh == 0)
            continue;
        fresh += meter->fresh;
        meters++;
        from_ms = meter->from_ms < from_ms ? meter->from_ms : from_ms;
        to_ms = meter->to_ms > to_ms ? meter->to_ms : to_ms;
    }
    snprintf(words->readings, sizeof words->readings, "%zu", fresh);
    snprintf(words->meters, sizeof words->meters, "%zu", meters);
    instant_format(from_ms, words->from);
    instant_format(to_ms, words->to);
}

struct act import_act(const char *by, const char *path, int64_t now_ms, enum language language)
{
    struct act act = {.verb = "import", .at_ms = now_ms, .language = language};
    snprintf(act.by, sizeof act.by, "%s", by);
    spool_user(geteuid(), act.os_user, sizeof act.os_user);
    digest_random_hex((ACT_UID_BYTES - 1) / 2, act.uid);
    act_add(&act, "file", path);
    return act;
}

static void act_write(const struct writer *writer, const struct import_sum *sum, const struct act *asked, char *answer,
                      size_t size)
{
    struct act act = *asked;
    struct words words;
    words_make(writer->order, sum, &words);
    act_add(&act, "sha256", writer->order->file->hash);
    act_add(&act, "from", words.from);
    act_add(&act, "to", words.to);
    act_add(&act, "readings", words.readings);
    act_add(&act, "meters", words.meters);
    snprintf(answer, size, say(act.language, "imported %s readings of %s meters, %s to %s"), words.readings,
             words.meters, words.from, words.to);
    acts_record(writer->store, &act, writer->order->now.wall_ms, answer);
    acts_follow(writer->store, &act, writer->order->now.wall_ms);
}

bool import_found(struct db *db, const char *hash, char *text, size_t size)
{
    struct db_query *query = db_query(db, "SELECT id, actor, at_ms FROM act WHERE verb = 'import' AND outcome = 1"
                                          " AND json_extract(arguments, '$.sha256') = ?");
    db_bind_text(query, hash);
    const bool found = db_next(query);
    if (found) {
        char at[INSTANT_TEXT_BYTES];
        instant_format(db_int(query, 2), at);
        snprintf(text, size, "%s, %s, act %" PRId64, at, db_text(query, 1), db_int(query, 0));
    }
    db_done(query);
    return found;
}

/* --- all --- */

static enum import_outcome write_all(struct writer *writer, const struct act *act, struct import_faults *faults,
                                     char *text, size_t size)
{
    struct import_order order = *writer->order;
    struct import_sum sum = {0};
    struct db *db = writer->store->db;
    import_judge(order.config, db, order.now, order.file, order.past, faults);
    if (faults->found)
        return IMPORT_FAULTY;
    order.sink = sink_write;
    order.context = writer;
    db_run(db, "PRAGMA cache_size = -65536"); /* kB: pages of a month are written once, not time and again */
    store_begin(writer->store);
    store_unseal(writer->store, order.now.wall_ms);
    bool good = import_holds(order.config, db, order.past, &order.holds) && import_run(&order, &sum);
    if (good)
        act_write(writer, &sum, act, text, size);
    import_sum_free(&sum);
    free(order.holds.at);
    if (!good)
        db_fail(db, DB_OTHER, "out of memory");
    if (store_commit(writer->store, 0)) {
        /* Swaps that were announced, and whose new instrument has been read now; else the daemon sees to them. */
        (void)store_settle(writer->store);
        return IMPORT_DONE;
    }
    snprintf(text, size, "%s", store_error(writer->store));
    return IMPORT_FAILED;
}

enum import_outcome import_write(const struct import_order *order, const struct import_sum *sum, const struct act *act,
                                 struct import_faults *faults, char *text, size_t size)
{
    struct writer writer = {.order = order, .sum = sum};
    const enum store_outcome opened = store_open(order->config, order->now, &writer.store, text, size);
    if (opened != STORE_OK)
        return opened == STORE_IN_USE ? IMPORT_RUNNING : IMPORT_FAILED;
    enum import_outcome outcome = IMPORT_FAILED;
    if (store_calendars(writer.store, order->config))
        outcome = write_all(&writer, act, faults, text, size);
    else
        snprintf(text, size, "%s", store_error(writer.store));
    store_close(writer.store);
    return outcome;
}
