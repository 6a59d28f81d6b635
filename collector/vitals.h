/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's view of itself, gathered for the status file. */
#ifndef COALTALLY_VITALS_H
#define COALTALLY_VITALS_H

#include "collector/bus.h"
#include "collector/committer.h"
#include "collector/health.h"

/* Writes <runtime>/status.json. bus: all of the site's, by index. False with the reason in `text`. */
bool vitals_write(const struct site *site, struct bus **bus, struct committer *committer, char *text, size_t size);

#endif
