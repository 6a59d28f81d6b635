/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon's threads share, over a configuration in a folder of its own: one
 * scale on a loopback port, with a ledger, without a broker. */
#ifndef COALTALLY_TEST_DAEMON_RIG_H
#define COALTALLY_TEST_DAEMON_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/live.h"
#include "collector/store.h"

#define RIG_PROFILE                                                                                                    \
    "profile: scale\ntitle: A scale\nsource: made for this test\naddress_base: 0\n"                                    \
    "defaults: {table: holding, type: uint32, order: ABCD, scale: 0.001, unit: t}\n"                                   \
    "points:\n"                                                                                                        \
    "  - {name: rate, kind: gauge, address: 0, unit: t/h}\n"                                                           \
    "  - {name: total, kind: counter, address: 2, refresh: 2s, sentinels: [4294967295]}\n"                             \
    "  - {name: on, kind: state, table: discrete, type: bit, address: 1, unit: \"\"}\n"

#define RIG_SITE                                                                                                       \
    "site: {name: demo}\ndatabase: %s/ledger.db\nclock: {wait: 0s}\ncommit: 1s\nkeep_minutes: 1d\n"                    \
    "alarms: {clear_after: 0s}\n"                                                                                      \
    "mines: [{name: north, calendar: [{from: 2026-01-01, day: \"00:00\", shifts: {a: \"00:00\", b: \"12:00\"}}]}]\n"   \
    "buses: [{name: b, tcp: \"127.0.0.1:%d\", timeout: 200ms, interval: 1s, mine: north}]\n"                           \
    "devices: [{name: scale-1, bus: b, profile: scale, unit: 1}]\n"                                                    \
    "meters: [{name: belt, quantity: raw_coal, point: scale-1.total, role: main, max_rate: 1200 t/h,\n"                \
    "          running: scale-1.on}]\n"

struct rig {
    char folder[64];
    struct config *config;
    struct site site;
    struct store *store;
};

static inline void rig_write(const struct rig *rig, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", rig->folder, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static inline void rig_load(struct rig *rig, int port)
{
    char text[2048], path[128];
    snprintf(path, sizeof path, "%s/profiles", rig->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    rig_write(rig, "profiles/scale.yaml", RIG_PROFILE);
    int length = snprintf(text, sizeof text, RIG_SITE, rig->folder, port);
    snprintf(path, sizeof path, "%s/coaltally.yaml", rig->folder);
    struct faults *faults = faults_new();
    rig->config = config_load_text(text, (size_t)length, path, faults);
    if (!rig->config)
        faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(rig->config);
}

static inline void rig_open(struct rig *rig)
{
    char text[512] = "";
    enum store_outcome outcome = store_open(rig->config, clock_now(), &rig->store, text, sizeof text);
    assert_string_equal(text, "");
    assert_int_equal(outcome, STORE_OK);
}

static inline void rig_start(struct rig *rig, int port)
{
    char text[512];
    *rig = (struct rig){.folder = "/tmp/coaltally-XXXXXX"};
    assert_non_null(mkdtemp(rig->folder));
    rig_load(rig, port);
    rig->site = (struct site){.config = rig->config, .started = clock_now(), .stop = eventfd(0, EFD_NONBLOCK)};
    assert_true(rig->site.stop >= 0);
    site_judge(&rig->site, TRUST_SYNCHRONISED, rig->site.started);
    rig->site.totals = totals_new(rig->config);
    rig->site.ledger = ledger_new(rig->config, rig->site.totals);
    rig->site.live = live_new(&rig->site, text, sizeof text);
    assert_non_null(rig->site.live);
}

static inline void rig_stop(struct rig *rig)
{
    char command[96];
    store_close(rig->store);
    live_free(rig->site.live, 0);
    ledger_free(rig->site.ledger);
    totals_free(rig->site.totals);
    config_free(rig->config);
    close(rig->site.stop);
    snprintf(command, sizeof command, "rm -rf '%s'", rig->folder);
    assert_int_equal(system(command), 0);
}

static inline void rig_wait_ms(int ms)
{
    usleep((useconds_t)ms * 1000);
}

/* Whether an alarm of this reason stands. */
static inline bool rig_alarm(const struct rig *rig, const char *reason)
{
    size_t count;
    bool stands = false;
    struct alarm *alarm = alarms_list(live_alarms(rig->site.live), &count);
    for (size_t i = 0; i < count; i++)
        stands |= strcmp(alarm[i].reason, reason) == 0 && !alarm[i].cleared_ms;
    free(alarm);
    return stands;
}

static inline int64_t rig_value(const struct rig *rig, const char *sql)
{
    struct db *db = store_read(rig->config->database);
    int64_t value = db_value(db, sql, 0, NULL);
    assert_string_equal(db_error(db), "");
    db_close(db);
    return value;
}

#endif
