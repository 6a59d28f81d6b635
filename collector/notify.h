/* SPDX-License-Identifier: Apache-2.0 */
/* What the service manager is told, by the protocol of sd_notify(3); without one all of it does nothing. Its library
 * would bring seven others into the daemon, and a megabyte. */
#ifndef COALTALLY_NOTIFY_H
#define COALTALLY_NOTIFY_H

void notify_ready(void);
void notify_stopping(void);
void notify_alive(void);

#endif
