/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a file: all of it comes back; what was cut off or altered in any place does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/files.h"

static uint64_t seed;

static int site_setup(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    *state = rig;
    rig_open(rig, &seed, RIG_METERS, 'a');
    rig_run(rig, 2000);
    rig_act(rig);
    rig_run(rig, 500);
    return 0;
}

static int site_teardown(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}

static void path_of(const struct rig *rig, const char *name, char path[static 128])
{
    snprintf(path, 128, "%s/%s", rig->folder, name);
}

static int64_t incarnations(const struct rig *rig)
{
    return db_value(rig->store->db, "SELECT count(*) FROM incarnation", 0, NULL);
}

static void rows_come_back(void **state)
{
    const struct rig *rig = *state;
    char path[128], why[256] = "";
    path_of(rig, "rows", path);
    for (int i = 0; i < 8; i++) {
        struct text written = {0}, read = {0};
        const int64_t head = db_value(rig->store->db, "SELECT rev FROM revision", 0, NULL);
        const int64_t from = i == 0 ? 0 : i == 1 ? head : random_below(&seed, head);
        const struct travel_file_heading heading = file_make(rig->store->db, 0, "site-a", from, path);
        struct travel_file *file = file_open(path);
        assert_memory_equal(travel_file_heading(file), &heading, sizeof heading);
        rows_text(rig->store->db, 0, from, &written);
        enum travel_file_next next = TRAVEL_FILE_BATCH;
        while (next == TRAVEL_FILE_BATCH) {
            struct travel_batch batch;
            struct replica_row row[TRAVEL_ROWS_MAX];
            struct replica_batch sorted;
            travel_batch_begin(&batch);
            next = travel_file_next(file, &batch, why, sizeof why);
            if (next == TRAVEL_FILE_BATCH)
                travel_batch_rows(&batch, row, &sorted);
            for (size_t r = 0; next == TRAVEL_FILE_BATCH && r < sorted.count; r++) {
                const struct travel_row *of = sorted.row[r].payload;
                travel_row_format(of, &read);
                text_add(&read, travel_tables[of->table].name);
                text_add(&read, "\n");
            }
            travel_batch_free(&batch);
        }
        assert_int_equal(next, TRAVEL_FILE_END);
        assert_int_equal(written.length, read.length);
        if (written.length)
            assert_string_equal(written.at, read.at);
        travel_file_close(file);
        text_free(&written);
        text_free(&read);
    }
}

/* All of them, whatever the file begins with. */
static void every_incarnation_is_in_every_file(void **state)
{
    const struct rig *rig = *state;
    char path[128];
    path_of(rig, "rows", path);
    const int64_t head = db_value(rig->store->db, "SELECT rev FROM revision", 0, NULL);
    file_make(rig->store->db, 0, "site-a", head, path);
    struct travel_file *file = file_open(path);
    struct db_query *query = db_query(rig->store->db, "SELECT id, first_rev FROM incarnation ORDER BY first_rev");
    int64_t before = 0, found = 0;
    while (db_next(query)) {
        struct replica_era era;
        bool known;
        assert_true(travel_file_era(file, db_text(query, 0), &era, &known));
        assert_true(known);
        assert_int_equal(era.first_rev, db_int(query, 1));
        assert_true(era.first_rev > before);
        before = era.first_rev;
        found++;
    }
    assert_int_equal(found, incarnations(rig));
    struct replica_era era;
    bool known;
    assert_true(travel_file_era(file, "00000000000000000000000000000000", &era, &known));
    assert_false(known);
    travel_file_close(file);
}

static char *bytes_read(const char *path, size_t *length)
{
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    char *bytes = malloc(4 << 20);
    assert_non_null(bytes);
    *length = fread(bytes, 1, 4 << 20, in);
    assert_true(*length > 0 && *length < 4 << 20);
    fclose(in);
    return bytes;
}

