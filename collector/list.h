/* SPDX-License-Identifier: Apache-2.0 */
/* A growing array of values of one size. */
#ifndef COALTALLY_LIST_H
#define COALTALLY_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Zero but for `size`; freed with free(at). */
struct list {
    void *at;
    size_t count, room;
    size_t size; /* of one element */
};

/* Room for so many more; false when out of memory. */
bool list_reserve(struct list *list, size_t more);

/* A new element at the end, all zero; NULL when out of memory. Valid until the next call. */
void *list_add(struct list *list);

/* Puts a new element before `index`, all zero; NULL when out of memory. */
void *list_insert(struct list *list, size_t index);

#endif
