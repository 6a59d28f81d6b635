#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What people say of alarms: seen, planned, logged, calibrated.
load lib
load lib_alarms

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
    sleep 5 # longer than alarm_after: it is the same alarm, seen by the same man
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
    local from=$(TZ=Asia/Shanghai date -d '-1 minute' '+%F %T') to=$(TZ=Asia/Shanghai date -d '+18 seconds' '+%F %T')
    coaltally enter --mine north --item planned_stop --from "$from" --to "$to" --value "belt splice" --by "Wang Wei" --source plan
    tell fault '*' silent
    local end=$(($(date +%s) + 8))
    while [ "$(date +%s)" -lt "$end" ]; do
        nothing_stands
        sleep 0.5
    done
    # no hour runs within which to report
    [ "$(coaltally status --format json | jq -c '.rows[] | select(.device == "alone") | [.planned_stop, .report_by_ms]')" = '[true,0]' ]
    [[ $(coaltally status --lang zh) == *'；计划停产'* ]]
    [[ $(coaltally status --lang zh) != *'前须上报'* ]]
    wait_for 40 standing_any # the stop is over
    [[ $(standing) == *no-data* ]]
    stop_daemon
}

@test "the fault log: an outage that was found gets its sign, handling and end; others are written in" {
    three_scales
    start_daemon
    for meter in unit-1 unit-2 alone; do wait_for 20 has_counted $meter 100; done
    tell fault unit-1 silent
    wait_for 20 stands "unit-1 no-data"
    local id=$(id_of unit-1)
    run coaltally fault --lang en
    [[ $output == *"fault log: 1, of them 1 not over"*SIMULATED* ]]
    [[ $output == *"$id"*north*unit-1*"min left)"*"no data, report by "* ]] # by when to report it
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
    # A row that somebody edits by hand does not go unseen.
    sqlite3 "$DATABASE" "UPDATE incident SET after = 0 WHERE kind = 'span'"
    refused 1 "incident of act 1: the row is not what the act says" coaltally verify
}
