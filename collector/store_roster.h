/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's own list of mines, meters and calendars: a report needs no
 * configuration to be right, and shows what has since left it. */
#ifndef COALTALLY_STORE_ROSTER_H
#define COALTALLY_STORE_ROSTER_H

#include "collector/config.h"
#include "collector/db.h"

/* number: of the database that it came from, as travel.h says; 0: the ledger's own. */
struct roster_mine {
    int64_t id, number;
    char name[ID_BYTES];
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    bool simulated;
    bool active;      /* stood in the configuration at the last start */
    int month_cutoff; /* 1 to 31; 0: calendar months */
    struct calendar calendar;
    struct calendar plain; /* of quantities without rules of their own; of no rules where there are none */
};

struct roster_meter {
    int64_t id, number;
    size_t mine; /* index */
    char name[ID_BYTES];
    char quantity[32], unit[16];
    bool main, active;
    bool former; /* was active when another database took the place of its own; it is not any more */
    char path[ID_BYTES], device[ID_BYTES], point[NAME_MAX_BYTES];
    const struct calendar *calendar; /* of its mine and quantity; owned by the roster */
};

/* A database of a site whose rows this ledger, a county's, holds among its own. */
struct roster_site {
    int64_t number;
    char name[ID_BYTES]; /* of the site */
    bool retired;        /* another one of its name has taken its place; its rows count on */
};

struct roster {
    size_t mines, meters, calendars, sites;
    struct roster_site *site;   /* by number; none: the ledger is no county's */
    struct roster_mine *mine;   /* by id */
    struct roster_meter *meter; /* by id */
    struct calendar **calendar; /* those selected for meters */
};

/* NULL with db_fault set when the ledger cannot be read or holds what no
 * coaltally writes. */
struct roster *roster_read(struct db *db);
void roster_free(struct roster *roster);
/* The part of it that says whose rows the ledger holds, once its meters are read. */
void roster_sites_read(struct db *db, struct roster *roster);

/* The shifts of a rule from their text in table calendar: "name@start_s" joined by '|'. False when it is none. */
bool roster_shifts(const char *text, struct calendar_rule *rule);

/* Index by name or id, or -1. Meters of different databases may have one name. */
int roster_mine(const struct roster *roster, const char *name);
int roster_meter(const struct roster *roster, int64_t number, const char *name);
int roster_meter_id(const struct roster *roster, int64_t id);
int roster_mine_id(const struct roster *roster, int64_t id);
/* The first meter after `index` (from -1) of this name, of any database; -1: there is none. */
int roster_meter_next(const struct roster *roster, int index, const char *name);

enum { SITE_TEXT_BYTES = ID_BYTES + 40 };

/* Of which site a database is, as tables name it: "north", "north (former 1)" of one that has been retired. Empty for
 * the ledger's own. */
void roster_site_name(const struct roster *roster, int64_t number, char text[static SITE_TEXT_BYTES]);

/* Another database has taken that one's place: nobody can act on its rows any more. */
bool roster_retired(const struct roster *roster, int64_t number);

/* A meter's name for people; where another mine's meter has it too, behind that of its mine. */
enum { METER_TEXT_BYTES = 2 * ID_BYTES + 2 };
void roster_meter_name(const struct roster *roster, size_t meter, char text[static METER_TEXT_BYTES]);

/* The calendar of a mine's quantity, also where no meter measures it. */
const struct calendar *roster_calendar(const struct roster *roster, size_t mine, const char *quantity);

#endif
