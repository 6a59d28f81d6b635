/* SPDX-License-Identifier: Apache-2.0 */
/* Whose silence it is: where none of the devices of a bus answers, the bus is the cause, and its alarm
 * swallows theirs; a device that is still silent once the bus is well comes forth by itself. A bus with
 * one device has no alarm of its own. Pure; all times on the boot clock. */
#ifndef COALTALLY_SILENCE_H
#define COALTALLY_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct silence_device {
    size_t index;      /* for the caller */
    int64_t after_ms;  /* an alarm after so long */
    int64_t heard_ms;  /* its last answer, or the start */
    bool answers;      /* it answered when it was last asked */
    bool planned;      /* a planned stop of its mine runs: no alarm is raised */
    bool stands;       /* its alarm; changed by silence_judge */
    bool swallowed;    /* its alarm went into the bus's; the caller takes the flag away */
    int64_t raised_ms; /* when it was raised */
    int64_t
        grace_ms; /* since when its silence counts, if that is later than heard_ms: the bus came back, a stop ended */
};

/* Zero-initialised, but for device. */
struct silence_bus {
    size_t devices;
    struct silence_device *device;
    bool stands; /* its alarm; changed by silence_judge */
};

/* Judges what should stand now. */
void silence_judge(struct silence_bus *bus, int64_t now_ms);

/* One of its devices answered when it was last asked. */
bool silence_answers(const struct silence_bus *bus);

/* The last answer of any of its devices. */
int64_t silence_heard_ms(const struct silence_bus *bus);

/* The shortest of their alarm times. */
int64_t silence_after_ms(const struct silence_bus *bus);

#endif
