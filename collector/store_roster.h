/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's own list of mines, meters and calendars: a report needs no
 * configuration to be right, and shows what has since left it. */
#ifndef COALTALLY_STORE_ROSTER_H
#define COALTALLY_STORE_ROSTER_H

#include "collector/config.h"
#include "collector/db.h"

struct roster_mine {
    int64_t id;
    char name[ID_BYTES];
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    bool simulated;
    bool active;      /* stood in the configuration at the last start */
    int month_cutoff; /* 1 to 31; 0: calendar months */
    struct calendar calendar;
    struct calendar plain; /* of quantities without rules of their own; of no rules where there are none */
};

struct roster_meter {
    int64_t id;
    size_t mine; /* index */
    char name[ID_BYTES];
    char quantity[32], unit[16];
    bool main, active;
    char path[ID_BYTES], device[ID_BYTES], point[NAME_MAX_BYTES];
    const struct calendar *calendar; /* of its mine and quantity; owned by the roster */
};

struct roster {
    size_t mines, meters, calendars;
    struct roster_mine *mine;   /* by id */
    struct roster_meter *meter; /* by id */
    struct calendar **calendar; /* those selected for meters */
};

/* NULL with db_fault set when the ledger cannot be read or holds what no
 * coaltally writes. */
struct roster *roster_read(struct db *db);
void roster_free(struct roster *roster);

/* The shifts of a rule from their text in table calendar: "name@start_s" joined by '|'. False when it is none. */
bool roster_shifts(const char *text, struct calendar_rule *rule);

/* Index by name or id, or -1. */
int roster_mine(const struct roster *roster, const char *name);
int roster_meter(const struct roster *roster, const char *name);
int roster_meter_id(const struct roster *roster, int64_t id);
int roster_mine_id(const struct roster *roster, int64_t id);

/* The calendar of a mine's quantity, also where no meter measures it. */
const struct calendar *roster_calendar(const struct roster *roster, size_t mine, const char *quantity);

#endif
