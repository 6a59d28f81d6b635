#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The county's roster of mines: what is known of each, on any day, and what changed in it.

load lib_cli
load lib

coaltally() { "$BUILD/coaltally" "$@"; }
csv() { "$BUILD/coaltally" roster --format csv "$@" | tr -d '\r'; }

# configure: a site with one mine that nobody polls, and the county's own roster.
configure() {
    cat >"$COALTALLY_CONFIG" <<END
site: {name: demo}
database: $DATABASE
runtime: $FOLDER
mines:
  - {name: sim-a, simulated: true, calendar: [{from: 2026-01-01, day: "00:00", shifts: {a: "00:00"}}]}
county: {name: liulin, title: {en: Liulin, zh: 柳林}, roster: roster.yaml}
END
    cat >"$FOLDER/roster.yaml" <<'END'
mines:
  - name: sim-a
    title: {en: Sim A, zh: 模拟A}
    simulated: true
    facts:
      - {fact: approved_capacity, value: 120, from: 2021-05-01, to: 2027-01-01, source: "notice 2021-14",
         definition: "as approved"}
      - {fact: safety_grade, value: second, from: 2015-01-01, source: list}
      - {fact: safety_grade, value: first, from: 2020-07-01, source: list}
      - {fact: state, value: producing, from: 2015-01-01, source: licence}
    faces:
      - {name: "3105", kind: mining, smart_from: 2024-03-01, source: list,
         method_110: [{from: 2026-01-01, to: 2027-01-01, pillar_m: 20, length_m: 800.5, height_m: 3.2, density: 1.38,
           recovery: 95 %}]}
    projects:
      - {indicator: seam-adding, step: begins, on: 2026-07-01, reached: true, source: report}
  - name: sim-b
    simulated: true
    facts:
      - {fact: state, value: building, from: 2015-01-01, source: licence}
END
}

setup_file() { unset COALTALLY_SEEDS; }

@test "the roster shows what holds on a day, real and simulated mines apart" {
    configure
    run -0 coaltally roster --date 2026-06-30
    [[ $output == *SIMULATED* ]]
    [[ $output == *"real mines: 6, 0 of them producing, capacity 0.0 10^4 t/a"* ]]
    [[ $output == *"simulated mines: 2, 1 of them producing, capacity 120.0 10^4 t/a"* ]]
    grep -Eq '^sim-a SIMULATED +120 +1st +producing +1 +0/1$' <<<"$output"
    run -0 csv --date 2027-01-01
    grep -q '^sim-a,true,,,first,,,,,producing,,1,1/1,sim-a$' <<<"$output" # the capacity has ended, the project was reached
    grep -q '^guojiagou,false,,400,,,,,,planned,,0,0/2,guojiagou$' <<<"$output"
    run -0 coaltally roster --date 2026-06-30 --lang zh
    [[ $output == *模拟数据* ]]
    grep -Eq '^模拟A 模拟数据 +120 +一级 +生产 +1 +0/1$' <<<"$output"
}

