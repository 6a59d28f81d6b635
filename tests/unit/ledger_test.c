/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "collector/ledger_parts.h"
#include "tests/unit/site.h"

enum { METERS = 4, ROWS_MAX = 4096 };

/* --- splitting --- */

static void splits_at_bucket_edges(void **state)
{
    static const struct {
        int64_t from_ms, to_ms, amount;
        size_t parts;
        int64_t part[3];
    } cases[] = {
        {0, 1000, 7, 1, {7}},
        {HOUR_MS - 1000, HOUR_MS, 7, 1, {7}},                  /* ends at the edge: none is left for the next */
        {HOUR_MS - 1000, HOUR_MS + 1000, 7, 2, {3, 4}},        /* floor of the running sum */
        {HOUR_MS - 1000, HOUR_MS + 2000, 1, 2, {0, 1}},        /* one kilogram stays whole */
        {HOUR_MS - 1, 2 * HOUR_MS + 1, 1000, 3, {0, 999, 1}},  /* over an hour between */
        {8 * HOUR_MS - 500, 8 * HOUR_MS + 500, 10, 2, {5, 5}}, /* a shift start is an hour mark here */
        {HOUR_MS, HOUR_MS, 9, 1, {9}},                         /* an instant */
        {0, 3 * HOUR_MS, INT64_MAX, 3, {INT64_MAX / 3, INT64_MAX / 3, INT64_MAX - INT64_MAX / 3 * 2}},
    };
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct split split = split_start(&site.meter[0].calendar, SITE_DAY_MS + cases[i].from_ms,
                                         SITE_DAY_MS + cases[i].to_ms, cases[i].amount);
        struct split_part part;
        size_t parts = 0;
        for (; split_next(&split, &part); parts++) {
            assert_true(parts < cases[i].parts);
            assert_int_equal(part.amount, cases[i].part[parts]);
        }
        assert_int_equal(parts, cases[i].parts);
    }
}

static void splits_within_half_hour_shifts(void **state)
{
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    site.rule[0].day_start_s = site.rule[0].shift[0].start_s = 1800; /* 00:30 */
    struct split split = split_start(&site.meter[0].calendar, SITE_DAY_MS, SITE_DAY_MS + HOUR_MS, 101);
    struct split_part part;
    assert_true(split_next(&split, &part));
    assert_int_equal(part.amount, 50);
    assert_int_equal(part.bucket.to_ms, SITE_DAY_MS + HOUR_MS / 2);
    assert_true(split_next(&split, &part));
    assert_int_equal(part.amount, 51);
    assert_false(split_next(&split, &part));
}

/* --- random postings against a model --- */

/* What the rows should be: amounts by (meter, bucket), each posting divided the long way. */
struct model {
    size_t rows;
    struct {
        size_t meter;
        int64_t bucket_ms, amount;
    } row[ROWS_MAX];
};

static void model_add(struct model *model, size_t meter, int64_t bucket_ms, int64_t amount)
{
    for (size_t i = 0; i < model->rows; i++)
        if (model->row[i].meter == meter && model->row[i].bucket_ms == bucket_ms) {
            model->row[i].amount += amount;
            return;
        }
    assert_true(model->rows < ROWS_MAX);
    model->row[model->rows].meter = meter;
    model->row[model->rows].bucket_ms = bucket_ms;
    model->row[model->rows++].amount = amount;
}

static void model_post(struct model *model, size_t meter, int64_t from_ms, int64_t to_ms, int64_t amount)
{
    int64_t before = 0;

    if (from_ms == to_ms) {
        model_add(model, meter, from_ms - from_ms % HOUR_MS, amount);
        return;
    }
    for (int64_t bucket_ms = from_ms - from_ms % HOUR_MS; bucket_ms < to_ms; bucket_ms += HOUR_MS) {
        int64_t end_ms = bucket_ms + HOUR_MS < to_ms ? bucket_ms + HOUR_MS : to_ms;
        int64_t sum = amount * (end_ms - from_ms) / (to_ms - from_ms);
        model_add(model, meter, bucket_ms, sum - before);
        before = sum;
    }
}

