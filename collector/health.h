/* SPDX-License-Identifier: Apache-2.0 */
/* The status file: what the daemon says of itself about once a second, and what
 * `coaltally status` shows. All times are wall clock in ms since 1970; 0: never. */
#ifndef COALTALLY_HEALTH_H
#define COALTALLY_HEALTH_H

#include "collector/alarm.h"
#include "collector/broker.h"
#include "collector/diagnosis.h"
#include "collector/publisher.h"

struct health_device {
    char name[ID_BYTES], mine[ID_BYTES];
    bool simulated;
    char bus[LINK_TEXT_BYTES + 16]; /* "tcp 10.1.5.21:502", "rtu /dev/ttyS1" */
    int unit;
    int64_t interval_ms;
    bool online;
    bool planned;     /* it is not online, and a planned stop of its mine runs */
    int64_t since_ms; /* of being online, or not */
    int64_t last_good_ms;
    int64_t report_by_ms; /* an outage of what counts output must be reported by then; 0: none runs */
    int64_t next_try_ms;  /* while it is backed off; 0: at its next interval */
    uint64_t bad_24h;     /* scans of the last 24 h that failed in whole or in part */
    char error[200];      /* why its last scan was not good; empty: it was */
    struct diagnosis diagnosis;
};

struct health_alarm {
    char mine[ID_BYTES]; /* its name; empty: the site */
    struct alarm alarm;  /* alarm.mine is not written, and -1 when read */
};

/* What a mine's main meters bring an hour just now: struct totals_line. */
struct health_output {
    char mine[ID_BYTES], quantity[32];
    int64_t per_hour; /* thousandths, over the last minute of readings */
    int64_t as_of_ms; /* the oldest last reading of its meters */
    size_t meters, meters_good;
};

/* What a daemon that gathers knows of a site beside its ledger (store_replica.h), since its start. */
struct health_site {
    char name[ID_BYTES];
    bool known;            /* the roster gives it a mine; else it is a stranger */
    bool presence, online; /* what its status topic says; presence: it says so at all */
    int64_t since_ms;      /* of that */
    char version[32];      /* of its program, by that */
    int64_t heard_ms;      /* its last message */
    uint64_t messages, bad, refused;
};

struct health_inbox {
    size_t waiting;
    uint64_t dropped; /* messages that it had no room for */
    uint64_t unknown; /* messages of more strangers than are kept */
};

struct health {
    int64_t as_of_ms, started_ms;
    char version[32], site[ID_BYTES];
    int64_t pid;
    bool simulated; /* all its mines are */
    bool clock_trusted, clock_synchronised;
    char config_path[PATH_BYTES], config_hash[65];
    int64_t config_at_ms; /* when the file was last written */
    struct {
        int64_t committed_ms; /* the last transaction */
        size_t waiting;       /* rows */
        char error[200];      /* of the last transaction; empty: none */
    } ledger;
    bool mqtt_present;
    char mqtt_address[HOST_BYTES + 8]; /* "10.1.1.5:8883" */
    struct broker_health mqtt;
    char goes_to[ID_BYTES];            /* the county of its ledger; empty: nowhere */
    struct publisher_report publisher; /* but for its view.answered_ms, view.unanswered and county.now_ms */
    int disk_free;                     /* percent of the database's file system; -1: not known */
    char county[ID_BYTES];             /* whose ledgers it gathers; empty: it does not */
    struct health_inbox inbox;
    size_t devices, alarms, outputs, sites;
    struct health_device *device;
    struct health_alarm *alarm; /* those that stand */
    struct health_output *output;
    struct health_site *gathered;
};

/* Writes `path` whole or not at all (a neighbour is written, then renamed), mode
 * 0640. False with the reason in `text`. The arrays stay the caller's. */
bool health_write(const char *path, const struct health *health, char *text, size_t size);

/* Reads it into *health, whose arrays are then freed with health_free. False with
 * the reason in `text`: no such file (no daemon runs, or never ran), not readable
 * by this user, or not what a daemon writes. Whether it is fresh is for the caller
 * to judge by as_of_ms. */
bool health_read(const char *path, struct health *health, char *text, size_t size);
void health_free(struct health *health);

#endif
