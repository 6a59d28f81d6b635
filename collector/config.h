/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file, checked: what the daemon and the commands go by. */
#ifndef COALTALLY_CONFIG_H
#define COALTALLY_CONFIG_H

#include "collector/calendar.h"
#include "collector/quantity.h"
#include "collector/totaliser.h"
#include "drivers/profile.h"
#include "drivers/span.h"
#include "drivers/wire.h"
#include "drivers/yaml.h"

enum { ID_BYTES = 64, HOST_BYTES = 256, PATH_BYTES = 1024, FOLDERS_MAX = 8, PROFILES_MAX = 500 };

/* An index that nothing was named for. */
#define CONFIG_NONE SIZE_MAX

/* The site of a daemon that gathers, unless it names one of its own; no other has this name. */
#define CONFIG_COUNTY_SITE "county"

/* What holds where the file is silent. */
#define CONFIG_DEFAULT_PATH     "/etc/coaltally/coaltally.yaml"
#define CONFIG_DEFAULT_DATABASE "/var/lib/coaltally/ledger.db"
#define CONFIG_DEFAULT_RUNTIME  "/run/coaltally"
#define CONFIG_DEFAULT_TIMEZONE "Asia/Shanghai"

struct config_mqtt {
    bool present;
    char host[HOST_BYTES];
    int64_t port;
    bool tls; /* where nothing is said: unless the broker is on the loopback */
    char ca_file[PATH_BYTES], cert_file[PATH_BYTES], key_file[PATH_BYTES]; /* empty: none */
    char user[128];
    char password_file[PATH_BYTES]; /* as key_file: without a slash a credential's name (secret.h) */
    char client_id[ID_BYTES];
    char prefix[128];
    int version;           /* 5 or 3 (3.1.1) */
    bool kept_session;     /* the broker keeps subscriptions and what comes for them while this daemon is away */
    int64_t live_qos;      /* 0 or 1 */
    int64_t live_every_ms; /* at most one scan a device in this time; 0: every one */
    int64_t keepalive_ms;
    char county[ID_BYTES]; /* to which the ledger goes; empty: nowhere */
    struct place place;
};

struct config_mine {
    char name[ID_BYTES];
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    bool simulated;
    struct calendar calendar;
    int64_t month_cutoff; /* last day of the mine's own month, 1 to 31; 0: calendar months */
    struct place place;
};

struct config_bus {
    char name[ID_BYTES];
    struct wire_link link;
    /* What its devices have where they say nothing. */
    int64_t interval_ms, timeout_ms, alarm_after_ms;
    int64_t retries, pause_ms, pause_after_connect_ms; /* struct wire_unit */
    size_t mine;                                       /* CONFIG_NONE: each device says its own */
    struct place place;
};

struct config_device {
    char name[ID_BYTES];
    size_t bus, mine; /* indexes */
    int unit;
    const struct profile *profile; /* owned by the config */
    int64_t interval_ms, timeout_ms, alarm_after_ms;
    int64_t retries, pause_ms, pause_after_connect_ms; /* struct wire_unit */
    struct place place;
};

enum meter_role { ROLE_MAIN, ROLE_CHECK };

struct config_meter {
    char name[ID_BYTES];
    size_t mine, device, point; /* point: index in the device's profile */
    const struct quantity *quantity;
    enum meter_role role;
    char path[ID_BYTES];
    struct totaliser_rules rules;
    int64_t max_rate_milli; /* an hour, in thousandths of the quantity's unit */
    int resets;             /* see struct counter */
    int resets_at_s[RESETS_MAX];
    int running_device, running_point; /* -1: none */
    int rate_device, rate_point;       /* the gauge that the total should be the integral of; -1: none */
    struct ratio rate;                 /* what a count of that makes an hour, in thousandths */
    int64_t step;                      /* one resolution, in thousandths, rounded up */
    int64_t drop_out_milli;            /* an hour: below that rate the belt runs empty; 0: not said */
    int64_t creep_limit_milli;         /* more than this counted over an idle belt in an hour is an alarm */
    char definition[512];              /* what is hashed into the segment: type, order, scale, modulus, unit ... */
    struct calendar calendar;          /* of its mine and quantity */
    struct place place;
};

/* A bound of a gauge, beyond which there is an alarm: none unless the file says so. */
struct config_limit {
    size_t device, point; /* indexes */
    bool has_above, has_below;
    struct decimal above, below; /* in the point's unit */
    int64_t after_ms;
    int level; /* enum journal_level */
    struct place place;
};

