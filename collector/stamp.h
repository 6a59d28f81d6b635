/* SPDX-License-Identifier: Apache-2.0 */
/* Times and numbers as people and spreadsheets write them. Pure but for the process's time zone. */
#ifndef COALTALLY_STAMP_H
#define COALTALLY_STAMP_H

#include <stdint.h>

#include "drivers/decimal.h"

/* An instant in ms since 1970 UTC: 2026/1/5, 2026-01-05 08:00, 2026.1.5 8:00:00.250,
 * 2026年1月5日 8:00, 2026年1月5日8时30分, 2026-01-05T08:00:00+08:00. A date alone is its midnight, 24:00 the
 * next one; what names no offset is of the process's zone. False for all else, and for years before 1970. */
bool stamp_parse(const char *text, int64_t *at_ms);

/* A number: 1882104.311, 1,882,104.311, 0012345.6. Commas part whole thousands, or it is no number. */
bool number_parse(const char *text, struct decimal *number);

#endif
