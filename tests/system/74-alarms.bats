#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Alarms: one cause one alarm, as a person sees them, over restarts and with the daemon stopped.
load lib
load lib_alarms

@test "a dead gateway is one alarm, and who stays silent comes forth" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    nothing_stands
    local bus=$(sed -n 's/^ *- {name: \([^,]*\), bus: \([^,]*\),.*/\1 \2/p' "$COALTALLY_CONFIG" | awk '$1 == "unit-1" { print $2 }')
    [ -n "$bus" ]

    tell fault unit-1 silent
    tell fault unit-2 silent
    wait_for 20 stands "$bus bus-silent"
    sleep 5 # longer than alarm_after: none of its devices follows
    stands "$bus bus-silent"
    run coaltally alarms --lang en
    [[ $output == *"1 open, 1 not acknowledged"* || $output == *"2 open, 2 not acknowledged"* ]]
    [[ $output == *SIMULATED* ]]
    [[ $output == *"RED"*"north"*"$bus none of 2 devices answers, report by "*ack* ]]
    echo "$output"
    [ -z "$(grep -E '.{101}' <<<"$output")" ]
    [[ $(unfolded "$(coaltally status --lang en)") == *"none of 2 devices answers: no answer from "*", report by "* ]]
    run coaltally alarms --lang zh
    [[ $output == *模拟数据*红色*"$bus 总线上 2 台设备均无应答：超时无应答，"*" 前须上报"* ]]
    run coaltally status --lang zh
    [[ $output == *"；"*" 前须上报"* ]]

    tell fault alone silent # another cause: another alarm
    wait_for 20 stands "alone no-data" "$bus bus-silent"
    tell clear unit-1
    wait_for 20 stands "alone no-data" "unit-2 no-data"
    tell clear unit-2
    tell clear alone
    wait_for 60 nothing_stands
    [ "$(raised unit-1 no-data)" = 0 ]
    [ "$(raised unit-2 no-data)" = 1 ]
    coaltally alarms --cleared --format csv | grep -q "bus-silent.*none of 2 devices answers"
    stop_daemon
}

@test "an alarm keeps its number over a restart, stands with the daemon stopped, and goes when it is no longer true" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    tell fault alone silent
    wait_for 20 stands "alone no-data"
    local id=$(id_of alone)
    [ -n "$id" ]
    stop_daemon
    run coaltally alarms --lang en
    [[ $output == *"coaltallyd does NOT run: as it left them"* ]]
    [[ $output == *"$id  RED"*"alone no data"* ]]
    start_daemon
    wait_for 20 status_is alone online false
    sleep 5 # longer than alarm_after
    [ "$(id_of alone)" = "$id" ]
    [ "$(raised alone no-data)" = 1 ]
    kill_daemon
    tell clear alone
    start_daemon
    wait_for 60 nothing_stands
    coaltally verify
}

@test "a broker that is away is an alarm of the site" {
    free_port # no broker there
    start_mines --mines 1
    echo 'alarms: {clear_after: 0s, broker_after: 1s}' >>"$COALTALLY_CONFIG"
    start_daemon
    wait_for 20 stands "mqtt not-connected"
    [[ $(coaltally alarms --lang zh) == *"mqtt 未连接消息服务器"* ]]
    start_broker "$port"
    wait_for 60 nothing_stands
}

@test "the alarm of a jump stands over a restart, until its open work is resolved, also with the daemon stopped" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    tell fault unit-1 jump 400
    tell fault alone jump 500
    wait_for 20 stands "alone jump" "unit-1 jump"
    stop_daemon
    start_daemon
    wait_for 20 status_is alone online true
    sleep 2
    stands "alone jump" "unit-1 jump"
    local work=$(journal unit-1 jump) other=$(journal alone jump)
    [[ $(coaltally alarms --lang zh) == *"unit-1 跳变 "*" t -> "*" t "*"resolve $work"* ]]
    coaltally resolve "$work" --discard --reason "wrong button" --by "Wang Wei"
    wait_for 10 stands "alone jump"
    stop_daemon
    coaltally resolve "$other" --discard --reason "wrong button" --by "Wang Wei"
    start_daemon
    wait_for 10 nothing_stands
    stop_daemon
    coaltally verify
}
