#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Over capacity: from what people enter to the alarm that goes out, and back; who judges whom by which rule.
load lib
load lib_cli
load lib_alarms

county_clock() { TZ=Asia/Shanghai date "$@"; }

# county: mines that are entered by hand, two real ones, of which one is stopped, and a simulated one. $LAST is the
# latest month that is over, on its own last day already: it is watched for another month.
county() {
    LAST=$(county_clock -d "$(county_clock -d '1 day' +%Y-%m-15) 1 month ago" +%Y-%m)
    cat >"$COALTALLY_CONFIG" <<EOF
site: {name: dispatch}
database: $DATABASE
runtime: $FOLDER
commit: 1s
clock: {wait: 0s}
alarms: {clear_after: 0s}
mqtt: {host: 127.0.0.1, port: $port}
county: {name: demo, roster: roster.yaml}
mines:
EOF
    echo 'mines:' >"$FOLDER/roster.yaml"
    mine real-a false producing
    mine real-b false stopped
    mine sim-a true producing
}

mine() { # NAME SIMULATED STATE
    cat >>"$COALTALLY_CONFIG" <<EOF
  - name: $1
    simulated: $2
    calendar: [{from: 2020-01-01, day: "00:00", shifts: {a: "00:00", b: "08:00", c: "16:00"}}]
EOF
    cat >>"$FOLDER/roster.yaml" <<EOF
  - name: $1
    title: {en: $1, zh: 煤矿$1}
    simulated: $2
    facts:
      - {fact: approved_capacity, value: 120, from: 2020-01-01, source: test}
      - {fact: state, value: $3, from: 2020-01-01, source: test}
EOF
}

enter() { coaltally enter --mine "$1" --item raw_coal --period "$2" --value "$3" --source test --by me; } # MINE PERIOD VALUE
adjust() { coaltally adjust --mine "$1" --period "$2" --amount "$3" --reason test --by me; }              # MINE PERIOD AMOUNT

# level SUBJECT REASON: of what stands; nothing where it does not.
level() {
    coaltally alarms --format csv >"$FOLDER/alarms.csv"
    awk -F ',' -v subject="$1" -v reason="$2" '
        /^"?#/ { next }
        !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1; next }
        $at["subject"] == subject && $at["reason"] == reason { print $at["level"] }' "$FOLDER/alarms.csv"
}
level_is() { [ "$(level "$1" "$2")" = "$3" ]; } # SUBJECT REASON LEVEL

last_said() { grep "^coaltally/dispatch/$1 " "$HEARD" | tail -1; } # TOPIC
said() { last_said "$1" | grep -q "\"level\":\"$2\".*\"cleared\":null"; } # TOPIC LEVEL
over() { last_said "$1" | grep -q '"cleared":[0-9]'; } # TOPIC

# watch_looked TONNES: the watch has looked after what was entered before.
watch_looked() {
    enter real-b "$LAST" "$1 t"
    wait_for 20 level_is real-b mined-while-stopped red
    enter real-b "$LAST" "0 t"
    wait_for 20 level_is real-b mined-while-stopped ""
}

