/* SPDX-License-Identifier: Apache-2.0 */
/* Reads tests/vectors/: what is in such a file, its README.md says. */
#ifndef COALTALLY_VECTOR_FILE_H
#define COALTALLY_VECTOR_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct vector;

/* Takes what a line says that a point must be. */
typedef void (*vector_judge)(struct vector *vector, size_t index, const char *expected);

/* A file of vectors while it is read. */
struct vector {
    const struct profile *profile;
    const char *file;
    vector_judge judge;
    void *context; /* of the judge */
    int line;
    bool *stated; /* by point: whether it was judged */
    size_t runs;
    struct run run[RUNS_MAX]; /* of the case that is read */
    int faults;
};

#define VECTOR_FAULT(vector, ...) (vector_fault(vector), printf(__VA_ARGS__), printf("\n"))

static inline void vector_fault(struct vector *vector)
{
    vector->faults++;
    printf("# %s:%d: ", vector->file, vector->line);
}

/* --- registers: "holding 1009: 0000 1CB1", "wide 5007: AE41 5652", "model 103+14: 14C9 FFFF" --- */

static inline bool run_place(struct run *run, const char *text)
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
static inline bool run_words(struct run *run, const char *text)
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

static inline void vector_registers(struct vector *vector, const char *line)
{
    struct run *run = &vector->run[vector->runs];

    if (vector->runs == RUNS_MAX || !run_place(run, line) || !run_words(run, strchr(line, ':') + 1))
        VECTOR_FAULT(vector, "found \"%s\", expected registers like: holding 1009: 0000 1CB1", line);
    else
        vector->runs++;
}

static inline bool is_in_model(const struct point *point, unsigned model)
{
    if (model == 0)
        return point->model[0] == 0;
    for (int i = 0; point->model[i]; i++)
        if (point->model[i] == model)
            return true;
    return false;
}

/* The words of a point, all out of one run; NULL when the case does not give them. */
static inline const uint16_t *vector_find(const struct vector *vector, const struct point *point)
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

/* "rate = 7.345 t/h", "level = sentinel", "maker = "ACME"" */
static inline void vector_value(struct vector *vector, char *line)
{
    char *expected = strstr(line, " = ");

    *expected = '\0';
    expected += 3;
    const int index = profile_find(vector->profile, line);
    if (index < 0) {
        VECTOR_FAULT(vector, "found \"%s\", expected the name of a point of %s", line, vector->profile->name);
        return;
    }
    vector->stated[index] = true;
    vector->judge(vector, (size_t)index, expected);
}

/* A line of its own begins each case, and forgets the registers of the one before. */
static inline void vector_line(struct vector *vector, char *line)
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

/* Reads it all. The caller frees vector->stated. */
static inline void vector_read(struct vector *vector, FILE *in)
{
    char line[LINE_MAX_BYTES];

    vector->stated = calloc(vector->profile->points, sizeof *vector->stated);
    if (!vector->stated)
        abort();
    while (fgets(line, sizeof line, in)) {
        vector->line++;
        vector_line(vector, line);
    }
}

/* The value of a point in the words of these files. `words`: of a text. */
static inline void vector_text(const struct point *point, struct reading reading, const uint16_t *words,
                               char text[static LINE_MAX_BYTES])
{
    char number[DECIMAL_TEXT_MAX], letters[2 * TEXT_REGISTERS_MAX + 1];

    if (reading.quality != QUALITY_GOOD) {
        snprintf(text, LINE_MAX_BYTES, "%s", quality_name(reading.quality));
    } else if (point->kind == POINT_TEXT) {
        registers_get_text(words, point->text_words, point->format.order, letters);
        snprintf(text, LINE_MAX_BYTES, "\"%s\"", letters);
    } else {
        const struct decimal quantum = point->format.quantum;
        decimal_format((struct decimal){reading.count * quantum.digits, quantum.places}, number);
        snprintf(text, LINE_MAX_BYTES, "%s%s%s", number, point->unit[0] ? " " : "", point->unit);
    }
}

/* Opens the vectors of a profile's file; NULL when it has none. */
static inline FILE *vector_open(const char *profile_path, char *path, size_t size)
{
    const char *name = strrchr(profile_path, '/') + 1;

    snprintf(path, size, "tests/vectors/%.*s.vector", (int)strcspn(name, "."), name);
    return fopen(path, "r");
}

#endif