static void model_take(struct model *model, const struct batch *batch)
{
    for (size_t i = 0; i < batch->tallies; i++)
        model_add(model, batch->tally[i].meter, batch->tally[i].bucket_ms, -batch->tally[i].amount);
}

static void model_empty(const struct model *model)
{
    for (size_t i = 0; i < model->rows; i++)
        assert_int_equal(model->row[i].amount, 0);
}

/* The running count at each row's end, and time covered, over all batches in order. */
struct chain {
    int64_t bucket_ms, end_count, good_ms, sum;
};

static void chain_take(struct chain *chain, const struct batch *batch)
{
    for (size_t i = 0; i < batch->tallies; i++) {
        const struct ledger_tally *tally = &batch->tally[i];
        struct chain *of = &chain[tally->meter];
        assert_true(tally->bucket_ms >= of->bucket_ms);
        assert_true(tally->amount >= 0);
        if (tally->bucket_ms > of->bucket_ms)
            of->good_ms = 0;
        of->good_ms += tally->good_ms;
        of->sum += tally->amount;
        assert_true(of->good_ms <= tally->end_ms - tally->bucket_ms);
        assert_int_equal(tally->end_count, of->sum);
        of->bucket_ms = tally->bucket_ms;
    }
    for (size_t i = 0; i < batch->states; i++)
        assert_int_equal(batch->state[i].state.total, chain[batch->state[i].meter].sum);
    for (size_t i = 0; i < batch->segments; i++)
        assert_int_equal(batch->segment[i].counted, chain[batch->segment[i].meter].sum);
}

static void take_or_return(struct ledger *ledger, uint64_t *seed, int64_t wall_ms, struct model *model,
                           struct chain *chain)
{
    struct batch *batch = ledger_take(ledger, wall_ms, random_below(seed, 10) == 0);
    assert_non_null(batch);
    if (random_below(seed, 3) == 0) {
        ledger_return(ledger, batch);
        return;
    }
    model_take(model, batch);
    chain_take(chain, batch);
    batch_free(batch);
}

static void random_postings_add_up(void **state)
{
    uint64_t seed = seed_take();
    struct site site;
    struct model *model = calloc(1, sizeof(*model));
    struct mover mover[METERS] = {0};
    struct chain chain[METERS] = {0};
    (void)state;
    site_make(&site, METERS, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    int64_t now_ms = SITE_DAY_MS;
    for (int i = 0; i < 3000; i++) {
        now_ms += random_below(&seed, 40) ? random_below(&seed, 30000) : random_below(&seed, 6 * HOUR_MS);
        size_t meter = (size_t)random_below(&seed, METERS);
        int64_t amount = mover[meter].state.started && random_below(&seed, 3) ? random_below(&seed, 100000) : 0;
        if (amount)
            model_post(model, meter, mover[meter].at.wall_ms, now_ms, amount);
        post(ledger, meter, &mover[meter], wall(now_ms), amount);
        if (random_below(&seed, 4) == 0)
            take_or_return(ledger, &seed, now_ms, model, chain);
    }
    struct batch *batch = ledger_take(ledger, now_ms, true);
    model_take(model, batch);
    chain_take(chain, batch);
    batch_free(batch);
    model_empty(model);
    for (int i = 0; i < METERS; i++)
        assert_int_equal(chain[i].sum, mover[i].state.total);
    assert_int_equal(ledger_waiting(ledger), 0);
    ledger_free(ledger);
    free(model);
}

/* --- a clock that is set back --- */

static void a_clock_set_back_overlaps_nothing(void **state)
{
    struct site site;
    struct mover mover = {0};
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(SITE_DAY_MS), 0);
    post(ledger, 0, &mover, wall(SITE_DAY_MS + HOUR_MS + 1000), 100); /* a gap, up to 01:00:01 */
    struct clock_now back = wall(SITE_DAY_MS + HOUR_MS + 2000);
    back.wall_ms -= 30 * MINUTE_MS; /* 00:30:02 by the wall */
    post(ledger, 0, &mover, back, 7);
    struct batch *batch = ledger_take(ledger, back.wall_ms, true);
    assert_int_equal(batch->tallies, 2);
    assert_int_equal(batch->tally[0].amount + batch->tally[1].amount, 107);
    assert_int_equal(batch->tally[1].bucket_ms, SITE_DAY_MS + HOUR_MS);
    assert_int_equal(batch->tally[1].amount, 1 + 7); /* in the bucket that was reached, not before it */
    assert_int_equal(batch->tally[1].good_ms, 0);
    batch_free(batch);
    ledger_free(ledger);
}

