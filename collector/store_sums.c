/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_sums.h"

#include <stdlib.h>

#include "collector/amount.h"

enum span { SPAN_SHIFT, SPAN_DAY, SPAN_MONTH, SPAN_DAYS };

/* What all meters have in one shift, day or month. */
struct sums_page {
    enum span span;
    int64_t at;    /* the day or month; of SPAN_DAYS the first day */
    int64_t shift; /* of SPAN_DAYS the end instead */
    struct sums *meter;
};

void sums_free(struct sums_known *known)
{
    struct sums_page *page = known->pages.at;
    for (size_t i = 0; i < known->pages.count; i++)
        free(page[i].meter);
    free(page);
    known->pages = (struct list){0};
}

/* Rows come in the order of the meters' ids, as the roster has them. */
static void page_read(struct sums_known *known, struct db_query *query, struct sums *sums)
{
    const struct roster *roster = known->roster;
    size_t index = 0;
    while (db_next(query)) {
        const int64_t id = db_int(query, 0);
        while (index < roster->meters && roster->meter[index].id < id)
            index++;
        if (index < roster->meters && roster->meter[index].id == id)
            sums[index] = (struct sums){db_int(query, 1), db_int(query, 2), db_int(query, 3), true};
    }
}

static struct db_query *page_query(struct sums_known *known, enum span span, int64_t at, int64_t shift)
{
    static const char *const sql[] = {
        [SPAN_SHIFT] =
            "SELECT meter, metered, good_ms, reported FROM shift_total WHERE day = ? AND shift = ? ORDER BY meter",
        [SPAN_DAY] = "SELECT meter, metered, good_ms, reported FROM day_total WHERE day = ? ORDER BY meter",
        [SPAN_MONTH] = "SELECT meter, metered, good_ms, reported FROM month_total WHERE month = ? ORDER BY meter",
    };
    struct db_query *query = db_query(known->db, sql[span]);
    db_bind_int(query, at);
    if (span == SPAN_SHIFT)
        db_bind_int(query, shift);
    return query;
}

/* What is kept of all meters; NULL: nothing yet. */
static struct sums *page_find(const struct sums_known *known, enum span span, int64_t at, int64_t shift)
{
    const struct sums_page *kept = known->pages.at;
    for (size_t i = known->pages.count; i-- > 0;)
        if (kept[i].span == span && kept[i].at == at && kept[i].shift == shift)
            return kept[i].meter;
    return NULL;
}

/* Zero, of all meters; NULL, with a fault, when out of memory. */
static struct sums *page_add(struct sums_known *known, enum span span, int64_t at, int64_t shift)
{
    known->pages.size = sizeof(struct sums_page);
    struct sums *sums = calloc(known->roster->meters + 1, sizeof *sums);
    struct sums_page *page = sums ? list_add(&known->pages) : NULL;
    if (page) {
        *page = (struct sums_page){span, at, shift, sums};
        return sums;
    }
    free(sums);
    db_fail(known->db, DB_OTHER, "out of memory");
    return NULL;
}

static const struct sums *page_of(struct sums_known *known, enum span span, int64_t at, int64_t shift)
{
    struct sums *sums = page_find(known, span, at, shift);
    if (!sums && (sums = page_add(known, span, at, shift)))
        page_read(known, page_query(known, span, at, shift), sums);
    return sums;
}

static struct sums sums_of(struct sums_known *known, size_t meter, enum span span, int64_t at, int64_t shift)
{
    const struct sums *sums = page_of(known, span, at, shift);
    return sums ? sums[meter] : (struct sums){0};
}

struct sums sums_of_shift(struct sums_known *known, size_t meter, civil_day day, int shift)
{
    return sums_of(known, meter, SPAN_SHIFT, day, shift);
}

struct sums sums_of_day(struct sums_known *known, size_t meter, civil_day day)
{
    return sums_of(known, meter, SPAN_DAY, day, 0);
}

struct sums sums_of_month(struct sums_known *known, size_t meter, civil_month month)
{
    return sums_of(known, meter, SPAN_MONTH, month, 0);
}

/* --- days --- */

static void all_add(struct sums_known *known, struct sums *sums, const struct sums *more, int sign)
{
    for (size_t i = 0; more && i < known->roster->meters; i++)
        sums_add(&sums[i], more[i], sign);
}

static void days_add(struct sums_known *known, struct period days, int sign, struct sums *sums)
{
    for (civil_day day = days.from; day < days.to; day++)
        all_add(known, sums, page_of(known, SPAN_DAY, day, 0), sign);
}

/* Days of one month: added one by one or, where they are most of it, as the month
 * less the others. */
static void month_part_add(struct sums_known *known, civil_month month, struct period part, struct sums *sums)
{
    const struct period whole = month_days(month);
    if ((part.to - part.from) * 2 <= whole.to - whole.from) {
        days_add(known, part, 1, sums);
        return;
    }
    all_add(known, sums, page_of(known, SPAN_MONTH, month, 0), 1);
    days_add(known, (struct period){whole.from, part.from}, -1, sums);
    days_add(known, (struct period){part.to, whole.to}, -1, sums);
}

struct sums sums_of_days(struct sums_known *known, size_t meter, struct period days)
{
    if (days.to - days.from == 1)
        return sums_of_day(known, meter, days.from);
    struct sums *sums = page_find(known, SPAN_DAYS, days.from, days.to);
    if (sums)
        return sums[meter];
    sums = page_add(known, SPAN_DAYS, days.from, days.to);
    if (!sums)
        return (struct sums){0};
    for (civil_month month = month_of(days.from); days.from < days.to; month++) {
        struct period part = month_days(month);
        part.from = part.from < days.from ? days.from : part.from;
        part.to = part.to > days.to ? days.to : part.to;
        month_part_add(known, month, part, sums);
        days.from = part.to;
    }
    return sums[meter];
}

void sums_add(struct sums *sums, struct sums more, int sign)
{
    int64_t (*const step)(int64_t, int64_t) = sign < 0 ? amount_less : amount_add;
    sums->metered = step(sums->metered, more.metered);
    sums->good_ms = step(sums->good_ms, more.good_ms);
    sums->reported = step(sums->reported, more.reported);
    sums->any |= more.any;
}
