/* SPDX-License-Identifier: Apache-2.0 */
/* What a text file is written in. The only file that knows iconv is charset.c. */
#ifndef COALTALLY_CHARSET_H
#define COALTALLY_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

/* A file's bytes as UTF-8. By its mark (BOM) UTF-8 or UTF-16, which spreadsheets call "Unicode text"; else
 * UTF-8 where it is valid; else GB18030, which GBK and GB2312 are parts of. `name` is what it was taken for.
 * Returns an allocated text closed by a NUL, which is not counted in *length; NULL with the reason in `why`:
 * it is neither, it holds a NUL (a workbook, no text), or memory is out. */
char *charset_decode(const char *bytes, size_t size, size_t *length, const char **name, const char **why);

/* Bytes at the front that are valid UTF-8 (RFC 3629) without a NUL; `size` when all are. */
size_t charset_utf8(const char *bytes, size_t size);

#endif
