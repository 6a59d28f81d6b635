/* SPDX-License-Identifier: Apache-2.0 */
/* Devices by their profiles: each point raw, decoded, and why not. */
#include <stdlib.h>

#include "collector/probe_ask.h"
#include "collector/probe_parts.h"
#include "drivers/deadline.h"

enum { POINT_ERROR_BYTES = 200 };

struct device_state {
    const struct asked_device *asked;
    struct sweep *sweep;
    struct reading *before; /* one a point; stale at first */
    struct point_view *view;
};

struct devices_state {
    size_t devices;
    struct device_state *device;
};

static bool scan_answered(const struct scan *scan)
{
    for (size_t i = 0; i < scan->points; i++)
        if (scan->readings[i].quality != QUALITY_TIMEOUT)
            return true;
    return false;
}

/* Asks for a refused point by itself: the device's own word on it. False when the device is silent by now. */
static bool point_asked(struct asking *asking, const struct device_state *device, size_t index,
                        char error[static POINT_ERROR_BYTES])
{
    const struct point *point = &device->asked->profile->point[index];
    uint16_t registers[2 * TEXT_REGISTERS_MAX];
    const struct request request = {.table = point->table,
                                    .address = point->address,
                                    .count = (uint16_t)point_addresses(point),
                                    .wide = point->wide};
    const enum wire_outcome outcome = wire_read(asking->wire, &device->asked->unit, &request, registers);
    if (outcome == WIRE_OK)
        snprintf(error, POINT_ERROR_BYTES, "%s",
                 say(asking->command->language, "refused among its neighbours, but alone it answers"));
    else
        snprintf(error, POINT_ERROR_BYTES, "%s", wire_error(asking->wire));
    return outcome == WIRE_OK || outcome == WIRE_EXCEPTION;
}

static bool is_asked_alone(const struct point *point, struct reading reading)
{
    return reading.quality == QUALITY_EXCEPTION && point->format.type != TYPE_SUM && !point->model[0];
}

static void views_make(struct asking *asking, struct device_state *device, const struct scan *scan)
{
    const struct profile *profile = device->asked->profile;
    char error[POINT_ERROR_BYTES];
    bool asks = true;
    for (size_t i = 0; i < profile->points; i++) {
        snprintf(error, sizeof error, "%s", sweep_trouble(device->sweep)->error);
        if (asks && is_asked_alone(&profile->point[i], scan->readings[i]))
            asks = point_asked(asking, device, i, error);
        point_view(profile, i, sweep_registers(device->sweep, i), scan->readings, error, asking->page.language,
                   &device->view[i]);
        point_view_change(&profile->point[i], device->before[i], scan->readings[i], &device->view[i]);
        device->before[i] = scan->readings[i];
    }
}

static void device_head(const struct asking *asking, const struct device_state *device, int took_ms, struct text *out)
{
    const struct asked_device *asked = device->asked;
    text_format(out, say(asking->command->language, "%s%s%s unit %d, read in %d ms (requests: %zu): %s\n"),
                asked->name ? asked->name : "", asked->name ? "  " : "", asking->where, asked->unit.unit, took_ms,
                sweep_plan(device->sweep)->requests, asked->profile->title);
}

static int device_turn(struct asking *asking, struct device_state *device, struct text *out)
{
    const struct asked_device *asked = device->asked;
    struct scan scan;
    const int64_t begin_ms = deadline_now_ms();
    const enum wire_outcome outcome = sweep_run(device->sweep, asking->wire, &scan);
    const struct sweep_trouble *trouble = sweep_trouble(device->sweep);
    const int took_ms = (int)(deadline_now_ms() - begin_ms);
    if (outcome == WIRE_STOPPED)
        return COMMAND_COULD_NOT;
    views_make(asking, device, &scan);
    if (asking->page.format == TABLE_PAGE && scan_answered(&scan)) {
        const struct probe_device shown = {asked->name, asked->profile->points, device->view};
        device_head(asking, device, took_ms, out);
        probe_points(&asking->page, &shown, 1, out);
    }
    if (outcome == WIRE_OK)
        return COMMAND_GOOD;
    return ask_failed(asking, trouble, asked->name ? asked->name : asking->where, "");
}

/* All rows of one read in one table. */
static void data_add(const struct asking *asking, const struct devices_state *state, struct text *out)
{
    struct probe_device *shown = calloc(state->devices + 1, sizeof *shown);
    out->failed = out->failed || !shown;
    for (size_t i = 0; shown && i < state->devices; i++)
        shown[i] = (struct probe_device){state->device[i].asked->name, state->device[i].asked->profile->points,
                                         state->device[i].view};
    if (shown)
        probe_points(&asking->page, shown, state->devices, out);
    free(shown);
}

