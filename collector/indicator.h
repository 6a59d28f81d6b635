/* SPDX-License-Identifier: Apache-2.0 */
/* The county's indicators: each one defined in data, seeds/indicators.yaml or the county's own
 * file of the same form. No line of code knows one by name. coaltally-indicators(5) says the form. */
#ifndef COALTALLY_INDICATOR_H
#define COALTALLY_INDICATOR_H

#include "collector/config.h"
#include "drivers/language.h"

struct criteria;

enum { MEASURES_MAX = 8, STATED_MAX = 6, SYSTEMS_MAX = 6, PRICES_MAX = 8, HEADLINES_MAX = 12 };

/* --- what the texts say of it --- */

enum stated_kind { STATED_ACTUAL, STATED_TARGET, STATED_PLAN };

struct indicator_stated {
    int kind;    /* enum stated_kind: reached; to be reached in the year; intended, without a date */
    char of[16]; /* "2026"; "2024/25": stated without a year of its own */
    int year;    /* the last year of that: 2025 */
    bool has_value;
    struct decimal value; /* in the indicator's unit */
    bool floor;           /* at least this */
    bool more;            /* so many more than the last figure that was stated as reached */
    char source[96];
};

/* --- how it is found --- */

enum find_kind {
    FIND_STATED,         /* it is not found: what the texts say is all there is */
    FIND_SUM,            /* reported quantities of the year, summed over mines */
    FIND_RATIO,          /* one such sum over another */
    FIND_CAPACITY_SHARE, /* approved capacity of the mines that meet criteria, of that of those that meet others */
    FIND_CAPACITY,       /* approved capacity of the mines that meet criteria */
    FIND_ROOM,           /* that capacity less what its mines reported of another indicator's quantities this year */
    FIND_MINES,          /* how many mines meet criteria */
    FIND_FACES,          /* how many faces were accepted as smart, all so far */
    FIND_METHOD_110,     /* coal that pillars would have kept: width x length x height x density x recovery */
    FIND_PRICED,         /* another indicator at a stated price */
    FIND_GROWTH,         /* another indicator against the same days of the year before, mines of both only */
    FIND_UTILISATION,    /* reported, of approved capacity x the part of the year gone */
    FIND_MILESTONES,     /* steps reached, of the roster's projects and what was entered */
    FIND_FIGURE,         /* entered by hand as the figure of this indicator: the last one of each mine */
    FIND_OUTPUT_WHILE,   /* how many mines reported output on days on which they met criteria */
    FIND_READ,           /* meters that were read when the value was asked for, of all */
    FIND_KINDS
};

enum face_choice { FACES_ALL, FACES_MINING, FACES_HEADING };

struct indicator_price {
    civil_day from;
    struct decimal price; /* of one unit of the other indicator's quantity: of a ton */
    char source[96];
};

struct indicator_find {
    int kind; /* enum find_kind */
    size_t quantities, overs;
    char quantity[MEASURES_MAX][32], over[MEASURES_MAX][32];
    int64_t size;           /* one unit is so many of the quantity's unit: a power of ten */
    bool percent;           /* a ratio: shown in percent */
    bool together;          /* a ratio: only mines that have both sides */
    struct criteria *that;  /* which mines count; NULL: all */
    struct criteria *among; /* which mines they are a share of; NULL: all */
    bool so_far;            /* criteria that were met at some day up to the date go on counting */
    int face;               /* enum face_choice */
    char of[ID_BYTES];      /* the other indicator */
    size_t steps;           /* milestones: of these indicators; 0: of its own */
    char step[MEASURES_MAX][ID_BYTES];
    size_t prices;
    struct indicator_price price[PRICES_MAX]; /* by date */
};

struct indicator {
    char id[ID_BYTES];
    char name_en[96], name_zh[96];
    char definition_en[256], definition_zh[256];
    char unit_en[32], unit_zh[32];
    int64_t headline;         /* 1 to 12: its place on the board; 0: with --all only */
    size_t rows;              /* of the county's systems (seeds/systems): those that it answers */
    char row[SYSTEMS_MAX][8]; /* "1", "35a" */
    struct indicator_find find;
    size_t stated;
    struct indicator_stated said[STATED_MAX]; /* the earliest first */
};

struct indicators {
    size_t count;
    struct indicator *indicator;
};

/* NULL when the file has faults (added) or memory ran out. */
struct indicators *indicators_load(const char *path, struct faults *faults);
struct indicators *indicators_load_text(const char *text, size_t length, const char *name, struct faults *faults);
void indicators_free(struct indicators *indicators);
/* NULL when there is none. */
const struct indicator *indicator_named(const struct indicators *indicators, const char *id);

/* Name and unit in the user's language. */
const char *indicator_title(const struct indicator *indicator, enum language language);
const char *indicator_unit(const struct indicator *indicator, enum language language);
const char *indicator_definition(const struct indicator *indicator, enum language language);

/* What the texts say: the target of just that year; what was reached, or is planned, by then.
 * NULL: nothing. */
const struct indicator_stated *indicator_said(const struct indicator *indicator, enum stated_kind kind, int year);

struct indicator_target {
    struct decimal value;
    bool floor; /* at least this */
    const struct indicator_stated *said;
};

/* The target of a year, "so many more" added to what was reached before: false where the texts
 * give no figure. */
bool indicator_target(const struct indicator *indicator, int year, struct indicator_target *out);

/* Those that the configuration names, else those of seeds. NULL, with faults, as indicators_load. */
struct indicators *indicators_open(const struct config_county *config, struct faults *faults);

/* Finds a file of seeds/: in the folder of $COALTALLY_SEEDS, then in those of
 * drivers/data.h. False when none has it. */
bool seeds_path(const char *name, char path[static PATH_BYTES]);

#endif
