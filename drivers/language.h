/* SPDX-License-Identifier: Apache-2.0 */
/* The languages of what people read. English stands in the source; other languages are
 * catalogues of gettext, config/po/<locale>.po, that `make` compiles. The only file that
 * knows libintl is language.c. */
#ifndef COALTALLY_LANGUAGE_H
#define COALTALLY_LANGUAGE_H

#include <stdbool.h>

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGES };

/* Marks a text of a table for the catalogue; it is translated where it is said. */
#define N_(text) text
/* The same of a text that means different things in different places, as say_of(). */
#define N_OF(context, text) context "\004" text

/* The text, or what N_OF made, in that language; itself where its catalogue or the text in it is missing. */
const char *say(enum language language, const char *text) __attribute__((format_arg(2)));

/* The same of a text that means different things in different places (msgctxt): the
 * words "on it" under "previous" and under "a year ago". */
const char *say_of(enum language language, const char *context, const char *text) __attribute__((format_arg(3)));

/* Whether the language's catalogue was found; English needs none. Where there are threads, one
 * of them is to ask this before the others begin: it sets the environment. */
bool language_found(enum language language);

/* The language in which this process tells what it could not do with files, ledgers and lines.
 * English, the daemon's; the command line sets its user's before it does anything. */
void language_own(enum language language);
const char *say_own(const char *text) __attribute__((format_arg(1)));
/* An errno. */
const char *say_error(int error);

#endif
