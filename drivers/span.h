/* SPDX-License-Identifier: Apache-2.0 */
/* Spans of time, in milliseconds as all times are; a day is one without a change of the clocks. */
#ifndef COALTALLY_SPAN_H
#define COALTALLY_SPAN_H

#include <stdint.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

#endif
