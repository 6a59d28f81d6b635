/* SPDX-License-Identifier: Apache-2.0 */
/* Past readings of meters, out of a file: read, judged beside the ledger, and taken
 * reading by reading the way that live ones are (totaliser_step, ledger_post, store). */
#ifndef COALTALLY_IMPORT_H
#define COALTALLY_IMPORT_H

#include "collector/config.h"
#include "collector/digest.h"
#include "collector/ledger.h"
#include "collector/list.h"
#include "collector/store.h"
#include "collector/words.h"

/* --- import_faults.c: what is wrong, by row and column --- */

enum { IMPORT_FAULTS_MAX = 50 };

struct import_fault {
    size_t row, column; /* from 1; 0: the file, the row as a whole */
    char text[300];
};

struct import_faults {
    enum language language;
    size_t found; /* all of them */
    size_t kept;  /* the first IMPORT_FAULTS_MAX */
    struct import_fault fault[IMPORT_FAULTS_MAX];
};

/* The format is translated into the language of the faults. */
void import_fault(struct import_faults *faults, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "FILE: row 17, column C: text", in the order of rows and columns. */
void import_faults_print(struct import_faults *faults, const char *file, FILE *out);

/* --- import_read.c: the file --- */

struct import_reading {
    int64_t at_ms; /* wall */
    size_t meter;
    int64_t count; /* of the register */
    size_t row, column;
    bool there; /* the ledger has it already */
};

struct import_file {
    char hash[DIGEST_HEX_BYTES]; /* SHA-256 of its bytes */
    const char *charset;         /* "UTF-8" ... */
    size_t rows;                 /* with readings */
    size_t repeated;             /* readings that the file has more than once */
    struct list readings;        /* struct import_reading, by time, then meter; none twice */
};

/* Reads bytes of a file whose first row with a column of times is its heading. `meter`: whose readings they
 * are where no column says so; NULL: none. Readings after now_ms are faults. False when the file
 * cannot be used at all (a fault says why). Needs the configuration's time zone. */
bool import_read(const struct config *config, const char *bytes, size_t size, const char *meter, int64_t now_ms,
                 struct import_faults *faults, struct import_file *file);
void import_file_free(struct import_file *file);

/* --- import_heading.c: what the columns of a file are --- */

enum import_column {
    IMPORT_OTHER, /* not looked at */
    IMPORT_TIME,
    IMPORT_DATE,
    IMPORT_METER,
    IMPORT_READING, /* in the unit of the heading, else of the meter's quantity */
    IMPORT_RAW,     /* counts of the register */
    IMPORT_OWN,     /* readings of the meter that the heading names */
    IMPORT_COLUMNS
};

struct import_heading {
    enum import_column kind;
    size_t meter;  /* of IMPORT_OWN */
    char unit[16]; /* empty: none said */
};

/* What the heading of a column means: a word of its own, or a meter and a unit. */
struct import_heading import_heading(const struct config *config, const char *text);
/* Index of a meter, or CONFIG_NONE. */
size_t import_meter(const struct config *config, const char *name);

/* --- import_judge.c: beside the ledger --- */

/* What the ledger has of a meter. */
struct import_past {
    int64_t id;
    bool known;                   /* it was read; only then: */
    struct totaliser_state state; /* on this boot's line */
    int64_t first_bucket_ms;      /* of its first reading: */
    int64_t first_at_ms, first_raw, first_end_count;
    int64_t first_segment, first_base;
    int64_t posted_ms; /* up to here everything is posted */
    bool redefined;    /* its first segment was of another definition */
    bool before;       /* the new readings lie before all that */
    size_t news;       /* how many readings are new */
};

/* Marks the readings that the ledger has (db NULL: there is no ledger yet), fills past (by
 * meter), and adds a fault for each that lies among what the ledger has and is none of it. */
void import_judge(const struct config *config, struct db *db, struct clock_now now, struct import_file *file,
                  struct import_past *past, struct import_faults *faults);

/* --- import_holds.c: what people held --- */

/* Of the wall clock. */
struct import_hold {
    size_t meter;
    int64_t from_ms, to_ms;
};

/* A list of struct import_hold, the earliest first, freed with free(at): all that may reach into readings
 * after those that the ledger has. False with db_fault set. */
bool import_holds(const struct config *config, struct db *db, const struct import_past *past, struct list *out);

/* --- import_run.c: the tally --- */

/* What the readings of a meter came to in a month of production days. */
struct import_month {
    int month; /* year * 12 + month - 1 */
    size_t meter;
    int64_t amount;
};

struct import_meter {
    size_t there, fresh; /* readings that the ledger had, and those that it had not */
    size_t taken;        /* of the fresh ones */
    int64_t from_ms, to_ms;
    int64_t amount;
    size_t gaps, wraps, breaks, open;
    int64_t segment; /* the last one's number */
    bool joined;     /* a history and the ledger's first reading: nothing is missing between */
};

struct import_sum {
    struct import_meter *meter; /* by meter */
    struct list months;         /* struct import_month, by month, then meter */
};

struct import_order {
    struct config *config; /* import_write gives it the calendars of the ledger */
    struct import_file *file;
    struct import_past *past; /* by meter */
    struct list holds;        /* struct import_hold: what runs meanwhile is excluded */
    struct clock_now now;
    bool (*sink)(void *context, struct batch *batch);         /* where the batches go; false ends the run */
    void (*progress)(void *context, size_t done, size_t all); /* NULL: none */
    void *context;
};

/* Takes all fresh readings, in the order of time. False when the sink ended it, or memory ran
 * out (sum->meter is then NULL). Freed with import_sum_free either way. */
bool import_run(const struct import_order *order, struct import_sum *sum);
void import_sum_free(struct import_sum *sum);

/* --- import_prepend.c --- */

/* Moves the rows of a history to before what the ledger has: meters count on from where it ends. `sum`: of
 * the same run, made once before. */
void import_prepend(const struct import_order *order, const struct import_sum *sum, struct batch *batch);

#endif
