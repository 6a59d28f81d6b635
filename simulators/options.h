/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of minesim. */
#ifndef COALTALLY_OPTIONS_H
#define COALTALLY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    int64_t mines;             /* how many of the usual mines (-1: not said) */
    int64_t bench, bench_line; /* devices of the bench: with a port each; on one serial line */
    int64_t baud;              /* of that line */
    const char *scenario;      /* NULL: none */
    int64_t seed, speed;
    int64_t start_ms; /* time of day at which the mines begin; -1: as late as it is now */
    const char *listen;
    int64_t port_base; /* 0: free ports */
    const char *profiles;
    const char *lines;                 /* where the links of serial lines are made */
    const char *control, *truth;       /* NULL: none */
    const char *history, *history_out; /* NULL: none; standard output */
    int64_t history_every_ms;
    int64_t truth_every_ms, run_for_ms; /* 0: only at the end; for ever */

    const char *send_to; /* --send: be the other end of a control socket */
    const char *send_line;

    const char *config_out, *sites; /* NULL: none */
    const char *county;             /* NULL: the ledger goes to none */
    const char *site, *timezone, *database, *runtime, *mqtt, *interval, *timeout, *commit;
};

enum options_verdict { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/* Fills the options with what is standard and what is given. OPTIONS_DONE: --help or
 * --version has been printed; OPTIONS_BAD: what is wrong has been said on stderr. */
enum options_verdict options_parse(int argc, char **argv, struct options *options);

#endif
