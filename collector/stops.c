/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/stops.h"

#include <pthread.h>
#include <stdlib.h>

struct stops {
    pthread_mutex_t lock;
    size_t count;
    struct stop *stop;
};

struct stops *stops_new(void)
{
    struct stops *stops = calloc(1, sizeof *stops);
    if (stops)
        pthread_mutex_init(&stops->lock, NULL);
    return stops;
}

void stops_free(struct stops *stops)
{
    if (!stops)
        return;
    pthread_mutex_destroy(&stops->lock);
    free(stops->stop);
    free(stops);
}

void stops_set(struct stops *stops, struct stop *list, size_t count)
{
    pthread_mutex_lock(&stops->lock);
    struct stop *old = stops->stop;
    stops->stop = list;
    stops->count = count;
    pthread_mutex_unlock(&stops->lock);
    free(old);
}

bool stops_cover(struct stops *stops, size_t mine, int64_t wall_ms)
{
    bool covers = false;
    if (!stops)
        return false;
    pthread_mutex_lock(&stops->lock);
    for (size_t i = 0; i < stops->count && !covers; i++)
        covers = stops->stop[i].mine == mine && wall_ms >= stops->stop[i].from_ms && wall_ms < stops->stop[i].to_ms;
    pthread_mutex_unlock(&stops->lock);
    return covers;
}
