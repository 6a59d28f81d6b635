/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line has one master. While the daemon is it, nobody else asks there, and
 * what it has read last is shown instead. */
#ifndef COALTALLY_PROBE_HELD_H
#define COALTALLY_PROBE_HELD_H

#include "collector/command.h"
#include "collector/probe.h"

/* The link that is meant, and whose it may be. */
struct held_link {
    const char *database, *runtime; /* of the configuration */
    const struct wire_link *link;
    bool configured;    /* it is a bus of the configuration */
    const char *device; /* one device of it; NULL: all that the daemon has there */
};

/* Whether the daemon holds the link. Then its last scans have been shown, what is
 * wrong been said, and *status is the exit status. */
bool probe_held(const struct command *command, const struct probe_page *page, const struct held_link *of, int *status);

#endif
