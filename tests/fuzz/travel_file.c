/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes for a file of rows; with a last line that fits them, or what lies behind it would never be reached. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/digest.h"
#include "collector/text.h"
#include "collector/travel_file.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS_CLAIMED = 1 };

static void end_add(const uint8_t *data, size_t size, struct text *out)
{
    char digest[DIGEST_HEX_BYTES];
    int64_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    MUST(digest_hex(data, size, digest));
    text_add(out, "{\"end\":true");
    text_member_int(out, "lines", lines);
    text_member_int(out, "rows", ROWS_CLAIMED);
    text_member(out, "sha256", digest);
    text_add(out, "}\n");
}

static void read_through(struct travel_file *file)
{
    const struct travel_file_heading *heading = travel_file_heading(file);
    enum travel_file_next next = TRAVEL_FILE_BATCH;
    int64_t rows = 0;
    MUST(heading->from >= 0 && heading->from <= heading->to.rev && heading->to.rev <= heading->to.head);
    MUST(*heading->site && strlen(heading->database) == TRAVEL_UID_BYTES - 1);
    while (next == TRAVEL_FILE_BATCH) {
        struct travel_batch batch;
        char why[256] = "";
        travel_batch_begin(&batch);
        next = travel_file_next(file, &batch, why, sizeof why);
        for (size_t i = 0; next == TRAVEL_FILE_BATCH && i < batch.rows.count; i++, rows++)
            MUST(travel_row_at(&batch, i)->rev > heading->from && travel_row_at(&batch, i)->rev <= heading->to.rev);
        MUST(next != TRAVEL_FILE_FAULT || *why);
        travel_batch_free(&batch);
    }
    MUST(next != TRAVEL_FILE_END || rows == ROWS_CLAIMED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text whole = {0};
    char why[256] = "";
    const int descriptor = memfd_create("rows", MFD_CLOEXEC);
    MUST(descriptor >= 0);
    text_add_bytes(&whole, (const char *)data, size);
    if (size && data[size - 1] == '\n')
        end_add(data, size, &whole);
    MUST(!whole.failed && write(descriptor, whole.at ? whole.at : "", whole.length) == (ssize_t)whole.length);
    struct travel_file *file = travel_file_open(descriptor, NULL, why, sizeof why);
    if (file)
        read_through(file);
    else
        MUST(*why);
    travel_file_close(file);
    text_free(&whole);
    return 0;
}
