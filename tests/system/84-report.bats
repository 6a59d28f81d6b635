#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Formal reports: every kind in every format and both languages, read back by other programs and held against the
# ledger; real and simulated mines apart; what is closed, what is rounded, what is missing said on them.
load lib
load lib_cli

# A ledger of real and simulated mines whose output people enter, with titles that somebody made up to harm.
make_ledger() {
    start_scale
    kill "$mines"
    wait "$mines" || true
    local calendar='calendar: [{from: 2020-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}]'
    sed -i -e "/^mines:/a\\
  - {name: north, title: {en: '=HYPERLINK(\"x\")', zh: '=北山特大型现代化煤业'}, $calendar}\\
  - {name: south, title: {en: '+South', zh: 南沟}, $calendar}\\
  - {name: late, title: {en: Late, zh: 迟报}, $calendar}\\
  - {name: sim-h, simulated: true, title: {en: Sim H, zh: 模拟H}, $calendar}" "$COALTALLY_CONFIG"
    start_daemon
    stop_daemon
}

enter() { coaltally enter --mine "$1" --item "$2" --period "$3" --value "$4" --source sheet --by "Li Wei" "${@:5}" >/dev/null; }

# October 2024 by days, September and the October before by months.
fill_ledger() {
    local mine
    for mine in north south sim-h; do
        enter "$mine" raw_coal 2023-10-13 1000
        enter "$mine" raw_coal 2024-10-12 1200
    done
    enter north raw_coal 2024-10-13 1000.004
    enter south raw_coal 2024-10-13/1 500.504
    enter south raw_coal 2024-10-13/2 499.996
    enter sim-h raw_coal 2024-10-13 7000
    enter late raw_coal 2024-10-12 300
    enter north plan 2024-10-13 900
    enter south plan 2024-10-13 1250
    enter north heading_advance 2024-10-13 12.5
    enter north shipped 2024-10-13 800
    enter north stock 2024-10-13 4000
}
