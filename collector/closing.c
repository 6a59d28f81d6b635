/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/closing.h"

#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/display.h"

bool closing_same(const struct closing_key *a, const struct closing_key *b)
{
    return a->mine == b->mine && a->period.kind == b->period.kind && a->period.shift == b->period.shift &&
           a->period.days.from == b->period.days.from && a->period.days.to == b->period.days.to &&
           strcmp(a->quantity, b->quantity) == 0;
}

bool closing_reportable(const struct figure *figure, int64_t unknown_ppm)
{
    return !figure->unbounded && (__int128)figure->unknown * 1000000 <= (__int128)figure->metered * unknown_ppm;
}

struct calendar_span closing_span(const struct calendar *calendar, const struct period_name *period)
{
    if (period->kind == PERIOD_KIND_SHIFT)
        return calendar_shift(calendar, period->days.from, period->shift);
    return (struct calendar_span){calendar_day(calendar, period->days.from).from_ms,
                                  calendar_day(calendar, period->days.to - 1).to_ms};
}

void version_cause_say(const struct version *version, enum language language, char text[static VERSION_TEXT_BYTES])
{
    char said[VERSION_TEXT_BYTES];
    const char *colon = strstr(version->cause, ": ");
    const char *why = colon ? colon + 2 : version->cause;
    snprintf(said, sizeof said, "%.*s%s", (int)(why - version->cause), version->cause, say(language, why));
    text_clean(said, text, VERSION_TEXT_BYTES);
}

/* --- digests --- */

static void digest_of_nullable(struct digesting *out, const struct db_query *query, int column)
{
    if (db_null(query, column))
        digest_null(out);
    else
        digest_number(out, db_int(query, column));
}

static void digest_of_key(struct digesting *out, const struct closing_key *key, const char *mine)
{
    digest_text(out, mine);
    digest_text(out, key->quantity);
    digest_text(out, period_kind_text(key->period.kind));
    digest_number(out, key->period.days.from);
    digest_number(out, key->period.days.to);
    digest_number(out, key->period.shift);
}

