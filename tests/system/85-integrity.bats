#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The regulator's page over ledgers with accidents: made again from the tables by another program, and its workbook
# read back by openpyxl.
load lib
load lib_cli
load lib_breaks

# Two mines that nothing polls; titles that somebody made up to harm.
two_mines() {
    cat >"$COALTALLY_CONFIG" <<CONFIG
site: {name: test, timezone: Asia/Shanghai}
database: "$DATABASE"
runtime: "$FOLDER"
mines:
  - name: north
    title: {en: North, zh: '=北山煤矿'}
    calendar: [{from: 2026-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}]
  - name: south
    title: {en: South, zh: '+南沟煤矿'}
    calendar: [{from: 2026-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}]
buses:
  - {name: weigh, tcp: "127.0.0.1:1"}
devices:
  - {name: scale-1, bus: weigh, unit: 1, mine: north, profile: siemens-bw500}
  - {name: scale-2, bus: weigh, unit: 2, mine: south, profile: siemens-bw500}
meters:
  - {name: belt-1, mine: north, quantity: rom_coal, point: scale-1.total1, role: main, path: shaft, max_rate: 1200 t/h, resettable: true}
  - {name: belt-2, mine: south, quantity: raw_coal, point: scale-2.total1, role: main, path: shaft, max_rate: 1200 t/h}
county: {name: test, roster: roster.yaml}
CONFIG
    cat >"$FOLDER/roster.yaml" <<ROSTER
mines:
  - name: north
    title: {en: North, zh: 北山煤矿}
    facts: [{fact: approved_capacity, value: 30, from: 2021-05-01, source: "made up"}, {fact: state, value: producing, from: 2015-01-01, source: "made up"}]
ROSTER
}

# Half-hourly readings of 28 January to 5 February: an outage of 6.5 h by day and one over the end of the
# month, a jump up, one down, a reset.
readings() {
    echo time,meter,reading
    local -x TZ=Asia/Shanghai
    local step at begin one=1882104311 two=10000
    begin=$(date -d 2026-01-28 +%s)
    for ((step = 0; step <= 8 * 48; step++)); do
        printf -v at '%(%Y-%m-%d %H:%M)T' $((begin + step * 1800))
        case $step in
        68) one=$((one + 40000000)) ;;
        116) one=$((one - 200000000)) ;;
        260) one=0 ;;
        esac
        if ((step < 150 || step > 163)) && ((step < 189 || step > 197)); then echo "$at,belt-1,$((one / 1000)).$(printf %03d $((one % 1000)))"; fi
        echo "$at,belt-2,$((two / 1000)).$(printf %03d $((two % 1000)))"
        one=$((one + 200500)) two=$((two + 150250))
    done
}

# kind_of ROW: the rows of open work, by kind, the earliest first.
open_rows() { sql "SELECT id FROM journal WHERE open = 1 AND kind = '$1' AND id NOT IN (SELECT journal FROM resolution) ORDER BY id"; }

holds_by_tables() { # OPTION...: as JSON, and as a workbook
    coaltally report integrity --detail --format json "$@" >"$FOLDER/page.json"
    coaltally report integrity --detail --format xlsx --lang en --output "$FOLDER/page.xlsx" --force "$@"
    run "$BATS_TEST_DIRNAME/integrity_check" "$DATABASE" "$FOLDER/page.json" "$FOLDER/page.xlsx"
    echo "$output"
    [ "$status" -eq 0 ]
}

