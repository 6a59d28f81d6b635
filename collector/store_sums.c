/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_sums.h"

#include <stdlib.h>

#include "collector/amount.h"

enum span { SPAN_SHIFT, SPAN_DAY, SPAN_MONTH };

/* What all meters have in one shift, day or month. */
struct sums_page {
    enum span span;
    int64_t at; /* the day or month */
    int shift;
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

static struct db_query *page_query(struct sums_known *known, enum span span, int64_t at, int shift)
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

static struct sums sums_of(struct sums_known *known, size_t meter, enum span span, int64_t at, int shift)
{
    const struct sums_page *kept = known->pages.at;
    for (size_t i = known->pages.count; i-- > 0;)
        if (kept[i].span == span && kept[i].at == at && kept[i].shift == shift)
            return kept[i].meter[meter];
    known->pages.size = sizeof(struct sums_page);
    struct sums *sums = calloc(known->roster->meters + 1, sizeof *sums);
    struct sums_page *page = sums ? list_add(&known->pages) : NULL;
    if (!page) {
        free(sums);
        db_fail(known->db, DB_OTHER, "out of memory");
        return (struct sums){0};
    }
    *page = (struct sums_page){span, at, shift, sums};
    page_read(known, page_query(known, span, at, shift), sums);
    return sums[meter];
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

void sums_add(struct sums *sums, struct sums more, int sign)
{
    int64_t (*const step)(int64_t, int64_t) = sign < 0 ? amount_less : amount_add;
    sums->metered = step(sums->metered, more.metered);
    sums->good_ms = step(sums->good_ms, more.good_ms);
    sums->reported = step(sums->reported, more.reported);
    sums->any |= more.any;
}