bool closing_digest(const struct version *version, const char *mine, char hex[static DIGEST_HEX_BYTES])
{
    const int64_t numbers[] = {version->version,  version->at_ms,   version->metered,     version->reported,
                               version->adjusted, version->unknown, version->through_act, version->act};
    const char *const texts[] = {version->prepared_by, version->checked_by, version->despite,
                                 version->cause,       version->hash,       version->chain};
    struct digesting digesting;
    digest_begin(&digesting);
    digest_of_key(&digesting, &version->key, mine);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        digest_number(&digesting, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        digest_text(&digesting, texts[i]);
    return digest_end(&digesting, hex);
}

/* --- what a period is made of --- */

/* All meters' rows of an hour lie side by side: from hour to hour the one that is wanted is looked up,
 * rather than all of a thousand meters gone through. */
static void digest_of_tallies(struct digesting *out, struct report *report, size_t meter, struct calendar_span span)
{
    struct db_query *query = db_query(
        report->db,
        "WITH RECURSIVE bucket(at_ms) AS (SELECT min(bucket_ms) FROM tally WHERE bucket_ms >= ?1 AND bucket_ms < ?2"
        " UNION ALL SELECT (SELECT min(bucket_ms) FROM tally WHERE bucket_ms > at_ms AND bucket_ms < ?2)"
        " FROM bucket WHERE at_ms IS NOT NULL)"
        " SELECT bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms, last_raw, last_at_ms,"
        " segment, high, wraps, split_act FROM bucket CROSS JOIN tally ON bucket_ms = at_ms AND meter = ?3"
        " ORDER BY at_ms");
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    db_bind_int(query, report->roster->meter[meter].id);
    while (db_next(query))
        for (int column = 0; column < db_columns(query); column++)
            digest_of_nullable(out, query, column);
    db_done(query);
}

/* Those that begin in the period. */
static void digest_of_gaps(struct digesting *out, struct report *report, size_t meter, struct calendar_span span)
{
    struct db_query *query = db_query(report->db, "SELECT from_ms, to_ms, amount FROM gap WHERE from_ms >= ?"
                                                  " AND from_ms < ? AND meter = ? AND amount <> 0 ORDER BY from_ms");
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    db_bind_int(query, report->roster->meter[meter].id);
    while (db_next(query))
        for (int column = 0; column < db_columns(query); column++)
            digest_number(out, db_int(query, column));
    db_done(query);
}

static void digest_of_sums(struct digesting *out, struct sums sums)
{
    digest_number(out, sums.metered);
    digest_number(out, sums.reported);
}

static void digest_of_factor(struct digesting *out, struct report *report, size_t meter, civil_day day)
{
    const struct decimal factor = coefficients_factor(report->coefficients, meter, day);
    digest_number(out, factor.digits);
    digest_number(out, factor.places);
}

/* Of a shift or a day its tallies and gaps; longer periods rest on their days. */
static void digest_of_meter(struct digesting *out, struct report *report, size_t meter,
                            const struct period_name *period)
{
    const struct period days = period->days;
    digest_text(out, report->roster->meter[meter].name);
    if (period->kind == PERIOD_KIND_SHIFT || period->kind == PERIOD_KIND_DAY) {
        const struct calendar_span span = closing_span(report->roster->meter[meter].calendar, period);
        digest_of_tallies(out, report, meter, span);
        digest_of_gaps(out, report, meter, span);
    }
    if (period->kind == PERIOD_KIND_SHIFT)
        digest_of_sums(out, sums_of_shift(&report->sums, meter, days.from, period->shift));
    for (civil_day day = days.from; day < days.to; day++) {
        if (period->kind != PERIOD_KIND_SHIFT)
            digest_of_sums(out, sums_of_day(&report->sums, meter, day));
        digest_of_factor(out, report, meter, day);
    }
}

/* Whether it counted anything in the period: a meter that is new today makes no new version of last year. */
static bool meter_counted(struct report *report, size_t meter, const struct period_name *period)
{
    if (period->kind == PERIOD_KIND_SHIFT)
        return sums_of_shift(&report->sums, meter, period->days.from, period->shift).any;
    struct figure figure = {0};
    report_sum(report, meter, period->days, &figure);
    return figure.any;
}

static void digest_of_additions(struct digesting *out, struct report *report, const struct closing_key *key)
{
    const struct period days = key->period.days;
    for (int year = year_of(days.from); year <= year_of(days.to - 1); year++) {
        const struct addition *addition = NULL;
        const size_t count = additions_of(&report->additions, key->mine, key->quantity, year_days(year), &addition);
        for (size_t i = 0; i < count; i++)
            if (addition_within(&addition[i], days, key->period.shift)) {
                digest_number(out, addition[i].act);
                digest_number(out, addition[i].amount);
            }
    }
}

static void digest_of_figure(struct digesting *out, const struct figure *figure)
{
    digest_number(out, figure->metered);
    digest_number(out, figure->reported);
    digest_number(out, figure->adjusted);
    digest_number(out, figure->unknown);
    digest_number(out, figure->unbounded);
}

bool closing_facts(struct report *report, const struct closing_key *key, struct figure *figure,
                   char hash[static DIGEST_HEX_BYTES])
{
    const struct roster *roster = report->roster;
    struct digesting digesting;
    *figure = (struct figure){0};
    report_mine(report, key->mine, key->quantity, key->period.days, key->period.shift, figure);
    digest_begin(&digesting);
    digest_of_key(&digesting, key, roster->mine[key->mine].name);
    digest_of_figure(&digesting, figure);
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == key->mine && meter_reports(&roster->meter[i], key->quantity) &&
            meter_counted(report, i, &key->period))
            digest_of_meter(&digesting, report, i, &key->period);
    digest_of_additions(&digesting, report, key);
    if (!digest_end(&digesting, hash))
        db_fail(report->db, DB_OTHER, "out of memory");
    return db_fault(report->db) == DB_OK;
}
