#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Plans against capacity, the ranking of mines, the forecast of a year and how it would have done.
load lib
load lib_cli

# Two real mines and a simulated one whose output people enter, one more in the roster alone, and a ledger for them.
make_county() {
    local calendar='calendar: [{from: 2020-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}]' mine
    cat >"$COALTALLY_CONFIG" <<END
site: {name: test, timezone: Asia/Shanghai}
database: $DATABASE
runtime: $FOLDER
clock: {wait: 0s}
mines:
  - {name: north, title: {en: North, zh: 北沟}, $calendar}
  - {name: south, title: {en: South, zh: 南沟}, $calendar}
  - {name: sim-h, simulated: true, title: {en: Sim H, zh: 模拟H}, $calendar}
county: {name: test, roster: roster.yaml}
END
    { echo 'mines:'
      roster_mine north 120 producing
      roster_mine south 60 producing
      roster_mine west 90 producing
      roster_mine sim-h 300 producing '    simulated: true'; } >"$FOLDER/roster.yaml"
    start_daemon
}

roster_mine() { # NAME CAPACITY STATE [LINE]
    printf '  - name: %s\n%s\n    facts:\n' "$1" "${4:-    title: {en: $1, zh: $1\}}"
    printf '      - {fact: approved_capacity, value: %s, from: 2020-01-01, source: made up}\n' "$2"
    printf '      - {fact: state, value: %s, from: 2020-01-01, source: made up}\n' "$3"
}

enter() { coaltally enter --mine "$1" --item "$2" --period "$3" --value "$4" --source sheet --by 'Li Wei' "${@:5}"; }

alarm_stands() { coaltally alarms --format csv | grep -q "plan-$1"; }
no_alarm() { ! alarm_stands "$1"; }

# of_mine MINE KEY: of the ranking in $FOLDER/mines.json.
of_mine() { jq -r --arg mine "$1" ".rows[] | select(.mine == \$mine) | .$2" "$FOLDER/mines.json"; }

@test "a plan above the capacity is refused by the command and by the act, recorded with a reason, and stands as an alarm" {
    make_county
    enter north plan 2024-10 120000 # the line itself
    run -2 enter north plan 2024-10 120000.001
    [[ $output == *"the plans of 2024-10 come to 120,000.001 t, above 120,000.000 t: a tenth of the approved capacity, 1,200,000.000 t a year"*--despite* ]]
    run -2 enter north plan 2024 1200000.001
    [[ $output == *"the plans of 2024 come to 1,200,000.001 t, above 1,200,000.000 t: the approved capacity"* ]]
    # days of one month are summed, months of one year too
    enter south plan 2024-03-01 40000
    run -2 enter south plan 2024-03-02 20000.001
    [[ $output == *"the plans of 2024-03 come to 60,000.001 t"* ]]
    enter south plan 2024-03-02 20000
    for month in 01 02 03 04 05 06 07 08 09 10; do enter south plan "2024-$month" 60000; done
    run -2 enter south plan 2024-11 0.001
    [[ $output == *"the plans of 2024 come to 600,000.001 t, above 600,000.000 t"* ]]
    enter south plan 2024-10 50000 # a new version makes room
    enter south plan 2024-11 10000
    # a command that does not know the county hands it in: the act is judged again
    grep -v '^county:' "$COALTALLY_CONFIG" >"$FOLDER/other.yaml"
    run -2 coaltally -c "$FOLDER/other.yaml" enter --mine north --item plan --period 2024-11 --value 120001 --source sheet --by me
    [[ $output == *'refused: the plans of 2024-11 come to 120,001.000 t'* ]]
    [ "$(sql "SELECT count(*) FROM entry WHERE from_day >= 20028 AND value = 120001000")" -eq 0 ]
    run -2 enter north plan 2024-11 1000 --despite 'no need'
    [[ $output == *'no approved capacity that is known is exceeded'* ]]
    run -0 enter north plan 2024-11 130000 --despite 'ordered by the county'
    [[ $output == *'ABOVE CAPACITY: the plans of 2024-11'* ]]
    wait_for 20 alarm_stands 2024-11
    coaltally alarms --lang zh | tr -d ' \n' | grep -q '2024-11计划超过核定能力：orderedbythe.*county' # folded
    [[ $(sql "SELECT text FROM journal WHERE kind = 'act' ORDER BY id DESC LIMIT 1") == *'despite ordered by the county'* ]]
    enter north raw_coal 2024-11 90000
    coaltally board --mines --date 2024-11-30 | grep '^north  11-30 by hand; PLAN ABOVE CAPACITY$'
    coaltally board --date 2024-11-30 | grep '^PLAN ABOVE CAPACITY: north$'
    for language in en zh; do
        fits_a_page coaltally month --month 2024-11 --figure all --lang $language
        fits_a_page coaltally year --year 2024 --figure all --lang $language
    done
    [ "$(coaltally month --month 2024-11 --figure all --lang en | grep -c '^mine ')" = 2 ] # in bands
    [ "$(coaltally board --mines --date 2024-11-30 --format json | jq -c '[.rows[] | select(.plan_over_capacity) | .mine]')" = '["north"]' ]
    enter north plan 2024-11 100000
    wait_for 20 no_alarm 2024-11
    [ "$(coaltally board --mines --date 2024-11-30 --format json | jq -c '[.rows[] | select(.plan_over_capacity) | .mine]')" = '[]' ]
    # no capacity is known of 2019: accepted, and said
    run -0 enter north plan 2019-10 999999
    [[ $output == *'the roster knows no capacity of the mine: not compared with one'* ]]
    run -0 enter north plan 2024-12 999999999 --name gas_drained # capacities are of raw coal
    [[ $output != *capacity* ]]
    stop_daemon
    coaltally verify | grep -q 'all of it adds up'
    # with the daemon stopped the command itself applies it, by the same rule
    run -2 enter north plan 2024-12 120001
    # what it records is an alarm from the daemon's next start on, once
    enter north plan 2024-11 100001
    run -0 enter north plan 2024-12 130000 --despite 'ordered by the county'
    no_alarm 2024-12
    start_daemon
    wait_for 20 alarm_stands 2024-12
    no_alarm 2024-11
    stop_daemon
    enter north plan 2024-12 100000
    start_daemon
    wait_for 20 no_alarm 2024-12
    stop_daemon
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'alarm' AND subject = 'plan-2024-12'")" = 1 ]
    sed -i 's/value: 120,/value: x,/' "$FOLDER/roster.yaml"
    run -2 enter north plan 2024-12 1
    [[ $output == *'roster.yaml'* ]]
}

