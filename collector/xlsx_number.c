/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/xlsx_parts.h"

/* A number as people write it. */
struct written {
    bool sign, grouped, percent;
    int places;
};

/* "+1,104.5 %"; nothing before, between or after. */
static bool shown_read(const char *at, struct written *out)
{
    *out = (struct written){.sign = *at == '+'};
    at += *at == '+' || *at == '-';
    if (!isdigit((unsigned char)*at))
        return false;
    for (; isdigit((unsigned char)*at) || (*at == ',' && isdigit((unsigned char)at[1])); at++)
        out->grouped |= *at == ',';
    if (*at == '.')
        for (at++; isdigit((unsigned char)*at); at++)
            out->places++;
    out->percent = strcmp(at, " %") == 0 || strcmp(at, "%") == 0;
    return *at == '\0' || out->percent;
}

/* Its digits alone, without commas; false where there is no number, or one of too many digits. */
static bool value_read(const char *value, char plain[static 64])
{
    struct written written;
    size_t length = 0, digits = 0, noughts = 0;
    if (!shown_read(value, &written))
        return false;
    for (const char *at = value; *at && *at != ' ' && *at != '%'; at++) {
        if (*at == ',' || *at == '+')
            continue;
        if (length == 62)
            return false;
        plain[length++] = *at;
        if (isdigit((unsigned char)*at) && (digits > 0 || *at != '0')) {
            digits++;
            noughts = *at == '0' ? noughts + 1 : 0;
        }
    }
    plain[length] = '\0';
    /* Noughts at the end of a fraction are no digits that could be lost. */
    const size_t spare = noughts < (size_t)written.places ? noughts : (size_t)written.places;
    return digits - (digits ? spare : 0) <= XLSX_DIGITS;
}

static void format_make(const struct written *written, bool amount, char format[static XLSX_FORMAT_BYTES])
{
    char plain[24] = "";
    snprintf(plain, sizeof plain, "%s%s%.*s", written->grouped || amount ? "#,##0" : "0", written->places ? "." : "",
             written->places < 9 ? written->places : 9, "000000000");
    const char *unit = written->percent ? "\" %\"" : "";
    if (written->sign)
        snprintf(format, XLSX_FORMAT_BYTES, "+%.12s%s;-%.12s%s;%.1s", plain, unit, plain, unit, "0");
    else
        snprintf(format, XLSX_FORMAT_BYTES, "%s%s", plain, unit);
}

bool xlsx_number(const char *shown, const char *value, int power, double *number, char format[static XLSX_FORMAT_BYTES])
{
    struct written written;
    char plain[64], scaled[80];
    if (!shown_read(shown, &written) || !value_read(value ? value : shown, plain))
        return false;
    snprintf(scaled, sizeof scaled, "%se%d", plain, value ? -power : 0);
    *number = strtod(scaled, NULL);
    format_make(&written, value && strchr(value, '.') && !written.percent, format);
    return true;
}
