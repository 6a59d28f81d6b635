#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A full line, at the interval that serial lines have when nothing is said.
load lib

@test "one of 20 units dead: the other 19 of the line keep their interval of 5 s" {
    under_sanitizer && skip "its bounds are of real time"
    start_broker
    start_mines --bench-line 20 --baud 19200 --interval 5s --timeout 1s
    hear 'coaltally/demo/+/+/scan'
    tell fault unit-007 silent
    start_daemon
    wait_for 60 scanned unit-020 2
    since=$(date +%s%3N)
    for unit in 001 006 008 020; do
        wait_for 40 scanned "unit-$unit" 5
        pause=$(longest_pause "coaltally/demo/[^/]*/unit-$unit/scan" "$since" 9e15)
        echo "unit-$unit: longest pause $pause ms"
        [ "$pause" -lt 7500 ] # its interval and what a time-out, or two, of the dead one delays it, on a busy machine
    done
    [ "$(status_of unit-007 online)" = false ]
}

scanned() { [ "$(heard "coaltally/demo/[^/]*/$1/scan .*\"total1\"")" -ge "$2" ]; } # DEVICE TIMES
