/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in files: all of it, not the first only. */
#ifndef COALTALLY_FAULTS_H
#define COALTALLY_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "drivers/language.h"

struct faults;

/* Where something stands. */
struct place {
    const char *file; /* owned by the document; faults_add copies it, others who outlive the document set their own */
    int line;         /* 1-based; 0: the file as a whole */
    int column;       /* 1-based, in characters */
};

enum fault_level { FAULT_ERROR, FAULT_WARNING };

/* NULL when out of memory. */
struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* From here on in that language; English before. */
void faults_speak(struct faults *faults, enum language language);
/* The text in the language of the faults: an argument of a format may be one. */
const char *faults_say(const struct faults *faults, const char *text) __attribute__((format_arg(2)));

/* Adds one, its format translated; it says what was found and what was expected. Control
 * characters in it (names come from files) are shown as '?'. Should memory run
 * out, the fault is still counted, and the printed list says that it is cut. */
void faults_add(struct faults *faults, enum fault_level level, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

size_t faults_count(const struct faults *faults, enum fault_level level);

/* One line each, "file:line:column: text" or "file:line:column: warning: text",
 * sorted by file in order of first mention, then by line and column. */
void faults_print(struct faults *faults, FILE *out);

#endif