/* --- when rows are due --- */

static size_t taken(struct ledger *ledger, int64_t wall_ms)
{
    struct batch *batch = ledger_take(ledger, wall_ms, false);
    size_t rows = batch->tallies;
    assert_int_equal(batch->states, rows > 0);
    batch_free(batch);
    return rows;
}

static void rows_wait_for_what_moves(void **state)
{
    struct site site;
    struct mover mover = {0};
    const int64_t at_ms = SITE_DAY_MS + 58 * MINUTE_MS + 30000;
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(at_ms), 0);
    assert_true(ledger_urgent(ledger)); /* the first segment */
    assert_int_equal(taken(ledger, at_ms), 1);
    assert_false(ledger_urgent(ledger));
    post(ledger, 0, &mover, wall(at_ms + 10000), 0);
    assert_int_equal(taken(ledger, at_ms + 10000), 0); /* stands: once a minute */
    post(ledger, 0, &mover, wall(at_ms + 20000), 5);
    assert_int_equal(taken(ledger, at_ms + 20000), 1); /* moved */
    post(ledger, 0, &mover, wall(at_ms + 79000), 0);
    assert_int_equal(taken(ledger, at_ms + 79000), 0);
    assert_int_equal(taken(ledger, at_ms + 80000), 1); /* a minute after */
    post(ledger, 0, &mover, wall(at_ms + 85000), 0);
    assert_false(ledger_urgent(ledger));
    post(ledger, 0, &mover, wall(at_ms + 90000), 0); /* 01:00:00: the bucket is over */
    assert_true(ledger_urgent(ledger));
    assert_int_equal(taken(ledger, at_ms + 90000), 2);
    ledger_free(ledger);
}

static void a_failed_write_is_due_again(void **state)
{
    struct site site;
    struct mover mover = {0};
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(SITE_DAY_MS), 0);
    post(ledger, 0, &mover, wall(SITE_DAY_MS + 1000), 5);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + 1000, false);
    post(ledger, 0, &mover, wall(SITE_DAY_MS + 2000), 6);
    ledger_return(ledger, batch);
    batch = ledger_take(ledger, SITE_DAY_MS + 2000, false);
    assert_int_equal(batch->tallies, 1);
    assert_int_equal(batch->tally[0].amount, 11);
    assert_int_equal(batch->tally[0].good_ms, 2000);
    assert_int_equal(batch->tally[0].first_raw, 0);
    assert_int_equal(batch->tally[0].first_at_ms, SITE_DAY_MS);
    assert_int_equal(batch->tally[0].last_raw, 11);
    assert_int_equal(batch->tally[0].last_at_ms, SITE_DAY_MS + 2000);
    assert_int_equal(batch->state[0].state.total, 11);
    assert_int_equal(batch->segments, 1);
    batch_free(batch);
    ledger_free(ledger);
}

/* --- segments and gaps --- */

