/* SPDX-License-Identifier: Apache-2.0 */
/* What the service manager is told. The only file that knows libsystemd is notify.c;
 * without a service manager all of it does nothing. */
#ifndef COALTALLY_NOTIFY_H
#define COALTALLY_NOTIFY_H

#include <stdint.h>

void notify_ready(void);
void notify_stopping(void);
void notify_alive(void);

#endif