@test "each fact is told with its dates, source and definition" {
    configure
    run -0 csv --mine sim-a --date 2026-06-30
    [ "${lines[0]}" = mine,simulated,kind,fact,value,from,to,definition,source ]
    [ "${lines[1]}" = "sim-a,true,fact,approved_capacity,120,2021-05-01,2027-01-01,as approved,notice 2021-14" ]
    [ "${lines[2]}" = "sim-a,true,fact,safety_grade,first,2020-07-01,,,list" ]
    [ "${lines[3]}" = "sim-a,true,fact,state,producing,2015-01-01,,,licence" ]
    [ "${lines[4]}" = "sim-a,true,mining,3105,smart,2024-03-01,,,list" ]
    [ "${lines[5]}" = "sim-a,true,method_110,3105,67165.152,2026-01-01,2027-01-01,,list" ]
    [ "${lines[6]}" = "sim-a,true,intended,seam-adding,begins,2026-07-01,,,report" ]
    # a page calls projects by the titles of their indicators
    run -0 coaltally roster --mine sim-a --date 2026-06-30 --lang zh
    [[ $output == *"增层配采开工"* && $output != *seam-adding* ]]
    run -0 csv --mine sim-a --fact safety_grade --history
    [ "${lines[1]}" = "sim-a,true,fact,safety_grade,second,2015-01-01,2020-07-01,,list" ]
    [ "${#lines[@]}" = 3 ]
    # what if
    run -0 csv --mine sim-b --date 2026-12-01 --if sim-b.state=producing@2026-12-01
    [ "${lines[1]}" = "sim-b,true,supposed,state,producing,2026-12-01,,,supposed" ]
    coaltally roster --mine sim-a --date 2026-06-30 --format json | python3 -c 'import json, sys
page = json.load(sys.stdin)
assert page["report"] == "roster" and page["simulated"] is True
assert page["rows"][0]["value"] == "120" and page["rows"][0]["to"] == "2027-01-01"'
    # no page is wider than 100 columns
    fits_a_page coaltally roster --facts --lang zh
    fits_a_page coaltally roster --facts --lang en
}

@test "what is wrong with it is said with its place, and what to do" {
    configure
    run -2 coaltally roster --mine sim-q
    [[ $output == *"--mine sim-q: the roster has no such mine"* ]]
    run -2 coaltally roster --fact smrt
    [[ $output == *"--fact smrt: expected one of: approved_capacity, "* ]]
    run -2 coaltally roster --date someday
    run -2 coaltally roster --format xml
    run -2 coaltally roster --if sim-b.state=produce@2026-12-01
    [[ $output == *'state: found "produce", expected one of: planned, building, producing, stopped, closed'* ]]
    sed -i -e 's/value: 120/value: -1/' -e 's/value: first, from: 2020-07-01/value: first, from: 2015-01-01/' "$FOLDER/roster.yaml"
    run -2 coaltally roster
    [[ $output == *"$FOLDER/roster.yaml:6:42: found \"-1\", expected 10^4 t a year"* ]]
    [[ $output == *"$FOLDER/roster.yaml:9:9: sim-a: safety_grade is first here, and second in line 8 of"* ]]
    rm "$FOLDER/roster.yaml"
    run -2 coaltally roster
    [[ $output == *"$FOLDER/roster.yaml: cannot be opened"* ]]
    sed -i 's/roster: roster.yaml/rooster: roster.yaml/' "$COALTALLY_CONFIG"
    run -2 coaltally roster
    [[ $output == *"coaltally check shows them"* ]]
    run -2 coaltally check
    [[ $output == *'unknown key "rooster"; did you mean "roster"?'* ]]
}

@test "check says what the roster lacks, and where it says otherwise" {
    configure
    sed -i '/sim-a, simulated/a\  - {name: north, calendar: [{from: 2026-01-01, day: "00:00", shifts: {a: "00:00"}}]}' \
        "$COALTALLY_CONFIG"
    sed -i -e 's/simulated: true, calendar/calendar/' "$COALTALLY_CONFIG"
    sed -i -e 's/value: building/value: producing/' "$FOLDER/roster.yaml"
    run -0 coaltally check
    [[ $output == *"coaltally.yaml:6:5: warning: the county's roster lacks the mine \"north\""* ]]
    [[ $output == *"roster.yaml:2:5: warning: mine \"sim-a\" is simulated in the roster and real in the configuration"* ]]
    [[ $output == *"roster.yaml:17:5: warning: mine \"sim-b\" is producing, and neither an approved nor a designed"* ]]
    sed -i 's/value: producing/value: produce/' "$FOLDER/roster.yaml"
    run -2 coaltally check
    [[ $output == *"roster.yaml:10:30: found \"produce\", expected one of: planned,"* ]]
    [[ $(coaltally check --lang zh 2>&1) == *'"produce"：应为以下之一'* ]]
}

rows() { coaltally journal --kind roster --format csv | tail -n +2 | wc -l; }
stop() { signal TERM "$daemon"; wait "$daemon" || true; }

