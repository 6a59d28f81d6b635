#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

@test "killed twenty times at random moments: no kilogram lost, none counted twice" {
    RANDOM=${SEED:-$$}
    echo "# seed ${SEED:-$$}" >&3
    start_mines --mines 1
    local kill before=0 now meter pause
    start_daemon # its first readings are where the truth begins too
    for meter in a-scale-1 a-scale-2 a-gas-1 a-power-1; do wait_for 20 has_counted $meter 0; done
    kill_daemon
    for kill in {1..20}; do
        "$BUILD/coaltallyd" >>"$FOLDER/coaltallyd.log" 2>&1 3>&- &
        daemon=$!
        PIDS+=("$daemon")
        printf -v pause '%d.%03d' $((RANDOM % 2)) $((RANDOM % 700))
        sleep "$pause" # the commits are 1 s apart
        kill_daemon
        now=$(counted a-scale-1)
        [ "$now" -ge "$before" ] # what was committed stays
        before=$now
    done
    start_daemon
    wait_for 20 has_counted a-scale-1 "$before"
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"difference 0 kg"* ]]
    [ "$(counted a-scale-1)" -gt 2000 ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'start'")" -gt 10 ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind IN ('jump', 'reset', 'wrap', 'unknown', 'backward')")" -eq 0 ]
    [ "$(sql "SELECT count(*) FROM segment")" -eq 4 ] # one a meter: a kill breaks nothing
}
