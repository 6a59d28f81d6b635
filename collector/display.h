/* SPDX-License-Identifier: Apache-2.0 */
/* Text on a screen: how wide it is, and what must not get there. */
#ifndef COALTALLY_DISPLAY_H
#define COALTALLY_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Columns on a screen: 2 for the wide characters of East Asia (Unicode Standard
 * Annex 11, W and F), 0 for combining ones, 1 for a byte that is no UTF-8. */
size_t text_width(const char *text);

/* How many bytes of the text go on a line of so many columns, one character at least: up to a
 * space or after a wide character where there is one, else as much as there is room for. */
size_t text_fit(const char *text, size_t columns);

/* Copies text from outside: control characters and bytes that are no UTF-8 become
 * '?'. `size` includes the NUL; a character is never cut. */
void text_clean(const char *text, char *out, size_t size);

/* Colour is for terminals, and not where NO_COLOR is set (no-color.org). */
bool colour_wanted(FILE *out);

/* "37 %" on the same line of a terminal's stderr. */
void progress_show(int done, int all);

#endif
