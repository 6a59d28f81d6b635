/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half; scans_read.c reads. Lines of fields between tabs:
 *   scans  VERSION  AS_OF_MS
 *   device NAME MINE PROFILE KIND LINK UNIT AT_MS ERROR RECEIVED
 *   point  NAME TABLE ADDRESS TYPE REGISTERS RAW VALUE TEXT UNIT QUALITY WHY   (of the device above) */
#include "collector/scans.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/display.h"
#include "collector/file.h"

struct scans {
    const struct config *config;
    pthread_mutex_t lock;
    struct text *device; /* by device: its lines, as they are written; of those on serial lines */
    bool any;            /* a device is on a serial line */
};

void scans_path(const char *runtime, char path[static SCANS_PATH_BYTES])
{
    snprintf(path, SCANS_PATH_BYTES, "%s/scans.tsv", runtime);
}

static bool is_kept(const struct scans *scans, size_t device)
{
    return link_is_serial(&scans->config->bus[scans->config->device[device].bus].link);
}

/* A field that no tab or line end of the text can leave. */
static void field_add(struct text *out, const char *text)
{
    char clean[512];
    text_clean(text, clean, sizeof clean);
    text_add(out, "\t");
    text_add(out, clean);
}

static void device_add(struct text *out, const struct config *config, size_t index, int64_t at_ms, const char *error,
                       const char *received)
{
    const struct config_device *device = &config->device[index];
    const struct wire_link *link = &config->bus[device->bus].link;
    char name[LINK_TEXT_BYTES];
    link_name(link, name);
    text_add(out, "device");
    field_add(out, device->name);
    field_add(out, config->mine[device->mine].name);
    field_add(out, device->profile->name);
    field_add(out, link_kind_name(link));
    field_add(out, name);
    text_format(out, "\t%d\t%" PRId64, device->unit, at_ms);
    field_add(out, error);
    field_add(out, received);
    text_add(out, "\n");
}

static void point_add(struct text *out, const struct point_view *view)
{
    const char *const fields[] = {view->name,  view->table, view->address, view->type,    view->registers, view->raw,
                                  view->value, view->text,  view->unit,    view->quality, view->why};
    text_add(out, "point");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        field_add(out, fields[i]);
    text_add(out, "\n");
}

struct scans *scans_new(const struct config *config)
{
    struct scans *scans = calloc(1, sizeof *scans);
    if (!scans)
        return NULL;
    scans->config = config;
    scans->device = calloc(config->devices + 1, sizeof *scans->device);
    pthread_mutex_init(&scans->lock, NULL);
    for (size_t i = 0; scans->device && i < config->devices; i++)
        if (is_kept(scans, i)) {
            scans->any = true;
            device_add(&scans->device[i], config, i, 0, "", "");
        }
    if (scans->device)
        return scans;
    scans_free(scans);
    return NULL;
}

void scans_free(struct scans *scans)
{
    if (!scans)
        return;
    for (size_t i = 0; scans->device && i < scans->config->devices; i++)
        text_free(&scans->device[i]);
    free(scans->device);
    pthread_mutex_destroy(&scans->lock);
    free(scans);
}

void scans_take(struct scans *scans, size_t device, const struct sweep *sweep, const struct scan *scan,
                const char *error, const char *received)
{
    const struct profile *profile = scans->config->device[device].profile;
    struct point_view view;
    if (!is_kept(scans, device))
        return;
    pthread_mutex_lock(&scans->lock);
    struct text *out = &scans->device[device];
    text_clear(out);
    device_add(out, scans->config, device, scan->wall_ms, error, received);
    for (size_t i = 0; i < profile->points; i++) {
        point_view(profile, i, sweep_registers(sweep, i), scan->readings, error, LANGUAGE_EN, &view);
        point_add(out, &view);
    }
    pthread_mutex_unlock(&scans->lock);
}

bool scans_write(struct scans *scans, char *text, size_t size)
{
    char path[SCANS_PATH_BYTES];
    struct text content = {0};
    scans_path(scans->config->runtime, path);
    if (!scans->any) {
        if (unlink(path) == 0 || errno == ENOENT)
            return true;
        snprintf(text, size, "cannot remove the old %s: %s", path, strerror(errno));
        return false;
    }
    text_format(&content, "scans\t1\t%" PRId64 "\n", clock_now().wall_ms);
    pthread_mutex_lock(&scans->lock);
    for (size_t i = 0; i < scans->config->devices; i++) {
        text_add_bytes(&content, scans->device[i].at ? scans->device[i].at : "", scans->device[i].length);
        content.failed = content.failed || scans->device[i].failed;
    }
    pthread_mutex_unlock(&scans->lock);
    const bool written = file_replace(path, &content, text, size);
    text_free(&content);
    return written;
}
