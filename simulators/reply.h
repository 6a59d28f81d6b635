/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of a request to the bytes of its answer, with the faults of the
 * wire. Pure but for the device. Framed here and not by libmodbus, because broken
 * frames must be possible. */
#ifndef COALTALLY_REPLY_H
#define COALTALLY_REPLY_H

#include <stdint.h>

#include "simulators/device.h"

/* Modbus Application Protocol V1.1b3: a PDU has at most 253 bytes, a frame on TCP
 * at most 260, on a serial line 256. Room besides for what faults add. */
enum { REPLY_FRAME_MAX = 260, REPLY_BYTES_MAX = REPLY_FRAME_MAX + FAULT_BYTES_MAX };

/* What is round a PDU: a head of 7 bytes, the last of them the unit; or a unit
 * before and a CRC of 2 bytes after it. */
enum reply_framing { REPLY_TCP, REPLY_RTU };

/* Where the unit id of a request stands. */
size_t reply_unit_at(enum reply_framing framing);

struct reply {
    uint8_t bytes[REPLY_BYTES_MAX];
    size_t length;    /* 0: no answer */
    int64_t delay_ms; /* before the first byte */
    int64_t drip_ms;  /* between bytes; 0: as fast as the wire is */
    bool close;       /* afterwards */
};

/* TCP: length of the whole request that begins here; 0 when more bytes are needed
 * to tell, -1 when this cannot be Modbus TCP. */
int reply_request_length(const uint8_t *bytes, size_t have);

/* RTU: whether these bytes, with silence round them, are a frame of at least a
 * function code whose CRC is right. */
bool reply_frame_is_whole(const uint8_t *bytes, size_t count);

/* The instants of an answer. */
struct reply_time {
    int64_t sim_ms, wall_ms;
};

/* A whole request, as it came; at most REPLY_FRAME_MAX bytes. */
struct reply_request {
    enum reply_framing framing;
    const uint8_t *bytes;
    size_t length;
};

/* Answers it. device NULL: there is none of that unit id behind the port; a gateway
 * says so (exception 11), on a serial line nobody says anything. */
void reply_make(struct device *device, const struct reply_request *request, struct reply_time at, struct reply *reply);

/* --- between reply.c and reply_fault.c --- */

/* Where the function code of a frame stands, and how many bytes follow its PDU. */
size_t reply_function_at(enum reply_framing framing);
size_t reply_tail(enum reply_framing framing);

/* Completes a frame whose PDU ends before `end`: its length, or its CRC. */
void reply_finish(struct reply *reply, enum reply_framing framing, size_t end);

/* What a fault of the wire makes of a good answer. */
void reply_spoil(struct reply *reply, const struct reply_request *request, const struct device *device,
                 const struct ailment *fault, int64_t at_ms);

#endif
