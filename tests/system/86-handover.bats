#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a shift hands over: how the belts ran, against the simulator's truth; stops, planned and not; what was not read.
load lib

FAST=40 # simulated seconds in one of ours, of the daemon's clock too: a busy machine skips no minute of them

start_fast() { # TIME of Shanghai at which the daemon begins
    start_daemon env TZ=Asia/Shanghai FAKETIME="@$1 x$FAST" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
}

at() { # TIME COMMAND...: under a clock that shows it
    TZ=Asia/Shanghai FAKETIME="@$1" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" "${@:2}"
}

# Up to which instant the daemon knows, in its time.
daemon_time() { TZ=Asia/Shanghai date -d "@$(($(grep -o '"as_of":[0-9]*' "$FOLDER/status.json" | head -n 1 | tr -dc 0-9) / 1000))" '+%F %T'; }

simulated_past() { [ "$(simulated_ms)" -ge $(($1 * 60000)) ]; } # MINUTES

# handed WHAT COLUMN [METER]: of the rows of the handover.
handed() {
    awk -F ',' -v what="$1" -v column="$2" -v meter="${3:-}" '
        !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1; next }
        $at["what"] == what && (!meter || $at["meter"] == meter) { print $at[column] }' "$FOLDER/handover.csv"
}

# The truth's stops that are over, of at least so many minutes: their lengths in s, and the time from the begin of one
# to that of the next.
true_stops() {
    tell truth >/dev/null
    awk -F '\t' -v least="$1" '$1 == "stop" && $4 != "-" && $4 - $3 >= least * 60000 {
        print int(($4 - $3) / 1000), first ? int(($3 - first) / 1000) : 0
        first = first ? first : $3 }' "$TRUTH"
}

told_stops() {
    paste -d ' ' <(handed stop from "$1") <(handed stop to "$1") | while read -r day from _ to; do
        from=$(date -d "$day $from" +%s) to=$(date -d "$day $to" +%s)
        first=${first:-$from}
        echo $((to - from)) $((from - first))
    done
}

# Two scans, an answer's time, and what passes between our clocks' ticks: a minute of the daemon's.
stops_agree() { # METER
    paste -d ' ' <(true_stops 3) <(told_stops "$1") >"$FOLDER/stops"
    cat "$FOLDER/stops"
    awk 'NF != 4 || $1 - $3 > 60 || $3 - $1 > 60 || $2 - $4 > 60 || $4 - $2 > 60 { bad = 1 } END { exit bad || !NR }' "$FOLDER/stops"
}

@test "a belt that stands for 12 and for 6 minutes: the handover tells when, to the scan" {
    needs_faketime
    start_scenario --speed $FAST --interval 10s --timeout 1min <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: scale-1, profile: coaltally-simulated-scale, drives: main_belt}
script:
  - {at: 180s, do: "belts stop"}
  - {at: 900s, do: "belts start"}
  - {at: 1080s, do: "belts stop"}
  - {at: 1440s, do: "belts start"}
MINES
    # The same belt by its running state, by a total alone, and by its rate.
    cat >>"$COALTALLY_CONFIG" <<'METERS'
  - {name: by-total, mine: north, quantity: raw_coal, point: scale-1.total, role: main, path: b, max_rate: 3000 t/h}
  - {name: by-rate, mine: north, quantity: raw_coal, point: scale-1.total1, role: main, path: c, max_rate: 3000 t/h,
     rate: scale-1.rate, drop_out: 10 t/h}
