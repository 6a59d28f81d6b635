/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/display.h"

__attribute__((format(printf, 2, 3))) static void points_add(char text[static DIAGNOSIS_POINTS_BYTES],
                                                             const char *format, ...)
{
    const size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, DIAGNOSIS_POINTS_BYTES - length, format, arguments);
    va_end(arguments);
}

/* Such as are set in another way have their value elsewhere. */
static bool is_missing(const struct point *point, enum quality quality)
{
    const bool elsewhere = quality == QUALITY_SENTINEL && point->condition.point && !point->condition.vetoes;
    return quality != QUALITY_GOOD && quality != QUALITY_CALIBRATING && !elsewhere;
}

/* All points that lack a value for the same reason. */
static void missing_add(const struct profile *profile, const struct scan *scan, enum quality quality,
                        char text[static DIAGNOSIS_POINTS_BYTES])
{
    const char *between = *text ? "; " : "";
    for (size_t i = 0; i < scan->points; i++)
        if (scan->readings[i].quality == quality && is_missing(&profile->point[i], quality)) {
            points_add(text, "%s%s", between, profile->point[i].name);
            between = ", ";
        }
    if (strcmp(between, ", ") == 0)
        points_add(text, ": %s", quality_name(quality));
}

static void texts_add(const struct profile *profile, const struct scan *scan, char text[static DIAGNOSIS_POINTS_BYTES])
{
    char clean[2 * TEXT_REGISTERS_MAX + 1];
    for (size_t i = 0; scan->text && i < scan->points; i++) {
        if (!scan->text[i] || scan->readings[i].quality != QUALITY_GOOD)
            continue;
        text_clean(scan->text[i], clean, sizeof clean);
        points_add(text, "%s%s \"%s\"", *text ? ", " : "", profile->point[i].name, clean);
    }
}

void diagnosis_points(struct diagnosis *diagnosis, const struct profile *profile, const struct scan *scan, bool stuck)
{
    char texts[DIAGNOSIS_POINTS_BYTES] = "";
    unsigned qualities = 0; /* a bit each */
    diagnosis->missing[0] = '\0';
    for (size_t i = 0; i < scan->points; i++)
        qualities |= 1u << scan->readings[i].quality;
    for (int quality = QUALITY_GOOD + 1; quality < QUALITY_COUNT; quality++)
        if (qualities >> quality & 1)
            missing_add(profile, scan, (enum quality)quality, diagnosis->missing);
    if (stuck)
        points_add(diagnosis->missing, "%sthe belt runs, the total stands", *diagnosis->missing ? "; " : "");
    texts_add(profile, scan, texts);
    if (*texts)
        memcpy(diagnosis->texts, texts, sizeof texts);
}