@test "the ranking: each mine as of where its figures end, real and simulated apart" {
    make_county
    for month in 01 02 03 04 05 06 07 08 09 10; do enter north raw_coal "2024-$month" 100000; done
    for month in 01 02 03 04 05 06 07 08 09; do enter south raw_coal "2024-$month" 60000; done
    for day in 01 02 03 04 05 06 07 08 09 10; do enter south raw_coal "2024-10-$day" 1000; done
    enter sim-h raw_coal 2024-10 300000
    enter north plan 2024 1098000
    for month in 01 02 03 04 05 06 07 08 09 10 11 12; do enter south plan "2024-$month" 50000; done
    coaltally board --mines --date 2024-10-31 --format json >"$FOLDER/mines.json"
    [ "$(jq -c '[.rows[].mine]' "$FOLDER/mines.json")" = '["north","south","west"]' ]
    [ "$(jq -c '[.rows[].rank]' "$FOLDER/mines.json")" = '[1,2,null]' ]
    [ "$(jq -c '[.rows[].simulated] | unique' "$FOLDER/mines.json")" = '[false]' ]
    # north: 1 000 000 t of 1 200 000 t a year, after 305 of 366 days
    [ "$(of_mine north year)" = 1000000.000 ] || [ "$(of_mine north year)" = 1000000 ]
    [ "$(of_mine north utilisation_percent)" = 100 ] || [ "$(of_mine north utilisation_percent)" = 100.0 ]
    [ "$(of_mine north time_percent)" = 83.3 ]
    [ "$(of_mine north over | cut -d. -f1)" = 85000 ]     # 3000 t a day are planned: 915 000 t
    [ "$(of_mine north year_percent)" = 91.0 ] || [ "$(of_mine north year_percent)" = 91 ]
    [ "$(of_mine north forecast | cut -d. -f1)" = 1196774 ] # and 61 days of 100 000 t / 31 each, of the last 30 of them
    [ "$(of_mine north forecast_percent)" = 99.7 ]
    # south ends on the 10th: 550 000 t after 284 days
    [ "$(of_mine south complete_to)" = '2024-10-11 00:00:00' ]
    [ "$(of_mine south source)" = by-hand ]
    [ "$(of_mine south time_percent)" = 77.5 ]
    [ "$(of_mine south utilisation_percent)" = 118.1 ]
    [ "$(of_mine south over | cut -d. -f1)" = 83870 ] # 450 000 t and 10 of 31 days of 50 000 t
    [ "$(of_mine south month | cut -d. -f1)" = 10000 ]
    # west is known to the county, and has sent nothing
    [ "$(of_mine west source)" = none ]
    [ "$(of_mine west year)" = null ]
    coaltally board --mines --date 2024-10-31 | grep -q '^ *- *west .*no data yet$'
    coaltally board --mines --date 2024-10-31 | grep -q 'south .* 10-10 by hand$'
    coaltally board --mines --date 2024-10-31 | grep -q '^1 of 3 mines complete.*late: .*south (10-11 00:00)'
    for by in share utilisation over; do
        coaltally board --mines --by $by --date 2024-10-31 --format json >"$FOLDER/mines.json"
        case $by in share) first=south ;; utilisation) first=south ;; over) first=north ;; esac
        [ "$(jq -r '.rows[0].mine' "$FOLDER/mines.json")" = $first ]
        [ "$(jq -r .by "$FOLDER/mines.json")" = $by ]
    done
    run -2 coaltally board --mines --by size
    [[ $output == *'--by size: expected done, share, utilisation or over'* ]]
    run -2 coaltally board --by done
    run -2 coaltally board --mines --all
    coaltally board --mines --date 2024-10-31 | grep -q '^simulated mines stand apart'
    # the simulated side bears the mark, and none of the real tonnes
    coaltally board --mines --simulated --date 2024-10-31 | head -n 1 | grep -q SIMULATED
    [ "$(coaltally board --mines --simulated --date 2024-10-31 --format json | jq -c '[.rows[] | [.mine, .year]]')" = '[["sim-h",300000.000]]' ] ||
        [ "$(coaltally board --mines --simulated --date 2024-10-31 --format json | jq -c '[.rows[] | [.mine, .year]]')" = '[["sim-h",300000]]' ]
    # the page is no wider than 100 columns, in Chinese too
    for language in en zh; do
        coaltally board --mines --date 2024-10-31 --lang $language |
            /usr/bin/python3 -c 'import sys, unicodedata as u
