/* SPDX-License-Identifier: Apache-2.0 */
/* Files that others read while we write them. */
#ifndef COALTALLY_FILE_H
#define COALTALLY_FILE_H

#include "collector/text.h"

/* Writes all of it to an open file; false with errno. */
bool file_write(int file, const char *at, size_t length);

/* Writes `path` whole or not at all (a neighbour is written, then renamed), mode
 * 0640. Not synced to disk: for files that speak of now. False with the reason in
 * `text`, also when `content` has failed. */
bool file_replace(const char *path, const struct text *content, char *text, size_t size);

/* The folder that a file lies in onto the disk, with the names in it. */
bool file_folder_sync(const char *path);

#endif
