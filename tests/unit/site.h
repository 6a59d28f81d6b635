/* SPDX-License-Identifier: Apache-2.0 */
/* A small site for the tests of ledger, store and totals: two mines, each with its
 * calendar, and meters on one device with two gauges. */
#ifndef COALTALLY_TEST_SITE_H
#define COALTALLY_TEST_SITE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/db.h"
#include "collector/ledger.h"
#include "drivers/span.h"
#include "tests/unit/seed.h"

enum { SITE_METERS_MAX = 100, SITE_POINTS = 3 };

/* 2026-10-13 00:00 in Shanghai. */
#define SITE_DAY_MS INT64_C(1791820800000)

struct site {
    struct config config;
    struct config_mine mine[2];
    struct config_device device[1];
    struct config_meter meter[SITE_METERS_MAX];
    struct profile profile;
    struct point point[SITE_POINTS];
    struct calendar_rule rule[2];
};

static inline void site_rule(struct calendar_rule *rule, int day_start_s)
{
    static const char *const names[] = {"night", "day", "evening"};

    *rule = (struct calendar_rule){.from = 20000, .day_start_s = day_start_s, .shifts = 3};
    for (int i = 0; i < 3; i++) {
        snprintf(rule->shift[i].name, sizeof(rule->shift[i].name), "%s", names[i]);
        rule->shift[i].start_s = day_start_s + i * 8 * 3600;
    }
}

static inline void site_meter(struct site *site, size_t index)
{
    struct config_meter *meter = &site->meter[index];

    *meter = (struct config_meter){
        .mine = index % 2,
        .point = 0,
        .quantity = quantity_find("raw_coal"),
        .role = ROLE_MAIN,
        .running_device = -1,
        .running_point = -1,
        .calendar = site->mine[index % 2].calendar,
        .rules = {.modulus = INT64_C(1) << 32,
                  .max_rate = 1200000,
                  .resolution = 1,
                  .noise = 1,
                  .refresh_ms = 10000,
                  .interval_ms = 1000,
                  .gap_limit_ms = 60000,
                  .convert = {1, 1}},
    };
    snprintf(meter->name, sizeof(meter->name), "belt-%zu", index + 1);
    snprintf(meter->path, sizeof(meter->path), "shaft");
    snprintf(meter->definition, sizeof(meter->definition), "uint32 ABCD scale 0.001 modulus 4294967296 t");
}

/* `database` may be NULL. */
static inline void site_make(struct site *site, size_t meters, const char *database)
{
    memset(site, 0, sizeof(*site));
    calendar_zone("Asia/Shanghai");
    for (int i = 0; i < 2; i++) {
        site_rule(&site->rule[i], i ? -4 * 3600 : 0);
        site->mine[i].calendar = (struct calendar){1, &site->rule[i]};
        snprintf(site->mine[i].name, sizeof(site->mine[i].name), "sim-%c", 'a' + i);
        snprintf(site->mine[i].title_en, sizeof(site->mine[i].title_en), "Mine %c", 'A' + i);
    }
    site->profile = (struct profile){.name = "scale", .points = SITE_POINTS, .point = site->point};
    site->point[0] = (struct point){.name = "total", .kind = POINT_COUNTER, .unit = "t"};
    site->point[1] = (struct point){.name = "rate", .kind = POINT_GAUGE, .unit = "t/h"};
    site->point[2] = (struct point){.name = "speed", .kind = POINT_GAUGE, .unit = "m/s"};
    for (int i = 0; i < SITE_POINTS; i++)
        site->point[i].format.quantum = (struct decimal){1, 3};
    site->device[0] = (struct config_device){.name = "scale-1", .profile = &site->profile, .unit = 1};
    for (size_t i = 0; i < meters; i++)
        site_meter(site, i);
    site->config = (struct config){.site = "county-7",
                                   .hash = "0123456789abcdef",
                                   .mines = 2,
                                   .devices = 1,
                                   .meters = meters,
                                   .mine = site->mine,
                                   .device = site->device,
                                   .meter = site->meter};
    snprintf(site->config.path, sizeof(site->config.path), "coaltally.yaml");
    if (database)
        snprintf(site->config.database, sizeof(site->config.database), "%s", database);
}

/* --- a meter that only moves forward, as the totaliser would tell of it --- */

struct mover {
    struct totaliser_state state;
    struct clock_now at;
};

static inline struct totaliser_outcome move_to(struct mover *mover, struct clock_now now, int64_t amount)
{
    struct totaliser_outcome outcome = {
        .verdict = VERDICT_FORWARD,
        .accepted = true,
        .amount = amount,
        .from_ms = mover->at.boot_ms,
        .to_ms = now.boot_ms,
        .gap = now.boot_ms - mover->at.boot_ms > MINUTE_MS,
    };
    if (!mover->state.started) {
        outcome.segment = true;
        outcome.closed = mover->state;
        outcome.gap = false;
        mover->state.started = 1;
        mover->state.segment++;
        mover->state.first = mover->state.high;
    }
    mover->state.high += amount;
    mover->state.last = mover->state.high;
    mover->state.total += amount;
    mover->state.accepted_ms = now.boot_ms;
    mover->at = now;
    return outcome;
}

static inline void post(struct ledger *ledger, size_t meter, struct mover *mover, struct clock_now now, int64_t amount)
{
    struct totaliser_outcome outcome = move_to(mover, now, amount);
    ledger_post(ledger, meter, &outcome, &mover->state, mover->state.last, now);
}

static inline struct clock_now wall(int64_t wall_ms)
{
    return (struct clock_now){wall_ms, wall_ms - SITE_DAY_MS + 5000000};
}

/* --- databases --- */

/* Runs a statement, which must hold. */
static inline void sql(struct db *db, const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    db_run(db, text);
    assert_string_equal(db_error(db), "");
}

/* --- folders --- */

/* A new folder under $TMPDIR; `path` holds 64 bytes. */
static inline void folder_make(char *path)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(path, 64, "%.40s/coaltally-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(path))
        abort();
}

static inline void folder_remove(const char *path)
{
    char command[96];
    snprintf(command, sizeof(command), "rm -rf '%s'", path);
    if (system(command) != 0)
        abort();
}

#endif
