/* SPDX-License-Identifier: Apache-2.0 */
/* Register images typed from the makers' manuals, or reasoned from them by hand, against
 * the profiles: tests/vectors/README.md. Nothing of ours has written the words. */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/profile.h"

enum { RUNS_MAX = 32, RUN_WORDS_MAX = 64, LINE_MAX_BYTES = 512 };

/* Registers (or bits) that lie one after another, as an answer brings them. */
struct run {
    enum registers_table table;
    bool wide;      /* two words an address */
    unsigned model; /* SunSpec: `address` is within it; 0: none */
    unsigned address;
    size_t words;
    uint16_t word[RUN_WORDS_MAX];
};

/* A file of vectors while it is read. */
struct vector {
    const struct profile *profile;
    const char *file;
    int line;
    bool *stated; /* by point: whether a value of it was compared */
    size_t runs;
    struct run run[RUNS_MAX]; /* of the case that is read */
    int faults;
};

#define VECTOR_FAULT(vector, ...) (vector_fault(vector), print_message(__VA_ARGS__), print_message("\n"))

static void vector_fault(struct vector *vector)
{
    vector->faults++;
    print_message("# %s:%d: ", vector->file, vector->line);
}

/* --- registers: "holding 1009: 0000 1CB1", "wide 5007: AE41 5652", "model 103+14: 14C9 FFFF" --- */

static bool run_place(struct run *run, const char *text)
{
    static const struct {
        const char *name;
        enum registers_table table;
        bool wide;
    } spaces[] = {{"coil", TABLE_COIL, false},
                  {"discrete", TABLE_DISCRETE, false},
                  {"holding", TABLE_HOLDING, false},
                  {"input", TABLE_INPUT, false},
                  {"wide", TABLE_HOLDING, true}};
    char name[16];
    int end = 0;

    *run = (struct run){.table = TABLE_HOLDING};
    if (sscanf(text, "model %u+%u:%n", &run->model, &run->address, &end) == 2 && end > 0)
        return true;
    if (sscanf(text, "%15[a-z] %u:%n", name, &run->address, &end) != 2 || end == 0)
        return false;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (strcmp(name, spaces[i].name) == 0) {
            run->table = spaces[i].table;
            run->wide = spaces[i].wide;
            return true;
        }
    }
    return false;
}

/* Groups of four hexadecimal digits; of bits one digit each. */
static bool run_words(struct run *run, const char *text)
{
    const int digits = run->table == TABLE_COIL || run->table == TABLE_DISCRETE ? 1 : 4;

    for (int length = 0; *(text += strspn(text, " ")) != '\0'; text += length) {
        unsigned word;
        if (run->words == RUN_WORDS_MAX || sscanf(text, "%4x%n", &word, &length) != 1 || length != digits)
            return false;
        run->word[run->words++] = (uint16_t)word;
    }
    return run->words > 0;
}

static void vector_registers(struct vector *vector, const char *line)
{
    struct run *run = &vector->run[vector->runs];

    if (vector->runs == RUNS_MAX || !run_place(run, line) || !run_words(run, strchr(line, ':') + 1))
        VECTOR_FAULT(vector, "found \"%s\", expected registers like: holding 1009: 0000 1CB1", line);
    else
        vector->runs++;
}

static bool is_in_model(const struct point *point, unsigned model)
{
    if (model == 0)
        return point->model[0] == 0;
    for (int i = 0; point->model[i]; i++)
        if (point->model[i] == model)
            return true;
    return false;
}

/* The words of a point, all out of one run; NULL when the case does not give them. */
static const uint16_t *vector_find(const struct vector *vector, const struct point *point)
{
    for (size_t i = 0; i < vector->runs; i++) {
        const struct run *run = &vector->run[i];
        if (run->table != point->table || run->wide != point->wide || !is_in_model(point, run->model) ||
            point->address < run->address)
            continue;
        size_t at = (size_t)(point->address - run->address) * (run->wide ? 2 : 1);
        if (at + (size_t)point_words(point) <= run->words)
            return run->word + at;
    }
    return NULL;
}

/* --- values: "rate = 7.345 t/h", "level = sentinel", "maker = "ACME"" --- */

/* All points of the case, those upon others after these, then what conditions leave of
 * them; what the case does not give is as if it had not been answered. */
static void vector_decode(const struct vector *vector, struct reading *readings)
{
    const struct profile *profile = vector->profile;

    for (size_t i = 0; i < profile->points; i++)
        readings[i] = (struct reading){QUALITY_TIMEOUT, 0};
    for (int depth = 0; depth < POINT_DEPTHS; depth++) {
        for (size_t i = 0; i < profile->points; i++) {
            const uint16_t *words = vector_find(vector, &profile->point[i]);
            if (point_depth(&profile->point[i]) == depth && (words || profile->point[i].high_part))
                readings[i] = point_decode_among(profile->point, i, words, readings);
        }
    }
    for (size_t i = 0; i < profile->points; i++) {
        const enum quality quality = point_condition(profile->point, i, readings);
        if (readings[i].quality == QUALITY_GOOD)
            readings[i].quality = quality;
    }
}

