#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the daemon watches besides the tonnes.
load lib

jumped() { [ "$(journal scale-1 jump | wc -l)" -eq "$1" ]; }

@test "a total that breaks more than six times in an hour is not counted on: two devices on one address look so" {
    start_broker
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    hear 'coaltally/demo/#'
    start_daemon
    wait_for 20 has_counted scale-1 100
    local times
    for times in {1..7}; do
        tell fault scale-1 jump 500
        wait_for 20 jumped "$times"
    done
    wait_for 20 journal_has scale-1 breaks
    wait_for 10 heard 'north/alarm/scale-1-breaks.*"level":"red".*"cleared":null'
    local stopped=$(counted scale-1) answered=$(asked scale-1 answered)
    read_anew
    read_anew
    [ "$(counted scale-1)" -eq "$stopped" ]
    [ "$(asked scale-1 answered)" -gt "$answered" ]
    [ "$(journalled scale-1 breaks open)" = 1 ]
    stop_daemon
    coaltally verify
    [ "$(counted scale-1)" -eq "$stopped" ]
}

@test "a total that stands for ten minutes while the belt runs raises an alarm; what it then shows at once is for a person" {
    needs_faketime
    start_broker
    start_scenario --speed 100 --interval 10s --timeout 1min <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: scale-1, profile: coaltally-simulated-scale, drives: main_belt}
      - {name: scale-2, profile: coaltally-simulated-scale, drives: main_belt}
MINES
    grep -q 'running: scale-1.totalizing' "$COALTALLY_CONFIG"
    # A hundred of its seconds in one of ours, as the mines'.
    start_daemon env TZ=Asia/Shanghai FAKETIME='+0 x100' LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
    wait_for 20 has_counted scale-1 0
    tell fault scale-1 stuck point total
    wait_for 40 grep -q 'alarm raised: scale-1-stuck' "$FOLDER/coaltallyd.log"
    ! grep -q 'scale-2-stuck' "$FOLDER/coaltallyd.log"
    tell clear scale-1
    wait_for 20 grep -q 'alarm cleared: scale-1-stuck' "$FOLDER/coaltallyd.log"
    settle
    stop_daemon
    coaltally verify
    # Ten minutes' coal in one reading is a jump: not counted, but known, and within its bound.
    [ "$(journal scale-1 jump 'bounded AND journal.open AND low <= journal.amount AND journal.amount <= high')" = 1 ]
    [ "$(journalled scale-1 jump amount)" -gt 100000 ]
    [ $(($(truth scale-1 total advanced_milli) - $(counted scale-1))) -eq "$(journalled scale-1 jump amount)" ]
    [ "$(truth scale-2 total advanced_milli)" -eq "$(counted scale-2)" ]
    ! journal_has scale-2 jump
}
