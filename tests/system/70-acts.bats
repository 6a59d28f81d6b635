#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What people do reaches the ledger once or is refused, whatever happens to the daemon meanwhile.
load lib
load lib_cli

SPOOL=ledger.db-acts

# enter VALUE OPTION...: a stock of yesterday; its status and words into $FOLDER/answers, a line each.
enter() {
    local status=0 words
    words=$(coaltally enter --mine sim-x --item stock --period yesterday --value "$1" --source test "${@:2}" 2>&1) || status=$?
    printf '%d %s\n' "$status" "$words" >>"$FOLDER/answers"
}

answered() { grep -c "^$1 " "$FOLDER/answers" || true; } # STATUS: how many
waiting() { find "$FOLDER/$SPOOL" -maxdepth 1 -type f | wc -l; }

# Four acts of one person, one after another; the last names a mine that is not there.
person() { # NUMBER
    for value in 1 2 3; do enter "$1$value" --by "person $1"; done
    enter "$14" --by "person $1" --name nothing
    coaltally enter --mine sim-y --item stock --period yesterday --value 1 --source test --by "person $1" \
        >/dev/null 2>&1 || printf '%d sim-y\n' $? >>"$FOLDER/answers"
}

@test "ten people at once, while the daemon is killed again and again" {
    start_scale
    start_counting
    people=()
    for number in {1..10}; do
        person "$number" 3>&- &
        people+=($!)
    done
    for _ in 1 2 3 4 5; do
        kill_daemon
        start_daemon
    done
    wait "${people[@]}"

    # every command had its answer, and the ledger gave as many
    [ "$(answered 0)" -eq 30 ]
    [ "$(answered 2)" -eq 20 ] # ten never handed in, for there is no --name of a stock
    [ "$(wc -l <"$FOLDER/answers")" -eq 50 ]
    [ "$(sql "SELECT count(*), sum(outcome = 1), sum(outcome = 2) FROM act")" = '40|30|10' ]
    [ "$(sql "SELECT count(*), max(version), count(DISTINCT value) FROM entry")" = '30|30|30' ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'act'")" -eq 40 ]
    [ "$(sql "SELECT count(*) FROM act WHERE at_ms > applied_ms")" -eq 0 ]
    [ "$(waiting)" -eq 0 ]
    settle_scale
    stop_daemon
    reconcile
}

