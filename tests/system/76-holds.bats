#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Holds, releases and creep: what runs over a meter that a person holds is excluded and
# journalled, what passes over an idle belt is counted and summed apart.
load lib
load lib_breaks

@test "a hold excludes what runs, warns, ends by itself over a kill, is released before its time" {
    start_broker
    belt
    hear 'coaltally/demo/north/alarm/#'
    start_daemon
    all_count
    coaltally hold jump --for 8s --reason 'test weights' --by Li
    run coaltally hold jump --for 8s --by Li
    [[ $status = 2 && $output = *'release it first'* ]]
    wait_for 10 heard jump-hold-ends
    wait_for 20 journal_has jump stopped
    kill_daemon
    wait_for 20 sh -c "[ \$(sqlite3 -readonly '$DATABASE' 'SELECT max(until_ms) FROM hold') -lt \$(date +%s%3N) ]"
    start_daemon
    wait_for 30 journal_has jump excluded
    all_count
    [ "$(sql 'SELECT count(*) FROM hold WHERE ended_ms = until_ms AND end_act IS NULL')" -eq 1 ]

    coaltally hold reset --for 40m --by Li
    wait_for 20 journal_has reset stopped
    coaltally release reset --by Li
    wait_for 30 journal_has reset excluded
    all_count
    [ "$(sql 'SELECT count(*) FROM hold WHERE ended_ms < until_ms AND end_act IS NOT NULL')" -eq 1 ]
    run coaltally release reset --by Li
    [[ $status = 2 && $output = *'is not held'* ]]
    run coaltally hold reset --for 25h --by Li
    [[ $status = 2 && $output = *'expected a time from 1s to 24h'* ]]
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a hold that came and went while the daemon was down excludes what ran" {
    belt
    start_daemon
    all_count
    kill_daemon
    coaltally hold jump --for 1s --by Li
    wait_for 20 sh -c "[ \$(sqlite3 -readonly '$DATABASE' 'SELECT max(until_ms) FROM hold') -lt \$(date +%s%3N) ]"
    start_daemon
    wait_for 30 journal_has jump excluded
    [ "$(journal_sum jump excluded amount)" -gt 0 ]
    all_count
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a meter that broke too often is released; what passed meanwhile is decided" {
    belt
    start_daemon
    all_count
    rows() { [ "$(journal jump jump | wc -l)" -ge "$1" ]; }
    for i in 1 2 3 4 5 6 7; do tell fault jump jump 100; wait_for 20 rows $i; done
    wait_for 20 journal_has jump breaks
    coaltally release jump --by Li
    wait_for 30 journal_has jump unknown
    all_count
    settle
    stop_daemon
    run coaltally resolve "$(row_of jump unknown)" --count --reason 'the belt ran' --by Li
    [[ $status = 2 && $output = *'give it with --amount'* ]]
    for row in $(journal jump jump); do coaltally resolve "$row" --discard --reason 'a loose plug' --by Li; done
    coaltally resolve "$(row_of jump unknown)" --count --amount "$(lacking jump) kg" --reason 'by the shift book' --by Li
    nothing_lacks
}

@test "what counts while the belt stands is summed apart, stays counted, and is an alarm" {
    start_broker
    belt
    sed -i '/name: replaced, path/s/}$/, creep_limit: 0.5 t}/' "$COALTALLY_CONFIG"
    grep -q 'running: replaced.totalizing.*creep_limit' "$COALTALLY_CONFIG"
    hear 'coaltally/demo/north/alarm/#'
    start_daemon
    all_count
    settle
    before=$(truth replaced total advanced_milli)
    wait_for 20 has_counted replaced $((before - 1))
    sleep 2 # what ran before may show for one refresh
    for i in 1 2 3 4; do tell fault replaced jump 0.2; read_anew; done
    wait_for 10 heard 'replaced-creep.*"level":"amber"'
    stop_daemon
    [ "$(counted replaced)" -eq $((before + 800)) ]
    [ "$(journal_sum replaced creep amount)" -eq 800 ]
    coaltally verify
}
