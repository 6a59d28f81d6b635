/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C in a command that asks devices: what blocks is woken, and what was read is shown. */
#ifndef COALTALLY_INTERRUPT_H
#define COALTALLY_INTERRUPT_H

#include "drivers/wire.h"

struct interrupt;

/* From now on SIGINT and SIGTERM stop the wire, which must outlive it, and end
 * interrupt_sleep. By the only thread of the program. NULL with errno set. */
struct interrupt *interrupt_new(struct wire *wire);
void interrupt_free(struct interrupt *interrupt);

/* Whether one of them came. */
bool interrupt_came(const struct interrupt *interrupt);

/* Sleeps until boot_ms (CLOCK_BOOTTIME). True when interrupted, before or meanwhile. */
bool interrupt_sleep(const struct interrupt *interrupt, int64_t boot_ms);

#endif
