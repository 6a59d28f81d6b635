/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of indicator_value.h share. */
#ifndef COALTALLY_INDICATOR_PARTS_H
#define COALTALLY_INDICATOR_PARTS_H

#include "collector/indicator_value.h"

/* One indicator being found. */
struct finding {
    const struct indicator *indicator;
    const struct indicator_find *find;
    const struct indicator_context *context;
    struct indicator_value *value;
    bool failed;                 /* memory ran out */
    struct indicator_part spare; /* written to when it has */
};

/* A mine of the side: of the ledger, of the roster, or of both by its name. */
struct side_mine {
    const char *name, *title;
    int ledger;                       /* index in the ledger's roster; -1: not there */
    const struct county_mine *county; /* NULL: the roster does not have it */
};

/* Walks all of them: start with zero; false at the end. */
struct side_walk {
    size_t next;
    struct side_mine mine;
};
bool side_next(const struct finding *finding, struct side_walk *walk);

/* A new part of a mine, `suffix` after its title. Never NULL: when memory runs out, finding->failed. */
struct indicator_part *part_add(struct finding *finding, const struct side_mine *mine, const char *suffix);

/* The days of the year up to and with the day. */
struct period finding_days(const struct finding *finding);

/* Whether any mine of the side is known to produce on roster_day: only then do counts of the roster mean anything. */
bool side_produces(const struct finding *finding);

/* Adds what a mine reports of quantities. */
void mine_reported(const struct finding *finding, const struct side_mine *mine, const char names[][32], size_t count,
                   struct period days, struct figure *figure);

/* Whether a mine meets criteria on a day, and (may be NULL) what decided; NULL criteria are met by all. */
bool part_meets(const struct finding *finding, const struct criteria *criteria, const struct county_mine *mine,
                civil_day day, char *why, size_t size);

/* The next day after `day`, at most `end`, on which a fact of the mine begins or ends. */
civil_day county_change(const struct county_mine *mine, civil_day day, civil_day end);

/* The kinds, by file. Each sets the value and the parts that it is made of; where memory runs out, finding->failed.
 *
 * indicator_sums.c: */
void find_sum(struct finding *finding);
void find_ratio(struct finding *finding);
void find_growth(struct finding *finding);
void find_priced(struct finding *finding);

/* indicator_capacity.c: */
void find_capacity_share(struct finding *finding);
void find_capacity(struct finding *finding);
void find_room(struct finding *finding);
void find_mines(struct finding *finding);

/* indicator_days.c: */
void find_utilisation(struct finding *finding);
void find_output_while(struct finding *finding);

/* indicator_faces.c: */
void find_faces(struct finding *finding);
void find_method_110(struct finding *finding);

/* indicator_hand.c: */
void find_milestones(struct finding *finding);
void find_figure(struct finding *finding);
void find_read(struct finding *finding);

#endif
