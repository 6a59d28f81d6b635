/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verb `status` share; nobody else includes it. */
#ifndef COALTALLY_STATUS_PARTS_H
#define COALTALLY_STATUS_PARTS_H

#include "collector/health.h"
#include "collector/page.h"
#include "collector/settings.h"

struct status_view {
    const struct command *command;
    struct settings settings;
    struct page page;
    int64_t now_ms;
    enum table_format format;
    bool running;
    bool has_health;
    struct health health;
    const char *device;          /* only this one, in detail; NULL: all */
    int64_t committed_ms;        /* of the ledger; 0: never */
    bool simulated;              /* it holds figures of simulated mines */
    const struct config *config; /* while its calendars are looked at */
    bool gathers;                /* a county: */
    struct list sites;           /* struct site_line */
    struct text waits;           /* lines of calendars that are not in force, a line each */
    int64_t waiting;
    int64_t behind; /* rows of the ledger that the county has not confirmed */
    /* This ledger, and its state here, as the county's `site` names them: */
    char ledger[REPLICA_ID_SIZE], incarnation[REPLICA_ID_SIZE];
    int64_t opened_ms;
};

enum { AGE_TEXT_BYTES = 32 };

/* "0.4 s", "41 min", "12 d 4 h"; "?" below 0. */
void age_show(int64_t age_ms, char text[static AGE_TEXT_BYTES]);
/* How long ago an instant was; "never" for 0. */
void since_show(const struct status_view *view, int64_t at_ms, char text[static AGE_TEXT_BYTES]);

/* --- status_page.c --- */

/* The lines above the devices: the daemon, its ledger, its broker. */
void status_head(struct status_view *view);
/* The alarms that stand, a line each, below the devices. */
void status_alarms(struct status_view *view);

/* --- status_sites.c --- */

/* What the ledger and the daemon know of the sites of a county. COMMAND_GOOD, or an exit status after saying why not.
 */
int sites_read(struct status_view *view, struct db *db);
/* The table of a county's sites; NULL when out of memory. */
struct table *sites_table(const struct status_view *view);
/* The same on the page, after the devices, with what came that could not be taken. False when out of memory. */
bool sites_add(struct status_view *view);

/* --- status_county.c --- */

/* How the county stands to the ledger; the gravest that holds. */
enum county_state {
    COUNTY_NONE, /* the ledger goes to none */
    COUNTY_REFUSED,
    COUNTY_SILENT,
    COUNTY_WAITING, /* another database under a known name: a person has to accept it */
    COUNTY_STAGED,  /* a restored ledger, beside the one that counts */
    COUNTY_BEHIND,
    COUNTY_CONFIRMED
};

/* Rows that changed above a rev. */
int64_t county_rows_behind(struct db *db, int64_t rev);
void county_facts(const struct status_view *view, struct table *table);
void county_add(struct status_view *view);

/* --- status_devices.c --- */

/* A new table, and its columns; NULL when out of memory. */
struct table *devices_new(const struct status_view *view);
void device_row(const struct status_view *view, struct table *table, const struct health_device *device);
/* Why there is no data of one device: how its scans ended, and what the last bad one was. */
void diagnosis_add(struct status_view *view, const struct health_device *device);

#endif
