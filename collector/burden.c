/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/burden.h"

#include <stdlib.h>

#include "drivers/plan.h"

/* A serial frame is 4 bytes shorter than on TCP: unit and checksum (3) stand for the
 * header (7). Each of the two is followed by silence. A question has 8 bytes. */
enum { SHORTER_BYTES = 2 * 4, QUESTION_BYTES = 8 };

/* What a gateway's line is taken to be: Modbus over Serial Line V1.02, 2.5.1, with a parity bit. */
static const struct wire_link gateway_line = {.kind = WIRE_RTU, .baud = 9600, .parity = 'E', .stop_bits = 1};

static int64_t line_us(const struct wire_link *link, size_t tcp_bytes)
{
    return link_bytes_us(link, tcp_bytes - SHORTER_BYTES) + 2 * link_silence_us(link);
}

static void burden_add(struct burden *burden, const struct request *request, const struct wire_link *link)
{
    const size_t bytes = request_bytes(request);
    const bool serial = link_is_serial(link);
    if (request->table == TABLE_COIL || request->table == TABLE_DISCRETE)
        burden->bits += request->count;
    else
        burden->registers += request->count;
    burden->requests++;
    burden->bytes += serial ? bytes - SHORTER_BYTES : bytes;
    burden->cycle_us += BURDEN_REQUEST_US + (serial ? line_us(link, bytes) : 0);
    burden->serial_us += line_us(&gateway_line, bytes);
}

static bool burden_of(const struct config_device *device, const struct wire_link *link, struct burden *burden)
{
    struct plan *plan = plan_new(device->profile);
    if (!plan)
        return false;
    const bool serial = link_is_serial(link);
    *burden = (struct burden){.once_us = (device->timeout_ms + device->pause_ms) * 1000};
    burden->once_us += serial ? link_bytes_us(link, QUESTION_BYTES) : device->pause_after_connect_ms * 1000;
    burden->silent_us = (device->retries + 1) * burden->once_us;
    for (size_t i = 0; i < plan->requests; i++)
        burden_add(burden, &plan->request[i], link);
    burden->cycle_us += (int64_t)plan->requests * device->pause_ms * 1000;
    plan_free(plan);
    return true;
}

struct burden *burdens_new(const struct config *config)
{
    struct burden *burdens = calloc(config->devices + 1, sizeof *burdens);
    for (size_t i = 0; burdens && i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (!burden_of(device, &config->bus[device->bus].link, &burdens[i])) {
            free(burdens);
            return NULL;
        }
    }
    return burdens;
}

/* What changes when one of the bus is silent. */
static void bus_burden_silence(struct bus_burden *sum, const struct burden *burden)
{
    const int64_t others_us = sum->cycle_us - burden->cycle_us;
    const bool fits = others_us + burden->once_us <= sum->interval_ms * 1000;
    const int64_t dead_us = others_us + (fits ? 0 : burden->once_us);
    if (others_us + burden->silent_us > sum->silent_us)
        sum->silent_us = others_us + burden->silent_us;
    if (dead_us > sum->dead_us)
        sum->dead_us = dead_us;
}

struct bus_burden burden_of_bus(const struct config *config, const struct burden *burdens, size_t bus)
{
    struct bus_burden sum = {0};
    for (size_t i = 0; i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (device->bus != bus)
            continue;
        sum.devices++;
        sum.requests += burdens[i].requests;
        sum.bytes += burdens[i].bytes;
        sum.cycle_us += burdens[i].cycle_us;
        sum.serial_us += burdens[i].serial_us;
        sum.use += (double)burdens[i].cycle_us / 1000.0 / (double)device->interval_ms;
        if (sum.interval_ms == 0 || device->interval_ms < sum.interval_ms)
            sum.interval_ms = device->interval_ms;
    }
    sum.silent_us = sum.cycle_us;
    for (size_t i = 0; i < config->devices; i++)
        if (config->device[i].bus == bus)
            bus_burden_silence(&sum, &burdens[i]);
    return sum;
}

bool burden_fits(const struct bus_burden *bus, const struct config_device *device)
{
    return bus->use <= 1.0 && bus->cycle_us <= device->interval_ms * 1000;
}
