/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

static const char *const check_names[CHECKS] = {"file",    "segment", "state",   "tally", "total", "gap",
                                                "journal", "act",     "version", "seal",  "chain", "copy"};

/* --- findings --- */

void verify_find(struct verify *verify, struct verify_meter *meter, enum verify_check check, const char *look,
                 const char *format, ...)
{
    struct finding finding = {.check = check_names[check]};
    va_list arguments;

    if (meter && meter->told[check])
        return;
    if (meter)
        meter->told[check] = true;
    va_start(arguments, format);
    vsnprintf(finding.text, sizeof(finding.text), say_own(format), arguments);
    va_end(arguments);
    snprintf(finding.meter, sizeof(finding.meter), "%s", meter ? meter->roster->name : "");
    if (verify->copy) {
        snprintf(finding.site, sizeof(finding.site), "%s", verify->copy->site);
        snprintf(finding.database, sizeof(finding.database), "%s", verify->copy->database);
    }
    snprintf(finding.look, sizeof(finding.look), "%s", look);
    verify->result.findings++;
    verify->to->report(verify->to->context, &finding);
}

int64_t verify_id(const struct verify *verify, int64_t id)
{
    return verify->copy ? travel_id(verify->copy->number, id) : id;
}

bool verify_own(int64_t id)
{
    return travel_number(id) == 0;
}

struct verify_meter *verify_meter(struct verify *verify, enum verify_check check, int64_t id)
{
    int index = roster_meter_id(verify->roster, id);
    char look[64];

    if (index >= 0)
        return &verify->meter[index];
    snprintf(look, sizeof(look), "SELECT * FROM meter WHERE id = %" PRId64, verify_id(verify, id));
    verify_find(verify, NULL, check, look, "a row speaks of meter %" PRId64 ", which the ledger does not have", id);
    return NULL;
}

/* --- file --- */

static void verify_file(struct verify *verify)
{
    char what[201];

    if (store_damaged(verify->db, what, sizeof(what)))
        verify_find(verify, NULL, CHECK_FILE, "PRAGMA integrity_check", "the file is damaged: %s; restore a backup",
                    what);
}

/* --- segments --- */

static bool total_of(const struct verify_segment *segment, int64_t high, int64_t wraps, int64_t *total)
{
    int64_t wrapped, count;

    return !__builtin_mul_overflow(wraps, segment->modulus, &wrapped) &&
           !__builtin_add_overflow(high, wrapped, &count) && ratio_floor(segment->convert, count, total);
}

bool verify_counted(const struct verify_segment *segment, int64_t high, int64_t wraps, int64_t *counted)
{
    int64_t first, last;

    return segment->convert.over > 0 && total_of(segment, high, wraps, &last) &&
           total_of(segment, segment->first, 0, &first) && !__builtin_sub_overflow(last, first, counted);
}

const struct verify_segment *verify_segment(const struct verify_meter *meter, int64_t segment)
{
    const struct verify_segment *known = meter->segments.at;

    /* From the newest: rows mostly speak of it. */
    for (size_t i = meter->segments.count; i-- > 0;)
        if (known[i].segment == segment)
            return &known[i];
    return NULL;
}

static void judge_segment(struct verify *verify, struct verify_meter *meter, const struct verify_segment *segment)
{
    char look[160];
    int64_t counted;

    snprintf(look, sizeof(look),
             "SELECT * FROM segment WHERE meter = %" PRId64 " AND segment BETWEEN %" PRId64 " AND %" PRId64,
             verify_id(verify, meter->roster->id), amount_less(segment->segment, 1), segment->segment);
    if (!verify_counted(segment, segment->high, segment->wraps, &counted))
        verify_find(verify, meter, CHECK_SEGMENT, look, "segment %" PRId64 ": its readings are beyond all numbers",
                    segment->segment);
    else if (counted != segment->counted || counted < 0)
        verify_find(verify, meter, CHECK_SEGMENT, look,
                    "segment %" PRId64 ": counted is %" PRId64 ", but first %" PRId64 ", high %" PRId64 " and %" PRId64
                    " wraps make %" PRId64,
                    segment->segment, segment->counted, segment->first, segment->high, segment->wraps, counted);
    if (segment->base != meter->counted)
        verify_find(verify, meter, CHECK_SEGMENT, look,
                    "segment %" PRId64 ": base is %" PRId64 ", but the segments before it counted %" PRId64,
                    segment->segment, segment->base, meter->counted);
}

/* A history that was imported later counts up to 0, where the first reading stood before it came. */
static void begin_before(struct verify_meter *meter, const struct verify_segment *first)
{
    meter->counted = meter->tallied = first->base;
}

static void segments_verify(struct verify *verify)
{
    struct db_query *query =
        db_query(verify->db, "SELECT meter, segment, first, base, counted, high, wraps, modulus,"
                             " times, over FROM segment WHERE meter < " TRAVEL_FOREIGN " ORDER BY meter, segment");
    while (db_next(query)) {
        struct verify_meter *meter = verify_meter(verify, CHECK_SEGMENT, db_int(query, 0));
        if (!meter)
            continue;
        struct verify_segment *segment = list_add(&meter->segments);
        if (!segment) {
            db_fail(verify->db, DB_OTHER, "out of memory");
            break;
        }
        *segment = (struct verify_segment){
            db_int(query, 1), db_int(query, 2), db_int(query, 3), db_int(query, 4),
            db_int(query, 5), db_int(query, 6), db_int(query, 7), {db_int(query, 8), db_int(query, 9)}};
        if (meter->segments.count == 1 && segment->segment < 0)
            begin_before(meter, segment);
        judge_segment(verify, meter, segment);
        if (__builtin_add_overflow(meter->counted, segment->counted, &meter->counted))
            meter->counted = 0;
        verify->result.segments++;
    }
    db_done(query);
}

