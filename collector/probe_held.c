/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/probe_held.h"

#include <inttypes.h>
#include <string.h>

#include "collector/clock.h"
#include "collector/scans.h"
#include "collector/store.h"

struct held {
    const struct command *command;
    const struct probe_page *page;
    const char *device;
    const struct wire_link *wire_link;
    char link[LINK_TEXT_BYTES]; /* its name */
    struct last_scans scans;
    bool has_scans;
    char why[256]; /* there are none */
};

static bool is_meant(const struct held *held, const struct last_scan *scan)
{
    char text[sizeof scan->kind + sizeof scan->link + 1], why[2 * LINK_TEXT_BYTES];
    struct wire_link link;
    snprintf(text, sizeof text, "%s:%s", scan->kind, scan->link);
    return link_parse(text, &link, why, sizeof why) && link_same(&link, held->wire_link) &&
           (!held->device || strcmp(scan->device, held->device) == 0);
}

static size_t held_count(const struct held *held)
{
    size_t count = 0;
    for (size_t i = 0; i < held->scans.devices; i++)
        count += is_meant(held, &held->scans.device[i]);
    return count;
}

/* Nothing came, and there is nothing to say of a point that has not been said of the device. */
static bool all_alike(const struct last_scan *scan)
{
    for (size_t i = 0; i < scan->points; i++)
        if (*scan->point[i].registers || strcmp(scan->point[i].quality, quality_name(QUALITY_TIMEOUT)) != 0)
            return false;
    return true;
}

static void scan_page(const struct held *held, const struct last_scan *scan, struct text *out)
{
    const struct command *command = held->command;
    const struct probe_device device = {scan->device, scan->points, scan->point};
    const int64_t age_ms = clock_now().wall_ms - scan->at_ms;
    text_format(out, say(command->language, "%s  %s %s unit %d  %s: "), scan->device, scan->kind, scan->link,
                scan->unit, scan->profile);
    if (scan->at_ms == 0) {
        text_add(out, say(command->language, "not read yet\n"));
        return;
    }
    text_format(out, say(command->language, "read by coaltallyd %" PRId64 ".%d s ago%s%s%s%s\n"), age_ms / 1000,
                (int)(age_ms % 1000 / 100), *scan->error ? ": " : "", scan->error,
                *scan->received ? say(command->language, "; received ") : "", scan->received);
    if (!all_alike(scan))
        probe_points(held->page, &device, 1, out);
}

static void held_show(const struct held *held, struct text *out)
{
    struct probe_device devices[PROBE_UNITS];
    size_t count = 0;
    for (size_t i = 0; i < held->scans.devices && count < PROBE_UNITS; i++) {
        const struct last_scan *scan = &held->scans.device[i];
        if (!is_meant(held, scan))
            continue;
        if (held->page->format == TABLE_PAGE) {
            text_add(out, count ? "\n" : "");
            scan_page(held, scan, out);
        }
        devices[count++] = (struct probe_device){scan->device, scan->points, scan->point};
    }
    if (held->page->format != TABLE_PAGE)
        probe_points(held->page, devices, count, out);
}

static int held_print(const struct held *held)
{
    struct text out = {0};
    const int status = command_fail(held->command, COMMAND_COULD_NOT,
                                    "coaltallyd holds the line %s, and a line has one master: %s%s (to ask there "
                                    "yourself, stop it first: systemctl stop coaltallyd)",
                                    held->link,
                                    held->has_scans ? say(held->command->language, "what it has read last follows")
                                                    : say(held->command->language, "what it has read last: "),
                                    held->has_scans ? "" : held->why);
    if (held->has_scans)
        held_show(held, &out);
    if (out.failed)
        command_fail(held->command, status, "out of memory");
    else if (out.length > 0)
        fwrite(out.at, 1, out.length, stdout); /* command_main looks whether it could be written */
    text_free(&out);
    return status;
}

bool probe_held(const struct command *command, const struct probe_page *page, const struct held_link *of, int *status)
{
    struct held held = {.command = command, .page = page, .device = of->device, .wire_link = of->link};
    char path[SCANS_PATH_BYTES];
    if (!store_running(of->database))
        return false;
    link_name(of->link, held.link);
    scans_path(of->runtime, path);
    held.has_scans = last_scans_read(path, &held.scans, held.why, sizeof held.why);
    /* A bus of its configuration is held when it is serial, any other link when the daemon names it. */
    const bool is_held = of->configured ? link_is_serial(of->link) : held_count(&held) > 0;
    if (is_held)
        *status = held_print(&held);
    if (held.has_scans)
        last_scans_free(&held.scans);
    return is_held;
}