/* As the line must say it. */
static void value_text(const struct vector *vector, size_t index, char text[static LINE_MAX_BYTES])
{
    const struct point *point = &vector->profile->point[index];
    struct reading *readings = calloc(vector->profile->points, sizeof *readings);
    char number[DECIMAL_TEXT_MAX], letters[2 * TEXT_REGISTERS_MAX + 1];

    assert_non_null(readings);
    vector_decode(vector, readings);
    const struct reading reading = readings[index];
    free(readings);
    if (reading.quality != QUALITY_GOOD) {
        snprintf(text, LINE_MAX_BYTES, "%s", quality_name(reading.quality));
    } else if (point->kind == POINT_TEXT) {
        registers_get_text(vector_find(vector, point), point->text_words, point->format.order, letters);
        snprintf(text, LINE_MAX_BYTES, "\"%s\"", letters);
    } else {
        const struct decimal quantum = point->format.quantum;
        decimal_format((struct decimal){reading.count * quantum.digits, quantum.places}, number);
        snprintf(text, LINE_MAX_BYTES, "%s%s%s", number, point->unit[0] ? " " : "", point->unit);
    }
}

static void vector_value(struct vector *vector, char *line)
{
    char found[LINE_MAX_BYTES], *expected = strstr(line, " = ");

    *expected = '\0';
    expected += 3;
    const int index = profile_find(vector->profile, line);
    if (index < 0) {
        VECTOR_FAULT(vector, "found \"%s\", expected the name of a point of %s", line, vector->profile->name);
        return;
    }
    value_text(vector, (size_t)index, found);
    vector->stated[index] = true;
    if (strcmp(found, expected) != 0)
        VECTOR_FAULT(vector, "%s is %s, expected %s", line, found, expected);
}

/* --- files --- */

/* A line of its own begins each case, and forgets the registers of the one before. */
static void vector_line(struct vector *vector, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (*line == '\0' || *line == '#')
        return;
    if (strncmp(line, "case ", 5) == 0)
        vector->runs = 0;
    else if (strstr(line, " = "))
        vector_value(vector, line);
    else
        vector_registers(vector, line);
}

/* How many faults there are; each is printed. */
static int vector_check(const struct profile *profile, FILE *in, const char *file)
{
    struct vector vector = {.profile = profile, .file = file, .stated = calloc(profile->points, sizeof(bool))};
    char line[LINE_MAX_BYTES];

    assert_non_null(vector.stated);
    while (fgets(line, sizeof line, in)) {
        vector.line++;
        vector_line(&vector, line);
    }
    for (size_t i = 0; i < profile->points; i++)
        if (!vector.stated[i])
            VECTOR_FAULT(&vector, "there is no value of the point \"%s\"", profile->point[i].name);
    free(vector.stated);
    return vector.faults;
}

static int vector_check_file(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    char vectors[128];
    struct faults *faults = faults_new();
    struct profile *profile = profile_load(path, faults);

    if (!profile)
        fail_msg("%s has faults: coaltally profiles %.*s", path, (int)strcspn(name, "."), name);
    snprintf(vectors, sizeof vectors, "tests/vectors/%.*s.vector", (int)strcspn(name, "."), name);
    FILE *in = fopen(vectors, "r");
    const int wrong = in ? vector_check(profile, in, vectors) : 1;
    if (!in)
        print_message("# %s: %s, but each profile needs one\n", vectors, strerror(errno));
    else
        fclose(in);
    profile_free(profile);
    faults_free(faults);
    return wrong;
}

static void each_profile_gives_what_its_vectors_say(void **state)
{
    glob_t found;
    int wrong = 0;

    (void)state;
    assert_int_equal(glob("drivers/profiles/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        wrong += vector_check_file(found.gl_pathv[i]);
    globfree(&found);
    assert_int_equal(wrong, 0);
}

static void each_vector_has_its_profile(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob("tests/vectors/*.vector", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        char path[128];
        snprintf(path, sizeof path, "drivers/profiles/%.*s.yaml", (int)strcspn(name, "."), name);
        FILE *in = fopen(path, "r");
        assert_non_null(in);
        fclose(in);
    }
    globfree(&found);
}

/* --- the reader of vectors itself --- */

static const char meter[] = "profile: meter\ntitle: Meter\nsource: a test\naddress_base: 0\n"
                            "defaults: {table: holding, kind: gauge, type: uint16}\n"
                            "points:\n"
                            "  - {name: high, address: 2}\n"
                            "  - {name: low, address: 3, scale: 0.1, unit: t, sentinels: [65535]}\n"
                            "  - {name: total, kind: counter, high: high, times: 1000, low: low, resolution: 0.1, "
                            "unit: t}\n";

static void finds_each_fault_of_a_vector(void **state)
{
    static const struct {
        const char *text;
        int faults;
    } cases[] = {
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.5 t\n", 0},
        {"# none of\n\ncase one\nholding 2: 0001 FFFF\nhigh = 1\nlow = sentinel\ntotal = sentinel\n", 0},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\n", 1}, /* no total */
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5\ntotal = 1001.5 t\n", 1},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.6 t\n", 1},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.5 t\nlows = 1\n", 1},
        {"holding 2: 0001\nhigh = 1\nlow = timeout\ntotal = timeout\n", 0},
        {"input 2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"wide 2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"model 103+2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"holding 2: 0001 000F\ncase two\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"holding 2: 0001 F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"holding 2:\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"holdings 2: 0001\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"", 3},
    };

    (void)state;
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(meter, strlen(meter), "meter.yaml", faults);
    struct profile *profile = profile_read(document, "meter.yaml", faults);
    assert_non_null(profile);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *in = tmpfile();
        assert_non_null(in);
        assert_true(fputs(cases[i].text, in) >= 0);
        rewind(in);
        assert_int_equal(vector_check(profile, in, "of a test"), cases[i].faults);
        fclose(in);
    }
    profile_free(profile);
    yaml_unload(document);
    faults_free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_fault_of_a_vector),
        cmocka_unit_test(each_vector_has_its_profile),
        cmocka_unit_test(each_profile_gives_what_its_vectors_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