/* --- states --- */

static void judge_state(struct verify *verify, struct verify_meter *meter, const char *text)
{
    struct totaliser_state state;
    char look[96];

    snprintf(look, sizeof(look), "SELECT * FROM meter_state WHERE meter = %" PRId64, meter->roster->id);
    if (!state_parse(text, &state)) {
        verify_find(verify, meter, CHECK_STATE, look, "no state that a meter can be in: \"%.160s\"", text);
        return;
    }
    if (state.total != meter->counted)
        verify_find(verify, meter, CHECK_STATE, look, "its total is %" PRId64 ", but its segments counted %" PRId64,
                    state.total, meter->counted);
    if (!state.started)
        return;
    const struct verify_segment *segment = verify_segment(meter, state.segment);
    if (!segment || segment->first != state.first || segment->high != state.high || segment->wraps != state.wraps)
        verify_find(verify, meter, CHECK_STATE, look,
                    "it is in segment %" PRId64 ", first %" PRId64 ", high %" PRId64 ", wraps %" PRId64
                    ": table segment says otherwise",
                    state.segment, state.first, state.high, state.wraps);
}

/* A meter that has counted goes on from a state; without one it would begin anew. */
static void judge_stateless(struct verify *verify)
{
    struct db_query *query = db_query(verify->db, "SELECT DISTINCT meter FROM segment WHERE meter < " TRAVEL_FOREIGN
                                                  " AND meter NOT IN (SELECT meter FROM meter_state)");
    while (db_next(query)) {
        struct verify_meter *meter = verify_meter(verify, CHECK_STATE, db_int(query, 0));
        if (meter)
            verify_find(verify, meter, CHECK_STATE, "SELECT * FROM meter_state", "it has counted, but has no state");
    }
    db_done(query);
}

static void states_verify(struct verify *verify)
{
    judge_stateless(verify);
    struct db_query *query = db_query(verify->db, "SELECT meter, state FROM meter_state");
    while (db_next(query)) {
        struct verify_meter *meter = verify_meter(verify, CHECK_STATE, db_int(query, 0));
        if (meter)
            judge_state(verify, meter, db_text(query, 1));
    }
    db_done(query);
}

/* --- progress --- */

enum { PROGRESS_ROWS = 8192 };

/* Counting the rows takes a small part of going through them. */
static void progress_start(struct verify *verify)
{
    if (verify->to->progress)
        verify->all_rows =
            db_value(verify->db,
                     "SELECT (SELECT count(*) FROM tally) + (SELECT count(*) FROM gap) +"
                     " (SELECT count(*) FROM journal) + (SELECT count(*) FROM tally WHERE meter >= " TRAVEL_FOREIGN ")",
                     0, NULL);
}

void verify_row(struct verify *verify)
{
    if (verify->to->progress && ++verify->rows % PROGRESS_ROWS == 0 && verify->all_rows > 0)
        verify->to->progress((int)(verify->rows * 1000 / verify->all_rows), 1000);
}

/* --- all --- */

static bool verify_start(struct verify *verify)
{
    verify->meter = calloc(verify->roster->meters + 1, sizeof(*verify->meter));
    if (!verify->meter)
        return false;
    for (size_t i = 0; i < verify->roster->meters; i++) {
        verify->meter[i].roster = &verify->roster->meter[i];
        verify->meter[i].segments.size = sizeof(struct verify_segment);
        verify->meter[i].gap_to_ms = INT64_MIN;
    }
    verify->result.meters = (int64_t)verify->roster->meters;
    return true;
}

static void verify_end(struct verify *verify)
{
    for (size_t i = 0; verify->meter && i < verify->roster->meters; i++)
        free(verify->meter[i].segments.at);
    free(verify->meter);
}

static void judge_all(struct verify *verify)
{
    segments_verify(verify);
    if (!verify->copy) /* the state that a meter is in stays with its site */
        states_verify(verify);
    verify_tallies(verify);
    verify_gaps(verify);
    verify_journal(verify);
    verify_acts(verify);
    verify_seals(verify);
    verify_versions(verify);
}

void verify_ledger(struct verify *verify)
{
    struct roster *roster = db_fault(verify->db) == DB_OK ? roster_read(verify->db) : NULL;
    struct coefficient_book *coefficients = roster ? coefficients_read(verify->db, roster) : NULL;
    verify->roster = roster;
    verify->coefficients = coefficients;
    if (roster && !verify_start(verify))
        db_fail(verify->db, DB_OTHER, "out of memory");
    if (roster && db_fault(verify->db) == DB_OK)
        judge_all(verify);
    if (roster)
        verify_end(verify);
    coefficients_free(coefficients);
    roster_free(roster);
}

struct verification verify_run(struct db *db, const struct verify_to *to)
{
    struct verify verify = {.db = db, .to = to};

    db_run(db, "BEGIN");
    verify_file(&verify);
    progress_start(&verify);
    verify_ledger(&verify);
    if (db_fault(db) == DB_OK)
        verify_copies(&verify);
    db_rollback(db);
    return verify.result;
}
