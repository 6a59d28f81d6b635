/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/image.h"

#include <stdlib.h>
#include <string.h>

/* SunSpec Device Information Model Specification: where the chain begins, and how. */
enum { SUNSPEC_BASE = 40000, SUNSPEC_MARK = 2, SUNSPEC_HEAD_WORDS = 2, SUNSPEC_LAST = 0xFFFF };
enum { COMMON_MODEL = 1, COMMON_WORDS = SUNSPEC_HEAD_WORDS + 66, CHAIN_MAX = 64 };

static int image_of(const struct point *point)
{
    if (point->model[0])
        return IMAGE_SUNSPEC;
    if (point->wide)
        return point->table == TABLE_HOLDING ? IMAGE_WIDE_HOLDING : IMAGE_WIDE_INPUT;
    return (int)point->table - TABLE_COIL;
}

static bool allocate(struct image *image)
{
    image->words = calloc(image->count * (image->wide ? 2 : 1) + 1, sizeof *image->words);
    return image->words != NULL;
}

/* --- one run of addresses, from the first point to the last --- */

static bool make_run(struct image *image, int index, const struct profile *profile, struct image_place *places)
{
    int first = UINT16_MAX + 1, end = 0;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        if (image_of(point) != index || point_words(point) == 0)
            continue;
        const int after = point->address + point_addresses(point);
        first = point->address < first ? point->address : first;
        end = after > end ? after : end;
    }
    if (end == 0)
        return true;
    image->first = (uint16_t)first;
    image->count = (size_t)(end - first);
    for (size_t i = 0; i < profile->points; i++)
        if (image_of(&profile->point[i]) == index)
            places[i] =
                (struct image_place){index, (size_t)(profile->point[i].address - first) * (image->wide ? 2 : 1)};
    return allocate(image);
}

/* --- SunSpec --- */

struct chain {
    size_t models;
    struct {
        uint16_t id;
        size_t words, at; /* with id and length; where in the image */
    } model[CHAIN_MAX];
};

/* Notes that a model has at least so many words; in the order of ids. False: too many. */
static bool chain_note(struct chain *chain, uint16_t id, size_t words)
{
    size_t at = 0;
    while (at < chain->models && chain->model[at].id < id)
        at++;
    if (at == chain->models || chain->model[at].id != id) {
        if (chain->models == CHAIN_MAX)
            return false;
        memmove(&chain->model[at + 1], &chain->model[at], (chain->models - at) * sizeof *chain->model);
        chain->models++;
        chain->model[at].id = id;
        chain->model[at].words = SUNSPEC_HEAD_WORDS;
    }
    if (chain->model[at].words < words)
        chain->model[at].words = words;
    return true;
}

/* Where a model that has been noted is in the image. */
static size_t chain_at(const struct chain *chain, uint16_t id)
{
    size_t i = 0;
    while (chain->model[i].id != id)
        i++;
    return chain->model[i].at;
}

static void chain_write(const struct chain *chain, const struct image *image)
{
    memcpy(image->words, (const uint16_t[]){'S' << 8 | 'u', 'n' << 8 | 'S'}, SUNSPEC_MARK * sizeof *image->words);
    for (size_t i = 0; i < chain->models; i++) {
        image->words[chain->model[i].at] = chain->model[i].id;
        image->words[chain->model[i].at + 1] = (uint16_t)(chain->model[i].words - SUNSPEC_HEAD_WORDS);
    }
    image->words[image->count - SUNSPEC_HEAD_WORDS] = SUNSPEC_LAST;
}

static bool make_chain(struct image *image, const struct profile *profile, struct image_place *places)
{
    struct chain chain = {0};
    size_t end = SUNSPEC_MARK;
    bool noted = true;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        if (point->model[0])
            noted = chain_note(&chain, point->model[0], (size_t)(point->address + point_words(point))) && noted;
    }
    if (chain.models == 0)
        return true;
    if (!chain_note(&chain, COMMON_MODEL, COMMON_WORDS) || !noted)
        return false;
    for (size_t i = 0; i < chain.models; i++) {
        chain.model[i].at = end;
        end += chain.model[i].words;
    }
    image->first = SUNSPEC_BASE;
    image->count = end + SUNSPEC_HEAD_WORDS;
    for (size_t i = 0; i < profile->points; i++)
        if (profile->point[i].model[0])
            places[i] = (struct image_place){IMAGE_SUNSPEC,
                                             chain_at(&chain, profile->point[i].model[0]) + profile->point[i].address};
    if (!allocate(image))
        return false;
    chain_write(&chain, image);
    return true;
}

bool images_make(struct image images[static IMAGES], const struct profile *profile, struct image_place *places)
{
    for (int i = 0; i < IMAGES; i++) {
        const bool wide = i == IMAGE_WIDE_HOLDING || i == IMAGE_WIDE_INPUT;
        images[i] = (struct image){.table = (enum registers_table)(TABLE_COIL + i), .wide = wide};
    }
    images[IMAGE_WIDE_HOLDING].table = images[IMAGE_SUNSPEC].table = TABLE_HOLDING;
    images[IMAGE_WIDE_INPUT].table = TABLE_INPUT;
    bool made = make_chain(&images[IMAGE_SUNSPEC], profile, places);
    for (int i = 0; i < IMAGE_SUNSPEC; i++)
        made = make_run(&images[i], i, profile, places) && made;
    return made;
}

void images_free(struct image images[static IMAGES])
{
    for (int i = 0; i < IMAGES; i++)
        free(images[i].words);
}

int images_find(const struct image images[static IMAGES], struct request *request)
{
    for (int i = IMAGES - 1; i >= 0; i--) {
        const struct image *image = &images[i];
        if (image->table != request->table || request->address < image->first ||
            (size_t)(request->address - image->first) + request->count > image->count)
            continue;
        request->wide = image->wide;
        return i;
    }
    return -1;
}

/* --- words --- */

bool images_touch(const struct image images[static IMAGES], const struct image_place *places,
                  const struct profile *profile, const struct point *point, const struct request *request)
{
    struct request asked = *request;
    const int image = images_find(images, &asked);
    if (point->high_part)
        return images_touch(images, places, profile, point->high_part, request) ||
               images_touch(images, places, profile, point->low_part, request);
    const struct image_place *place = &places[point - profile->point];
    const size_t from = (size_t)(request->address - images[image < 0 ? 0 : image].first) * (asked.wide ? 2 : 1);
    return place->image == image && place->word < from + request_words(&asked) &&
           place->word + (size_t)point_words(point) > from;
}

uint16_t *window_point(const struct window *window, const struct point *point)
{
    const struct image_place *place = &window->places[point - window->profile->point];
    const size_t words = (size_t)point_words(point);
    if (words == 0)
        return NULL;
    if (window->image < 0)
        return window->images[place->image].words + place->word;
    if (place->image != window->image || place->word < window->from ||
        place->word + words > window->from + window->size)
        return NULL;
    return window->words + (place->word - window->from);
}

bool window_put(const struct window *window, const struct point *point, int exponent, int64_t count)
{
    if (point->high_part) {
        int64_t high, low;
        point_split(point, count, &high, &low);
        return window_put(window, point->high_part, exponent, high) &&
               window_put(window, point->low_part, exponent, low);
    }
    uint16_t *words = window_point(window, point);
    return words && point_encode(point, words, exponent, count);
}
