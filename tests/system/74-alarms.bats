#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Alarms: one cause one alarm, as a person sees them, over restarts and with the daemon stopped.
load lib

# Two units behind one gateway, a scale on a bus of its own.
three_scales() { # [LINE of configuration...]
    start_scenario --timeout 300ms <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: unit-1, profile: siemens-bw500, drives: main_belt, port: gateway, unit: 1}
      - {name: unit-2, profile: siemens-bw500, drives: check_belt, port: gateway, unit: 2}
      - {name: alone, profile: siemens-bw500, drives: check_belt}
MINES
    sed -i 's/^defaults: {/&alarm_after: 2s, /' "$COALTALLY_CONFIG"
    printf '%s\n' "${@:-alarms: {clear_after: 0s\}}" >>"$COALTALLY_CONFIG"
}

# standing: "subject reason" of each alarm that `alarms` shows, sorted, without the clock's.
standing() {
    coaltally alarms --format csv |
        awk -F ',' '!/^"?#/ && named { print $at["subject"], $at["reason"] }
                    !/^"?#/ && !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1 }' |
        grep -v '^clock ' | sort
}
stands() { [ "$(standing)" = "$(printf '%s\n' "$@")" ]; }
nothing_stands() { [ -z "$(standing)" ]; }
id_of() { coaltally alarms --format csv >"$FOLDER/alarms.csv"; column_of "$FOLDER/alarms.csv" subject "$1" id; } # SUBJECT
raised() { sql "SELECT count(*) FROM journal WHERE kind = 'alarm' AND subject = '$1' AND text LIKE '$2:%'"; }

refused() { # STATUS TEXT COMMAND...
    run "${@:3}"
    [ "$status" -eq "$1" ] && [[ $output == *"$2"* ]] || { echo "$status: $output"; return 1; }
}

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
    sleep 3 # longer than alarm_after: none of its devices follows
    stands "$bus bus-silent"
    run coaltally alarms --lang en
    [[ $output == *"1 open, 1 not acknowledged"* || $output == *"2 open, 2 not acknowledged"* ]]
    [[ $output == *SIMULATED* ]]
    [[ $output == *"RED"*"north"*"$bus none of its 2 devices answers: no answer from "*", report by "*ack* ]]
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
    coaltally alarms --cleared --format csv | grep -q "bus-silent.*none of its 2 devices answers"
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
    [[ $output == *"$id  RED"*"alone no data: no answer"* ]]
    start_daemon
    wait_for 20 status_is alone online false
    sleep 3 # longer than alarm_after
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
    [[ $(coaltally alarms --lang zh) == *"mqtt 未连接消息服务"* ]]
    start_broker "$port"
    wait_for 60 nothing_stands
}

@test "who has seen an alarm stands in the book, once, over a restart" {
    start_broker
    three_scales
    hear 'coaltally/demo/#'
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    tell fault alone silent
    wait_for 20 stands "alone no-data"
    local id=$(id_of alone)
    refused 2 "--by is missing" coaltally alarms ack "$id"
    refused 2 "there is no alarm 999999" coaltally alarms ack 999999 --by "Wang Wei"
    refused 2 "expected the number of an alarm" coaltally alarms ack alone --by "Wang Wei"
    refused 2 "没有报警 1；" coaltally alarms ack 1 --by "王伟" --lang zh
    run coaltally alarms ack "$id" --by "Wang Wei" --note "power is off at the belt" --lang en
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"alarm $id acknowledged: alone no data: no answer"* ]]
    wait_for 10 heard 'north/alarm/alone-no-data.*"acknowledged":[0-9].*"cleared":null'
    refused 2 "alarm $id was acknowledged by Wang Wei" coaltally alarms ack "$id" --by "Li Na"
    stop_daemon
    [[ $(coaltally alarms --lang en) == *"$id  RED"*"alone no data"*"seen by Wang Wei"* ]]
    start_daemon
    wait_for 20 status_is alone online false
    sleep 3 # longer than alarm_after: it is the same alarm, seen by the same man
    [[ $(coaltally alarms --format csv) == *"$id,red,"*",Wang Wei,power is off at the belt,"* ]]
    [ "$(sql "SELECT count(*) FROM acknowledgement")" = 1 ]
    stop_daemon
    refused 2 "was acknowledged by" coaltally alarms ack "$id" --by "Li Na" # the command applies it itself
    coaltally verify
}

