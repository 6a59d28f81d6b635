/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's log: one line a message on standard error, with the journal's
 * priority prefix where the journal reads it. Crossings are logged, not every failure. */
#ifndef COALTALLY_LOG_H
#define COALTALLY_LOG_H

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with errno's text behind it. */
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
