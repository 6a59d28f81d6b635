/* SPDX-License-Identifier: Apache-2.0 */
/* The county's roster of mines (煤矿名录): what is known of each mine, each fact with the day from
 * which it holds and the text that says so. It is read from seeds/mines.yaml (what the published
 * texts say) and from a file of the county's own, which adds to it. The ledger's list of mines and
 * meters, struct roster of store_roster.h, is another thing; the two share the mines' names.
 *
 * Real and simulated mines are never added to one another: each mine says which it is. */
#ifndef COALTALLY_COUNTY_H
#define COALTALLY_COUNTY_H

#include "collector/config.h"
#include "collector/digest.h"
#include "collector/text.h"
#include "drivers/language.h"

enum { SOURCE_BYTES = 192, COUNTY_FILES = 2, STEP_BYTES = 32, YEAR_BYTES = 16 };

/* A capacity is stated in 10^4 t a year and kept in kg a year. */
#define COUNTY_10KT_KG INT64_C(10000000)

/* The end of what has none. */
#define COUNTY_OPEN INT32_MAX

enum fact_kind {
    FACT_APPROVED,   /* approved_capacity 核定能力: kg a year */
    FACT_DESIGNED,   /* designed_capacity 设计能力: kg a year */
    FACT_SAFETY,     /* safety_grade 安全生产标准化等级: enum safety_grade */
    FACT_EFFICIENCY, /* efficiency_grade 安全高效等级: enum efficiency_grade */
    FACT_SMART,      /* smart 智能化等级: enum smart_level */
    FACT_METHOD_110, /* method_110 110工法: 1 used, 0 not */
    FACT_BACKFILL,   /* backfill 充填开采: 1 used, 0 not */
    FACT_STATE,      /* state 状态: enum mine_state */
    FACT_SCOPE,      /* scope 统计口径: enum mine_scope */
    FACT_KINDS
};

/* Levels rise: "second+" of a criterion is that or what comes after it. */
enum safety_grade { SAFETY_THIRD, SAFETY_SECOND, SAFETY_FIRST };
enum efficiency_grade { EFFICIENCY_NONE, EFFICIENCY_THIRD, EFFICIENCY_SECOND, EFFICIENCY_FIRST, EFFICIENCY_SPECIAL };
enum smart_level { SMART_NONE, SMART_PRIMARY, SMART_INTERMEDIATE, SMART_ADVANCED };
/* These are alternatives without an order. */
enum mine_state { MINE_PLANNED, MINE_BUILDING, MINE_PRODUCING, MINE_STOPPED, MINE_CLOSED };
enum mine_scope { SCOPE_IN_COUNTY, SCOPE_COUNTY_RUN };

struct county_fact {
    enum fact_kind kind;
    int64_t value;
    civil_day from;
    civil_day to;  /* the first day on which it holds no more; COUNTY_OPEN: none is said, and none follows */
    bool ends;     /* the file says `to`; else it holds until the next fact of its kind begins */
    bool supposed; /* what if: county_suppose */
    char source[SOURCE_BYTES], definition[SOURCE_BYTES];
    struct place place; /* its file is the county's own copy of the name */
};

/* A stretch of a face's roadway that was kept without a pillar (110工法), in days [from, to). */
struct county_stretch {
    civil_day from, to;
    struct decimal pillar_m, length_m, height_m, density; /* density: t/m3 */
    int64_t recovery_ppm;
    int64_t coal_kg; /* their product, half-even: coal that the pillar would have kept. Derived, never metered */
};

enum face_kind { FACE_MINING, FACE_HEADING };

struct county_face {
    char name[ID_BYTES];
    enum face_kind kind;
    civil_day smart_from; /* accepted as smart; COUNTY_OPEN: not. Counts that are cumulative keep it after `closed` */
    civil_day closed;     /* COUNTY_OPEN: not */
    size_t stretches;
    struct county_stretch *stretch;
    char source[SOURCE_BYTES], definition[SOURCE_BYTES];
    struct place place;
};

/* What is intended or done, apart from the facts: a target is no fact that holds. */
struct county_project {
    char indicator[ID_BYTES]; /* of seeds/indicators.yaml */
    const char *step;         /* English: say() it; see county_steps */
    char step_word[STEP_BYTES];
    civil_day on; /* the day for which it is set, or on which it was reached; COUNTY_OPEN: only the year is said */
    char year[YEAR_BYTES]; /* "2026"; "2024/25": stated in 2025 without a year of its own */
    bool reached;          /* then `on` is said */
    char source[SOURCE_BYTES], definition[SOURCE_BYTES];
    struct place place;
};