static int devices_turn(struct asking *asking, void *what, struct text *out)
{
    struct devices_state *state = what;
    int status = COMMAND_GOOD;
    for (size_t i = 0; i < state->devices && !interrupt_came(asking->interrupt); i++) {
        if (i > 0 && asking->page.format == TABLE_PAGE)
            text_add(out, "\n");
        const int one = device_turn(asking, &state->device[i], out);
        status = one > status ? one : status;
    }
    if (interrupt_came(asking->interrupt))
        return status;
    if (asking->page.format != TABLE_PAGE)
        data_add(asking, state, out);
    else if (status == COMMAND_GOOD && !asking->every_ms && !state->device[0].asked->name) {
        text_add(out, "\n");
        probe_block(&asking->target, state->device[0].asked->profile, state->device[0].asked->mine,
                    asking->page.language, out);
    }
    return status;
}

static bool device_make(struct device_state *device, const struct asked_device *asked)
{
    const size_t points = asked->profile->points;
    device->asked = asked;
    device->sweep = sweep_new(asked->profile, asked->unit);
    device->before = calloc(points + 1, sizeof *device->before);
    device->view = calloc(points + 1, sizeof *device->view);
    for (size_t i = 0; device->before && i < points; i++)
        device->before[i].quality = QUALITY_STALE;
    return device->sweep && device->before && device->view;
}

int ask_devices(struct asking *asking, const struct asked_device *device, size_t devices)
{
    struct devices_state state = {.devices = devices, .device = calloc(devices + 1, sizeof *state.device)};
    bool made = state.device != NULL;
    for (size_t i = 0; made && i < devices; i++)
        made = device_make(&state.device[i], &device[i]);
    const int status = made ? asking_run(asking, devices_turn, &state)
                            : command_fail(asking->command, COMMAND_COULD_NOT, "out of memory");
    for (size_t i = 0; state.device && i < devices; i++) {
        sweep_free(state.device[i].sweep);
        free(state.device[i].before);
        free(state.device[i].view);
    }
    free(state.device);
    return status;
}

/* --- points and their neighbours --- */

/* Such as lie at one address of a table, a number there. */
static bool has_neighbours(const struct point *point)
{
    return point->format.type != TYPE_SUM && point->format.type != TYPE_ASCII && !point->model[0] && !point->wide &&
           !point->factor;
}

struct near_state {
    const struct asked_device *device;
    size_t devices;
};

static int near_device(struct asking *asking, const struct asked_device *device, struct text *out)
{
    const struct profile *profile = device->profile;
    struct probe_near_point *near = calloc(profile->points + 1, sizeof *near);
    enum wire_outcome outcome = WIRE_OK;
    size_t count = 0;
    if (!near)
        return command_fail(asking->command, COMMAND_COULD_NOT, "out of memory");
    for (size_t i = 0; i < profile->points && outcome == WIRE_OK; i++) {
        const struct point *point = &profile->point[i];
        const struct request request = {
            .table = point->table, .address = point->address, .count = (uint16_t)point_words(point)};
        if (!has_neighbours(point))
            continue;
        near[count].point = point;
        outcome = ask_places(asking, &device->unit, &request, near[count].place);
        count += outcome == WIRE_OK;
    }
    if (count > 0) {
        if (asking->page.format == TABLE_PAGE)
            text_format(out, say(asking->command->language, "%s%s%s unit %d: %s\n"), device->name ? device->name : "",
                        device->name ? "  " : "", asking->where, device->unit.unit, profile->title);
        probe_near_points(&asking->page, near, count, out);
    }
    free(near);
    if (outcome == WIRE_OK || outcome == WIRE_STOPPED)
        return COMMAND_GOOD;
    const struct sweep_trouble trouble = ask_trouble(asking, outcome);
    return ask_failed(asking, &trouble, device->name ? device->name : asking->where, "");
}

static int near_points_turn(struct asking *asking, void *what, struct text *out)
{
    const struct near_state *state = what;
    int status = COMMAND_GOOD;
    for (size_t i = 0; i < state->devices && !interrupt_came(asking->interrupt); i++) {
        text_add(out, i > 0 && asking->page.format == TABLE_PAGE ? "\n" : "");
        const int one = near_device(asking, &state->device[i], out);
        status = one > status ? one : status;
    }
    return status;
}

int ask_near_points(struct asking *asking, const struct asked_device *device, size_t devices)
{
    struct near_state state = {device, devices};
    return asking_run(asking, near_points_turn, &state);
}
