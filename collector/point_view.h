/* SPDX-License-Identifier: Apache-2.0 */
/* A point after a scan in words: as it came, what it means, and why it has no
 * value. What `coaltally probe` shows, and what the daemon tells it. */
#ifndef COALTALLY_POINT_VIEW_H
#define COALTALLY_POINT_VIEW_H

#include "collector/words.h"
#include "drivers/profile.h"

enum { VIEW_TEXT_BYTES = 80, VIEW_REGISTERS_BYTES = 5 * TEXT_REGISTERS_MAX + 1, VIEW_WHY_BYTES = 256 };

/* "" where there is nothing. */
struct point_view {
    char name[NAME_MAX_BYTES];
    char table[16];   /* "holding"; of a SunSpec point "model 103"; of a sum "" */
    char address[16]; /* as on the wire, from 0; of a SunSpec point in the model, whose id is at 0 */
    char type[16];
    char registers[VIEW_REGISTERS_BYTES]; /* "FFFF E3FB", as they came */
    char raw[VIEW_TEXT_BYTES];            /* before scale; also "inf" and "nan" */
    char value[VIEW_TEXT_BYTES];          /* in the unit; a decimal number */
    char text[VIEW_TEXT_BYTES];           /* what a text reads, or what a value of a state is called */
    char unit[UNIT_MAX_BYTES];
    char quality[16];
    char why[VIEW_WHY_BYTES];     /* not good: the reason */
    char change[VIEW_TEXT_BYTES]; /* of the value since the read before, with its sign */
};

/* Point `index` of the profile as `registers` and `readings` (one a point) have it.
 * `error`: what the wire said where it was not read. */
void point_view(const struct profile *profile, size_t index, const uint16_t *registers, const struct reading *readings,
                const char *error, enum language language, struct point_view *view);

/* The change from an earlier reading of the same point; "" unless both have a value. */
void point_view_change(const struct point *point, struct reading before, struct reading now, struct point_view *view);

/* A float with the fewest digits that tell it from its neighbours. */
void real_text(double real, bool single, char *text, size_t size);

#endif
