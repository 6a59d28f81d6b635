/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/list.h"

#include <stdlib.h>
#include <string.h>

bool list_reserve(struct list *list, size_t more)
{
    if (list->room - list->count >= more)
        return true;
    size_t room = list->count + more > 2 * list->room ? list->count + more : 2 * list->room;
    void *at = reallocarray(list->at, room, list->size);
    if (!at)
        return false;
    list->at = at;
    list->room = room;
    return true;
}

void *list_insert(struct list *list, size_t index)
{
    if (!list_reserve(list, 1))
        return NULL;
    char *element = (char *)list->at + index * list->size;
    memmove(element + list->size, element, (list->count - index) * list->size);
    list->count++;
    return memset(element, 0, list->size);
}

void *list_add(struct list *list)
{
    return list_insert(list, list->count);
}
