#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Past readings out of files: a simulated history to the kilogram, files as spreadsheets save them, faults, kills.
load lib
load lib_cli

# A configuration of two belts that nothing polls.
two_belts() {
    cat >"$COALTALLY_CONFIG" <<CONFIG
site: {name: test, timezone: Asia/Shanghai}
database: "$DATABASE"
runtime: "$FOLDER"
mines:
  - name: north
    calendar:
      - {from: 2026-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}
buses:
  - {name: weigh, tcp: "127.0.0.1:1"}
devices:
  - {name: scale-1, bus: weigh, unit: 1, mine: north, profile: siemens-bw500}
  - {name: scale-2, bus: weigh, unit: 2, mine: north, profile: siemens-bw500}
meters:
  - {name: belt-1, mine: north, quantity: raw_coal, point: scale-1.total1, role: main, path: shaft, max_rate: 1200 t/h}
  - {name: belt-2, mine: north, quantity: raw_coal, point: scale-2.total1, role: check, path: shaft, max_rate: 1200 t/h}
CONFIG
}

# history DAYS [OPTION of minesim...]: mines that have run so long already; $FOLDER/history.csv.
history_of() {
    start_mines --history "$(TZ=Asia/Shanghai date -d "-$1 days" +%F).." --history-out "$FOLDER/history.csv" "${@:2}"
}

amounts() { awk '/^belt-[12]/ { print $1, $(NF - 1) }'; }

adds_up() { coaltally verify | grep -q 'all of it adds up'; }

@test "imported and live, together they are what the belts have passed; the same file again changes nothing" {
    history_of 40 --mines 2 --seed 5
    coaltally import "$FOLDER/history.csv" --by 'Zhang San' >"$FOLDER/said"
    grep -q 'SIMULATED' "$FOLDER/said"
    adds_up
    start_daemon
    wait_for 20 counting
    settle_scale
    stop_daemon
    adds_up
    # the meters have gone on in the segments that the import opened, and none before it is missing
    [ "$(sql 'SELECT count(*) FROM segment WHERE segment > 1')" -eq 0 ]
    [ "$(sql 'SELECT count(*) FROM journal WHERE open = 1')" -eq 0 ]
    before=$(sql 'SELECT count(*), sum(metered), max(rev) FROM tally')
    run -0 coaltally import "$FOLDER/history.csv" --by 'Zhang San'
    [[ $(unfolded "$output") == *'nothing is changed'* ]]
    [ "$(sql 'SELECT count(*), sum(metered), max(rev) FROM tally')" = "$before" ]
    [ "$(sql "SELECT count(*) FROM act WHERE verb = 'import' AND outcome = 1 AND actor = 'Zhang San'")" -eq 1 ]
}

@test "a history imported after the ledger's first readings goes before them, and what lies between is counted" {
    history_of 30 --mines 1 --seed 6
    start_daemon
    wait_for 20 counting
    stop_daemon
    first=$(sql 'SELECT min(first_at_ms) FROM tally')
    coaltally import "$FOLDER/history.csv" --by 'Zhang San' >"$FOLDER/said"
    grep -q 'leads to its first reading' "$FOLDER/said"
    adds_up
    [ "$(sql 'SELECT min(first_at_ms) FROM tally')" -lt "$first" ]
    start_daemon
    settle_scale
    stop_daemon
    adds_up
    # a period that holds the seam can be traced to readings
    coaltally trace --mine sim-a --quantity raw_coal --date today
    run -0 coaltally import "$FOLDER/history.csv" --by 'Zhang San'
    [[ $(unfolded "$output") == *'nothing is changed'* ]]
}

