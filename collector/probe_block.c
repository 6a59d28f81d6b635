/* SPDX-License-Identifier: Apache-2.0 */
/* A block for coaltally.yaml, from a device that answered. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "collector/probe.h"
#include "collector/quantity.h"

enum { ID_MAX = 63 };

/* What may stand in an id: the host's letters and digits, the rest as hyphens. */
static void bus_name(const struct probe_target *target, char name[static ID_MAX + 1])
{
    const struct wire_link *link = &target->link;
    if (link->kind == WIRE_RTU)
        snprintf(name, ID_MAX + 1, "line-%.50s", strrchr(link->path, '/') + 1);
    else
        snprintf(name, ID_MAX + 1, "%s-%.50s", link->kind == WIRE_TCP ? "tcp" : "line", link->host);
    for (char *at = name; *at; at++)
        *at = isalnum((unsigned char)*at) && (unsigned char)*at < 128 ? (char)tolower((unsigned char)*at) : '-';
}

static void device_name(const struct probe_target *target, const struct profile *profile, char name[static ID_MAX + 1])
{
    snprintf(name, ID_MAX + 1, "%.50s-%d", profile->name, target->unit.unit);
}

static void bus_add(const struct wire_link *link, const char *bus, struct text *out)
{
    char where[LINK_TEXT_BYTES];
    link_name(link, where);
    text_format(out, "buses:\n  - {name: %s, %s: \"%s\"", bus, link_kind_name(link), where);
    if (link_is_serial(link))
        text_format(out, ", baud: %d, parity: %s, stop_bits: %d", link->baud, link_parity_name(link), link->stop_bits);
    text_add(out, "}\n");
}

static const struct quantity *quantity_of(const struct point *point)
{
    struct ratio factor;
    for (size_t i = 0; i < quantity_count(); i++)
        if (quantity_factor(quantity_at(i), point->unit, &factor))
            return quantity_at(i);
    return NULL;
}

/* The first total that runs on, for choice, and can be counted. */
static const struct point *counter_of(const struct profile *profile)
{
    const struct point *found = NULL;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        if (point->kind == POINT_COUNTER && quantity_of(point) &&
            (!found || found->counter.resets > point->counter.resets))
            found = point;
    }
    return found;
}

static void others_add(const struct profile *profile, const struct point *chosen, enum language language,
                       struct text *out)
{
    int others = 0;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        if (point->kind != POINT_COUNTER || point == chosen)
            continue;
        if (others++ == 0)
            text_add(out, say(language, "    # its other totals: "));
        else
            text_add(out, ", ");
        text_add(out, point->name);
    }
    text_add(out, others ? "\n" : "");
}

static void meter_add(const struct profile *profile, const char *device, const char *mine, enum language language,
                      struct text *out)
{
    const struct point *point = counter_of(profile);
    if (!point)
        return;
    const struct quantity *quantity = quantity_of(point);
    text_add(out, "meters:\n");
    text_format(out, "  - name: %s  # %s\n", device,
                say(language, "its name for ever, whatever instrument sits there; choose well"));
    if (mine)
        text_format(out, "    mine: %s\n", mine);
    text_format(out, "    quantity: %s  # %s\n", quantity->name, say(language, "what it measures"));
    text_format(out, "    point: %s.%s\n", device, point->name);
    others_add(profile, point, language, out);
    text_format(out, "    role: main  # %s\n", say(language, "exactly one a path; all others check"));
    text_format(out, "    path: %s\n", device);
    text_format(out, "    max_rate: 1000 %s/h  # %s\n", quantity->unit,
                say(language, "the nameplate's greatest, not today's flow"));
}

void probe_block(const struct probe_target *target, const struct profile *profile, const char *mine,
                 enum language language, struct text *out)
{
    char bus[ID_MAX + 1], device[ID_MAX + 1];
    bus_name(target, bus);
    device_name(target, profile, device);
    text_format(out, "# %s\n",
                say(language, "For coaltally.yaml. Where a heading is there already, add only what is below it."));
    bus_add(&target->link, bus, out);
    text_format(out, "devices:\n  - {name: %s, bus: %s, unit: %d, %s%s%sprofile: %s}\n", device, bus, target->unit.unit,
                mine ? "mine: " : "", mine ? mine : "", mine ? ", " : "", profile->name);
    meter_add(profile, device, mine, language, out);
}
