#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

two_scales() {
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
      - {name: scale-2, profile: coaltally-simulated-scale, drives: check_belt}
MINES
}

# The wall clock alone is stepped, by what stands in a file; all other clocks go on.
step_wall() { echo "$1" >"$FOLDER/wall.new"; mv "$FOLDER/wall.new" "$FOLDER/wall"; }

start_daemon_stepping() {
    step_wall +0
    start_daemon env LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" FAKETIME_TIMESTAMP_FILE="$FOLDER/wall" \
        FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
}

clock_rows() { [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'clock'")" -eq "$1" ]; }

asked_more() { [ "$(asked scale-1 answered)" -gt "$1" ]; }

@test "a wall clock set back stops the posting, not the scans; all is counted once it is right again" {
    needs_faketime
    two_scales
    start_daemon_stepping
    wait_for 20 has_counted scale-1 500
    step_wall -1h
    wait_for 20 grep -q 'clock earlier than the last commit' "$FOLDER/coaltallyd.log"
    wait_for 20 clock_rows 1
    local held=$(counted scale-1) answered=$(asked scale-1 answered)
    wait_for 20 asked_more $((answered + 15)) # three seconds
    [ "$(counted scale-1)" -eq "$held" ]
    [[ $(coaltally status) == *"NOT TRUSTED: nothing is counted"* ]]

    step_wall +0
    wait_for 20 has_counted scale-1 "$held"
    wait_for 20 clock_rows 2
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    run sql "SELECT round(substr(text, instr(text, 'by ') + 3) / 60.0) FROM journal WHERE kind = 'clock' ORDER BY id"
    [ "$output" = $'-60.0\n60.0' ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'alarm' AND subject = 'clock' AND text LIKE '%earlier%'")" -eq 1 ]
    [ "$(sql "SELECT count(*) FROM tally")" -eq "$(sql "SELECT count(DISTINCT meter || ' ' || bucket_ms) FROM tally")" ]
    # Nothing lies in the hour that never was.
    [ "$(sql "SELECT max(last_at_ms) - min(first_at_ms) < 600000 FROM tally")" -eq 1 ]
}

@test "after a reboot without a synchronised clock nobody knows how long it was: counted, as open work without a bound" {
    [ "$(id -u)" = 0 ] || skip "a boot id of its own takes root (unshare, mount)"
    unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
    two_scales
    start_daemon
    wait_for 20 has_counted scale-1 500
    coaltally status | grep -q '^clock not synchronised' || skip "this machine's clock is synchronised"
    stop_daemon

    echo 01234567-89ab-4cde-8f01-23456789abcd >"$FOLDER/boot_id"
    start_daemon unshare -m sh -c 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"' \
        sh "$FOLDER/boot_id"
    wait_for 20 journal_has scale-1 wraps-unknown
    wait_for 20 journal_has scale-2 gap
    settle
    stop_daemon
    [ "$(sql 'SELECT count(*) FROM boot')" -eq 2 ]
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(journal scale-1 wraps-unknown 'journal.open AND NOT bounded AND journal.amount = after - before AND journal.amount > 0')" = 1 ]
    [ "$(journal scale-2 gap 'journal.open AND NOT bounded AND journal.amount = after - before AND journal.amount > 0')" = 1 ]
    [ "$(coaltally journal --open --format csv | grep -c 'scale-')" -eq 2 ]
}