static void a_break_closes_its_segment(void **state)
{
    struct site site;
    struct mover mover = {0};
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(SITE_DAY_MS), 0);
    post(ledger, 0, &mover, wall(SITE_DAY_MS + 1000), 50);
    struct totaliser_state closed = mover.state;
    struct totaliser_outcome outcome = move_to(&mover, wall(SITE_DAY_MS + 2000), 4);
    outcome.verdict = VERDICT_RESET;
    outcome.segment = true;
    outcome.closed = closed;
    outcome.events = 1;
    outcome.event[0] = (struct totaliser_event){.reason = REASON_RESET, .before = 50, .after = 4, .amount = 4};
    mover.state.segment = 2;
    mover.state.first = 0;
    mover.state.high = mover.state.last = 4;
    ledger_post(ledger, 0, &outcome, &mover.state, 4, wall(SITE_DAY_MS + 2000));
    assert_true(ledger_urgent(ledger));
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + 2000, false);
    assert_int_equal(batch->segments, 2);
    assert_true(batch->segment[0].closed);
    assert_int_equal(batch->segment[0].counted, 50);
    assert_int_equal(batch->segment[0].base, 0);
    assert_int_equal(batch->segment[0].at_ms, SITE_DAY_MS + 2000);
    assert_false(batch->segment[1].closed);
    assert_int_equal(batch->segment[1].segment, 2);
    assert_int_equal(batch->segment[1].base, 50);
    assert_int_equal(batch->segment[1].counted, 4);
    assert_int_equal(batch->entries, 1);
    assert_string_equal(batch->entry[0].kind, totaliser_reason_name(REASON_RESET));
    assert_int_equal(batch->entry[0].before, 50);
    ledger_return(ledger, batch); /* the closing comes back, the open one is made anew */
    batch = ledger_take(ledger, SITE_DAY_MS + 2000, false);
    assert_int_equal(batch->segments, 2);
    assert_int_equal(batch->entries, 1);
    batch_free(batch);
    ledger_free(ledger);
}

static void a_gap_is_a_row(void **state)
{
    struct site site;
    struct mover mover = {0};
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(SITE_DAY_MS), 0);
    post(ledger, 0, &mover, wall(SITE_DAY_MS + MINUTE_MS), 50); /* 60 s: not yet one */
    post(ledger, 0, &mover, wall(SITE_DAY_MS + 4 * HOUR_MS), 1000);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + 4 * HOUR_MS, false);
    assert_int_equal(batch->gaps, 1);
    assert_int_equal(batch->gap[0].from_ms, SITE_DAY_MS + MINUTE_MS);
    assert_int_equal(batch->gap[0].to_ms, SITE_DAY_MS + 4 * HOUR_MS);
    assert_int_equal(batch->gap[0].amount, 1000);
    assert_int_equal(batch->tallies, 5); /* four hours, and the one that the reading is in */
    assert_int_equal(batch->tally[0].good_ms, MINUTE_MS);
    for (int i = 1; i < 4; i++) {
        assert_int_equal(batch->tally[i].good_ms, 0);
        assert_false(batch->tally[i].read);
    }
    assert_true(batch->tally[4].read);
    assert_int_equal(batch->tally[4].amount, 0);
    batch_free(batch);
    ledger_free(ledger);
}

/* --- journal --- */

static void glitch(struct ledger *ledger, struct mover *mover, int64_t wall_ms, int64_t amount, bool bounded)
{
    struct totaliser_outcome outcome = {.verdict = VERDICT_SUSPECT, .events = 1};
    outcome.event[0] = (struct totaliser_event){.reason = REASON_GLITCH,
                                                .before = 1,
                                                .after = amount,
                                                .amount = amount,
                                                .bounded = bounded,
                                                .high = amount,
                                                .summed = true};
    ledger_post(ledger, 0, &outcome, &mover->state, amount, wall(wall_ms));
}

static size_t entries_taken(struct ledger *ledger, int64_t wall_ms, bool all, struct journal_entry *first)
{
    struct batch *batch = ledger_take(ledger, wall_ms, all);
    size_t entries = batch->entries;
    if (entries)
        *first = batch->entry[0];
    batch_free(batch);
    return entries;
}

