/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1024 };

/* One write a line, so that lines of different threads do not mix. priority: sd-daemon(3). */
static void log_line(int priority, const char *suffix, const char *format, va_list arguments)
{
    char line[LINE_BYTES];
    int at = getenv("JOURNAL_STREAM") ? snprintf(line, sizeof(line), "<%d>", priority) : 0;
    int written = vsnprintf(line + at, sizeof(line) - (size_t)at, format, arguments);
    at = written < 0 ? at : at + written;
    if (at > LINE_BYTES - 2)
        at = LINE_BYTES - 2;
    if (suffix[0])
        snprintf(line + at, sizeof(line) - (size_t)at, ": %s", suffix);
    fprintf(stderr, "%s\n", line);
}

#define LOG(priority, suffix)                                                                                          \
    do {                                                                                                               \
        va_list arguments;                                                                                             \
        va_start(arguments, format);                                                                                   \
        log_line(priority, suffix, format, arguments);                                                                 \
        va_end(arguments);                                                                                             \
    } while (0)

void log_info(const char *format, ...)
{
    LOG(6, "");
}

void log_warnx(const char *format, ...)
{
    LOG(4, "");
}

void log_warn(const char *format, ...)
{
    char reason[128];
    LOG(4, strerror_r(errno, reason, sizeof(reason)));
}

void log_error(const char *format, ...)
{
    LOG(3, "");
}