enum { CLOSING_UNKNOWN_PPM = 5000, SILENT_AFTER_MS = 15 * MINUTE_MS }; /* by default */
#define SILENT_MAX_MS (30 * DAY_MS)

/* When periods close: collector/closing.h. */
struct config_closing {
    int64_t shift_after_ms, day_after_ms; /* from the end of a shift, a day */
    int64_t unknown_ppm;                  /* of what is metered; with more unknown it is not reportable */
    bool remind;                          /* of dekads and months that nobody closes */
};

/* What the county's pages go by. */
struct config_county {
    bool present;
    char name[ID_BYTES]; /* empty: not said */
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    /* Whole paths, made from the folder of the configuration file; empty: only what comes with the programs. */
    char roster[PATH_BYTES];     /* the county's own mines: county.h */
    char indicators[PATH_BYTES]; /* in place of seeds/indicators.yaml */
    char limits[PATH_BYTES];     /* in place of seeds/limits.yaml */
    bool gather;                 /* this daemon takes in the ledgers of the county's sites */
    int64_t silent_after_ms;     /* an alarm once nothing has come from a site for so long */
    int64_t beside_max;          /* rows of a site beside those that count; beyond, its batches are refused */
    struct place place;
};

struct config {
    char path[PATH_BYTES];
    char hash[65];       /* SHA-256 of the file, hex */
    char site[ID_BYTES]; /* CONFIG_COUNTY_SITE: it only gathers */
    char timezone[64];
    char database[PATH_BYTES];
    char runtime[PATH_BYTES]; /* folder for status.json; default /run/coaltally */
    int64_t commit_ms, gap_ms, clock_wait_ms;
    int64_t keep_minutes_ms;  /* how long minute rows of gauges are kept; default 100 d */
    int64_t clear_after_ms;   /* what ends an alarm must hold for so long */
    int64_t broker_after_ms;  /* an alarm once the broker is away for so long */
    int64_t county_after_ms;  /* an alarm once the county has not answered for so long */
    int64_t report_within_ms; /* an outage of what counts output must be reported so long after the last good scan */
    int64_t differ_ppm;       /* two meters of one path may differ by so much over a shift */
    struct config_mqtt mqtt;
    struct config_closing closing;
    struct config_county county;
    size_t mines, buses, devices, meters, profiles, limits;
    struct config_mine *mine;
    struct config_bus *bus;
    struct config_device *device;
    struct config_meter *meter;
    struct config_limit *limit;
    struct profile **profile;
};

/* Reads and judges the file with the profiles it names. All faults and warnings
 * go to `faults`; NULL when any is an error. Sets the process's time zone. */
struct config *config_load(const char *path, struct faults *faults);
/* The same from memory; `path` stands for the file in messages, and profiles are looked for beside it. */
struct config *config_load_text(const char *text, size_t length, const char *path, struct faults *faults);
void config_free(struct config *config);

/* The index of the mine of that name; -1: it has none. */
int config_mine_index(const struct config *config, const char *name);

/* The path given with -c, else $COALTALLY_CONFIG, else CONFIG_DEFAULT_PATH. */
const char *config_path(const char *given);

/* Reads the section `county:`; `path` is that of the configuration file. What has faults stays empty. */
void config_county_read(const struct yaml_node *map, const char *path, struct config_county *county,
                        struct faults *faults);

/* Every folder that profiles are looked for in, in order: profiles/ beside the
 * configuration file, those of $COALTALLY_PROFILES (between colons), that of the
 * checkout which the running program lies in, the installed ones. */
struct config_folders {
    size_t count;
    char folder[FOLDERS_MAX][PATH_BYTES];
};
void config_folders(const char *config_file, struct config_folders *folders);

/* Path of the first profile of that name in these folders; false when there is none. */
bool config_profile_path(const struct config_folders *folders, const char *name, char path[static PATH_BYTES]);

/* Names of all profiles in these folders, sorted, at most `size`; returns how many. */
size_t config_profile_names(const struct config_folders *folders, char (*names)[NAME_MAX_BYTES], size_t size);

/* The one of them that is nearest in spelling; false when none is near. */
bool config_profile_nearest(const struct config_folders *folders, const char *name,
                            char nearest[static NAME_MAX_BYTES]);

/* How a device is asked on its wire. */
struct wire_unit config_unit(const struct config_device *device);

#endif
