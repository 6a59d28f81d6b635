/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of faces: how many were accepted as smart, and the coal that pillars would have kept. */
#include <stdio.h>

#include "collector/amount.h"
#include "collector/indicator_parts.h"

static bool of_kind(const struct county_face *face, int choice)
{
    return choice == FACES_ALL || (choice == FACES_MINING) == (face->kind == FACE_MINING);
}

/* --- smart faces --- */

/* Cumulative: one that has closed since goes on counting. */
static void face_count(struct finding *finding, const struct side_mine *mine, const struct county_face *face)
{
    const enum language language = finding->context->language;
    char since[DATE_TEXT_BYTES], closed[DATE_TEXT_BYTES];
    if (face->smart_from == COUNTY_OPEN || !of_kind(face, finding->find->face))
        return;
    struct indicator_part *part = part_add(finding, mine, face->name);
    part->counts = face->smart_from <= finding->context->roster_day;
    part->amount = 1;
    civil_format(face->smart_from, since);
    const char *kind =
        face->kind == FACE_MINING ? say_of(language, "face", "mining") : say_of(language, "face", "heading");
    if (part->counts && face->closed <= finding->context->roster_day) {
        civil_format(face->closed, closed);
        snprintf(part->why, sizeof part->why, say(language, "%s face, smart since %s, closed %s: counted so far"), kind,
                 since, closed);
    } else {
        snprintf(part->why, sizeof part->why, say(language, "%s face, smart since %s"), kind, since);
    }
    snprintf(part->source, sizeof part->source, "%s", face->source);
    finding->value->top += part->counts;
}

void find_faces(struct finding *finding)
{
    struct side_walk walk = {0};
    while (side_next(finding, &walk))
        for (size_t i = 0; walk.mine.county && i < walk.mine.county->faces; i++)
            face_count(finding, &walk.mine, &walk.mine.county->face[i]);
    finding->value->has = finding->value->top > 0 || side_produces(finding);
    finding->value->origin = ORIGIN_ROSTER;
}

/* --- coal that pillars would have kept --- */

static void dimensions_say(const struct county_stretch *stretch, enum language language, char why[256])
{
    char pillar[DECIMAL_TEXT_MAX], length[DECIMAL_TEXT_MAX], height[DECIMAL_TEXT_MAX], density[DECIMAL_TEXT_MAX],
        recovery[DECIMAL_TEXT_MAX];
    decimal_format(decimal_reduce(stretch->pillar_m), pillar);
    decimal_format(decimal_reduce(stretch->length_m), length);
    decimal_format(decimal_reduce(stretch->height_m), height);
    decimal_format(decimal_reduce(stretch->density), density);
    decimal_format(decimal_reduce((struct decimal){stretch->recovery_ppm, 4}), recovery);
    snprintf(why, 256, say(language, "derived: %s m x %s m x %s m x %s t/m3 x %s %%"), pillar, length, height, density,
             recovery);
}

/* Of a stretch that runs beyond the year or the day the part by days. */
static void stretch_add(struct finding *finding, const struct side_mine *mine, const struct county_face *face,
                        const struct county_stretch *stretch)
{
    const struct period days = finding_days(finding);
    const int64_t coal_kg = amount_before(stretch->coal_kg, stretch->from, stretch->to, days.to) -
                            amount_before(stretch->coal_kg, stretch->from, stretch->to, days.from);
    if (stretch->from >= days.to || stretch->to <= days.from)
        return;
    struct indicator_part *part = part_add(finding, mine, face->name);
    part->counts = true;
    part->amount = coal_kg;
    dimensions_say(stretch, finding->context->language, part->why);
    snprintf(part->source, sizeof part->source, "%s", face->source);
    finding->value->top = amount_add(finding->value->top, coal_kg);
    finding->value->has = true;
}

void find_method_110(struct finding *finding)
{
    struct side_walk walk = {0};
    while (side_next(finding, &walk))
        for (size_t f = 0; walk.mine.county && f < walk.mine.county->faces; f++)
            for (size_t s = 0; s < walk.mine.county->face[f].stretches; s++)
                stretch_add(finding, &walk.mine, &walk.mine.county->face[f], &walk.mine.county->face[f].stretch[s]);
    snprintf(finding->value->note, sizeof finding->value->note, "%s",
             say(finding->context->language, "derived, never metered: it came up on the same belts as all other coal"));
    finding->value->bottom = 1000 * finding->find->size;
    finding->value->origin = ORIGIN_DERIVED;
}