@test "what was handed in and the daemon did not live to apply is applied by the next one, once" {
    start_scale
    start_counting
    signal STOP "$daemon"
    enter 5 --by Li 3>&- &
    person=$!
    wait_for 10 eval '[ "$(find "$FOLDER/$SPOOL" -name "*.act" | wc -l)" -eq 1 ]'
    is_running "$person"
    kill -9 "$person" "$(pgrep -P "$person")"
    wait "$person" 2>/dev/null || true
    cp "$FOLDER/$SPOOL"/*.act "$FOLDER"
    signal CONT "$daemon"
    kill_daemon
    start_daemon
    wait_for 20 eval '[ "$(waiting)" -eq 0 ]'
    [ "$(sql 'SELECT count(*), max(value) FROM entry')" = '1|5000' ]

    # the same file once more: the ledger knows it
    cp "$FOLDER"/*.act "$FOLDER/$SPOOL"
    wait_for 20 eval '[ "$(waiting)" -eq 0 ]'
    [ "$(sql 'SELECT count(*) FROM act')" = 1 ]
    [ -z "$(ls "$FOLDER/$SPOOL/refused")" ]
    stop_daemon
    coaltally verify
}

@test "with the daemon stopped the command applies it; what is wrong is said" {
    start_scale
    start_counting
    settle_scale
    stop_daemon
    says() { # STATUS TEXT OPTION...
        run "-$1" --separate-stderr coaltally enter "${@:3}"
        [[ $stderr == *"$2"* ]] || { echo "expected: $2"; echo "said: $stderr"; return 1; }
    }
    stock=(--mine sim-x --item stock --period 2026-10-13 --source "dispatch report")
    says 2 '--by is missing' "${stock[@]}" --value 1
    says 2 '--by is missing' "${stock[@]}" --value 1 --by '  '
    says 2 '--item is missing' --mine sim-x --by Li
    says 2 '--item stonk: expected a quantity like raw_coal, or one of heading_advance' --item stonk --by Li
    says 2 '--value is missing' "${stock[@]}" --by Li
    says 2 '--source is missing' --mine sim-x --item stock --period 2026-10-13 --value 1 --by Li
    says 2 '--value many: expected a number, like 84300' "${stock[@]}" --value many --by Li
    says 2 '--value 84,300: expected a number in t (no commas' "${stock[@]}" --value 84,300 --by Li
    says 2 '--value 1 m3: expected a number in t' "${stock[@]}" --value '1 m3' --by Li
    says 2 '--value -1: expected a number that is not negative' "${stock[@]}" --value=-1 --by Li
    says 2 '--value 0.0001: expected whole thousandths of a t' "${stock[@]}" --value 0.0001 --by Li
    says 2 '--period 2026-13: expected' --mine sim-x --item stock --period 2026-13 --value 1 --source x --by Li
    says 2 '--period 2026-10: stock is entered for a day' --mine sim-x --item stock --period 2026-10 --value 1 --source x --by Li
    says 2 'refused: the ledger has no mine sim-y; did you mean sim-x?' --mine sim-y --item stock --period yesterday --value 1 --source x --by Li
    says 2 'refused: --period: that day has 3 shifts' --mine sim-x --item loss --period 2026-10-13/4 --value 1 --source x --by Li
    says 2 'refused: --period: it has not begun yet' --mine sim-x --item loss --period 2126-10-13 --value 1 --source x --by Li
    says 2 'refused: meter scale-1 has counted' --mine sim-x --item raw_coal --period "$(last_day)" --value 1 --source x --by Li
    says 2 '--from and --to: expected two instants' --mine sim-x --item planned_stop --from 2026-10-13 --value x --source x --by Li
    [ "$(sql 'SELECT count(*) FROM entry')" = 0 ]

    for value in 84300t '84.5 kt'; do run -0 --separate-stderr coaltally enter "${stock[@]}" --value "$value" --by Li; done
    [ "$output" = "sim-x coal in stock 2026-10-13: 84,500.000 t, by hand, version 2   SIMULATED" ]
    [ -z "$stderr" ]
    run -0 coaltally enter --mine sim-x --item heading_advance --period 2026-10-13/2 --value 12.4 --source 队组 --by 李 --lang zh
    [ "$output" = "sim-x 掘进进尺 2026-10-13/2：12.400 m，手工填报，第 1 版   模拟数据" ]
    coaltally enter --mine sim-x --item raw_coal --period 2025 --value 938000 --source yearbook --by Li
    coaltally enter --mine sim-x --item plan --period 2027-01 --value 1.2kt --source plan --by Li
    coaltally enter --mine sim-x --item milestone --name 'shaft sunk' --period 2026-03-01 --value done --source x --by Li
    coaltally enter --mine sim-x --item planned_stop --from '2026-12-01 08:00' --to '2026-12-01 16:00' --value repair --source x --by Li
    [ "$(sql "SELECT item || ' ' || subject || ' ' || ifnull(value, text) || ' ' || unit FROM entry WHERE version = 1 ORDER BY act")" = "\
stock  84300000 t
heading_advance  12400 m
raw_coal  938000000 t
plan raw_coal 1200000 t
milestone shaft sunk done 
planned_stop  repair " ]
    run -0 coaltally acts --verb enter --mine sim-x --format csv
    [ "$(grep -c ',done,' <<<"$output")" -eq 7 ]
    [[ $output == *"84,500.000 t"* && $output == *"84,300.000 t"* ]]
    [ "$(coaltally acts --since tomorrow --format csv | wc -l)" -le 1 ] || run -2 coaltally acts --since tomorrow
    [ "$(waiting)" -eq 0 ]
    run -0 coaltally verify
    [[ $output == *" acts"* ]]
    start_daemon
    stop_daemon
    reconcile
}

no_act_alarm() { [[ $(coaltally status) == *"no act"* ]]; }
refused() { [ "$(find "$FOLDER/$SPOOL/refused" -mindepth 1 -printf x | wc -c)" -eq "$1" ]; }

@test "what is no act is moved aside, said, and stops nobody" {
    start_scale
    start_counting
    signal STOP "$daemon"
    cd "$FOLDER/$SPOOL"
    uid=00000000000000000000000000000001
    act() { printf '{"uid":"%s","verb":"enter","by":"Li","at_ms":%s,"language":"en","arguments":%s}' "$1" "$2" "$3"; }
    name() { printf '%013d-%s.act' "$1" "$2"; }
    echo nonsense >0-nonsense
    head -c 40000000 /dev/zero >1-huge
    printf '%200000s' '' | tr ' ' '[' >2-deep
    mkfifo 3-pipe
    ln -s /etc/passwd 4-link
    mkdir 5-folder
    act $uid 5 '{"mine":7}' >"$(name 5 $uid)"
    act $uid 6 '{}' >7-otherwise-named
    act ${uid:1} 8 '{}' >"$(name 8 ${uid:1})"
    act $uid 9 '{"mine":"a\u0000b"}' >"$(name 9 $uid)"
    act $uid 10 '{"mine":"a\u0007b"}' >"$(name 10 $uid)"
    act $uid 11 '{}' >"$(name 11 $uid)"
    ln "$(name 11 $uid)" "$FOLDER/second-name"
    : >'8 empty
file'
    echo still being written >.half
    signal CONT "$daemon"
    run -0 coaltally enter --mine sim-x --item stock --period yesterday --value 1 --source x --by Li
    wait_for 20 refused 13
    [ "$(ls -A | tr '\n' ' ')" = '.half refused ' ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'act-file'")" -eq 13 ]
    [ "$(sql "SELECT count(*) FROM act")" -eq 1 ]
    wait_for 20 no_act_alarm
    rm -r "$FOLDER/$SPOOL/refused"/*
    wait_for 20 eval '! no_act_alarm'

    # an act that no program of ours hands in, but that is one, is answered
    uid=00000000000000000000000000000002
    act $uid 12 '{"item":"stock"}' >.making
    mv .making "$(name 12 $uid)"
    wait_for 20 eval '[ "$(waiting)" -eq 1 ]' # .half
    [ "$(sql "SELECT outcome || answer FROM act WHERE uid = '$uid'")" = '2--period is missing' ]
    act ${uid%2}3 13 '{}' | sed 's/enter/explode/' >.making
    mv .making "$(name 13 ${uid%2}3)"
    wait_for 20 eval '[ "$(sql "SELECT count(*) FROM act")" -eq 3 ]'
    [ "$(sql "SELECT outcome || answer FROM act WHERE id = 3")" = '2this coaltally knows no act explode' ]
    cd "$FOLDER"
    settle_scale
    stop_daemon
    reconcile
}

# The daemon as its own user, its ledger in a folder for its group, where the group of who may act has number 65530.
start_service() {
    { cat /etc/group; echo coaltally-act:x:65530:; } >"$FOLDER/group"
    rm -f "$FOLDER/state/status.json"
    unshare --mount sh -c 'mount --bind "$0" /etc/group && umask 0027 && exec setpriv --reuid=65531 --regid=65533 \
        --groups=65530 --inh-caps=-all -- "$1"' "$FOLDER/group" "$FOLDER/bin/coaltallyd" >>"$FOLDER/coaltallyd.log" 2>&1 3>&- &
    daemon=$!
    PIDS+=("$daemon")
    wait_for 20 test -e "$FOLDER/state/status.json"
}

# by GROUPS COMMAND...: as somebody who has no other rights.
by() { setpriv --reuid=65534 --regid=65534 --groups="$1" --inh-caps=-all -- env -u COALTALLY_PROFILES timeout 60 "$FOLDER/bin/coaltally" "${@:2}"; }

@test "members of the group act, with the daemon running, stopped and killed; others are told what they lack" {
    need_root "other users"
    unshare --mount true 2>/dev/null || skip "no mount namespace here"
    programs_for_all
    DATABASE=$FOLDER/state/ledger.db SPOOL=state/ledger.db-acts
    install -d -o 65531 -g 65533 -m 0750 "$FOLDER/state"
    start_scale --runtime "$FOLDER/state"
    chmod a+r "$COALTALLY_CONFIG"
    unset COALTALLY_PROFILES
    start_service
    wait_for 20 counting
    [ "$(stat -c '%a %u %g' "$FOLDER/$SPOOL")" = '1770 65531 65530' ]
    entering=(enter --mine sim-x --item stock --period yesterday --value 7 --source x --by Li)

    run -0 by 65533,65530 "${entering[@]}"
    [[ $output == *"version 1   SIMULATED" ]]
    user=$(id -un 65534)
    [ "$(sql "SELECT actor, os_user FROM act")" = "Li|$user" ]
    run -3 by 65533 "${entering[@]}"
    [[ $output == *"$user may not act: who acts belongs to the groups coaltally and coaltally-act; usermod -aG coaltally,coaltally-act $user"* ]]
    run -3 by 65530 "${entering[@]}"
    [[ $output == *"readers belong to its group"* ]]

    # nobody takes away, or changes, what another one has handed in
    signal STOP "$daemon"
    by 65533,65530 "${entering[@]}" 3>&- >/dev/null 2>&1 &
    person=$!
    wait_for 10 eval '[ "$(waiting)" -eq 1 ]'
    another=(setpriv --reuid=65532 --regid=65532 --groups=65533,65530 --inh-caps=-all --)
    act=$(echo "$FOLDER/$SPOOL"/*.act)
    "${another[@]}" test -r "$act"
    run -1 "${another[@]}" rm -f "$act"
    run -1 "${another[@]}" tee -a "$act" </dev/null
    signal CONT "$daemon"
    wait "$person"

    for way in stop_daemon kill_daemon; do
        $way
        run -3 by 65533,65530 "${entering[@]}"
        [[ $output == *"the act waits, and is applied when coaltallyd next runs: coaltallyd does not run"* ]]
        [[ $(by 65533,65530 acts) == *"1 waiting"* ]]
        [[ $(by 65533 acts) == *"what waits is shown to members of coaltally-act"* ]]
        [ "$(find "$FOLDER/state" -user 65534 | wc -l)" -eq 1 ]
        start_service
        wait_for 20 eval '[ "$(waiting)" -eq 0 ]'
    done
    [ "$(sql "SELECT max(version), count(DISTINCT os_user) FROM entry JOIN act ON act.id = entry.act")" = '4|1' ]
    settle_scale
    stop_daemon
    reconcile
}
