/* SPDX-License-Identifier: Apache-2.0 */
/* Names: which there are, and which of them somebody may have meant. */
#include <stdio.h>
#include <string.h>

#include "drivers/yaml.h"

enum { LETTERS_MAX = 64 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters to insert, delete, replace or exchange with their neighbour. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LETTERS_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b_length];
}

const char *yaml_nearest(const char *text, const char *const *candidates)
{
    size_t length = strlen(text), least = length / 3 + 1;
    const char *nearest = NULL;

    if (length > LETTERS_MAX)
        return NULL;
    for (; *candidates; candidates++) {
        size_t other = strlen(*candidates);
        if (other > LETTERS_MAX)
            continue;
        size_t distance = edit_distance(text, length, *candidates, other);
        if (distance < least) {
            least = distance;
            nearest = *candidates;
        }
    }
    return nearest;
}

void yaml_join(const char *const *names, char *out, size_t size)
{
    size_t used = 0;

    *out = '\0';
    for (; *names && used < size; names++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", *names);
}
