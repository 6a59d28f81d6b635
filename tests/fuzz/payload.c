/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes for a batch of rows: no crash, and what is a batch is the same batch when it is written again. */
#include <string.h>

#include "collector/travel_payload.h"
#include "tests/fuzz/fuzz.h"

static void must_be_same(const struct travel_row *row, const struct travel_row *again)
{
    MUST(row->table == again->table && row->rev == again->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++) {
        const struct travel_value *one = &row->value[i], *other = &again->value[i];
        MUST(one->null == other->null && one->number == other->number && !one->text == !other->text);
        MUST(!one->text || strcmp(one->text, other->text) == 0);
    }
}

/* Rows come back table by table. */
static void must_come_back(const struct travel_batch *batch)
{
    struct travel_batch again, last;
    struct text first = {0}, second = {0};
    char why[256];
    travel_batch_begin(&again);
    travel_batch_begin(&last);
    travel_payload(batch, &first);
    MUST(travel_payload_read(first.at, first.length, &again, why, sizeof why));
    MUST(again.rows.count == batch->rows.count && again.mines.count == batch->mines.count);
    MUST(again.whole == batch->whole && again.session == batch->session && again.to.rev == batch->to.rev);
    travel_payload(&again, &second);
    MUST(strcmp(first.at, second.at) == 0);
    MUST(travel_payload_read(second.at, second.length, &last, why, sizeof why));
    for (size_t i = 0; i < again.rows.count; i++) {
        MUST(travel_row_bytes(travel_row_at(&again, i)) <= first.length);
        must_be_same(travel_row_at(&again, i), travel_row_at(&last, i));
    }
    travel_batch_free(&again);
    travel_batch_free(&last);
    text_free(&first);
    text_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct travel_batch batch;
    char why[256] = "";
    travel_batch_begin(&batch);
    if (travel_payload_read((const char *)data, size, &batch, why, sizeof why))
        must_come_back(&batch);
    else
        MUST(*why != '\0');
    travel_batch_free(&batch);
    return 0;
}
