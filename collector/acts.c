/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/acts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/spool.h"
#include "collector/spool_file.h"
#include "collector/store_closing.h"
#include "collector/store_seal.h"
#include "collector/travel.h"

static act_handler *handler_find(const char *verb)
{
    static const struct {
        const char *verb;
        act_handler *handler;
    } handlers[] = {
#define X(name) {#name, act_##name},
        ACTS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof(handlers) / sizeof(*handlers); i++)
        if (strcmp(handlers[i].verb, verb) == 0)
            return handlers[i].handler;
    return NULL;
}

/* --- rows --- */

/* "enter by Zhang San (user root), done: ...; item stock, mine sim-a; SHA-256 ..." */
static void journal_text(const struct act *act, const struct act_row *row, const char *digest, char *out, size_t size)
{
    struct text text = {0};
    char tail[DIGEST_HEX_BYTES + 16];
    snprintf(tail, sizeof(tail), "; " ACT_DIGEST_WORD "%s", digest);
    text_format(&text, "%s by %s (user %s), %s: %s", act->verb, act->by, act->os_user,
                row->outcome == ACT_DONE ? "done" : "refused", row->answer);
    for (size_t i = 0; i < act->arguments; i++)
        text_format(&text, "%s%s %.80s", i ? ", " : "; ", act->argument[i].name, act->argument[i].value);
    text_clean(text.at ? text.at : "", out, size - strlen(tail));
    strcat(out, tail);
    text_free(&text);
}

static int64_t journal_add(struct act_context *context, const struct act *act, const struct act_row *row)
{
    struct journal_entry *entry = &context->journal;
    char digest[DIGEST_HEX_BYTES];
    if (!act_digest(row, digest))
        db_fail(context->db, DB_OTHER, "out of memory");
    journal_text(act, row, digest, entry->text, sizeof(entry->text));
    return act_journal(context, entry, context->mine, context->meter);
}

