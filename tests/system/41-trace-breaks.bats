#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A figure follows from the printed trace alone, whatever happened in its period.
load lib

# A page's figure of the mine, in kg: figure VERB COLUMN OPTION...
figure() {
    coaltally "$1" "${@:3}" --format csv >"$FOLDER/figures.csv"
    column_of "$FOLDER/figures.csv" mine north "$2" | tr -d .
}

# follows FIGURE OPTION...: trace's text, with nothing else to look at, leads to it.
follows() {
    coaltally trace "${@:2}" >"$FOLDER/trace.txt"
    run "$BATS_TEST_DIRNAME/trace_check" <"$FOLDER/trace.txt"
    [ "$status" -eq 0 ] && [ "$output" = "$1" ] && return
    echo "expected $1, recomputed $output"
    cat "$FOLDER/trace.txt"
    return 1
}

has() { [ "$(sql "SELECT count(*) FROM $1")" -ge 1 ]; }

@test "a wrap and a reset inside, an edge between two readings, gaps inside and across an edge" {
    needs_faketime
    start_scenario --interval 700ms <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
      - {name: scale-2, profile: siemens-bw500, drives: main_belt}
script:
  - {at: 0s, do: "fault scale-1 wrap 5000"}
MINES
    # 07:59: one turns over, one is reset, both count on into the next shift
    start_daemon_at '2026-10-13 07:59:46'
    wait_for 40 has 'segment WHERE wraps = 1'
    tell fault scale-2 reset
    wait_for 20 has 'segment WHERE segment = 2'
    wait_for 60 has 'shift_total WHERE shift = 1 AND metered > 500 AND meter = 2'
    stop_daemon

    # not read from then to 15:58: a gap inside the second shift
    start_daemon_at '2026-10-13 15:58:00'
    wait_for 30 has gap
    stop_daemon
    # nor over the third one's start
    start_daemon_at '2026-10-13 16:03:00'
    wait_for 30 has 'shift_total WHERE shift = 2 AND metered > 1000'
    tell flows stop
    read_anew
    stop_daemon
    coaltally verify

    for shift in 1 2 3; do
        amount=$(figure shift metered --date 2026-10-13 --shift $shift)
        [ "$amount" -gt 500 ]
        follows "$amount" --date 2026-10-13 --shift $shift
    done
    grep -q '^  gap 2026-10-13 15:5.* estimated$' "$FOLDER/trace.txt"
    day=$(figure day day --date 2026-10-13)
    follows "$day" --date 2026-10-13
    grep -q 'wraps 1' "$FOLDER/trace.txt"
    rejoined <"$FOLDER/trace.txt" | grep -q '^  segment 1 .* closed .* modulus 4294967296'
    grep -q '^  segment 2 ' "$FOLDER/trace.txt"
    grep -q '^  journal .*  reset  ' "$FOLDER/trace.txt"
    [ "$(grep -c '^  gap .*measured$' "$FOLDER/trace.txt")" -eq 4 ]
    follows "$day" --month 2026-10
    follows 0 --date 2026-10-12
    follows 0 --date 2026-10-14

    # The text is not taken on trust: another number in it is noticed.
    for change in 's/high /high 1/' 's/first /first 1/' 's/wraps 1/wraps 0/' 's/base 0/base 1/'; do
        run "$BATS_TEST_DIRNAME/trace_check" < <(coaltally trace --date 2026-10-13 | sed "$change")
        [ "$status" -eq 1 ]
    done
}

@test "totals of gas and power follow from their readings too" {
    start_mines --mines 1 --seed 8
    start_daemon
    wait_for 30 has 'tally JOIN meter ON meter.id = tally.meter WHERE quantity = '"'energy'"' AND metered > 0'
    stop_daemon
    for quantity in raw_coal gas_drained energy; do
        amount=$(coaltally day --date "$(last_day)" --quantity $quantity --format csv >"$FOLDER/day.csv"; column_of "$FOLDER/day.csv" mine sim-a day | tr -d .)
        follows "$((10#$amount))" --date "$(last_day)" --quantity $quantity
    done
}
