/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/burden.h"

#include <stdlib.h>

#include "drivers/plan.h"

/* 9600 baud, 11 bits a byte, and 3.5 characters of silence after each of the two
 * frames: Modbus over Serial Line V1.02, 2.5.1. A frame there is 4 bytes shorter
 * than on TCP: unit and checksum (3) stand for the header (7). */
enum { BYTE_US = 1146, SILENCE_US = 2 * 4010, SHORTER_BYTES = 2 * 4 };

static bool burden_of(const struct profile *profile, struct burden *burden)
{
    struct plan *plan = plan_new(profile);
    if (!plan)
        return false;
    *burden = (struct burden){.requests = plan->requests};
    for (size_t i = 0; i < plan->requests; i++) {
        const struct request *request = &plan->request[i];
        if (request->table == TABLE_COIL || request->table == TABLE_DISCRETE)
            burden->bits += request->count;
        else
            burden->registers += request->count;
        burden->bytes += request_bytes(request);
        burden->network_us += BURDEN_REQUEST_US;
        burden->serial_us += (int64_t)(request_bytes(request) - SHORTER_BYTES) * BYTE_US + SILENCE_US;
    }
    plan_free(plan);
    return true;
}

struct burden *burdens_new(const struct config *config)
{
    struct burden *burdens = calloc(config->devices + 1, sizeof *burdens);
    for (size_t i = 0; burdens && i < config->devices; i++)
        if (!burden_of(config->device[i].profile, &burdens[i])) {
            free(burdens);
            return NULL;
        }
    return burdens;
}

struct bus_burden burden_of_bus(const struct config *config, const struct burden *burdens, size_t bus)
{
    struct bus_burden sum = {0};
    int64_t longer_us = 0;
    for (size_t i = 0; i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (device->bus != bus)
            continue;
        /* The first request that is not answered ends its device's turn. */
        const int64_t silence_us = device->timeout_ms * 1000 - burdens[i].network_us;
        if (silence_us > longer_us)
            longer_us = silence_us;
        sum.devices++;
        sum.network_us += burdens[i].network_us;
        sum.serial_us += burdens[i].serial_us;
        sum.use += (double)burdens[i].network_us / 1000.0 / (double)device->interval_ms;
        if (sum.interval_ms == 0 || device->interval_ms < sum.interval_ms)
            sum.interval_ms = device->interval_ms;
    }
    sum.silent_us = sum.network_us + longer_us;
    return sum;
}