@test "a month over capacity is amber, then red, goes out, outlives a restart, and a correction ends it" {
    start_broker
    county
    start_daemon
    hear 'coaltally/dispatch/#'
    local alarm=real-a/alarm/$LAST-month-over-capacity

    enter real-a "$LAST" "108000 t" # 9 % exactly
    watch_looked 1
    level_is "$LAST" month-over-capacity ""
    adjust real-a "$LAST" "1 kg"
    wait_for 20 level_is "$LAST" month-over-capacity amber
    wait_for 20 said "$alarm" amber
    adjust real-a "$LAST" "11999.999 t" # 10 % exactly
    watch_looked 2
    level_is "$LAST" month-over-capacity amber
    adjust real-a "$LAST" "1 kg"
    wait_for 20 level_is "$LAST" month-over-capacity red
    wait_for 20 said "$alarm" red
    run coaltally alarms --lang en
    echo "$output"
    [[ $output == *"RED"*"real-a"*"$LAST month over capacity"*"> 10.0 %"*"> 10 %"* ]]
    run coaltally alarms --lang zh
    [[ $output == *"$LAST 月产量超能力"* ]]
    fits_a_page coaltally alarms --lang en
    fits_a_page coaltally alarms --lang zh

    coaltally alarms --format csv >"$FOLDER/alarms.csv"
    local id=$(column_of "$FOLDER/alarms.csv" subject "$LAST" id)
    [ -n "$id" ]
    stop_daemon
    level_is "$LAST" month-over-capacity red
    start_daemon
    watch_looked 3
    coaltally alarms --format csv >"$FOLDER/alarms.csv"
    [ "$(column_of "$FOLDER/alarms.csv" subject "$LAST" id)" = "$id" ]

    adjust real-a "$LAST" "-1 kg" # no longer red: that alarm is over, and a lesser one begins
    wait_for 20 level_is "$LAST" month-over-capacity amber
    wait_for 20 said "$alarm" amber
    adjust real-a "$LAST" "-12000 t"
    wait_for 20 level_is "$LAST" month-over-capacity ""
    wait_for 20 over "$alarm"
    coaltally verify
    stop_daemon
}

@test "a mine that mines while it is stopped is an alarm, and the page names each side apart" {
    start_broker
    county
    start_daemon
    hear 'coaltally/dispatch/#'
    enter real-b "$LAST" "12 t"
    wait_for 20 said real-b/alarm/real-b-mined-while-stopped red
    enter real-a "$LAST" "96000 t"
    enter sim-a "$LAST" "130000 t"
    wait_for 20 said "sim-a/alarm/$LAST-month-over-capacity" red
    last_said "sim-a/alarm/$LAST-month-over-capacity" | grep -q '"simulated":true'

    local end=$(county_clock -d "$LAST-01 1 month -1 day" +%F)
    run coaltally capacity --date "$end" --lang en
    echo "$output"
    [[ $output != *SIMULATED* && $output != *sim-a* ]]
    [[ $output == *"over capacity: month > 10 % none"* ]]
    [[ $output == *"mined while stopped: real-b 12 t"* ]]
    [[ $(unfolded "$output") == *"real-a $LAST 96,000 8.0 96,000 8.0"* ]]
    [ -z "$(grep -E '.{101}' <<<"$output")" ]

    run coaltally board --date "$end" --lang en
    [[ $output == *"over capacity: month > 10 % none"* && $output == *"mined while stopped: real-b 12 t"* ]]

    run coaltally capacity --date "$end" --simulated --lang en
    echo "$output"
    [[ $output == *SIMULATED* && $output != *real-* ]]
    [[ $(unfolded "$output") == *"over capacity: month > 10 %: sim-a 10.8 %"* ]]
    [[ $(unfolded "$output") == *"RED > 10 %: Criteria for Major Accident Hazards of Coal Mines (MEM Order No. 4) 4(1); "* ]]
    run coaltally capacity --date "$end" --simulated --lang zh
    [[ $output == *模拟数据* && $output == *煤矿重大事故隐患判定标准* && $output == *红色* ]]

    coaltally capacity --date "$end" --simulated --format csv >"$FOLDER/capacity.csv"
    [ "$(column_of "$FOLDER/capacity.csv" period "$LAST" reported)" = 130000.000 ]
    [ "$(column_of "$FOLDER/capacity.csv" period "$LAST" share)" = 10.8333 ]
    [ "$(column_of "$FOLDER/capacity.csv" period "$LAST" judged)" = red ]
    [ "$(column_of "$FOLDER/capacity.csv" period "$LAST" capacity)" = 1200000.000 ]
    coaltally capacity --date "$end" --format json | grep -q '"simulated":false,"over_capacity":\[{"mine":"real-b","limit":"stopped"'
    stop_daemon
    refused 2 "--year goes without --date" coaltally capacity --year 2026 --date today --lang en
    refused 2 "expected this, last or a year" coaltally capacity --year soon --lang en
    refused 2 "it has not begun yet" coaltally capacity --year 2199 --lang en
    sed -i 's/approved_capacity/approved_capacitee/' "$FOLDER/roster.yaml"
    refused 2 "approved_capacitee" coaltally capacity --lang en
}

