#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Serial lines: several scales on one, by RTU and behind a serial server, with all that
# can befall an answer on the way. The CRC finds every bad one: the tonnes still add up.
load lib

frame_faults="bad-crc lost echo line-noise wrong-unit wrong-function wrong-length short extra garbage cut silent late drip"

# devices PORT PREFIX: a scale for each fault of a frame, named after it.
devices() {
    local unit=0 fault
    for fault in $frame_faults; do
        echo "      - {name: $2-$fault, profile: siemens-bw500, port: $1, unit: $((++unit))}"
    done
}

# A line with few bytes on the way between a fault and its answer: fast, so that the test is.
lines() {
    start_scenario --interval 500ms --timeout 300ms <<MINES
ports:
  - {name: line-1, rtu: line-1, baud: 57600, parity: even}
  - {name: server-1, rtu_over_tcp: true, baud: 57600}
mines:
  - name: north
    rate: 3000 t/h
    devices:
$(devices line-1 line)
$(devices server-1 server)
MINES
}

all_have_counted() {
    local meter
    for meter in $(sql "SELECT name FROM meter"); do has_counted "$meter" 0 || return 1; done
    [ -n "$meter" ]
}

# Each fault has spoiled as many answers as it was to: no device has any left.
no_fault_is_left() { ! tell show | grep -qE "\s(${frame_faults// /|})(\s|$)"; }

spoiled() { [ "$(asked "$1" spoiled)" -ge "$2" ]; } # DEVICE ANSWERS

@test "faults of the wire on two lines: none is counted, none is forgotten" {
    lines
    start_daemon_at_rest
    wait_for 60 all_have_counted
    for fault in $frame_faults; do
        case $fault in
        lost) tell fault "*-lost" lost 20 times 2 ;; # of 8 to 30 bytes an answer
        late) tell fault "*-late" late 400 times 2 ;;
        drip) tell fault "*-drip" drip 60 times 2 ;;
        *) tell fault "*-$fault" "$fault" times 2 ;;
        esac
    done
    wait_for 90 no_fault_is_left
    for fault in $frame_faults; do
        spoiled "line-$fault" 2
        spoiled "server-$fault" 2
    done
    settle_scale
    stop_daemon
    reconcile
    # what the daemon itself sends is heard as it was sent, and never a write
    awk -F '\t' '$1 == "line" && $6 > 0 { wrong = 1 } $1 == "device" && $11 > 0 { wrong = 1 } END { exit wrong }' "$TRUTH"
    [ "$(sql "SELECT count(*) FROM journal WHERE kind IN ('unknown', 'excluded')")" = 0 ]
}

@test "an adapter pulled and put back: the link is another pty, and nothing is lost" {
    start_scenario --interval 1s --timeout 300ms <<'MINES'
ports:
  - {name: line-1, rtu: line-1, baud: 19200}
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, port: line-1, unit: 1}
      - {name: scale-2, profile: siemens-bw500, port: line-1, unit: 2}
MINES
    start_daemon_at_rest
    wait_for 30 all_have_counted
    tell fault scale-2 pull for 2s
    wait_for 20 test ! -e "$FOLDER/line-1"
    before=$(simulated_ms)
    wait_for 20 test -L "$FOLDER/line-1"
    wait_for 60 all_read_since "$before"
    settle_scale
    stop_daemon
    reconcile
}