struct county_mine {
    char name[ID_BYTES]; /* the ledger's name of the mine */
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    char site[ID_BYTES]; /* empty: not said; county_site */
    bool simulated;
    int64_t silent_after_ms; /* of its site; 0: not said; county_silent_after_ms */
    size_t facts, faces, projects;
    struct county_fact *fact; /* by kind, of one kind by `from`; what is supposed last */
    struct county_face *face;
    struct county_project *project;
    struct place place;
};

/* A file that was read; path empty: none. */
struct county_file {
    char path[PATH_BYTES];
    char *text; /* as it was read; NULL: it was not */
    size_t length;
};

/* SHA-256 of what was read, for who wants it: few pages do. False when out of memory. */
bool county_file_hash(const struct county_file *file, char hash[static DIGEST_HEX_BYTES]);

struct county {
    size_t mines;
    struct county_mine *mine;              /* by name */
    struct county_file file[COUNTY_FILES]; /* that of seeds, the county's own */
};

/* Reads both files and judges them together; a path that is NULL or empty: without it. All faults
 * go to `faults`; NULL when any is an error, or when memory ran out. */
struct county *county_load(const char *seeds, const char *own, struct faults *faults);
/* The same of one text in memory, as if it were the county's own file of that name. */
struct county *county_load_text(const char *text, size_t length, const char *name, struct faults *faults);
void county_free(struct county *county);
/* What the configuration names: seeds/mines.yaml, wherever it was installed, and the county's own file. */
struct county *county_open(const struct config_county *config, struct faults *faults);

/* NULL: the roster does not have it. A NULL county has no mine. */
const struct county_mine *county_mine(const struct county *county, const char *name);

/* The site that sends this mine's figures: the one that the roster names, else the one called like the mine. No
 * other may name it. NULL: the roster does not have the mine, and nobody may. */
const char *county_site(const struct county *county, const char *mine);

/* After how long an alarm tells that nothing has come from a site: the longest that the roster says of its mines; 0: it
 * says none. A NULL county: 0. */
int64_t county_silent_after_ms(const struct county *county, const char *site);

/* What holds on that day; NULL: nothing is known. Where facts follow one another the last that has
 * begun counts, until its own end; after that nothing is known, not what held before it. */
const struct county_fact *county_fact(const struct county_mine *mine, enum fact_kind kind, civil_day day);

/* The approved capacity of that day, else the designed one; false: neither is known. */
bool county_capacity(const struct county_mine *mine, civil_day day, int64_t *kg_a_year);

/* Its state is known, and it is that one. A NULL mine: false. */
bool county_state(const struct county_mine *mine, civil_day day, enum mine_state state);

/* What was reached by then. */
bool county_project_reached(const struct county_project *project, civil_day day);

/* What if: "sim-a.smart=intermediate@2026-12-01". From that day on the value holds in place of
 * whatever the roster knows. False, with what was found and expected in `why`. */
bool county_suppose(struct county *county, const char *text, enum language language, struct text *why);

/* --- the kinds of facts, as data --- */

enum fact_form {
    FACT_AMOUNT, /* kg a year; written in 10^4 t a year */
    FACT_LEVEL,  /* index into `value`, rising */
    FACT_CHOICE, /* index into `value`, without an order */
    FACT_SWITCH  /* written true or false */
};

struct fact_info {
    const char *key;   /* "approved_capacity" */
    const char *title; /* English: say() it */
    enum fact_form form;
    const char *const *value; /* NULL-ended, as files and command lines write it; FACT_AMOUNT: NULL */
    const char *const *name;  /* the same as people read them, English: say() them */
};

/* Of a kind below FACT_KINDS; never NULL. */
const struct fact_info *fact_info(enum fact_kind kind);
/* FACT_KINDS: no such kind. */
enum fact_kind fact_kind_of(const char *key);
/* NULL-ended, in the order of enum fact_kind. */
const char *const *fact_keys(void);

/* A value as a file writes it ("120", "first", "true"); false when it is none. */
bool fact_value_parse(enum fact_kind kind, const char *text, int64_t *value);
/* The other way round. */
void fact_value_write(enum fact_kind kind, int64_t value, struct text *out);
/* As people read it: "120 10^4 t/a", "first grade". */
void fact_value_say(enum fact_kind kind, int64_t value, enum language language, struct text *out);

/* NULL-ended: the words of `step:`, and, at the same index, how people read them (English: say() it). */
const char *const *county_step_words(void);
const char *county_step_title(const char *word);

#endif