@test "who enters nothing in time is an alarm; limits are the county's own, and their faults are told" {
    needs_faketime
    start_broker
    county
    sed -i 's/roster: roster.yaml/&, limits: limits.yaml/' "$COALTALLY_CONFIG"
    cat >"$FOLDER/limits.yaml" <<'EOF'
limits:
  - {limit: no-entry, level: amber, after: 6h, edition: {en: due at six, zh: 六时前}, source: test, from: 2020-01-01}
  - {limit: no-entry, level: red, after: 30h, edition: {en: late, zh: 迟报}, source: test, from: 2020-01-01}
EOF
    start_daemon
    stop_daemon
    local today=$(county_clock +%F) later last
    later=$(county_clock -d "$today 1 day" +%F)
    last=$(county_clock -d "$today 2 days" +%F)
    start_daemon_at "$later 05:50:00"
    hear 'coaltally/dispatch/#'
    level_is real-a not-entered ""
    enter real-a "$today" "3000 t"
    stop_daemon
    start_daemon_at "$later 06:00:10"
    wait_for 20 level_is sim-a not-entered amber
    level_is real-a not-entered ""
    level_is real-b not-entered "" # it is stopped
    stop_daemon
    start_daemon_at "$last 06:00:10"
    wait_for 20 level_is sim-a not-entered red
    wait_for 20 level_is real-a not-entered amber
    wait_for 20 said real-a/alarm/real-a-not-entered amber
    enter real-a "$later" "3000 t"
    wait_for 20 level_is real-a not-entered ""
    stop_daemon
    sed -i 's/no-entry/no-entrance/' "$FOLDER/limits.yaml"
    refused 2 "no-entrance" coaltally capacity --lang en
    refused 2 "no-entrance" coaltally check --lang en
    # and so are those of its own indicators
    cp "$COALTALLY_CONFIG" "$FOLDER/own.yaml"
    sed -i 's/, limits: limits.yaml/, indicators: indicators.yaml/' "$FOLDER/own.yaml"
    printf 'indicators: [{id: x, find: {sums: [raw_coal]}}]\n' >"$FOLDER/indicators.yaml"
    refused 2 'indicators.yaml:1:14: ' coaltally check -c "$FOLDER/own.yaml" --lang en
    start_daemon_at "$last 07:00:00"
    wait_for 20 level_is county no-roster amber
    stop_daemon
}

@test "what was entered for longer than a month is named, for it is in no month's judgement; done of a plan is not known without output" {
    start_broker
    county
    start_daemon
    stop_daemon
    local year=$(($(county_clock +%Y) - 1))
    coaltally enter --mine real-a --item plan --period "$year-06" --value 100000 --source test --by me
    enter real-a "$year-06-01" 7
    run -0 coaltally day --date "$year-06-01" --mine real-a --format csv
    [[ $output == *",7.000,"* && $output == *",3333.333,0.2,"* ]]
    run -0 coaltally day --date "$year-06-02" --mine real-a --format csv
    [[ $output == *",3333.333,,"* ]] # not 0 %
    enter real-a "$year" 900000
    run -0 coaltally capacity --date "$year-06-30" --lang en
    [[ $(unfolded "$output") == *"in no month's judgement, for it was entered for longer than one: real-a $year-01-01 to $year-12-31 900,000 t "* ]]
    coaltally enter --mine real-b --item raw_coal --period "$year-06" --value 5 --source test --by me
    run -0 coaltally capacity --date "$year-06-30" --mine real-b --lang en
    [[ $output != *"in no month"* ]]
}
