#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Serial lines: several units on one, through all that befalls a line.
load lib

# three_on_a_line PORT-KEYS: three scales as units 1 to 3 of one line.
three_on_a_line() {
    start_scenario --interval 1s --timeout 500ms < <(
        printf 'ports:\n  - {name: line-1, %s, baud: 19200}\n' "$1"
        printf 'mines:\n  - name: sim-x\n    rate: 2000 t/h\n    devices:\n'
        for unit in 1 2 3; do
            echo "      - {name: scale-$unit, profile: siemens-bw500, port: line-1, unit: $unit, drives: main_belt, refresh: 0s}"
        done
    )
}

all_count() { # THOUSANDTHS: all three have counted more than that
    has_counted scale-1 "$1" && has_counted scale-2 "$1" && has_counted scale-3 "$1"
}

# To the kilogram, and nothing that a meter has not done.
exact() {
    settle_scale
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"3 main scales"*"difference 0 kg"* ]]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind IN ('jump', 'reset', 'wrap', 'glitch', 'range', 'backward')")" -eq 0 ]
}

# spoil FAULT...: one after another on one scale of the line, each until it was felt, the others through all of it.
spoil() {
    local fault
    for fault; do
        local before=$(asked scale-2 asked)
        tell fault scale-2 $fault
        wait_for 30 asked_more scale-2 $((before + 2)) # a sick unit is asked ever less often
        tell clear scale-2
        wait_for 40 status_is scale-2 online true
    done
}

asked_more() { [ "$(asked "$1" asked)" -ge "$2" ]; } # DEVICE TIMES

@test "three units on a 19200-baud line are exact through noise, echoes, bad checksums, losses" {
    three_on_a_line 'rtu: line-1'
    start_daemon_at_rest
    wait_for 30 all_count 300
    spoil line-noise echo bad-crc 'lost 10' short
    [ "$(asked scale-2 spoiled)" -ge 4 ]
    exact
}

line_is_gone() { [ ! -e "$FOLDER/line-1" ]; }
all_are() { status_is scale-1 online "$1" && status_is scale-2 online "$1" && status_is scale-3 online "$1"; }

@test "an adapter pulled out and put back: the line is opened anew, and nothing is lost" {
    three_on_a_line 'rtu: line-1'
    start_daemon_at_rest
    wait_for 30 all_count 300
    tell fault scale-1 pull
    wait_for 20 line_is_gone
    wait_for 30 all_are false
    tell clear scale-1
    wait_for 60 all_are true
    exact
}

@test "the same units behind a serial server" {
    three_on_a_line 'rtu_over_tcp: true'
    start_daemon_at_rest
    wait_for 30 all_count 300
    spoil line-noise echo bad-crc close
    exact
}

@test "a line that is silent in the middle of a question does not hold up the end" {
    three_on_a_line 'rtu: line-1'
    start_daemon_at_rest
    wait_for 30 all_count 300
    tell fault 'scale-?' silent
    wait_for 30 status_is scale-1 online false
    local began=${EPOCHREALTIME/./}
    stop_daemon
    local took_ms=$(((${EPOCHREALTIME/./} - began) / 1000))
    echo "stopped after $took_ms ms"
    under_sanitizer || [ "$took_ms" -lt 1500 ] # the time-out is 500 ms
}
