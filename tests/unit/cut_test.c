/* SPDX-License-Identifier: Apache-2.0 */
/* Meters whose every reading is known are put into buckets, and the buckets are cut: the parts
 * must be a ledger's rows, and where readings follow on each other those that the finer calendar
 * would have made at once. */
#include "collector/cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/amount.h"
#include "drivers/span.h"
#include "tests/unit/seed.h"

enum { READINGS_MAX = 64 };

/* Readings of one meter whose raw value is its count; the first counts nothing. */
struct story {
    size_t readings;
    int64_t at_ms[READINGS_MAX], count[READINGS_MAX];
};

static int64_t below(int64_t limit)
{
    return ((int64_t)random() << 31 | random()) % limit;
}

static struct story story_random(void)
{
    struct story story = {.readings = (size_t)(2 + below(READINGS_MAX - 2))};
    const int64_t widest = below(3) ? 240000 : 3 * HOUR_MS;
    int64_t at_ms = below(HOUR_MS), count = below(1000);
    for (size_t i = 0; i < story.readings; i++) {
        story.at_ms[i] = at_ms;
        story.count[i] = count;
        at_ms += 1 + below(widest);
        count += below(3) ? below(5000) : 0;
    }
    return story;
}

/* What the ledger has at the edge of a bucket. */
static int64_t count_at(const struct story *story, int64_t edge_ms)
{
    size_t i = 0;
    while (i < story->readings && story->at_ms[i] < edge_ms)
        i++;
    if (i == 0)
        return story->count[0];
    if (i == story->readings)
        return story->count[i - 1];
    return story->count[i - 1] +
           amount_before(story->count[i] - story->count[i - 1], story->at_ms[i - 1], story->at_ms[i], edge_ms);
}

static int reading_in(const struct story *story, int64_t from_ms, int64_t to_ms, bool last)
{
    int found = -1;
    for (size_t i = 0; i < story->readings; i++)
        if (story->at_ms[i] >= from_ms && story->at_ms[i] < to_ms && (last || found < 0))
            found = (int)i;
    return found;
}

static struct cut_reading reading_of(const struct story *story, int index)
{
    if (index < 0 || (size_t)index >= story->readings)
        return (struct cut_reading){0};
    return (struct cut_reading){true, story->at_ms[index], story->count[index], story->count[index], 0, 1};
}

static struct cut_row row_of(const struct story *story, int64_t from_ms, int64_t to_ms)
{
    const int first = reading_in(story, from_ms, to_ms, false), last = reading_in(story, from_ms, to_ms, true);
    const int64_t start = count_at(story, from_ms), end = count_at(story, to_ms);
    struct cut_row row = {.bucket_ms = from_ms,
                          .end_ms = to_ms,
                          .metered = end - start,
                          .good_ms = below(to_ms - from_ms + 1),
                          .end_count = end,
                          .read = last >= 0};
    if (row.read) {
        row.first_raw = story->count[first];
        row.first_at_ms = story->at_ms[first];
        row.last_raw = row.high = story->count[last];
        row.last_at_ms = story->at_ms[last];
        row.segment = 1;
    }
    return row;
}

static void check_part(const struct cut_part *part, int64_t start_count, bool traced)
{
    const struct cut_row *row = &part->row;
    assert_true(row->end_ms > row->bucket_ms);
    assert_true(row->metered >= 0 && row->good_ms >= 0 && row->good_ms <= row->end_ms - row->bucket_ms);
    assert_true(part->counted >= 0);
    assert_int_equal(row->end_count, start_count + part->counted);
    if (!row->read)
        return;
    assert_true(row->first_at_ms >= row->bucket_ms && row->first_at_ms <= row->last_at_ms &&
                row->last_at_ms < row->end_ms);
    assert_int_equal(row->segment, 1);
    assert_true(!traced || row->high <= row->end_count); /* the raw value is the count */
}

/* All that must hold whatever is known. */
static void check_whole(const struct cut_row *row, const struct cut_known *known, const struct cut_part *part,
                        size_t parts)
{
    int64_t metered = 0, good_ms = 0, counted = 0;
    for (size_t i = 0; i < parts; i++) {
        check_part(&part[i], known->start_count + counted, known->last.known);
        assert_int_equal(part[i].row.bucket_ms, i ? part[i - 1].row.end_ms : row->bucket_ms);
        metered += part[i].row.metered;
        good_ms += part[i].row.good_ms;
        counted += part[i].counted;
    }
    assert_int_equal(part[parts - 1].row.end_ms, row->end_ms);
    assert_int_equal(metered, row->metered);
    assert_int_equal(good_ms, row->good_ms);
    assert_int_equal(counted, row->end_count - known->start_count);
}

static size_t random_cuts(const struct cut_row *row, int64_t *cut_ms)
{
    const size_t wanted = 1 + (size_t)below(4);
    int64_t at_ms = row->bucket_ms;
    size_t cuts = 0;
    while (cuts < wanted && row->end_ms - at_ms > 2) {
        at_ms += 1 + below(row->end_ms - at_ms - 1);
        cut_ms[cuts++] = at_ms;
    }
    return cuts;
}

/* A cut between two readings of the same bucket: only the bucket's ends are known. */
static bool blurred(const struct cut_row *row, int64_t cut_ms)
{
    return row->read && cut_ms > row->first_at_ms && cut_ms <= row->last_at_ms;
}