static void row_add(struct act_context *context, const struct act_row *row, int64_t journal)
{
    struct db_query *query =
        db_query(context->db, "INSERT INTO act(id, at_ms, applied_ms, outcome, uid, verb, arguments, actor, os_user,"
                              " answer, journal, rev) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, row->id);
    db_bind_int(query, row->at_ms);
    db_bind_int(query, row->applied_ms);
    db_bind_int(query, row->outcome);
    db_bind_text(query, row->uid);
    db_bind_text(query, row->verb);
    db_bind_text(query, row->arguments);
    db_bind_text(query, row->actor);
    db_bind_text(query, row->os_user);
    db_bind_text(query, row->answer);
    db_bind_int(query, journal);
    db_bind_int(query, act_rev(context));
    db_next(query);
}

static void rows_write(struct act_context *context, const struct act *act, enum act_outcome outcome)
{
    struct text arguments = {0};
    act_arguments(act, &arguments);
    if (arguments.failed || context->answer.failed)
        db_fail(context->db, DB_OTHER, "out of memory");
    const struct act_row row = {
        .id = context->act,
        .at_ms = act->at_ms,
        .applied_ms = context->now_ms,
        .outcome = outcome,
        .uid = act->uid,
        .verb = act->verb,
        .arguments = arguments.at ? arguments.at : "",
        .actor = act->by,
        .os_user = act->os_user,
        .answer = context->answer.at ? context->answer.at : "",
    };
    row_add(context, &row, journal_add(context, act, &row));
    text_free(&arguments);
}

/* --- one act --- */

/* A row that the ledger refuses is the act's fault; all other faults are the ledger's, and pass. */
static enum act_outcome act_run(struct act_context *context, const struct act *act)
{
    act_handler *handler = handler_find(act->verb);
    const struct store before = *context->store;

    db_savepoint(context->db);
    bool done = handler ? handler(context, act) : act_refuse(context, "this coaltally knows no act %s", act->verb);
    if (db_fault(context->db) == DB_CONSTRAINT)
        done = act_refuse(context, "%s", db_error(context->db));
    if (done || (db_fault(context->db) != DB_OK && db_fault(context->db) != DB_CONSTRAINT))
        return ACT_DONE;
    db_undo(context->db);
    context->store->rev = before.rev;
    context->store->entry = before.entry;
    memcpy(context->store->chain, before.chain, sizeof(before.chain));
    return ACT_REFUSED;
}

static bool act_known(struct db *db, const char *uid)
{
    struct db_query *query = db_query(db, "SELECT 1 FROM act WHERE uid = ?");
    db_bind_text(query, uid);
    const bool known = db_next(query);
    db_done(query);
    return known;
}

struct draining {
    struct store *store;
    const struct config *config;
    const char *database;
    int64_t wall_ms, now_ms;
    const struct acts_listener *listener;
};

static const struct period ever = {INT32_MIN / 4, INT32_MAX / 4};

/* What an act's row and its journal's row need. */
static struct act_context context_of(struct store *store, const struct act *act, int64_t now_ms)
{
    struct act_context context = {
        .db = store->db,
        .store = store,
        .now_ms = now_ms,
        .act = db_value(store->db, "SELECT ifnull(max(id), 0) + 1 FROM act WHERE id < " TRAVEL_FOREIGN, 0, NULL),
        .language = act->language,
        .days = ever,
        .journal = {.at_ms = now_ms, .kind = "act", .count = 1},
    };
    snprintf(context.journal.subject, sizeof(context.journal.subject), "%s", act->verb);
    return context;
}

/* Closed periods of a mine that are not what they were get a new version. */
static void closed_follow(struct store *store, int64_t mine, struct period days, int64_t id, const struct act *act,
                          int64_t now_ms)
{
    const char *reason = act_value(act, "reason");
    char cause[VERSION_TEXT_BYTES];
    snprintf(cause, sizeof cause, "act %" PRId64 ", %s by %.60s%s%.80s", id, act->verb, act->by, reason ? ": " : "",
             reason ? reason : "");
    if (mine && days.from < days.to)
        store_follow(store, mine, days, cause, id, now_ms);
}

/* That of its meter, or its own; 0: none. */
static int64_t mine_of(const struct act_context *context)
{
    const int meter = context->meter ? roster_meter_id(context->roster, context->meter) : -1;
    return meter < 0 ? context->mine : context->roster->mine[context->roster->meter[meter].mine].id;
}

void acts_record(struct store *store, const struct act *act, int64_t now_ms, const char *answer)
{
    struct act_context context = context_of(store, act, now_ms);
    text_add(&context.answer, answer);
    rows_write(&context, act, ACT_DONE);
    text_free(&context.answer);
}

void acts_follow(struct store *store, const struct act *act, int64_t now_ms)
{
    const int64_t id = db_value(store->db, "SELECT max(id) FROM act WHERE id < " TRAVEL_FOREIGN, 0, NULL);
    for (size_t i = 0; i < store->config->mines; i++)
        closed_follow(store, store->mine[i], ever, id, act, now_ms);
}

static void books_enter(struct draining *draining, const struct act *act, enum act_outcome *outcome)
{
    struct roster *roster = roster_read(draining->store->db);
    struct act_context context = context_of(draining->store, act, draining->now_ms);
    context.roster = roster;
    context.config = draining->config;
    context.database = draining->database;
    context.progress = draining->listener->progress;
    context.daemon = draining->listener->daemon;
    context.doubt = context.daemon && !draining->wall_ms;
    if (roster) {
        *outcome = act_run(&context, act);
        rows_write(&context, act, *outcome);
        if (*outcome == ACT_DONE)
            closed_follow(draining->store, mine_of(&context), context.days, context.act, act, draining->now_ms);
    }
    text_free(&context.answer);
    roster_free(roster);
}

/* False when the ledger could not be written. */
static bool act_apply(struct draining *draining, const struct act *act)
{
    struct store *store = draining->store;
    enum act_outcome outcome = ACT_REFUSED;

    store_begin(store);
    if (act_known(store->db, act->uid)) {
        db_rollback(store->db);
        return true;
    }
    store_unseal(store, draining->now_ms);
    books_enter(draining, act, &outcome);
    if (!store_commit(store, draining->wall_ms))
        return false;
    if (outcome == ACT_DONE && draining->listener->applied)
        draining->listener->applied(draining->listener->context, act);
    return true;
}

/* --- what is no act --- */

static bool file_move(struct draining *draining, const char *name, const char *why)
{
    struct journal_entry entry = {
        .at_ms = draining->now_ms, .kind = "act-file", .level = JOURNAL_AMBER, .mine = -1, .meter = -1, .count = 1};
    char clean[SPOOL_NAME_BYTES], reason[256];
    text_clean(name, clean, sizeof(clean));
    text_clean(why, reason, sizeof(reason));
    if (!spool_refuse(draining->database, name))
        return true; /* gone, or a folder that is not ours to move; it is passed over */
    snprintf(entry.text, sizeof(entry.text), "%s is no act and was moved to refused/: %s", clean, reason);
    store_begin(draining->store);
    store_journal_of(draining->store, &entry, 0, 0);
    return store_commit(draining->store, draining->wall_ms);
}

/* --- all --- */

bool acts_wait(const char *database)
{
    return spool_waits(database);
}

static bool file_drain(struct draining *draining, const char *name)
{
    struct act act;
    char why[256] = "";
    bool good = true;
    switch (spool_read(draining->database, name, &act, why, sizeof(why))) {
    case SPOOL_READ:
        good = act_apply(draining, &act);
        if (good) {
            spool_remove(draining->database, name);
            spool_file_remove(draining->database, act.uid);
        }
        break;
    case SPOOL_BAD:
        good = file_move(draining, name, why);
        break;
    default: /* gone, or for the next time */
        break;
    }
    act_free(&act);
    return good;
}

/* Behind an act that fails for a reason of its own others may go; not behind a ledger that cannot be written. */
static bool passable(const struct db *db)
{
    return db_fault(db) == DB_OK || db_fault(db) == DB_OTHER;
}

bool acts_drain(struct store *store, const struct config *config, const char *database, int64_t wall_ms,
                const struct acts_listener *listener)
{
    static const struct acts_listener nobody = {0};
    struct draining draining = {store, config, database, wall_ms, 0, listener ? listener : &nobody};
    struct list names = {.size = SPOOL_NAME_BYTES};
    bool good = spool_list(database, &names);

    for (size_t i = 0; i < names.count && passable(store->db); i++) {
        draining.now_ms = clock_now().wall_ms;
        good &= file_drain(&draining, (const char *)names.at + i * SPOOL_NAME_BYTES);
    }
    if (!good)
        db_fail(store->db, DB_OTHER, "an act could not be applied, and is tried again");
    free(names.at);
    return good;
}
