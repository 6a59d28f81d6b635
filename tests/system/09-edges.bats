#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Shifts and days begin at their minute: the daemon lives through it, in a time of its own.
load lib

one_scale() { # [OPTION of minesim...]
    start_scenario "$@" <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
}

has_buckets() { [ "$(sql "SELECT count(*) FROM tally WHERE metered > 500")" -ge "$1" ]; }

# figure VERB DATE KEY-COLUMN KEY COLUMN: one figure of the pages shift, day, month or year.
figure() {
    local option=--date
    case $1 in month | year) option=--$1 ;; esac
    coaltally "$1" "$option" "$2" --format csv >"$FOLDER/figures.csv"
    column_of "$FOLDER/figures.csv" "$3" "$4" "$5"
}

tonnes() { sql "SELECT printf('%.3f', $1 / 1000.0)"; } # KILOGRAMS

# No reading falls on an edge (700 ms divide no hour): what passed between the readings on both sides is
# split by time, and everything else is what the readings say.
split_at_the_edge() {
    sql "SELECT before.last_at_ms < before.end_ms AND after.first_at_ms > before.end_ms
            AND before.metered = before.last_raw - before.first_raw + (after.first_raw - before.last_raw)
                * (before.end_ms - before.last_at_ms) / (after.first_at_ms - before.last_at_ms)
            AND after.metered = after.last_raw - before.first_raw - before.metered
            AND after.first_raw > before.last_raw
         FROM tally AS before JOIN tally AS after ON after.bucket_ms = before.end_ms"
}

@test "a shift's start is crossed: each side has its tonnes" {
    needs_faketime
    one_scale --interval 700ms
    start_daemon_at '2026-10-13 07:59:56'
    wait_for 30 has_buckets 2
    settle
    stop_daemon
    reconcile
    [ "$(split_at_the_edge)" = 1 ]
    local night=$(sql 'SELECT metered FROM shift_total WHERE shift = 0') day=$(sql 'SELECT metered FROM shift_total WHERE shift = 1')
    [ $((night + day)) -eq "$(truth scale-1 total1 advanced_milli)" ]
    [ "$(figure shift 2026-10-13 shift 1 metered)" = "$(tonnes "$night")" ]
    [ "$(figure shift 2026-10-13 shift 2 metered)" = "$(tonnes "$day")" ]
    [ "$(figure shift 2026-10-13 shift 2 quality)" = measured ]
    [ "$(figure day 2026-10-13 mine north day)" = "$(tonnes $((night + day)))" ]
}

@test "midnight of new year is crossed: shift, day, month and year at once" {
    needs_faketime
    one_scale --interval 700ms
    start_daemon_at '2026-12-31 23:59:56'
    wait_for 30 has_buckets 2
    settle
    stop_daemon
    reconcile
    [ "$(split_at_the_edge)" = 1 ]
    local old=$(sql 'SELECT metered FROM tally ORDER BY bucket_ms LIMIT 1') new=$(sql 'SELECT metered FROM tally ORDER BY bucket_ms DESC LIMIT 1')
    [ $((old + new)) -eq "$(truth scale-1 total1 advanced_milli)" ]
    [ "$(sql "SELECT day, metered FROM day_view ORDER BY day")" = \
        "$(sql "SELECT '2026-12-31', $old / 1000.0; SELECT '2027-01-01', $new / 1000.0")" ]
    [ "$(figure shift 2026-12-31 shift 3 metered)" = "$(tonnes "$old")" ]
    [ "$(figure shift 2027-01-01 shift 1 metered)" = "$(tonnes "$new")" ]
    [ "$(figure day 2026-12-31 mine north year)" = "$(tonnes "$old")" ]
    [ "$(figure day 2027-01-01 mine north day)" = "$(tonnes "$new")" ]
    [ "$(figure day 2027-01-01 mine north month)" = "$(tonnes "$new")" ]
    [ "$(figure day 2027-01-01 mine north year)" = "$(tonnes "$new")" ]
    [ "$(figure month 2026-12 mine north month)" = "$(tonnes "$old")" ]
    [ "$(figure year 2026 mine north year)" = "$(tonnes "$old")" ]
}

@test "the daemon is down over a shift's start: measured in the day, its division estimated" {
    needs_faketime
    one_scale
    start_daemon_at '2026-10-13 07:55:00'
    wait_for 20 has_counted scale-1 300
    stop_daemon
    local before=$(counted scale-1)
    start_daemon_at '2026-10-13 08:03:00'
    wait_for 20 has_counted scale-1 "$before" # its meter is started
    settle
    stop_daemon
    reconcile

    # The gap's amount is that of the readings around it, each side's share that of the time.
    local from_ms to_ms amount edge_ms share
    read -r from_ms to_ms amount edge_ms <<<"$(sql -separator ' ' "SELECT from_ms, to_ms, amount, (SELECT min(end_ms) FROM tally) FROM gap")"
    [ "$(sql "SELECT after.first_raw - before.last_raw FROM tally AS before JOIN tally AS after ON after.bucket_ms = before.end_ms")" -eq "$amount" ]
    [ "$amount" -gt 0 ]
    share=$((amount * (edge_ms - from_ms) / (to_ms - from_ms)))
    [ "$(sql 'SELECT metered - (last_raw - first_raw) FROM tally ORDER BY bucket_ms LIMIT 1')" -eq "$share" ]
    [ "$(figure shift 2026-10-13 shift 1 estimated)" = "$(tonnes "$share")" ]
    [ "$(figure shift 2026-10-13 shift 2 estimated)" = "$(tonnes $((amount - share)))" ]
    [ "$(figure shift 2026-10-13 shift 2 quality)" = estimated ]
    [ "$(figure day 2026-10-13 mine north estimated)" = 0.000 ]
    [ "$(figure day 2026-10-13 mine north day)" = "$(tonnes "$(truth scale-1 total1 advanced_milli)")" ]
    [[ $(coaltally shift --date 2026-10-13) == *"divided by time"* ]]
}