@test "one sheet in the forms that spreadsheets give it comes to the same amounts" {
    two_belts
    cd "$FOLDER"
    printf '%s\n' 'time,meter,reading' '2026-01-05 00:00,belt-1,1882104.311' '2026-01-05 08:00,belt-1,1889104.5' \
        '2026-01-05 00:00,belt-2,10' '2026-01-05 08:00,belt-2,7020.25' >plain.csv
    printf '\xef\xbb\xbf' >excel.csv
    printf '%s\r\n' 'Meter,Time,Reading,Remark' 'belt-1,2026/1/5,"1,882,104.311","read by hand, at the belt"' \
        'belt-1,2026/1/5 8:00:00,"1,889,104.500",' 'belt-2,2026/1/5 0:00,0010,' 'belt-2,2026/1/5 8:00,"7,020.25",' ',,,' >>excel.csv
    printf '%s\r\n' '北矿抄表记录' '' '日期;时间;计量点;读数（吨）' '2026年1月5日;0:00;belt-1;1882104.311' '2026年1月5日;8:00;belt-1;1889104.5' \
        '2026年1月5日;0:00;belt-2;10' '2026年1月5日;8时;belt-2;7020.25' | iconv -t GB18030 >gb.csv
    { printf '\xff\xfe'; printf '%s\n' $'计量点\t抄表时间\t读数（公斤）' $'belt-1\t2026.1.5 0:00\t1882104311' \
        $'belt-1\t2026-01-05T08:00:00+08:00\t1,889,104,500' $'belt-2\t2026/1/5\t10000' $'belt-2\t2026/1/5 8:00\t7020250' |
        iconv -t UTF-16LE; } >unicode.txt
    printf '%s\r' 'time,belt-2,belt-1' '2026/1/5 8:00,7020.25,1889104.5' '2026/1/4 24:00,10,1882104.311' >wide.csv
    printf '%s\n' 'time,meter,raw' '2026-01-04T16:00:00Z,belt-1,1882104311' '2026-01-05T00:00:00Z,belt-1,1889104500' \
        '2026-01-04T16:00:00Z,belt-2,10000' '2026-01-05T00:00:00Z,belt-2,7020250' >raw.csv
    for sheet in plain.csv excel.csv gb.csv unicode.txt wide.csv raw.csv; do
        coaltally import "$sheet" --dry-run --lang en >said
        amounts <said >"amounts.$sheet"
        grep -qx 'belt-1 7,000.189' "amounts.$sheet" || { cat said; return 1; }
        grep -qx 'belt-2 7,010.250' "amounts.$sheet" || { cat said; return 1; }
    done
    [ ! -e "$DATABASE" ]
    coaltally import gb.csv --by 张三 --lang zh | grep -q '已导入'
    adds_up
    [ "$(counted belt-1)" -eq 7000189 ]
    # the others hold the same readings
    for sheet in plain.csv excel.csv unicode.txt wide.csv raw.csv; do
        coaltally import "$sheet" --by 张三 --lang en | rejoined | grep -q 'nothing is changed'
    done
}

@test "all faults are told at once, by row and column, and nothing is imported" {
    two_belts
    printf '%s\n' '时间,计量点,读数' '2026/1/5 8:00,belt-1,100' '2026/2/30 8:00,belt-1,100' '2026/1/5 16:00,belt-3,100' \
        '2026/1/6,belt-1,"1,00"' '' '2026/1/6 8:00,belt-1,1.88E+06' '2026/1/5 8:00,belt-1,101' '2099/1/1,belt-1,5' \
        '2026/1/7,belt-1,1.0005' '2026/1/8,belt-1,5000000' | iconv -t GB18030 >"$FOLDER/sheet.csv"
    run -2 --separate-stderr coaltally import "$FOLDER/sheet.csv" --by me --lang en
    [ -z "$output" ]
    for place in 'row 3, column A: "2026/2/30 8:00" is no time' 'row 4, column B: no meter "belt-3"' 'row 5, column C: "1,00"' \
        'row 7, column C: "1.88E+06" was rounded' 'row 8, column C: belt-1: another reading' 'row 9, column A: 2099/1/1' \
        'row 10, column C: 1.0005 is finer' 'row 11, column C: 5000000: the register' '8 faults'; do
        [[ $stderr == *"$place"* ]] || { echo "lacks: $place"; echo "$stderr"; return 1; }
    done
    run -2 --separate-stderr coaltally import "$FOLDER/sheet.csv" --by me --lang zh
    [[ $stderr == *'第 3 行 A 列：'* && $stderr == *'共 8 处错误'* ]]
    [ ! -e "$DATABASE" ]
    yes '2026/1/5,belt-1,x' | head -n 70 | sed '1i time,meter,reading' >"$FOLDER/many.csv"
    run -2 --separate-stderr coaltally import "$FOLDER/many.csv" --by me --lang en
    [ "$(wc -l <<<"$stderr")" -eq 52 ]
    [[ $stderr == *'and 20 more'* ]]
}

@test "a file that a killed program left empty is no ledger yet" {
    two_belts
    : >"$DATABASE"
    printf '%s\n' 'time,belt-1' '2026-01-05,1' '2026-01-05 8:00,11' >"$FOLDER/sheet.csv"
    coaltally import "$FOLDER/sheet.csv" --dry-run
    coaltally import "$FOLDER/sheet.csv" --by me
    [ "$(counted belt-1)" -eq 10000 ]
}

@test "who imports is asked for; a running daemon, overlaps and what is no text are refused" {
    history_of 3 --mines 1 --seed 7
    cd "$FOLDER"
    run -2 coaltally import history.csv
    [[ $output == *--by* ]]
    run -2 coaltally import nothing.csv --by me
    run -2 coaltally import "$BUILD/minesim" --by me
    [[ $output == *'save the sheet as CSV'* || $output == *'neither UTF-8 nor GB18030'* ]]
    start_daemon
    wait_for 20 counting
    run -3 coaltally import history.csv --by me
    [[ $output == *'coaltallyd runs'* ]]
    run -0 coaltally import history.csv --dry-run
    [[ $output == *'coaltallyd runs'* ]]
    stop_daemon
    coaltally import history.csv --by me
    before=$(sql 'SELECT max(rev), sum(metered) FROM tally')
    head -n 5 history.csv | sed '2,$s/ 00:00:00,/ 04:20:00,/' >among.csv # 04:20 on the first day
    run -2 coaltally import among.csv --by me
    [[ $output == *'row 2, column C'*'nothing was imported'* ]]
    sed '2s/,[0-9.]*$/,1/' history.csv >other.csv
    run -2 coaltally import other.csv --by me
    [ "$(sql 'SELECT max(rev), sum(metered) FROM tally')" = "$before" ]
}