for line in sys.stdin:
    wide = sum(2 if u.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n"))
    assert wide <= 100, (wide, line)'
    done
    # `day`: the year so far of the capacity
    [ "$(coaltally day --date 2024-10-10 --mine south --format json | jq -r '.rows[] | select(.quantity == "raw_coal") | .of_capacity_percent')" = 91.6 ]
}

@test "the forecast of past months by hand is as computed anew; a stop is left out; with too little past it says so" {
    make_county
    : >"$FOLDER/months.csv"
    for year in 2023 2024; do
        for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
            for mine in north south; do
                kg=$((50000000 + (year * 7 + 10#$month * 131 + ${#mine} * 17 + RANDOM) % 900 * 10007))
                printf '%s,%s-%s,%d\n' $mine $year $month $kg >>"$FOLDER/months.csv"
                enter $mine raw_coal $year-$month "$(printf '%d.%03d' $((kg / 1000)) $((kg % 1000)))"
            done
        done
    done
    enter south planned_stop 2024-11/2 'new hoist'
    printf 'south,2024-11-11,2024-11-20\n' >"$FOLDER/stops.csv"
    coaltally board --backtest 2024 --format json >"$FOLDER/board.json"
    /usr/bin/python3 "$SOURCE/tests/system/pace_check" "$FOLDER/board.json" "$FOLDER/months.csv" "$FOLDER/stops.csv" 2024
    enter south planned_stop 2024-11/2 cancelled
    : >"$FOLDER/stops.csv"
    coaltally board --backtest 2024 --format json >"$FOLDER/board.json"
    /usr/bin/python3 "$SOURCE/tests/system/pace_check" "$FOLDER/board.json" "$FOLDER/months.csv" "$FOLDER/stops.csv" 2024
    coaltally board --backtest 2024 | grep -q '^11 forecasts: '
    coaltally board --backtest 2023 | grep -q 'band by default'
    run -2 coaltally board --backtest 2022
    [[ $output == *'the ledger holds no raw coal of that year'* ]]
    run -2 coaltally board --backtest "$(TZ=Asia/Shanghai date -d '2 days' +%Y)" # which is not over in the next two
    [[ $output == *'expected a year that is over'* ]]
    run -2 coaltally board --backtest 2024 --date 2024-01-01
    # one mine that has stopped to send anything is named, in place of a forecast
    run -0 coaltally board --mines --date 2025-04-30
    [[ $output == *'all mines: no forecast: north has nothing of the last 62 days'* ]]
}

@test "a simulated past year: the forecast of the last months keeps within its band" {
    start_mines --mines 3 --seed 7 --history 2025-01-01.. --history-out "$FOLDER/history.csv"
    stop_mines
    coaltally import "$FOLDER/history.csv" --by 'Zhang San' >/dev/null
    coaltally board --backtest 2025 --format json >"$FOLDER/board.json"
    [ "$(jq -c '[.forecasts, .simulated]' "$FOLDER/board.json")" = '[11,true]' ]
    [ "$(jq '[.rows[] | select(.error_percent > 2 or .error_percent < -2)] | length' "$FOLDER/board.json")" -eq 0 ]
    [ "$(jq .inside "$FOLDER/board.json")" -ge 9 ]
    # each forecast, out of the ledger's days: done, and the last 30 days' mean for the days that are left
    for month in 01 02 03 04 05 06 07 08 09 10 11; do
        last=$(date -d "2025-$month-01 +1 month -1 day" +%F)
        said=$(jq -r --arg date "$last" '.rows[] | select(.date == $date) | [.done, .forecast] | map(. * 1000 | round) | @text' "$FOLDER/board.json")
        [ "$said" = "$(sql "SELECT '[' || sum(done) || ',' || sum(done + recent * left / 30) || ']' FROM (
            SELECT sum(reported) AS done, sum(iif(day > to_day - 30, reported, 0)) AS recent, year_end - to_day AS left
            FROM (SELECT unixepoch('$last') / 86400 AS to_day, unixepoch('2025-12-31') / 86400 AS year_end)
            JOIN day_total ON day <= to_day JOIN meter ON meter.id = day_total.meter
            WHERE role = 'main' AND quantity IN ('raw_coal', 'rom_coal') GROUP BY mine)")" ]
    done
}