static void glitches_are_summed_by_bucket(void **state)
{
    struct site site;
    struct mover mover = {0};
    struct journal_entry entry = {0};
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    post(ledger, 0, &mover, wall(SITE_DAY_MS), 0);
    assert_int_equal(entries_taken(ledger, SITE_DAY_MS, false, &entry), 0);
    glitch(ledger, &mover, SITE_DAY_MS + 1000, 10, true);
    glitch(ledger, &mover, SITE_DAY_MS + 9000, 20, true);
    assert_false(ledger_urgent(ledger));
    assert_int_equal(entries_taken(ledger, SITE_DAY_MS + 10000, false, &entry), 0);
    assert_int_equal(entries_taken(ledger, SITE_DAY_MS + HOUR_MS, false, &entry), 1);
    assert_int_equal(entry.count, 2);
    assert_int_equal(entry.amount, 30);
    assert_int_equal(entry.high, 30);
    assert_int_equal(entry.after, 20);
    assert_int_equal(entry.bucket_ms, SITE_DAY_MS);
    glitch(ledger, &mover, SITE_DAY_MS + HOUR_MS + 1000, 5, true);
    glitch(ledger, &mover, SITE_DAY_MS + HOUR_MS + 2000, 5, false);
    assert_int_equal(entries_taken(ledger, SITE_DAY_MS + HOUR_MS + 3000, true, &entry), 1); /* a stop */
    assert_false(entry.bounded);
    assert_int_equal(entry.high, 0);
    ledger_free(ledger);
}

static void journal_rows_keep_their_order(void **state)
{
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    for (int i = 0; i < 3; i++)
        ledger_journal(ledger, &(struct journal_entry){.kind = "alarm", .meter = -1, .mine = -1, .before = i});
    assert_true(ledger_urgent(ledger));
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS, false);
    for (int i = 3; i < 60; i++)
        ledger_journal(ledger, &(struct journal_entry){.kind = "alarm", .meter = -1, .mine = -1, .before = i});
    ledger_return(ledger, batch);
    batch = ledger_take(ledger, SITE_DAY_MS, false);
    assert_int_equal(batch->entries, 60);
    for (int i = 0; i < 60; i++)
        assert_int_equal(batch->entry[i].before, i);
    batch_free(batch);
    ledger_free(ledger);
}

/* --- gauges --- */

static void scan_at(struct ledger *ledger, int64_t wall_ms, enum quality quality, int64_t count)
{
    struct reading readings[SITE_POINTS] = {{QUALITY_GOOD, 0}, {quality, count}, {QUALITY_GOOD, -count}};
    struct scan scan = {.wall_ms = wall_ms, .points = SITE_POINTS, .readings = readings};
    ledger_gauges(ledger, 0, &scan);
}

static void gauges_are_kept_by_the_minute(void **state)
{
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    site.meter[0].role = ROLE_CHECK; /* no belt */
    struct ledger *ledger = ledger_new(&site.config, NULL);
    scan_at(ledger, SITE_DAY_MS, QUALITY_GOOD, 5);
    scan_at(ledger, SITE_DAY_MS + 20000, QUALITY_TIMEOUT, 99);
    scan_at(ledger, SITE_DAY_MS + 59999, QUALITY_GOOD, -3);
    scan_at(ledger, SITE_DAY_MS + 60000, QUALITY_GOOD, 70);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + 60000, false);
    assert_int_equal(batch->minutes, 2); /* the counter is none */
    const struct ledger_minute *minute = &batch->minute[0];
    assert_int_equal(minute->point, 1);
    assert_int_equal(minute->minute_ms, SITE_DAY_MS);
    assert_int_equal(minute->min, -3);
    assert_int_equal(minute->max, 5);
    assert_int_equal(minute->last, -3);
    assert_int_equal(minute->sum, 2);
    assert_int_equal(minute->count, 2);
    assert_int_equal(minute->bad, 1);
    assert_int_equal(batch->minute[1].count, 3);
    ledger_return(ledger, batch);
    batch = ledger_take(ledger, SITE_DAY_MS + 63000, false);
    assert_int_equal(batch->minutes, 2);
    batch_free(batch);
    batch = ledger_take(ledger, SITE_DAY_MS + 2 * MINUTE_MS + 2000, false); /* over, though no scan came since */
    assert_int_equal(batch->minutes, 2);
    assert_int_equal(batch->minute[0].last, 70);
    batch_free(batch);
    ledger_free(ledger);
}

