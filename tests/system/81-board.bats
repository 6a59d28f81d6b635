#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The county's board over a ledger that is metered in part and entered in part, and a roster of the county's own.
load lib
load lib_cli

# entered MINE ITEM PERIOD VALUE [OPTION...]
entered() { coaltally enter --mine "$1" --item "$2" --period "$3" --value "$4" --source book --by Li "${@:5}" >/dev/null; }

mine_line() { printf '  - {name: %s, simulated: %s, calendar: [{from: 2020-01-01, day: "00:00", shifts: {all: "00:00"}}]}\\n' "$1" "$2"; }

# One mine with a scale, three that people enter; the roster of the county.
start_county() { # SIMULATED of the mine "other"
    start_scale
    sed -i "/^mines:/a\\$(mine_line sim-b true)$(mine_line sim-c true)$(mine_line other "$1")" "$COALTALLY_CONFIG"
    sed -i '/^ *- .*shifts: {all: "00:00"}}\]}$/!b' "$COALTALLY_CONFIG"
    echo 'county: {name: test-county, title: {en: Test, zh: 测试县}, roster: roster.yaml}' >>"$COALTALLY_CONFIG"
    cat >"$FOLDER/roster.yaml" <<'ROSTER'
mines:
  - name: sim-x
    title: {en: Sim X, zh: 模拟X}
    simulated: true
    facts:
      - {fact: approved_capacity, value: 909, from: 2020-01-01, source: "order 7"}
      - {fact: state, value: producing, from: 2020-01-01, source: licence}
      - {fact: smart, value: primary, from: 2024-03-01, source: "list of 2024"}
    faces:
      - {name: f1, kind: mining, smart_from: 2024-03-01, closed: 2025-12-01, source: list}
      - {name: f2, kind: heading, smart_from: 2025-03-01, source: list}
    projects:
      - {indicator: seam-adding, step: begins, on: 2026-01-01, reached: true, source: paper}
  - name: sim-b
    title: {en: Sim B, zh: 模拟B}
    simulated: true
    facts:
      - {fact: approved_capacity, value: 90, from: 2020-01-01, source: "order 8"}
      - {fact: state, value: producing, from: 2020-01-01, source: licence}
    projects:
      - {indicator: seam-adding, step: begins, year: 2026, source: paper}
  - name: sim-c
    title: {en: Sim C, zh: 模拟C}
    simulated: true
    facts:
      - {fact: approved_capacity, value: 400, from: 2020-01-01, source: "order 9"}
      - {fact: state, value: building, from: 2020-01-01, source: licence}
ROSTER
    start_counting
    settle_scale
    stop_daemon
    today=$(last_day) year=$(last_day | cut -d - -f 1)
    sed -i "s/2026/$year/" "$FOLDER/roster.yaml"
    seeds_of "$year"
}

# As of the day of the last reading: another one may have begun since.
board() { coaltally board --date "$today" "$@"; }

# What the main scales have counted of the year, reported, kg.
counted_kg() {
    sql "SELECT sum(reported) FROM day_total JOIN meter ON meter.id = day_total.meter
         WHERE role = 'main' AND day >= unixepoch('$year-01-01') / 86400"
}

# row ID FIELD [DATE [OPTION...]]: of the board's data.
row() { coaltally board --date "${3:-$today}" --all --format json "${@:4}" | jq -r --arg id "$1" ".rows[] | select(.id == \$id) | .$2"; }

