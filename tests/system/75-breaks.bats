#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What people do about breaks: afterwards the ledger holds, to the kilogram, what passed.
# All meters weigh one belt; counts of their registers are kilograms.
load lib
load lib_breaks

# What passed unseen around a jump: before it, and after it until it was read.
unseen() { # METER FAULT
    sql -separator ' ' "SELECT before, after FROM journal JOIN meter ON meter.id = journal.meter
        WHERE meter.name = '$1' AND journal.kind = 'jump' ORDER BY journal.id DESC LIMIT 1" |
        (read -r before after; echo $(($(fault_truth "$1" "$2" before) - before + after - $(fault_truth "$1" "$2" after))))
}

instant() { TZ=Asia/Shanghai date -d "@$(($1 / 1000))" '+%Y-%m-%d %H:%M:%S'; } # MS
swapped() { # METER FAULT: tells that its instrument was swapped when the fault was
    coaltally replace "$1" --at "$(instant "$(fault_truth "$1" "$2" begin_wall_ms)")" --serial "SIM-$1" --by 'Li Na' \
        --old-last "$(fault_truth "$1" "$2" before) kg" --new-first "$(fault_truth "$1" "$2" after) kg"
}

break_all() {
    tell fault jump jump 250.125
    tell fault reset reset
    tell fault preset-up preset 2000000
    tell fault preset-down preset 1000000
    tell fault replaced replaced 4321
    wait_for 20 journal_has reset reset
    for meter in jump preset-up preset-down replaced; do wait_for 20 journal_has $meter jump; done
}

decide_all() {
    coaltally resolve "$(row_of jump jump)" --count --amount "$(unseen jump jump) kg" --reason 'it leapt' --by 'Li Na'
    swapped reset reset
    swapped replaced replaced
    swapped preset-down preset
    coaltally resolve "$(row_of preset-up jump)" --discard --reason 'not looked at yet' --by 'Li Na'
}

@test "jumps, resets and swaps, decided while the daemon runs: nothing lacks, nothing stands open" {
    start_broker
    belt
    hear 'coaltally/demo/north/alarm/#'
    start_daemon
    all_count
    break_all
    all_count
    wait_for 10 heard 'jump-jump.*"level":"red"'
    decide_all

    run coaltally resolve "$(row_of preset-up jump)" --count --reason 'but it was' --by 'Wang Wei'
    [ "$status" -eq 2 ]
    [[ $output = *'decided already, by Li Na on '*'(resolve)'* ]]
    swapped preset-up preset # a swap after all: it stands for what was decided before
    run coaltally resolve "$(row_of replaced jump)" --discard --reason no --by 'Wang Wei'
    [[ $status = 2 && $output = *'by Li Na on '*'(replace)'* ]]
    run coaltally resolve 1 --discard --reason no --by 'Wang Wei'
    [[ $status = 2 && $output = *'is no open work'* ]]
    run coaltally resolve 999999 --discard --reason no --by 'Wang Wei'
    [[ $status = 2 && $output = *'no row 999999'* ]]
    wait_for 10 heard 'jump-jump.*"cleared":[1-9]'
    coaltally trace --from "$(first_day)" --to "$(last_day)" --meters | rejoined | grep 'replaced .* by no. SIM-replaced: old last .* new first 4,321.000 t .*act .* (replace by Li Na'
    coaltally trace --from "$(first_day)" --to "$(last_day)" --meters | grep 'posted here '

    settle
    stop_daemon
    nothing_lacks
}

@test "the same with the daemon stopped; a wrong total is refused, a later word corrects an earlier one" {
    belt
    start_daemon
    all_count
    break_all
    all_count
    settle
    stop_daemon
    decide_all
    at=$(instant "$(fault_truth replaced replaced begin_wall_ms)")
    run coaltally replace replaced --at "$at" --serial S --by Li --old-last '1 kg' --new-first '4321 t'
    [[ $status = 2 && $output = *'--old-last lies below'* ]]
    run coaltally replace replaced --at "$at" --serial S --by Li --old-last "$(fault_truth replaced replaced before) kg" --new-first '4322 kt'
    [[ $status = 2 && $output = *'--new-first lies above'* ]]
    run coaltally replace replaced --at '2001-01-01 00:00' --serial S --by Li --old-last '1 t' --new-first 0
    [[ $status = 2 && $output = *'no break within 15 min'* ]]
    coaltally replace preset-up --at "$(instant "$(fault_truth preset-up preset begin_wall_ms)")" --serial S --by Li \
        --old-last "$(($(fault_truth preset-up preset before) + 777)) kg" --new-first '2000000 t'
    [ "$(lacking preset-up)" -eq -777 ]
    swapped preset-up preset
    nothing_lacks
    start_daemon # and it goes on
    tell flows start
    all_count
    settle
    stop_daemon
    nothing_lacks
}

@test "a swap that is announced takes place with the new instrument's first readings, over a kill" {
    belt
    start_daemon
    all_count
    tell belts stop
    read_anew
    tell fault replaced silent
    old=$(truth replaced total count)
    run coaltally replace replaced --at now --serial SIM-9 --by Li --old-last "$((old - 1000)) kg" --new-first '70 t'
    [[ $status = 2 && $output = *'--old-last lies below'* ]]
    run coaltally replace replaced --at now --serial SIM-9 --by Li --old-last "$((old + 1000000)) kg" --new-first '70 t'
    [[ $status = 2 && $output = *'more would have passed'* ]]
    run coaltally replace replaced --at now --serial SIM-9 --by Li --old-last "$old kg" --new-first '70 t'
    echo "$output"
    [[ $status = 0 && $output = *announced* ]]
    kill_daemon
    tell fault replaced replaced 70
    tell belts start
    tell clear replaced silent
    start_daemon
    wait_for 30 journal_has replaced replaced
    all_count
    settle
    stop_daemon
    nothing_lacks
}

@test "an act that waits while the daemon is killed is applied once" {
    belt
    start_daemon
    all_count
    break_all
    signal STOP "$daemon"
    decide_all_quietly() { decide_all >"$FOLDER/decided.log" 2>&1; swapped preset-up preset >>"$FOLDER/decided.log" 2>&1; }
    decide_all_quietly 3>&- &
    deciding=$!
    PIDS+=("$deciding")
    waits() { ls "$DATABASE-acts/" | grep -q '^[0-9]'; }
    wait_for 20 waits
    kill_daemon
    start_daemon
    wait "$deciding"
    [ "$(sql 'SELECT count(*) FROM act WHERE outcome = 1')" -eq 6 ]
    settle
    stop_daemon
    nothing_lacks
}