/* Six scans a minute of a belt that runs for the first three and a half minutes; the fourth scan of the fifth fails. */
static struct belt_minute belt_row(struct site *site, int minute, int64_t *bad)
{
    struct ledger *ledger = ledger_new(&site->config, NULL);
    struct belt_minute row = {.minute_ms = -1};
    for (int i = 0; i < 36; i++) {
        const bool runs = i < 21;
        const enum quality quality = i == 27 ? QUALITY_TIMEOUT : QUALITY_GOOD;
        const int64_t total = i < 21 ? i : 20;
        struct reading readings[SITE_POINTS] = {
            {quality, total}, {quality, runs ? 800000 : 2000}, {quality, runs ? 4 : 0}};
        ledger_gauges(
            ledger, 0,
            &(struct scan){.wall_ms = SITE_DAY_MS + i * INT64_C(10000), .points = SITE_POINTS, .readings = readings});
    }
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + 6 * MINUTE_MS, LEDGER_ALL);
    for (size_t i = 0; i < batch->minutes; i++)
        if (batch->minute[i].belt && batch->minute[i].minute_ms == SITE_DAY_MS + minute * MINUTE_MS) {
            assert_int_equal(batch->minute[i].meter, 0);
            row = (struct belt_minute){minute, batch->minute[i].sum, batch->minute[i].count, batch->minute[i].last};
            *bad = batch->minute[i].bad;
        }
    batch_free(batch);
    ledger_free(ledger);
    return row;
}

