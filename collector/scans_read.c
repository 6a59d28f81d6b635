/* SPDX-License-Identifier: Apache-2.0 */
/* The reading half. A newer daemon may write more fields at the end of a line, and lines of other kinds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/list.h"
#include "collector/scans.h"
#include "drivers/language.h"

enum { VERSION = 1 };

/* The next field of the line, cut off; "" when there are no more. */
static const char *field(char **rest)
{
    const char *next = strsep(rest, "\t");
    return next ? next : "";
}

static void take(char **rest, char *out, size_t size)
{
    snprintf(out, size, "%s", field(rest));
}

static void device_read(char *rest, struct last_scan *scan)
{
    take(&rest, scan->device, sizeof scan->device);
    take(&rest, scan->mine, sizeof scan->mine);
    take(&rest, scan->profile, sizeof scan->profile);
    take(&rest, scan->kind, sizeof scan->kind);
    take(&rest, scan->link, sizeof scan->link);
    scan->unit = atoi(field(&rest));
    scan->at_ms = strtoll(field(&rest), NULL, 10);
    take(&rest, scan->error, sizeof scan->error);
    take(&rest, scan->received, sizeof scan->received);
}

static void point_read_line(char *rest, struct point_view *view)
{
    take(&rest, view->name, sizeof view->name);
    take(&rest, view->table, sizeof view->table);
    take(&rest, view->address, sizeof view->address);
    take(&rest, view->type, sizeof view->type);
    take(&rest, view->registers, sizeof view->registers);
    take(&rest, view->raw, sizeof view->raw);
    take(&rest, view->value, sizeof view->value);
    take(&rest, view->text, sizeof view->text);
    take(&rest, view->unit, sizeof view->unit);
    take(&rest, view->quality, sizeof view->quality);
    take(&rest, view->why, sizeof view->why);
}

/* A new device, or a point of the last one. */
static bool line_take(char *line, struct list *devices, struct list *points)
{
    const char *kind = field(&line);
    struct last_scan *scan = devices->count ? (struct last_scan *)devices->at + devices->count - 1 : NULL;
    if (strcmp(kind, "device") == 0) {
        *points = (struct list){.size = sizeof(struct point_view)};
        scan = list_add(devices);
        if (scan)
            device_read(line, scan);
        return scan != NULL;
    }
    if (strcmp(kind, "point") != 0 || !scan)
        return true;
    struct point_view *view = list_add(points);
    if (view)
        point_read_line(line, view);
    scan->point = points->at;
    scan->points = points->count;
    return view != NULL;
}

static bool head_read(FILE *in, char **line, size_t *room, struct last_scans *out)
{
    ssize_t length = getline(line, room, in);
    char *rest = *line;
    if (length <= 0 || strcmp(field(&rest), "scans") != 0 || atoi(field(&rest)) != VERSION)
        return false;
    out->as_of_ms = strtoll(field(&rest), NULL, 10);
    return true;
}

bool last_scans_read(const char *path, struct last_scans *out, char *text, size_t size)
{
    struct list devices = {.size = sizeof(struct last_scan)}, points = {.size = sizeof(struct point_view)};
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    *out = (struct last_scans){0};
    FILE *in = fopen(path, "re");
    if (!in) {
        snprintf(text, size, "%s: %s", path, say_error(errno));
        return false;
    }
    if (!head_read(in, &line, &room, out)) {
        snprintf(text, size, say_own("%s: not what coaltallyd writes"), path);
        good = false;
    }
    for (ssize_t length; good && (length = getline(&line, &room, in)) > 0;) {
        line[length - (line[length - 1] == '\n')] = '\0';
        good = line_take(line, &devices, &points);
        if (!good)
            snprintf(text, size, "out of memory");
    }
    free(line);
    fclose(in);
    out->devices = devices.count;
    out->device = devices.at;
    if (!good)
        last_scans_free(out);
    return good;
}

void last_scans_free(struct last_scans *scans)
{
    for (size_t i = 0; i < scans->devices; i++)
        free(scans->device[i].point);
    free(scans->device);
    *scans = (struct last_scans){0};
}
