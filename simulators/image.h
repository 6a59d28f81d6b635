/* SPDX-License-Identifier: Apache-2.0 */
/* The registers and bits of a device, as far as its profile's points need them.
 * Pure. */
#ifndef COALTALLY_IMAGE_H
#define COALTALLY_IMAGE_H

#include "drivers/plan.h"

/* A run of addresses of one table. */
struct image {
    enum registers_table table;
    bool wide; /* each address is a register of 4 bytes: two words */
    uint16_t first;
    size_t count;    /* addresses; 0: the device has none of these */
    uint16_t *words; /* one a bit */
};

/* Of each table; of wide registers; the chain of SunSpec models. */
enum { IMAGE_WIDE_HOLDING = TABLE_INPUT, IMAGE_WIDE_INPUT, IMAGE_SUNSPEC, IMAGES };

/* Where a point's words are. A sum has none: its parts have. */
struct image_place {
    int image;
    size_t word;
};

/* Makes the images of a profile, and tells each point's place. False when out of
 * memory, or of room for models; what was made is then to be freed, too. SunSpec models are chained in the
 * order of their ids from 40000 on, the common one with 66 registers; a point that
 * may be in several is in the first. */
bool images_make(struct image images[static IMAGES], const struct profile *profile, struct image_place *places);
void images_free(struct image images[static IMAGES]);

/* The image that has all of a request, or -1; *request learns whether it is wide. */
int images_find(const struct image images[static IMAGES], struct request *request);

/* Whether a request asks for a word of a point, or of a part of it if it is a sum. */
bool images_touch(const struct image images[static IMAGES], const struct image_place *places,
                  const struct profile *profile, const struct point *point, const struct request *request);

/* Some words of an image, or of a copy of them. */
struct window {
    const struct image_place *places; /* by point */
    const struct profile *profile;
    int image;         /* -1: all of them, in place */
    size_t from, size; /* words */
    uint16_t *words;
    struct image *images; /* with image -1 */
};

/* The words of a point there, where the window has all of them; else NULL. */
uint16_t *window_point(const struct window *window, const struct point *point);

/* Writes what shows `count` into the words of a point, or of its parts if it is a sum;
 * exponent: what its scale factor, if any, stands at. False where the window has not
 * all of them, or they cannot show it. */
bool window_put(const struct window *window, const struct point *point, int exponent, int64_t count);

#endif
