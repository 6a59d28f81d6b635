/* SPDX-License-Identifier: Apache-2.0 */
/* The last scan of each device on a serial line, for people at the meter: while the
 * daemon holds a line nobody else can ask on it, so it tells what it has read
 * there, in <runtime>/scans.tsv. */
#ifndef COALTALLY_SCANS_H
#define COALTALLY_SCANS_H

#include "collector/config.h"
#include "collector/point_view.h"
#include "drivers/sweep.h"

enum { SCANS_PATH_BYTES = PATH_BYTES + 16 };

void scans_path(const char *runtime, char path[static SCANS_PATH_BYTES]); /* "<runtime>/scans.tsv" */

/* --- by the daemon --- */

struct scans;

/* The config must outlive it. NULL when out of memory. */
struct scans *scans_new(const struct config *config);
void scans_free(struct scans *scans);

/* What a scan has brought, and what was wrong with it ("": nothing), the bytes of a bad
 * answer in hex. Of devices that are on no serial line nothing is kept. Thread-safe. */
void scans_take(struct scans *scans, size_t device, const struct sweep *sweep, const struct scan *scan,
                const char *error, const char *received);

/* Writes the file. Where there is no serial line there is none: an old one is
 * removed. False with the reason in `text`. */
bool scans_write(struct scans *scans, char *text, size_t size);

/* --- by who asks --- */

struct last_scan {
    char device[ID_BYTES], mine[ID_BYTES], profile[NAME_MAX_BYTES];
    char kind[16];              /* "rtu", "rtu_over_tcp" */
    char link[LINK_TEXT_BYTES]; /* link_name */
    int unit;
    int64_t at_ms;                 /* wall; 0: not read yet */
    char error[VIEW_WHY_BYTES];    /* "": none */
    char received[VIEW_WHY_BYTES]; /* hex */
    size_t points;
    struct point_view *point;
};

struct last_scans {
    int64_t as_of_ms; /* wall: when the file was written */
    size_t devices;
    struct last_scan *device;
};

/* Reads the file; last_scans_free afterwards. False with the reason in `text`: no such
 * file, not readable by this user, not what a daemon writes, out of memory. */
bool last_scans_read(const char *path, struct last_scans *out, char *text, size_t size);
void last_scans_free(struct last_scans *scans);

#endif