static void parts_are_rows_of_a_ledger(void **state)
{
    struct cut_part part[CUTS_MAX + 1];
    int64_t cut_ms[CUTS_MAX];
    (void)state;
    seed_random();
    for (int i = 0; i < 50000; i++) {
        const struct story story = story_random();
        const int64_t from_ms = below(4) * HOUR_MS, to_ms = from_ms + HOUR_MS;
        struct cut_row row = row_of(&story, from_ms, to_ms);
        const struct cut_known known = {
            .start_count = count_at(&story, from_ms),
            .before = reading_of(&story, reading_in(&story, 0, from_ms, true)),
            .first = reading_of(&story, reading_in(&story, from_ms, to_ms, false)),
            .last = reading_of(&story, reading_in(&story, from_ms, to_ms, true)),
            .after = reading_of(&story, reading_in(&story, to_ms, INT64_MAX, false)),
            .latest = reading_in(&story, to_ms, INT64_MAX, false) < 0,
        };
        if (known.latest && row.read && row.good_ms > row.last_at_ms - from_ms)
            row.good_ms = row.last_at_ms - from_ms;
        const size_t cuts = random_cuts(&row, cut_ms);
        const bool estimated = cut_divide(&row, &known, cut_ms, cuts, part);
        bool blur = false;
        check_whole(&row, &known, part, cuts + 1);
        for (size_t c = 0; c < cuts; c++) {
            blur |= blurred(&row, cut_ms[c]) && row.last_raw > row.first_raw;
            if (!blurred(&row, cut_ms[c]) && (known.before.known || row.read))
                assert_int_equal(part[c].row.end_count, count_at(&story, cut_ms[c]));
        }
        if (known.before.known && (known.after.known || known.latest))
            assert_int_equal(estimated, blur);
    }
}

/* Whatever is known of it or not, and with what acts posted, nothing is lost and no part is odd. */
static void ignorance_loses_nothing(void **state)
{
    struct cut_part part[CUTS_MAX + 1];
    int64_t cut_ms[CUTS_MAX];
    (void)state;
    for (int i = 0; i < 50000; i++) {
        const struct story story = story_random();
        const int64_t from_ms = below(4) * HOUR_MS, to_ms = from_ms + HOUR_MS;
        struct cut_row row = row_of(&story, from_ms, to_ms);
        struct cut_known known = {.start_count = count_at(&story, from_ms), .latest = below(2)};
        if (below(2))
            known.last = reading_of(&story, reading_in(&story, from_ms, to_ms, true));
        if (below(2))
            known.before = reading_of(&story, reading_in(&story, 0, from_ms, true));
        row.metered = below(2) ? row.metered : below(100000);
        const size_t cuts = random_cuts(&row, cut_ms);
        cut_divide(&row, &known, cut_ms, cuts, part);
        check_whole(&row, &known, part, cuts + 1);
    }
}

static void the_running_bucket_keeps_what_it_has(void **state)
{
    /* Read from 08:00:00 to 08:20, cut at 08:30: what is to come has not been counted yet. */
    const struct cut_row row = {.end_ms = HOUR_MS,
                                .metered = 700,
                                .good_ms = 1200000,
                                .end_count = 1700,
                                .read = true,
                                .first_raw = 1000,
                                .first_at_ms = 0,
                                .last_raw = 1700,
                                .last_at_ms = 1200000,
                                .segment = 1,
                                .high = 1700};
    const struct cut_known known = {.start_count = 1000, .last = {true, 1200000, 1700, 1700, 0, 0}, .latest = true};
    const int64_t cut_ms = 1800000;
    struct cut_part part[CUTS_MAX + 1];
    (void)state;
    assert_false(cut_divide(&row, &known, &cut_ms, 1, part));
    assert_int_equal(part[0].row.metered, 700);
    assert_int_equal(part[0].row.end_ms, cut_ms);
    assert_int_equal(part[0].row.last_raw, 1700);
    assert_true(part[1].empty);
}

static void a_bucket_cut_in_the_middle_is_estimated(void **state)
{
    const struct cut_row row = {.end_ms = HOUR_MS,
                                .metered = 101,
                                .good_ms = HOUR_MS,
                                .end_count = 101,
                                .read = true,
                                .first_raw = 0,
                                .first_at_ms = 0,
                                .last_raw = 101,
                                .last_at_ms = HOUR_MS - 1,
                                .segment = 1,
                                .high = 101};
    const struct cut_known known = {
        .first = {true, 0, 0, 0, 0, 1}, .last = {true, HOUR_MS - 1, 101, 101, 0, 1}, .latest = true};
    const int64_t cut_ms[] = {HOUR_MS / 4, HOUR_MS / 2};
    struct cut_part part[CUTS_MAX + 1];
    (void)state;
    assert_true(cut_divide(&row, &known, cut_ms, 2, part));
    assert_int_equal(part[0].row.metered, 25);
    assert_int_equal(part[1].row.metered, 25);
    assert_int_equal(part[2].row.metered, 51);
    assert_int_equal(part[0].row.last_raw, 0);
    assert_false(part[1].row.read);
    assert_int_equal(part[2].row.first_raw, 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_rows_of_a_ledger),
        cmocka_unit_test(ignorance_loses_nothing),
        cmocka_unit_test(the_running_bucket_keeps_what_it_has),
        cmocka_unit_test(a_bucket_cut_in_the_middle_is_estimated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