METERS
    coaltally check
    start_fast '2026-10-13 09:00:00'
    wait_for 90 simulated_past 27
    at "$(daemon_time)" coaltally shift >"$FOLDER/page"
    stop_daemon
    cat "$FOLDER/page"
    # While it runs: what comes an hour, for the three meters of one belt.
    grep -Eq '^north +[1-9],[0-9]{3} +0 +0' "$FOLDER/page"
    grep -q 'running state' "$FOLDER/page"
    [ "$(awk '{ if (length > 100) print }' "$FOLDER/page")" = '' ]
    at '2026-10-13 09:40:00' coaltally shift --handover --stops 3min --format csv >"$FOLDER/handover.csv"
    cat "$FOLDER/handover.csv"
    stops_agree scale-1
    [ "$(handed stop from scale-1 | wc -l)" = 2 ]
    # Of the shift, what was read and what not; to the millisecond the three make it up.
    awk -F ',' -v meter=scale-1 '
        !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1; next }
        $at["meter"] == meter && $at["what"] ~ /^belt_/ { sum += $at["amount"] }
        END { exit sum < 99.99 || sum > 100.01 }' "$FOLDER/handover.csv" # 08:00 to 09:40
    # Only whole minutes are known of one that has but its total.
    [ "$(handed stop told_by by-total | sort -u)" = total ]
    [ "$(handed stop told_by by-rate | sort -u)" = rate ]
    [ "$(handed stop from by-rate | wc -l)" = 2 ]
    [ "$(handed stop from by-total | wc -l)" = 2 ]
    # Before the daemon began, and after it ended, nobody knows.
    [ "$(handed gap amount scale-1 | wc -l)" = 2 ]
    [ "$(at '2026-10-13 09:40:00' coaltally shift --handover --stops 10min --format csv | grep -c ',stop,scale-1,')" = 1 ]
    at '2026-10-13 09:40:00' coaltally shift >"$FOLDER/page"
    grep -q 'coaltallyd does not run on this ledger: t/h now is not known' "$FOLDER/page"
    grep -q 'NOT READ' "$FOLDER/page"
    # A plan marks the stop that it explains; entered again as cancelled, it does no longer.
    from=$(handed stop from scale-1 | head -n 1)
    plan() {
        at '2026-10-13 09:41:00' coaltally enter --mine north --item planned_stop --from "${from% *} 09:00" \
            --to "${from% *} 09:30" --value "$1" --source plan --by shift-leader
    }
    plan 'belt repair'
    at '2026-10-13 09:42:00' coaltally shift --handover >"$FOLDER/page"
    grep -q 'planned: belt repair' "$FOLDER/page"
    at '2026-10-13 09:42:00' coaltally shift --handover --lang zh >"$FOLDER/page"
    grep -q '交接班' "$FOLDER/page"
    plan cancelled
    ! at '2026-10-13 09:43:00' coaltally shift --handover | grep -q 'belt repair'
    # Headings, as people enter them: of the shift, else of the day.
    at '2026-10-13 09:44:00' coaltally enter --mine north --item heading_advance --period 2026-10-13/2 --value 12.5 \
        --source log --by shift-leader
    at '2026-10-13 09:44:00' coaltally enter --mine north --item heading_coal --period 2026-10-13 --value 300 --source log \
        --by shift-leader
    at '2026-10-13 09:45:00' coaltally shift --handover --format csv >"$FOLDER/handover.csv"
    [ "$(handed heading_advance amount) $(handed heading_coal amount) $(handed heading_coal text)" = '12.500 300.000 of the day' ]
    # Stock and sales stand below the coal of the day.
    for of in shipped=4000 loss=12.5 stock=52000; do
        at '2026-10-13 09:46:00' coaltally enter --mine north --item ${of%=*} --period 2026-10-13 --value ${of#*=} \
            --source log --by clerk
    done
    at '2026-10-13 09:47:00' coaltally day >"$FOLDER/page"
    cat "$FOLDER/page"
    grep -A 2 'stock and sales' "$FOLDER/page" | grep -Eq '^north +4,000 +13 +52,000$'
    at '2026-10-13 09:47:00' coaltally day --format json | jq -e '.rows[] | select(.quantity == "raw_coal") | .shipped == 4000 and .loss == 12.5 and .stock == 52000'
    coaltally verify
}

@test "what a person types wrong is said" {
    start_mines --mines 1
    start_daemon
    run coaltally shift --stops 10
    [ "$status" = 2 ]
    [[ $output = *'--stops 10: expected 1min to 24h, written like 10min'* ]]
    run coaltally shift --handover --date 2026-01-01
    [ "$status" = 2 ]
    [[ $output = *'expected --shift N'* ]]
    coaltally shift --handover --date 2026-01-01 --shift 1
}
