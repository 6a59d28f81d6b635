/* SPDX-License-Identifier: Apache-2.0 */
/* A formal report as a workbook, a sheet a part. */
#ifndef COALTALLY_REPORT_WORKBOOK_H
#define COALTALLY_REPORT_WORKBOOK_H

#include "collector/form.h"

/* Whole or not at all; path NULL: to stdout. False with the reason in `why`. */
bool report_workbook(const struct form *form, const char *path, char *why, size_t size);

#endif