@test "a planned stop silences its mine; when it ends, silence counts again" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    local from=$(TZ=Asia/Shanghai date -d '-1 minute' '+%F %T') to=$(TZ=Asia/Shanghai date -d '+12 seconds' '+%F %T')
    coaltally enter --mine north --item planned_stop --from "$from" --to "$to" --value "belt splice" --by "Wang Wei" --source plan
    tell fault '*' silent
    local end=$(($(date +%s) + 8))
    while [ "$(date +%s)" -lt "$end" ]; do
        nothing_stands
        sleep 0.5
    done
    wait_for 20 standing_any # the stop is over
    [[ $(standing) == *no-data* ]]
    stop_daemon
}
standing_any() { [ -n "$(standing)" ]; }

@test "the fault log: an outage that was found gets its sign, handling and end; others are written in" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    tell fault unit-1 silent
    wait_for 20 stands "unit-1 no-data"
    local id=$(id_of unit-1)
    run coaltally fault --lang en
    [[ $output == *"fault log, 1 faults, 1 last"*SIMULATED* ]]
    [[ $output == *"$id"*north*unit-1*"min left)"*"no data: no answer"* ]] # by when to report it
    [[ $(coaltally fault --lang zh) == *"（还剩 5"*" 分钟）"*断线* ]]
    refused 2 "there is no outage 999999" coaltally fault close 999999 --handling x --by "Wang Wei"
    refused 2 "--handling is missing" coaltally fault close "$id" --by "Wang Wei"
    coaltally fault log "$id" --sign "lamp of the cabinet is off" --note "reported to the county 08:10" --by "Wang Wei"
    tell clear unit-1
    wait_for 60 nothing_stands
    coaltally fault close "$id" --handling "fuse replaced" --by "Li Na"
    run coaltally fault --format csv
    echo "$output"
    [[ $output == *"$id,north,unit-1,"*"lamp of the cabinet is off,fuse replaced,Li Na,reported to the county 08:10,true"* ]]
    [ "$(sql "SELECT count(*) FROM incident")" = 2 ] # nothing is overwritten
    stop_daemon

    refused 2 "expected either --device or --meter" coaltally fault log --mine north --at 2026-01-05 --sign x --by "Li Na"
    refused 2 "mine north has no device unit-9" coaltally fault log --mine north --device unit-9 --at 2026-01-05 --sign x --by "Li Na"
    refused 2 "it has not come yet" coaltally fault log --meter alone --at 2199-01-01 --sign x --by "Li Na"
    refused 2 "it would end before it began" coaltally fault log --meter alone --at '2026-01-05 08:00' --until '2026-01-05 07:00' --sign x --by "Li Na"
    coaltally fault log --mine north --device alone --at '2026-01-05 08:00' --until '2026-01-05 09:10' --sign "belt splice broke" --handling "spliced anew" --by "Li Na"
    [[ $(coaltally fault --from 2026-01-01 --format csv) == *",north,alone,2026-01-05 08:00:00,2026-01-05 09:10:00,,,belt splice broke,spliced anew,Li Na,"* ]]
    coaltally verify
}

@test "the calibration log keeps zero checks and span tests, before and after" {
    three_scales
    start_daemon
    wait_for 20 has_counted alone 100
    coaltally calibration log --meter alone --kind span --before "+0.12 %" --after "-0.01 %" --at '2026-10-02 10:00' --note "chain 50 kg" --by "Li Na"
    coaltally calibration log --meter alone --kind zero --before 0.4 --after 0 --at '2026-10-01 10:00' --by "Li Na"
    refused 2 "expected zero or span" coaltally calibration log --meter alone --kind full --before 1 --after 0 --by "Li Na"
    refused 2 "expected a number of at most three decimals" coaltally calibration log --meter alone --kind zero --before 0.12345 --after 0 --by "Li Na"
    refused 2 "expected one unit" coaltally calibration log --meter alone --kind zero --before "1 %" --after 0 --by "Li Na"
    refused 2 "the ledger has no meter alon; did you mean alone?" coaltally calibration log --meter alon --kind zero --before 1 --after 0 --by "Li Na"
    run coaltally calibration --from 2026-09-01 --format csv
    echo "$output"
    [[ $output == *",north,alone,2026-10-02 10:00:00,span,0.120,-0.010,%,Li Na,chain 50 kg,true"* ]]
    [[ $output == *",north,alone,2026-10-01 10:00:00,zero,0.400,0.000,,Li Na,,true"* ]]
    [[ $(coaltally calibration --from 2026-09-01 --lang zh) == *标定*校零* ]]
    stop_daemon
    coaltally verify
}
