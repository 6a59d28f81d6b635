/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the board share. */
#ifndef COALTALLY_BOARD_PARTS_H
#define COALTALLY_BOARD_PARTS_H

#include "collector/board.h"
#include "collector/board_complete.h"
#include "collector/courses.h"
#include "collector/page.h"
#include "collector/selection.h"

/* What a verb's run holds. */
struct boarding {
    struct selection selection;
    struct report *report;
    struct indicators *indicators;
    struct county *county;   /* as the roster is */
    struct county *supposed; /* with what --if says; NULL: nothing is supposed */
    struct hand_book *hand;
    struct indicator_context context, what_if; /* what_if: of `supposed`, where there is one */
    struct page page;
    struct table *table;
    struct text below; /* the lines below the rows */
    struct text late;  /* whose figures were missing in the line of the head, titles; "": nobody's */
    struct text over;  /* and below these who runs over capacity */
    civil_day day;
    int year;
    struct calendar_span span; /* of the year */
    int64_t as_of_ms;
    bool simulated; /* the side */
};

/* One indicator with all that its row says. */
struct board_row {
    const struct indicator *indicator;
    struct indicator_value value, supposed; /* supposed: has only where something is */
    enum board_source source;
    bool has_target;
    struct indicator_target target;         /* of the board's year */
    const struct indicator_stated *reached; /* what the texts state as reached; NULL: nothing */
    struct courses *courses;                /* of a sum with a target, and of room; NULL: none */
    int64_t target_amount;                  /* of a sum with a target */
    struct board_complete complete;
};

/* Finds it. False, after saying what went wrong. Freed with board_row_free. */
bool board_row_read(struct boarding *boarding, const struct indicator *indicator, struct board_row *row);
void board_row_free(struct board_row *row);

/* Reads all that the board goes by; of the pages of mines and of past forecasts what they need. An exit status, after
 * saying what is wrong; boarding_close either way. */
int boarding_open(struct boarding *boarding, struct command *command);
/* The same of settings that are known already, as in the daemon: nothing of the process is changed. */
int boarding_open_by(struct boarding *boarding, const struct command *command, const struct settings *settings);
void boarding_close(struct boarding *boarding);

/* --- whole pages: exit statuses, after saying what went wrong --- */

/* The page of rows, of the indicators that the command chooses. */
int board_print(struct boarding *boarding);
/* The same as data, not printed but added to `out`. */
int board_data(struct boarding *boarding, struct text *out);
/* The page of one indicator, by its id; that of projects. */
int board_why_print(struct boarding *boarding, const char *id);
int board_projects_print(struct boarding *boarding);

/* The title, and of when and whose it is. */
void board_head(struct boarding *boarding, const char *report, const char *title);

/* --- the page of rows --- */

/* Into boarding's table: its columns, then a row each. */
void board_columns(struct boarding *boarding);
void board_row_add(struct boarding *boarding, const struct board_row *row);
/* What the row cannot say, below the table. */
void board_row_below(struct boarding *boarding, const struct board_row *row);

/* --- the page of one indicator: what counts and why --- */

void board_why(struct boarding *boarding, const struct board_row *row);

/* --- the page of projects --- */

void board_projects(struct boarding *boarding);

/* --- cells --- */

/* "2,830.6" on the page, the whole in data; `before` stands before it. */
void board_decimal_cell(struct boarding *boarding, struct decimal shown, struct decimal value, const char *before);
/* Amounts are shown divided by 10^power, to `places`, half away from zero. */
void board_amount_cell(struct boarding *boarding, int64_t amount, int power, int places, const char *before);
/* The value as a page shows it: to a tenth, counts whole, figures as entered. `text` holds AMOUNT_TEXT_MAX. */
void board_value_show(const struct indicator *indicator, const struct indicator_value *value, char *text);
/* How many decimals that has. */
int board_value_places(const struct indicator *indicator, const struct indicator_value *value);
/* Decimals of one unit of the indicator's amounts in thousandths of the quantity's: 10^4 t: 7. */
int board_power(const struct indicator *indicator);

#endif