static void belts_are_kept_by_the_minute(void **state)
{
    static const struct {
        enum belt_source source;
        int minute;
        struct belt_minute row;
        int64_t bad;
    } cases[] = {
        {BELT_RUNNING, 0, {0, 6, 6, true}, 0},  {BELT_RUNNING, 3, {3, 3, 6, false}, 0},
        {BELT_RUNNING, 4, {4, 0, 5, false}, 1}, {BELT_RATE, 0, {0, 6, 6, true}, 0},
        {BELT_RATE, 3, {3, 3, 6, false}, 0},    {BELT_COUNT, 0, {0, 5, 5, true}, 0}, /* the first says nothing */
        {BELT_COUNT, 3, {3, 6, 6, true}, 0},                                         /* whole minutes */
        {BELT_COUNT, 4, {4, 0, 4, false}, 1}, /* nor does the one after a scan that failed */
        {BELT_COUNT, 5, {5, 0, 6, false}, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site;
        int64_t bad = 0;
        site_make(&site, 1, NULL);
        site.point[2].kind = POINT_STATE;
        if (cases[i].source == BELT_RUNNING) {
            site.meter[0].running_device = 0;
            site.meter[0].running_point = 2;
        } else if (cases[i].source == BELT_RATE) {
            site.meter[0].rate = (struct ratio){1, 1};
            site.meter[0].rate_point = 1;
            site.meter[0].drop_out_milli = 2000;
        }
        const struct belt_minute row = belt_row(&site, cases[i].minute, &bad);
        assert_int_equal(row.minute_ms, cases[i].row.minute_ms);
        assert_int_equal(row.ran, cases[i].row.ran);
        assert_int_equal(row.count, cases[i].row.count);
        assert_int_equal(row.last, cases[i].row.last);
        assert_int_equal(bad, cases[i].bad);
    }
}

static void minutes_that_a_disk_does_not_take_are_bounded(void **state)
{
    struct site site;
    struct journal_entry entry = {0};
    (void)state;
    site_make(&site, 1, NULL);
    site.meter[0].role = ROLE_CHECK; /* no belt */
    struct ledger *ledger = ledger_new(&site.config, NULL);
    for (int i = 0; i <= 1000; i++)
        scan_at(ledger, SITE_DAY_MS + i * MINUTE_MS, QUALITY_GOOD, 5);
    assert_true(ledger_waiting(ledger) < 50);
    assert_int_equal(entries_taken(ledger, SITE_DAY_MS, false, &entry), 1);
    assert_string_equal(entry.kind, "minutes-dropped");
    assert_int_equal(entry.count, 2 * (1000 - 10));
    ledger_free(ledger);
}

/* Each try drops more minutes; what is said of them must not pile up in their stead. */
static void a_disk_that_never_takes_anything_fills_no_memory(void **state)
{
    struct site site;
    struct batch *batch;
    (void)state;
    site_make(&site, 1, NULL);
    site.meter[0].role = ROLE_CHECK; /* no belt */
    struct ledger *ledger = ledger_new(&site.config, NULL);
    for (int i = 0; i <= 1000; i++) {
        scan_at(ledger, SITE_DAY_MS + i * MINUTE_MS, QUALITY_GOOD, 5);
        batch = ledger_take(ledger, SITE_DAY_MS + i * MINUTE_MS, false);
        ledger_return(ledger, batch);
    }
    assert_true(ledger_waiting(ledger) < 50);
    batch = ledger_take(ledger, SITE_DAY_MS + 1001 * MINUTE_MS, true);
    assert_int_equal(batch->entries, 1);
    assert_int_equal(batch->entry[0].count + (int64_t)batch->minutes, 2 * 1001);
    batch_free(batch);
    ledger_free(ledger);
}

/* --- threads --- */

struct poster {
    struct ledger *ledger;
    size_t meter;
    pthread_t thread;
};

enum { POSTS = 2000 };

static void *poster_run(void *context)
{
    const struct poster *poster = context;
    struct mover mover = {0};
    for (int i = 0; i < POSTS; i++) {
        post(poster->ledger, poster->meter, &mover, wall(SITE_DAY_MS + i * 1000), i ? 3 : 0);
        scan_at(poster->ledger, SITE_DAY_MS + i * 1000, QUALITY_GOOD, i);
    }
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    struct site site;
    struct poster poster[METERS];
    int64_t sum[METERS] = {0};
    (void)state;
    site_make(&site, METERS, NULL);
    struct ledger *ledger = ledger_new(&site.config, NULL);
    for (size_t i = 0; i < METERS; i++) {
        poster[i] = (struct poster){.ledger = ledger, .meter = i};
        pthread_create(&poster[i].thread, NULL, poster_run, &poster[i]);
    }
    for (int round = 0; round < 200; round++) {
        struct batch *batch = ledger_take(ledger, SITE_DAY_MS, round % 5 == 0);
        for (size_t i = 0; i < batch->tallies && round % 3; i++)
            sum[batch->tally[i].meter] += batch->tally[i].amount;
        if (round % 3)
            batch_free(batch);
        else
            ledger_return(ledger, batch);
    }
    for (size_t i = 0; i < METERS; i++)
        pthread_join(poster[i].thread, NULL);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS, true);
    for (size_t i = 0; i < batch->tallies; i++)
        sum[batch->tally[i].meter] += batch->tally[i].amount;
    batch_free(batch);
    for (size_t i = 0; i < METERS; i++)
        assert_int_equal(sum[i], 3 * (POSTS - 1));
    ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_at_bucket_edges),
        cmocka_unit_test(splits_within_half_hour_shifts),
        cmocka_unit_test(random_postings_add_up),
        cmocka_unit_test(a_clock_set_back_overlaps_nothing),
        cmocka_unit_test(rows_wait_for_what_moves),
        cmocka_unit_test(a_failed_write_is_due_again),
        cmocka_unit_test(a_break_closes_its_segment),
        cmocka_unit_test(a_gap_is_a_row),
        cmocka_unit_test(glitches_are_summed_by_bucket),
        cmocka_unit_test(journal_rows_keep_their_order),
        cmocka_unit_test(gauges_are_kept_by_the_minute),
        cmocka_unit_test(belts_are_kept_by_the_minute),
        cmocka_unit_test(minutes_that_a_disk_does_not_take_are_bounded),
        cmocka_unit_test(a_disk_that_never_takes_anything_fills_no_memory),
        cmocka_unit_test(threads_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