/* False also where only its reading batch by batch tells. */
static bool is_whole(const char *path, const char *bytes, size_t length)
{
    char why[256] = "";
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(out);
    struct travel_file *file = travel_file_open(open(path, O_RDONLY), NULL, why, sizeof why);
    enum travel_file_next next = file ? TRAVEL_FILE_BATCH : TRAVEL_FILE_FAULT;
    while (next == TRAVEL_FILE_BATCH) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        next = travel_file_next(file, &batch, why, sizeof why);
        travel_batch_free(&batch);
    }
    travel_file_close(file);
    assert_true(next == TRAVEL_FILE_END || *why);
    return next == TRAVEL_FILE_END;
}

static void what_was_cut_off_is_refused(void **state)
{
    const struct rig *rig = *state;
    char path[128], cut[128];
    size_t length;
    path_of(rig, "rows", path);
    path_of(rig, "cut", cut);
    file_make(rig->store->db, 0, "site-a", 0, path);
    char *bytes = bytes_read(path, &length);
    assert_true(is_whole(cut, bytes, length));
    for (int i = 0; i < 40; i++)
        assert_false(is_whole(cut, bytes, i < 10 ? (size_t)i : (size_t)random_below(&seed, (int64_t)length)));
    assert_false(is_whole(cut, bytes, length - 1));
    free(bytes);
}

static void what_was_altered_is_refused(void **state)
{
    const struct rig *rig = *state;
    char path[128], altered[128];
    size_t length;
    path_of(rig, "rows", path);
    path_of(rig, "altered", altered);
    file_make(rig->store->db, 0, "site-a", 0, path);
    char *bytes = bytes_read(path, &length);
    for (int i = 0; i < 150; i++) {
        /* A third of them in the last line, which its own digest does not hold. */
        const size_t tail = length < 200 ? length : 200;
        const size_t at = i % 3 ? (size_t)random_below(&seed, (int64_t)length)
                                : length - 1 - (size_t)random_below(&seed, (int64_t)tail);
        const char kept = bytes[at];
        bytes[at] = (char)(kept ^ (1 << random_below(&seed, 7)));
        if (is_whole(altered, bytes, length))
            fail_msg("byte %zu of %zu, %c for %c, was not found", at, length, bytes[at], kept);
        bytes[at] = kept;
    }
    free(bytes);
}

static const struct {
    const char *bytes, *why;
} strangers[] = {
    {"", "it was cut off"},
    {"\n", "not that of a ledger"},
    {"{}\n", "not that of a ledger"},
    {"[1]\n", "not that of a ledger"},
    {"{\"coaltally\":\"roster\",\"v\":1}\n", "not that of a ledger"},
    {"{\"coaltally\":\"ledger\"}\n", "not that of a ledger"},
    {"{\"coaltally\":\"ledger\",\"v\":0}\n", "made by an older coaltally (file version 0, this program knows 1)"},
    {"{\"coaltally\":\"ledger\",\"v\":7}\n", "made by a newer coaltally (file version 7, this program knows 1)"},
    {"{\"coaltally\":\"ledger\",\"v\":1}\n", "does not say whose rows these are"},
    {"{\"coaltally\":\"ledger\",\"v\":1,\"site\":\"a\",\"program\":\"1\",\"database\":\"x\"}\n", "does not say whose"},
};

static void strangers_are_told_apart(void **state)
{
    const struct rig *rig = *state;
    char path[128];
    path_of(rig, "stranger", path);
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        char why[256] = "";
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(strangers[i].bytes, out);
        fclose(out);
        assert_null(travel_file_open(open(path, O_RDONLY), NULL, why, sizeof why));
        if (!strstr(why, strangers[i].why))
            fail_msg("%zu: \"%s\" does not say \"%s\"", i, why, strangers[i].why);
    }
}

/* Neither memory nor time: a line that never ends. */
static void an_endless_line_is_left(void **state)
{
    const struct rig *rig = *state;
    char path[128], why[256] = "";
    path_of(rig, "endless", path);
    const int file = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(file, INT64_C(1) << 36), 0);
    assert_null(travel_file_open(file, NULL, why, sizeof why));
    assert_non_null(strstr(why, "line 1 is longer than any of a ledger"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back),
        cmocka_unit_test(every_incarnation_is_in_every_file),
        cmocka_unit_test(what_was_cut_off_is_refused),
        cmocka_unit_test(what_was_altered_is_refused),
        cmocka_unit_test(strangers_are_told_apart),
        cmocka_unit_test(an_endless_line_is_left),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
