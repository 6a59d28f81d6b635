/* SPDX-License-Identifier: Apache-2.0 */
/* Production days, shifts, buckets: which instant belongs where. Pure but for
 * the zone, which is the process's (calendar_zone). */
#ifndef COALTALLY_CALENDAR_H
#define COALTALLY_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHIFTS_MAX = 8, SHIFT_NAME_BYTES = 32 };

/* Days are counted from 1970-01-01 (day 0), instants in ms since 1970 UTC. */
typedef int32_t civil_day;

struct calendar_span {
    int64_t from_ms; /* within */
    int64_t to_ms;   /* the first instant after */
};

struct calendar_shift {
    char name[SHIFT_NAME_BYTES];
    int start_s; /* seconds after midnight of the production day; negative on the evening before */
};

/* How days run from production day `from` on, until the next rule's `from`. The
 * day before `from` ends where `from` starts, so it may be longer or shorter; it
 * must not end before it starts (the configuration refuses that). */
struct calendar_rule {
    civil_day from;
    char quantity[32]; /* empty: all quantities of the mine */
    int day_start_s;   /* -86399 to 86399: "-1 20:00" is -14400 */
    int shifts;        /* 1 to SHIFTS_MAX, in the order of their starts; the first starts with the day */
    struct calendar_shift shift[SHIFTS_MAX];
};

/* Rules sorted by from. The first one also holds for all days before it. */
struct calendar {
    size_t rules;
    struct calendar_rule *rule;
};

/* Where an instant belongs. */
struct calendar_place {
    civil_day day;
    int shift; /* index into the rule's shifts */
};

/* Makes the process's zone this one ("Asia/Shanghai"); false when the system does
 * not have it. Called once, before any thread starts. */
bool calendar_zone(const char *name);
/* The system has time zones at all (Debian: package tzdata). */
bool calendar_zones_installed(void);

/* Calendar of the civil kind: one day from midnight to midnight, one shift without a name. */
const struct calendar *calendar_civil(void);

/* The calendar of one quantity: of all rules those without a quantity, or, where
 * any rule names this quantity, those that do. `out->rule` is allocated, the
 * caller frees it. False when out of memory, or when no rule is left. */
bool calendar_select(const struct calendar *all, const char *quantity, struct calendar *out);

/* The rule in force on a day: the last that began by then, before all of them the first. */
const struct calendar_rule *calendar_rule_of(const struct calendar *calendar, civil_day day);
struct calendar_place calendar_place(const struct calendar *calendar, int64_t at_ms);
struct calendar_span calendar_day(const struct calendar *calendar, civil_day day);
/* The last shift ends where the next day starts, whatever rule that one has; a
 * shift that would start later than that is empty. */
struct calendar_span calendar_shift(const struct calendar *calendar, civil_day day, int shift);
/* The bucket that holds the instant: from the last hour mark of the local clock, or
 * shift start, or change of the zone's offset, to the next. Some microseconds:
 * keep the span while instants stay in it. */
struct calendar_span calendar_bucket(const struct calendar *calendar, int64_t at_ms);

/* The last instant of a daily clock time (seconds after midnight) at or before at_ms. */
int64_t calendar_last_time(int64_t at_ms, int seconds_after_midnight);

/* Civil dates. month and day may lie outside their ranges and are carried:
 * (2026, 13, 1) is 2027-01-01, (2026, 3, 0) the last of February. */
civil_day civil_from_date(int year, int month, int day);
void civil_to_date(civil_day day, int *year, int *month, int *day_of_month);
/* When the clock of this zone shows midnight of the day plus so many seconds
 * (negative: on the days before). A time that the clock shows twice is the first
 * of them; one that it skips is the moment of the skip. */
int64_t civil_instant(civil_day day, int seconds_after_midnight);
civil_day civil_of_instant(int64_t at_ms);
/* From the last hour mark of the local clock, or change of the zone's offset, to the next. */
struct calendar_span civil_hour(int64_t at_ms);
enum {
    DATE_TEXT_BYTES = sizeof "2026-10-13",
    INSTANT_TEXT_BYTES = sizeof "2026-10-13 07:31:05",
};

/* "2026-10-13"; false when it is no date. */
bool civil_parse(const char *text, civil_day *out);
void civil_format(civil_day day, char text[static DATE_TEXT_BYTES]);
/* "2026-10-13 07:31:05" in this zone. */
void instant_format(int64_t at_ms, char text[static INSTANT_TEXT_BYTES]);

#endif