of_page() { /usr/bin/python3 -c 'import json, sys
row = [row for row in json.load(open(sys.argv[1]))["parts"][0]["rows"] if (row["mine"], row["month"]) == (sys.argv[2], sys.argv[3])][0]
print(row[sys.argv[4]])' "$FOLDER/page.json" "$@"; } # MINE MONTH COLUMN

# Of all months: one may begin in the midst of a test.
of_all() { /usr/bin/python3 -c 'import json, sys
print(round(sum(row[sys.argv[3]] or 0 for row in json.load(open(sys.argv[1]))["parts"][0]["rows"] if row["mine"] == sys.argv[2]), 3))' \
    "$FOLDER/page.json" "$@"; } # MINE COLUMN

@test "what a history and people's acts leave is told by mine and month, and each sum by its items" {
    two_mines
    readings >"$FOLDER/readings.csv"
    coaltally import "$FOLDER/readings.csv" --by 'Zhang San' >"$FOLDER/said"
    rows=($(open_rows jump))
    [ "${#rows[@]}" -ge 2 ]
    coaltally coefficient belt-1 0.95 --from 2026-01-28 --by Li
    coaltally resolve "${rows[0]}" --count --amount '500 t' --reason 'weighed again' --by Li
    coaltally resolve "${rows[1]}" --discard --reason 'a test of the scale' --by Wang
    coaltally close --mine south --period 2026-01-30 --prepared-by A --checked-by B
    coaltally close --mine north --period 2026-01-31 --prepared-by A --checked-by B --despite --reason 'the month must end'
    coaltally close --mine north --period 2026-01 --prepared-by A --checked-by B --despite --reason 'the month must end'
    coaltally adjust --mine north --period 2026-01-31 --amount -35.5 --reason 'stock-take' --by Wang
    coaltally adjust --mine south --period 2026-01-30 --amount +12.25 --reason 'weighbridge' --by Wang
    coaltally coefficient belt-1 0.92 --from 2026-01-31 --by Li
    coaltally coefficient belt-1 0.90 --from 2026-01-31 --by Li # stands in its place
    coaltally close --mine north --period 2026-01 --prepared-by A --checked-by B --despite --reason again || true

    holds_by_tables --month 2026-01
    [ "$(of_page north 2026-01 coefficient_changes)" = 3 ]
    [ "$(of_page north 2026-01 adjusted)" = -35.5 ]
    [ "$(of_page north 2026-01 counted)" = 500.0 ]
    [ "$(of_page north 2026-01 discarded_count)" = 1 ]
    [ "$(of_page north 2026-01 outages)" = 2 ] # by day, and over the end of the month
    [[ $(of_page north 2026-01 coefficient_effect) == -* ]]
    [[ $(of_page north 2026-01 late) == -* ]]
    [ "$(of_page south 2026-01 late)" = 12.25 ]
    # 30 x 10^4 t a year; more than 10 % of it in a month
    [ "$(of_page north 2026-01 over_capacity)" = red ]
    [ "$(of_page north 2026-01 capacity_percent)" = "$(of_page north 2026-01 reported | awk '{ print int($1 / 300000 * 10000) / 100 }')" ]
    [ "$(of_page south 2026-01 capacity_percent)" = None ]
    [[ $(coaltally report integrity --month 2026-01 --lang en) == *'Over a limit of capacity: north 2026-01 12.'*' % red'* ]]
    holds_by_tables --month 2026-02
    holds_by_tables --year 2026
    holds_by_tables --from 2026-01-29 --to 2026-02-02
    holds_by_tables --from 2026-01-30 --to 2026-02-01 --mine north
    [ "$(of_page north 2026-02 outages)" = 0 ] # the one over the month's end is January's, its hours are both's
    [ "$(of_page north 2026-02 outage_hours)" != 0.0 ]
    coaltally report integrity --month 2026-01 --detail --format xlsx --lang zh --output "$FOLDER/zh.xlsx"
    /usr/bin/python3 -c 'import openpyxl, sys
texts = [cell for sheet in openpyxl.load_workbook(sys.argv[1]) for row in sheet for cell in row if cell.value == "=北山煤矿"]
sys.exit(not texts or any(cell.data_type != "s" for cell in texts))' "$FOLDER/zh.xlsx"

    # people read it within a page's width, in both languages; what is nowhere is named
    for language in en zh; do
        coaltally report integrity --month 2026-01 --detail --lang $language >"$FOLDER/page.$language"
        /usr/bin/python3 -c 'import sys, unicodedata
wide = [line for line in open(sys.argv[1], encoding="utf-8") if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n")) > 100]
print("".join(wide)); sys.exit(bool(wide))' "$FOLDER/page.$language"
    done
    grep -q 'No mine has anything: excluded, ' "$FOLDER/page.en"
    grep -q '数据完整性报告' "$FOLDER/page.zh"
    grep -q '各矿均无：不计入、' "$FOLDER/page.zh"
    ! grep -q 'metered\|hours' "$FOLDER/page.zh"
    coaltally report integrity --month 2026-01 --detail --format csv >"$FOLDER/items.csv"
    [ "$(wc -l <"$FOLDER/items.csv")" -eq $(($(/usr/bin/python3 -c 'import json, sys; print(len(json.load(sys.stdin)["parts"][1]["rows"]))' \
        < <(coaltally report integrity --month 2026-01 --detail --format json)) + 1)) ]

    # the same as of the same moment is the same file; who edits the ledger stands above it
    coaltally report integrity --month 2026-01 --format csv >"$FOLDER/one.csv"
    sqlite3 "$DATABASE" "UPDATE meter SET path = 'elsewhere' WHERE name = 'belt-2'"
    coaltally adjust --mine south --period 2026-01-30 --amount +1 --reason 'after the edit' --by Wang
    [[ $(coaltally report integrity --from 2026-01-01 --lang en) == *'THE LEDGER WAS CHANGED BY HAND'* ]]
    [[ $(coaltally report integrity --from 2026-01-01 --lang zh) == *'台账曾被人为改动'* ]]
}

@test "what changes in the roster is a change of configuration of the mine that it changed of" {
    local from=$(TZ=Asia/Shanghai date +%F) north south
    two_mines
    start_daemon
    stop_daemon
    holds_by_tables --from "$from"
    north=$(of_all north configuration_changes) south=$(of_all south configuration_changes)
    sed -i -e 's/value: 30,/value: 40,/' -e 's/value: producing/value: stopped/' "$FOLDER/roster.yaml"
    start_daemon
    stop_daemon
    holds_by_tables --from "$from"
    [ "$(of_all north configuration_changes)" = $((north + 2)) ]
    [ "$(of_all south configuration_changes)" = "$south" ]
}

@test "what a simulated belt went through while the daemon ran is told, under the mark" {
    local from=$(TZ=Asia/Shanghai date +%F)
    belt
    start_daemon
    all_count
    tell fault jump jump 250.125
    tell fault reset reset
    tell fault preset-up preset 2000000
    wait_for 20 journal_has reset reset
    wait_for 20 journal_has jump jump
    wait_for 20 journal_has preset-up jump
    coaltally resolve "$(row_of jump jump)" --count --amount '100 kg' --reason 'it leapt' --by 'Li Na' # of 250
    coaltally resolve "$(row_of preset-up jump)" --discard --reason 'a preset' --by 'Li Na'
    coaltally hold preset-down --for 40m --reason 'test weights' --by Li
    wait_for 20 journal_has preset-down stopped
    coaltally release preset-down --by Li
    wait_for 30 journal_has preset-down excluded
    coaltally adjust --mine north --period today --amount +3 --reason 'weighbridge' --by Li
    settle
    stop_daemon
    holds_by_tables --from "$from"
    [[ $(of_all north excluded) != 0.0 ]]
    [ "$(of_all north counted)" = 0.1 ]
    [ "$(of_all north discarded_count)" = 1 ]
    [ "$(of_all north holds)" = 1 ]
    [[ $(coaltally report integrity --from "$from" --lang en) == *SIMULATED*'STILL RUNNING: not to be signed'* ]]
    ! coaltally report integrity --from "$from" --lang en | grep -q 'prepared by'
}

@test "what cannot be asked for is refused" {
    two_mines
    coaltally import <(printf '%s\n' time,meter,reading '2026-01-05 00:00,belt-1,10' '2026-01-05 08:00,belt-1,70') --by 'Zhang San' >"$FOLDER/said"
    for options in '--date today' '--month 2026-13' '--month this --year 2026' '--from 2026-02-02 --to 2026-02-01' '--to 2026-02-01' \
        '--from 2026-02-01 --month this' '--from 1990-01-01' '--mine nobody' '--format xlsx'; do
        run coaltally report integrity $options
        [ "$status" -eq 2 ] || { echo "$options: $status $output"; return 1; }
    done
    run coaltally report day --detail
    [ "$status" -eq 2 ]
}

@test "a workbook that has no room on the disk is told, and leaves nothing; a full pipe too" {
    need_root "mounts a small disk"
    two_mines
    coaltally import <(printf '%s\n' time,meter,reading '2026-01-05 00:00,belt-1,10' '2026-01-05 08:00,belt-1,70') --by 'Zhang San' >"$FOLDER/said"
    mount_disk 64k
    run coaltally report integrity --month 2026-01 --format xlsx --output "$FOLDER/disk/page.xlsx" --lang en
    [[ $status -eq 3 && $output == *"$FOLDER/disk/page.xlsx: No space left"* ]]
    [ -z "$(ls -A "$FOLDER/disk")" ]
    run coaltally report integrity --month 2026-01 --format xlsx --output "$FOLDER/none/page.xlsx" --lang en
    [[ $status -eq 3 && $output == *"$FOLDER/none/page.xlsx: No such file"* ]]
    run bash -c "'$BUILD/coaltally' report integrity --month 2026-01 --format xlsx --output - >/dev/full"
    [ "$status" -eq 3 ]
}

@test "real and simulated mines are never added: the simulated ones stand below the total, under the mark" {
    two_mines
    sed -i 's/^    title: {en: South,/    simulated: true\n&/' "$COALTALLY_CONFIG"
    readings >"$FOLDER/readings.csv"
    coaltally import "$FOLDER/readings.csv" --by 'Zhang San' >"$FOLDER/said"
    coaltally adjust --mine south --period 2026-02 --amount +1 --reason 'weighbridge' --by Wang
    run coaltally report integrity --month 2026-02 --lang en
    [[ $output == *'south SIMULATED'*'simulated mines stand apart: they are in no total'* ]]
    ! grep -q '^total' <<<"$output" # one real mine is its own total
    run coaltally report integrity --month 2026-02 --simulated --lang zh
    [[ $output == *模拟数据* && $output != *北山* ]]
}