@test "a start of the daemon journals what changed in the roster" {
    configure
    start_daemon
    wait_for 20 test "$(rows)" = 1
    [[ $(coaltally journal --kind roster --format csv) == *": 8 mines, read for the first time, mines.yaml SHA-256 "* ]]
    stop
    # nothing changed: nothing is said
    start_daemon
    stop
    [ "$(rows)" = 1 ]
    sed -i -e 's/value: first, from: 2020-07-01/value: first, from: 2020-08-01/' -e 's/value: 120/value: 150/' "$FOLDER/roster.yaml"
    start_daemon
    stop
    run -0 coaltally journal --kind roster --format csv
    [[ $output == *"sim-a approved_capacity from 2021-05-01: 120 to 2027-01-01; notice 2021-14: as approved -> 150 to 2027"* ]]
    [[ $output == *"sim-a safety_grade from 2020-07-01: first; list -> none"* ]]
    [[ $output == *"sim-a safety_grade from 2020-08-01: none -> first; list"* ]]
    [ "$(rows)" = 5 ] # these, and what the roster is now
    # a faulty roster keeps nobody from counting coal
    sed -i 's/value: 150/value: much/' "$FOLDER/roster.yaml"
    start_daemon
    stop
    [[ $(coaltally journal --kind roster --format csv) == *"1 faults, the roster is not compared"*'found ""much""'* ]]
    grep -q "roster has faults" "$FOLDER/coaltallyd.log"
    coaltally verify
}

@test "many entries come out of one table, all judged before any is entered" {
    configure
    start_daemon
    stop
    printf 'mine,item,period,value\nsim-a,raw_coal,2026-01,84.3 kt\nsim-a,raw_coal,2026-02,-5\nsim-a,rawcoal,2026-03,7\n' \
        >"$FOLDER/entries.csv"
    run -2 coaltally enter "$FOLDER/entries.csv" --by tester --source reports
    [[ $output == *"entries.csv: row 3: "* && $output == *"entries.csv: row 4: "* ]]
    [[ $output == *"2 rows are wrong, nothing was entered"* ]]
    [ "$(sql 'SELECT count(*) FROM entry')" = 0 ]
    # in Chinese too; an option holds for all rows; who says nothing of who does it is refused
    printf '煤矿;项目;期间;数值\nsim-a;raw_coal;2026-01;84.3 kt\nsim-a;plan;2026-01;8 kt\n;;;\nsim-q;raw_coal;2026-01;5\n' \
        >"$FOLDER/entries.csv"
    run -2 coaltally enter "$FOLDER/entries.csv" --source reports
    [[ $output == *"--by is missing"* ]]
    run -2 coaltally enter "$FOLDER/entries.csv" --by tester --source reports
    [[ $output == *"entries.csv: row 5: refused: "*sim-q* ]]
    [[ $output == *"entered 2 of 3 rows of $FOLDER/entries.csv"* ]]
    [ "$(sql 'SELECT sum(value) FROM entry')" = 92300000 ]
    [ "$(sql "SELECT count(*) FROM entry WHERE source = 'reports'")" = 2 ]
    # through a running daemon, in the order of the rows
    start_daemon
    printf 'mine\titem\tperiod\tvalue\nsim-a\traw_coal\t2026-01\t5\nsim-a\traw_coal\t2026-01\t6\n' >"$FOLDER/entries.csv"
    run -0 coaltally enter "$FOLDER/entries.csv" --by tester --source reports
    [ "$(sql 'SELECT value FROM entry ORDER BY version DESC LIMIT 1')" = 6000 ]
    printf 'mine,what\nsim-a,1\n' >"$FOLDER/entries.csv"
    run -2 coaltally enter "$FOLDER/entries.csv" --by tester
    [[ $output == *'row 1: found the column "what", expected each once of: mine, item,'* ]]
    run -2 coaltally enter "$FOLDER/nowhere.csv" --by tester
    [[ $output == *"nowhere.csv: cannot be opened"* ]]
    coaltally verify
}