@test "what comes into a closed day by an import makes a new version of it" {
    two_belts
    printf '%s\n' 'time,belt-1' '2026-01-05 0:00,100' '2026-01-05 8:00,900' >"$FOLDER/sheet.csv"
    coaltally import "$FOLDER/sheet.csv" --by 'Zhang San'
    coaltally close --mine north --period 2026-01-05 --prepared-by 'Zhang San' --checked-by 'Li Si' --by 'Li Si'
    printf '%s\n' 'time,belt-1' '2026-01-05 16:00,1500' '2026-01-06 0:00,2100' >"$FOLDER/more.csv"
    coaltally import "$FOLDER/more.csv" --by 'Zhang San'
    [ "$(sql 'SELECT version, metered FROM version ORDER BY version')" = $'1|800000\n2|2000000' ]
    [[ $(sql 'SELECT cause FROM version WHERE version = 2') == *'import by Zhang San'* ]]
    adds_up
}

@test "a line of the calendar that waits for its act is not in force for an import either" {
    two_belts
    printf '%s\n' 'time,belt-1' '2026-01-05 0:00,100' '2026-01-05 8:00,900' '2026-01-06 8:00,1000' >"$FOLDER/sheet.csv"
    coaltally import "$FOLDER/sheet.csv" --by 'Zhang San'
    sed -i 's/^      - {from: 2026-01-01,.*/&\n      - {from: 2026-01-06, day: "06:00", shifts: {early: "06:00", late: "18:00"}}/' "$COALTALLY_CONFIG"
    printf '%s\n' 'time,belt-1' '2026-01-06 16:00,1500' '2026-01-07 0:00,2100' >"$FOLDER/more.csv"
    coaltally import "$FOLDER/more.csv" --by 'Zhang San'
    adds_up
    [ "$(sql "SELECT group_concat(metered) FROM shift_total WHERE day = (SELECT max(day) FROM shift_total WHERE metered > 0)")" \
        = '33334,500000,600000' ]
    coaltally calendar --mine north --from 2026-01-06 --by 'Zhang San'
    adds_up
}

@test "killed at any instant, an import has happened whole or not at all" {
    history_of 120 --mines 2 --seed 8
    stop_mines
    whole= killed=0
    for ms in 5 10 20 30 50 70 90 120 150 200 300 400 600 900 1300 2000 4000 8000 20000 60000; do
        status=0
        timeout -s KILL "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))" "$BUILD/coaltally" import "$FOLDER/history.csv" --by me \
            >"$FOLDER/said" 2>&1 || status=$?
        [ $status -eq 0 ] || [ $status -eq 137 ] || { cat "$FOLDER/said"; return 1; }
        [ $status -eq 0 ] || killed=$((killed + 1))
        [ -e "$DATABASE" ] && [ "$(sql 'PRAGMA user_version' 2>/dev/null)" -gt 0 ] || continue
        [ "$(sql 'SELECT count(*) FROM tally')" -eq 0 ] || { whole=yes; break; }
        [ "$(sql "SELECT count(*) FROM act")" -eq 0 ]
    done
    [ "$whole" = yes ]
    echo "# killed $killed times"
    adds_up
    [ "$(sql "SELECT count(*) FROM act WHERE verb = 'import'")" -eq 1 ]
    coaltally import "$FOLDER/history.csv" --by me | rejoined | grep -q 'nothing is changed'
    for meter in a-scale-1 b-power-1; do
        from=$(awk -F, -v m="$meter" '$2 == m { print $3; exit }' "$FOLDER/history.csv")
        to=$(awk -F, -v m="$meter" '$2 == m { last = $3 } END { print last }' "$FOLDER/history.csv")
        moved=$(awk -v from="$from" -v to="$to" 'BEGIN { d = to - from; if (d < 0) d += 4294967.296; printf "%.0f", d * 1000 }')
        [ "$(counted "$meter")" -eq "$moved" ]
    done
}

@test "a ledger that root would make in another user's folder is refused" {
    need_root "gives a folder away"
    two_belts
    mkdir "$FOLDER/theirs"
    chown nobody "$FOLDER/theirs"
    printf '%s\n' 'time,belt-1' '2026-01-05,1' >"$FOLDER/sheet.csv"
    run -3 coaltally import "$FOLDER/sheet.csv" --by me --database "$FOLDER/theirs/ledger.db"
    [[ $output == *'sudo -u nobody'* ]]
    [ -z "$(ls "$FOLDER/theirs")" ]
}
