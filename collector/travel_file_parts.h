/* SPDX-License-Identifier: Apache-2.0 */
/* Between travel_file_judge.c (opening) and travel_file_read.c (lines, and batch by batch). */
#ifndef COALTALLY_TRAVEL_FILE_PARTS_H
#define COALTALLY_TRAVEL_FILE_PARTS_H

#include "collector/digest.h"
#include "collector/text.h"
#include "collector/travel_file.h"
#include "collector/travel_payload.h"

enum { TRAVEL_FILE_BLOCK_BYTES = 64 << 10 };

/* An incarnation. */
struct travel_era {
    char id[TRAVEL_UID_BYTES];
    int64_t first_rev;
};

struct travel_file {
    FILE *in;
    int64_t bytes, read, lines;
    int64_t rows, counted; /* by the last line; read so far */
    char block[TRAVEL_FILE_BLOCK_BYTES];
    size_t at, filled; /* of the block */
    struct text line;
    struct digest_run *digest; /* of all lines so far */
    char sha256[DIGEST_HEX_BYTES];
    struct travel_file_heading heading;
    struct list eras; /* struct travel_era, in the order of their revs */
};

/* Says why not; false. */
bool travel_refuse(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* At the first line, with a new digest. */
bool travel_file_begin(struct travel_file *file, char *text, size_t size);
/* The next whole line, without its end, into file->line. */
bool travel_file_line(struct travel_file *file, char *text, size_t size);
/* It is the last one. */
bool travel_file_ends(const struct travel_file *file);
/* All others are digested. */
void travel_file_digest(struct travel_file *file);
/* Nothing follows it. */
bool travel_file_over(struct travel_file *file);

#endif