@test "rows from meters, roster and people, what counts and why, and what would be" {
    start_county true
    entered sim-b raw_coal "$year-01-01" 50000
    entered sim-b shipped_rail "$year-01-01" 30000
    entered sim-b shipped_road "$year-01-01" 10000
    entered sim-c milestone "$year-01-01" accepted --name lower-seams
    entered sim-c figure "$year-01-01" 4900.5 --name solar-planned

    # metered and entered, to the kilogram
    kg=$(counted_kg)
    [ "$(row raw-coal numerator)" -eq $((kg + 50000000)) ]
    [ "$(row raw-coal source)" = mixed ]
    [ "$(row raw-coal target_is_floor)" = true ]
    [ "$(row room numerator)" -eq $((9990000000 - kg - 50000000)) ]
    # by the roster: 909 of 999 is 90.99..., which is not 91.0
    [ "$(row advanced-capacity numerator)/$(row advanced-capacity denominator)" = 9090000000/9990000000 ]
    [[ $(board) =~ advanced\ cap\.\ +%\ +90\.9\  ]]
    [[ $(board) == *"advanced cap.: 909.0 of 999.0 10^4 t/a of capacity; "* ]]
    [[ $(unfolded "$(board)") == *"stated before: "*", advanced cap. 91 % (2024/25), "* ]]
    [ "$(row smart-faces done) $(row smart-faces-mining done) $(row smart-faces-heading done)" = '2 1 1' ]
    [ "$(row smart-mines done) $(row smart-mines target) $(row smart-mines pace)" = '1 11 -10' ]
    # by hand
    [ "$(row rail-share done) $(row rail-share source)" = '75 by-hand' ]
    [ "$(row solar-planned done)" = 4900.5 ]
    [ "$(row seam-adding done) $(row seam-adding target) $(row lower-seams done) $(row succession done)" = '1 5 1 2' ]
    # by nothing
    [ "$(row gas source) $(row gas done) $(row gas target) $(row gas stated) $(row gas stated_of)" = \
        'no-data null 300 240 2024' ] # no figure of another year beside this year's target
    [[ $(unfolded "$(board)") == *"stated before: "*"gas, county 240 (2024)"* ]]
    [ "$(row outfalls source) $(row outfalls done)" = 'stated 464' ]
    [ "$(row groundwater source) $(row groundwater done)" = 'no-data null' ]
    [ "$(row raw-coal source $((year - 1))-06-30) $(row raw-coal done $((year - 1))-06-30)" = 'no-data null' ]
    [ "$(row raw-coal source $((year + 2))-06-30)" = no-data ]
    # each row says of how many mines it is whole
    [ "$(row rail-share mines) $(row rail-share mines_complete) $(row rail-share late)" = '1 0 sim-b' ]
    [[ $(board) == *"rail share: 0 of 1 mines complete; late: sim-b"* ]]

    # why
    run -0 board --why advanced-capacity
    [[ $(unfolded "$output") == *"advanced cap.: 90.9 % "* ]]
    [[ $(unfolded "$output") == *"sim-x yes 909.0 "*"primary since 2024-03-01 (approved capacity: order 7; "*"list of 2024"* ]]
    [[ $(unfolded "$output") == *"sim-b of it 90.0 50000"* || $(unfolded "$output") == *"sim-b of it 90.0 5.0 "* ]]
    [[ $(unfolded "$output") == *"sim-c no 400.0 "*"building since 2020-01-01"* ]]
    [ "$(board --why advanced-capacity --format json | jq -c '[.rows[] | [.mine, .counts, .among]]')" = \
        '[["sim-x",true,true],["sim-b",false,true],["sim-c",false,false],["other",false,false]]' ]
    [[ $(board --why smart-faces) == *"f1 "*"closed 2025-12-01: counted so far"* ]]

    # what if: beside what is, on its day, and marked
    run -0 board --if sim-c.state=producing@$year-12-31 --if sim-c.smart=advanced@$year-12-31
    [[ $output == *"SUPPOSED, not so: what would be on $year-12-31"* ]]
    [[ $output =~ advanced\ cap\.\ +%\ +90\.9\ +93\.5\ +\+2\.5\  ]]
    [ "$(board --if sim-c.state=producing@$year-12-31 --format json | jq -c '[.supposed, .supposed_on]')" = \
        "[[\"sim-c.state=producing@$year-12-31\"],\"$year-12-31\"]" ]
    [ "$(row capacity supposed "$today" --if sim-c.state=producing@$year-12-31)" = 1399 ]
    [ "$(row capacity done)" = 999 ]
    run -2 board --if sim-q.state=producing@$year-12-31
    [[ $output == *"--if sim-q.state=producing@$year-12-31: "*'did you mean "sim-'* ]]

    # some of it
    [ "$(board --only by-hand --format csv | tail -n +2 | cut -d , -f 1 | sort | xargs)" = \
        'lower-seams rail-share shipped-rail shipped-road solar-planned succession' ]
    [ "$(board --only gas --only raw-coal --format csv | tail -n +2 | cut -d , -f 1 | xargs)" = 'raw-coal gas' ]
    [ "$(board --format csv | tail -n +2 | wc -l)" -eq 12 ]
    run -2 coaltally board --only advanced-capacty
    [[ $output == *"did you mean advanced-capacity?"* ]]
    run -2 coaltally board --why raw-coal --all
    [[ $output == *"pages of their own"* ]]
    run -2 coaltally enter --mine sim-c --item figure --name solar-plannd --period "$year-01" --value 1 --source x --by Li
    [[ $output == *"did you mean solar-planned?"* ]]
    run -2 coaltally enter --mine sim-c --item figure --name raw-coal --period "$year-01" --value 1 --source x --by Li
    [[ $output == *"is not found by figures that people enter"* ]]

    # any date: what the roster knew then, and what was reported by then
    [ "$(row advanced-capacity done 2024-02-01)" = 0 ]
    [ "$(row advanced-capacity done 2019-02-01)" = null ]
    [ "$(row smart-faces done 2024-06-01)" = 1 ]
    [[ $(coaltally board --date 2024-06-01) == *"no target of 2024 is stated"* ]]

    # both languages, within a hundred columns
    for lang in en zh; do
        for page in '' --all '--why advanced-capacity' '--why rail-share' --projects; do
            board $page --lang $lang >"$FOLDER/page"
            [ "$(LC_ALL=C.UTF-8 perl -CSD -ne 'chomp; s/[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe4f}\x{ff00}-\x{ff60}]/--/g; print "$_\n" if length > 100' "$FOLDER/page" | wc -l)" -eq 0 ]
        done
    done
    [[ $(board --lang zh) == *模拟数据*先进产能占比* ]]

    # definitions of the county's own
    printf 'indicators:\n  - {id: mine-coal, name: {en: our coal, zh: 本矿}, definition: {en: d, zh: 义}, unit: {en: t, zh: 吨}, headline: 1, find: {sum: {quantities: [raw_coal], size: 1}}}\n' >"$FOLDER/own.yaml"
    sed -i 's/roster: roster.yaml/&, indicators: own.yaml/' "$COALTALLY_CONFIG"
    [ "$(board --all --format csv | tail -n +2 | cut -d , -f 1)" = mine-coal ]
    sed -i 's/raw_coal/row_coal/' "$FOLDER/own.yaml"
    run -2 coaltally board
    [[ $output == *"own.yaml:2:"*"found row_coal"* || $output == *"own.yaml:2:"*row_coal*"a quantity that is reported"* ]]
}

@test "real mines are not added to simulated ones" {
    start_county false
    entered sim-b raw_coal "$year-01-01" 50000
    entered other raw_coal "$year-01-01" 1234
    [ "$(row raw-coal numerator) $(row raw-coal simulated)" = '1234000 false' ]
    [[ $(board | head -1) != *SIMULATED* ]]
    [ "$(row advanced-capacity source)" = stated ] # no real mine of the roster is known to produce
    kg=$(counted_kg)
    [ "$(row raw-coal numerator "$today" --simulated)" -eq $((kg + 50000000)) ]
    [ "$(row advanced-capacity numerator "$today" --simulated)" -eq 9090000000 ]
    [[ $(board --simulated | head -1) == *SIMULATED* ]]
}
