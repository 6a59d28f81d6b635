/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of a Modbus TCP request to the bytes of its answer, with the
 * faults of the wire. Pure but for the device. Framed here and not by libmodbus,
 * because broken frames must be possible. */
#ifndef COALTALLY_REPLY_H
#define COALTALLY_REPLY_H

#include <stdint.h>

#include "simulators/device.h"

/* Modbus Application Protocol V1.1b3: a PDU has at most 253 bytes, a frame on TCP
 * at most 260. Room besides for what the fault `extra` adds. */
enum { REPLY_FRAME_MAX = 260, REPLY_BYTES_MAX = REPLY_FRAME_MAX + 4, REPLY_UNIT_AT = 6 };

struct reply {
    uint8_t bytes[REPLY_BYTES_MAX];
    size_t length;    /* 0: no answer */
    int64_t delay_ms; /* before the first byte */
    int64_t drip_ms;  /* between bytes; 0: all at once */
    bool close;       /* afterwards */
};

/* Length of the whole request that begins here; 0 when more bytes are needed to
 * tell, -1 when this cannot be Modbus TCP. */
int reply_request_length(const uint8_t *bytes, size_t have);

/* The instants of an answer. */
struct reply_time {
    int64_t sim_ms, wall_ms;
};

/* Answers a whole request. device NULL: there is none of that unit id behind the
 * port, and a gateway says so (exception 11). */
void reply_make(struct device *device, const uint8_t *request, size_t length, struct reply_time at,
                struct reply *reply);

#endif
