#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Formal reports: every kind in every format and both languages, read back by other programs and held against the
# ledger; real and simulated mines apart; what is closed, what is rounded, what is missing said on them.
load lib
load lib_cli

# A ledger of real and simulated mines whose output people enter, with titles that somebody made up to harm.
make_ledger() {
    start_scale
    stop_mines
    local calendar='calendar: [{from: 2020-01-01, day: "00:00", shifts: {零点班: "00:00", 八点班: "08:00", 四点班: "16:00"}}]'
    sed -i -e "/^mines:/a\\
  - {name: north, title: {en: '=HYPERLINK(\"x\")', zh: '=北山特大型现代化煤业'}, $calendar}\\
  - {name: south, title: {en: '+South', zh: 南沟}, $calendar}\\
  - {name: late, title: {en: Late, zh: 迟报}, $calendar}\\
  - {name: sim-h, simulated: true, title: {en: Sim H, zh: 模拟H}, $calendar}" "$COALTALLY_CONFIG"
    start_daemon
    stop_daemon
}

enter() { coaltally enter --mine "$1" --item "$2" --period "$3" --value "$4" --source sheet --by "Li Wei" "${@:5}" >/dev/null; }

# October 2024, and the October before, by days.
fill_ledger() {
    local mine
    for mine in north south sim-h; do
        enter "$mine" raw_coal 2023-10-13 1000
        enter "$mine" raw_coal 2024-10-12 1200
    done
    enter north raw_coal 2024-10-13 1000.004
    enter south raw_coal 2024-10-13/1 500.504
    enter south raw_coal 2024-10-13/2 499.996
    enter sim-h raw_coal 2024-10-13 7000
    enter late raw_coal 2024-10-12 300
    enter north plan 2024-10-13 900
    enter south plan 2024-10-13 1250
    enter north heading_advance 2024-10-13 12.5
    enter north shipped 2024-10-13 800
    enter north stock 2024-10-13 4000
}

DAY=2024-10-13

# python CODE [FILE...]: with what it may need at hand.
python() { /usr/bin/python3 -c "import csv, io, json, sys, unicodedata
$1" "${@:2}"; }

# What the ledger says was entered of a mine over days, in tonnes with three places.
entered() { # MINE FROM TO
    sql "SELECT printf('%.3f', sum(value) / 1000.0) FROM entry JOIN mine ON mine.id = entry.mine
         WHERE mine.name = '$1' AND item = 'raw_coal' AND from_day >= unixepoch('$2') / 86400 AND to_day <= unixepoch('$3') / 86400 + 1"
}

@test "real and simulated mines are never added" {
    make_ledger
    fill_ledger
    # every page: the total is that of the real mines, and the simulated ones stand below it
    local verb page
    for verb in "day --date $DAY" "dekad --dekad 2024-10/2" 'month --month 2024-10' 'year --year 2024' "month --from 2024-10-12 --to $DAY"; do
        for lang in en zh; do
            page=$(coaltally $verb --quantity raw_coal --lang "$lang")
            echo "$page"
            [[ $(grep -cE '^(total|合计) ' <<<"$page") -ge 1 ]]
            [ "$(grep -nE '^(total|合计) ' <<<"$page" | head -1 | cut -d: -f1)" -lt "$(grep -nE '^(sim-h|模拟H) ' <<<"$page" | head -1 | cut -d: -f1)" ]
            [[ $page == *"simulated mines stand apart: they are in no total"* || $page == *'模拟煤矿另列，不计入任何合计'* ]]
            if [ "$verb" = "day --date $DAY" ]; then [[ $page == *" 2,001 "* ]]; else [[ $page == *"4,701"* ]]; fi
        done
    done
    # the data say of each row what it is, and whose figures count
    python '
data = json.load(sys.stdin)
assert data["counted"] == "real" and data["simulated"], data
sides = [row["simulated"] for row in data["rows"]]
assert sides == sorted(sides) and True in sides and False in sides, sides' <<<"$(coaltally day --date $DAY --format json)"
    for verb in day 'report day'; do
        [[ $(coaltally $verb --date $DAY | head -1) == *' with SIMULATED mines' ]]
        [[ $(coaltally $verb --date $DAY --simulated --lang zh | head -1) =~ [^含]模拟数据$ ]]
        [[ $(coaltally $verb --date $DAY --mine north | head -1) != *SIMULATED* ]]
    done
    # a report of one mine is headed by its title
    [[ $(coaltally report day --date $DAY --mine late --lang en | head -1) == 'daily report  '*'  Late' ]]
    [[ $(coaltally report day --date $DAY --mine late --lang zh | head -1) == *'  迟报' ]]
    [[ $(coaltally report integrity --from $DAY --mine late --lang en | head -1) == *'  Late' ]]
    [[ $(coaltally report day --date $DAY --mine late --mine south --lang en | head -1) != *Late* ]]
    # turned to the simulated ones, there is nothing else
    run -0 coaltally day --date $DAY --simulated
    [[ $output == *'Sim'* || $output == *sim-h* ]]
    [[ $output != *north* && $output != *'stand apart'* ]]
    [ "$(coaltally day --date $DAY --simulated --format csv | python 'print({r["simulated"] for r in csv.DictReader(sys.stdin)})')" = "{'true'}" ]
    run -2 coaltally day --date $DAY --simulated --mine north
    [[ $output == *'none of these mines is simulated'* ]]
    run -2 coaltally day --date $DAY --simulated --mine north --mine sim-h
    [[ $output == *'expected simulated mines only with --mine'* ]]
    # one asked for alone counts on its own side
    [ "$(coaltally day --date $DAY --mine sim-h --format json | jq -r .counted)" = simulated ]
    # the board: the real mines alone, or the simulated ones alone, by the same figures as the year's page
    for side in '' --simulated; do
        [ "$(COALTALLY_SEEDS=$SOURCE/seeds coaltally board --date 2024-12-31 --all $side --format json | jq -r '[.rows[] | select(.id | test("raw-coal")) | .done | select(. != null)][0] * 10000 * 1000 | round')" -eq \
            "$(coaltally year --year 2024 $side --quantity raw_coal --format csv | python '
rows = [r for r in csv.DictReader(sys.stdin)]
real = any(r["simulated"] == "false" for r in rows)
print(round(sum(float(r["year"] or 0) for r in rows if (r["simulated"] == "true") != real) * 1000))')" ]
    done
}

@test "each total says of which mines it is whole and to when" {
    make_ledger
    fill_ledger
    # a shift of south's day was not entered, and nothing of late's
    for verb in day 'report day'; do
        run -0 coaltally $verb --date $DAY --lang en
        [[ $(unfolded "$output") == *'1 of 3 mines complete to 2024-10-14 00:00:00; late: south (10-13 16:00), late (10-13 00:00)'* ]]
    done
    run -0 coaltally day --date $DAY --lang zh
    [[ $output == *'1 / 3 矿数据完整（截至 2024-10-14 00:00:00）；滞后：南沟 (10-13 16:00)、迟报 (10-13 00:00)'* ]]
    enter south raw_coal 2024-10-13/3 1
    run -0 coaltally report day --date $DAY --format json
    python '
part = json.load(sys.stdin)["parts"][0]
assert (part["mines"], part["mines_complete"], part["complete_to"], part["late"]) == (3, 2, "2024-10-14 00:00:00", ["late"]), part' <<<"$output"
    enter late raw_coal $DAY 0
    run -0 coaltally day --date $DAY
    [[ $output == *'3 of 3 mines complete to 2024-10-14 00:00:00'* && $output != *'; late'* ]]
    # a month that is over wants all of its days
    run -0 coaltally month --month 2024-10
    [[ $output == *'0 of 3 mines complete; late: north (10-01 00:00), south (10-01 00:00), late (10-14 00:00)'* ]]
    # a producing mine of the county that the ledger has never heard of is missing, one that is being built is not
    cat >"$FOLDER/roster.yaml" <<'YAML'
mines:
  - {name: west, title: {en: West, zh: 西山}, facts: [{fact: state, value: producing, from: 2020-01-01, source: a list}]}
  - {name: east, title: {en: East, zh: 东山}, facts: [{fact: state, value: building, from: 2020-01-01, source: a list}]}
YAML
    printf 'county: {name: liulin, title: {en: Liulin, zh: 柳林县}, roster: roster.yaml}\n' >>"$COALTALLY_CONFIG"
    for verb in day 'report day'; do
        run -0 env COALTALLY_SEEDS="$SOURCE/seeds" "$BUILD/coaltally" $verb --date $DAY
        [[ $(unfolded "$output") == *' mines complete to 2024-10-14 00:00:00; late: '*west* && $output != *east* ]]
    done
    [[ $output == 'daily report  Liulin '* ]]
    # a roster with faults hides no tonne, but nobody signs what may lack a mine
    echo 'nonsense: 1' >>"$FOLDER/roster.yaml"
    run -0 env COALTALLY_SEEDS="$SOURCE/seeds" "$BUILD/coaltally" day --date $DAY
    [[ $output == *roster.yaml* && $output == *north* ]]
    run -2 env COALTALLY_SEEDS="$SOURCE/seeds" "$BUILD/coaltally" report day --date $DAY
}

# periods: kind, its options, its first and last day.
PERIODS="day:--date 2024-10-13:2024-10-13:2024-10-13
dekad:--dekad 2024-10/2:2024-10-11:2024-10-20
month:--month 2024-10:2024-10-01:2024-10-31
year:--year 2024:2024-01-01:2024-12-31"

@test "every kind of report in every format, as the ledger has it" {
    make_ledger
    fill_ledger
    local kind options from to mine
    while IFS=: read -r kind options from to; do
        coaltally report "$kind" $options --format csv >"$FOLDER/csv"
        coaltally report "$kind" $options --format json >"$FOLDER/json"
        for mine in north south late sim-h; do
            [ "$(column_of "$FOLDER/csv" mine "$mine" done)" = "$(entered "$mine" "$from" "$to" | sed 's/^0.000$//')" ]
        done
        for lang in en zh; do
            coaltally report "$kind" $options --lang "$lang" >"$FOLDER/$lang.page"
            coaltally report "$kind" $options --lang "$lang" --for spreadsheet >"$FOLDER/$lang.sheet"
            [ "$(head -c 3 "$FOLDER/$lang.sheet" | xxd -p)" = efbbbf ]
        done
        python '
folder, kind = sys.argv[1:]
rows = list(csv.DictReader(open(f"{folder}/csv", newline="", encoding="utf-8")))
data = json.load(open(f"{folder}/json"))
assert data["report"] == kind and not data["running"] and len(data["chain"]) == 64
part, = data["parts"]
assert part["quantity"] == "raw_coal" and part["unit"] == "t" and part["counted"] == "real"
# the same rows in both, and totals of the real ones alone
for row, other in zip(rows, part["rows"], strict=True):
    for key, value in row.items():
        found = other[key]
        assert value == "" if found is None else str(found).lower() == value or float(value) == found, (key, value, found)
kilograms = lambda key, rows: sum(round(float(r[key] or 0) * 1000) for r in rows if r["simulated"] == "false")
assert round(part["total_done"] * 1000) == kilograms("done", rows) > 0
assert round((part["total_year"] or 0) * 1000) == kilograms("year", rows)
assert round((part["total_plan"] or 0) * 1000) == kilograms("plan", rows)
for lang in ("en", "zh"):
    raw = open(f"{folder}/{lang}.sheet", "rb").read()
    assert raw.count(b"\n") == raw.count(b"\r\n") and raw.endswith(b"\r\n")
    sheet = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    def numeric(cell):
        try: float(cell)
        except ValueError: return False
        return True
    for line in sheet:
        for cell in line:
            assert not cell or cell[0] not in "=+-@\t\r" or numeric(cell), cell
    head = next(i for i, line in enumerate(sheet) if {"mine", "煤矿"} & set(line))
    mine, done = [next(i for i, t in enumerate(sheet[head]) if t in names) for names in (("mine", "煤矿"), ("done", "完成"))]
    total = next(line for line in sheet[head:] if line[mine:] and line[mine] in ("total", "合计"))
    assert int(total[done]) == int(kilograms("done", rows) / 1000 + 0.5), total
    assert any(line[0] in ("with SIMULATED mines", "含模拟数据") for line in sheet[:3] if line)
    # the page: no wider than 100 columns; numbers end where their headings end, wide characters counted as two
    width = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    page = open(f"{folder}/{lang}.page").read().splitlines()
    assert all(width(line) <= 100 for line in page)
    first = next(i for i, line in enumerate(page) if line.split()[:2] in (["rank", "mine"], ["排名", "煤矿"]))
    title = "done" if lang == "en" else "完成"
    at = page[first].index(f" {title} ") + 1
    end = width(page[first][:at + len(title)])
    for line in page[first + 1:first + 5]:
        cells = [width(line[:i]) for i in range(len(line) + 1) if i and line[i - 1] != " " and line[i:i + 2].strip() == ""]
        assert end in cells, (line, end)' "$FOLDER" "$kind"
    done <<<"$PERIODS"
    # of the day: what stands beside the output
    coaltally report day --date $DAY --format csv >"$FOLDER/csv"
    [ "$(column_of "$FOLDER/csv" mine north plan)/$(column_of "$FOLDER/csv" mine north done_percent)/$(column_of "$FOLDER/csv" mine north rank)" = 900.000/111.1/1 ]
    [ "$(column_of "$FOLDER/csv" mine south plan)/$(column_of "$FOLDER/csv" mine south done_percent)/$(column_of "$FOLDER/csv" mine south rank)" = 1250.000/80.0/2 ]
    [ "$(column_of "$FOLDER/csv" mine north month)/$(column_of "$FOLDER/csv" mine north year)" = 2200.004/2200.004 ]
    [ "$(column_of "$FOLDER/csv" mine north on_year_ago_percent)/$(column_of "$FOLDER/csv" mine north on_before_percent)" = 0.0/-16.7 ]
    [ "$(column_of "$FOLDER/csv" mine north heading_advance_m)/$(column_of "$FOLDER/csv" mine north shipped)/$(column_of "$FOLDER/csv" mine north stock)" = 12.500/800.000/4000.000 ]
    [ -z "$(column_of "$FOLDER/csv" mine late on_before_percent)" ]
    run -0 coaltally report day --date $DAY --lang en
    [[ $output == *'not compared with the period before, for want of all of both: late'* ]]
    # shifts, a table each
    coaltally report shift --date $DAY --format csv >"$FOLDER/csv"
    [ "$(python 'print([(r["shift"], r["done"], r["day"]) for r in csv.DictReader(open(sys.argv[1])) if r["mine"] == "south"])' "$FOLDER/csv")" = \
        "[('1', '500.504', '1000.500'), ('2', '499.996', '1000.500')]" ]
    run -0 coaltally report shift --date $DAY --shift 1
    [[ $output == *'2 of 3 mines complete to 2024-10-13 08:00:00; late: late (10-13 00:00)'* ]]
    run -0 coaltally report shift --date $DAY --shift 2 --lang zh
    [[ $output == '班报 '* && $output == *'原煤  八点班（吨）'* && $output != *零点班* ]]
}

@test "in ten thousand tonnes, rows and total agree or the difference is shown" {
    make_ledger
    local mine
    for mine in north south late; do enter "$mine" raw_coal 2024-10-13 50150; done
    for verb in day 'report day'; do
        run -0 coaltally $verb --date $DAY --unit 10kt --lang en
        [[ $(unfolded "$output") == *'rounded rows less totals: '*' +0.01'* ]]
        run -0 coaltally $verb --date $DAY --unit 10kt --lang zh
        [[ $(unfolded "$output") == *'尾差（各行取整之和减合计）：'*' +0.01'* && $output == *万吨* ]]
        run -0 coaltally $verb --date $DAY --unit t
        [[ $output != *'rounded rows'* && $output == *150,450* ]]
    done
    # data are exact whatever the unit
    [ "$(coaltally report day --date $DAY --unit 10kt --format json | jq '.parts[0].total_done')" = 150450.000 ] ||
        [ "$(coaltally report day --date $DAY --unit 10kt --format json | jq '.parts[0].total_done')" = 150450 ]
}

@test "a closed period is shown as it was closed, with what changed since" {
    make_ledger
    fill_ledger
    run -0 coaltally close --mine north --period 2024-10 --prepared-by "=Li Wei" --checked-by "Wang Fang"
    run -0 coaltally report month --month 2024-10 --lang en
    [[ $output == *' v1 '* && $output == *'not closed yet: south, late'* ]]
    [[ $(unfolded "$output") == *'north closed v1 '*': 2,200.004, prepared by =Li Wei, checked by Wang Fang'* ]]
    # an act makes the next version; the report tells of both
    run -0 coaltally adjust --mine north --period 2024-10 --amount +5t --reason "a car found" --by "Li Wei"
    run -0 coaltally report month --month 2024-10 --lang en
    [[ $output == *' v2 '* ]]
    [[ $(unfolded "$output") == *'north closed v2 '*': 2,205.004, before 2,200.004, by the clock: '*'a car found'* ]]
    coaltally report month --month 2024-10 --format csv >"$FOLDER/csv"
    [ "$(column_of "$FOLDER/csv" mine north closed_version)/$(column_of "$FOLDER/csv" mine north done)" = 2/2205.004 ]
    [ -z "$(column_of "$FOLDER/csv" mine south closed_version)" ]
    run -0 coaltally report month --month 2024-10 --lang zh --for spreadsheet
    [[ $output == *'已结账 v1'* && $output == *',v2,'* ]]
}

@test "nobody signs what still runs" {
    make_ledger
    enter north raw_coal today/1 5 || true # its shift may not have begun for long
    run -0 coaltally report month --lang en
    [[ $output == *'STILL RUNNING: '*' % of it gone at '*': not to be signed'* && $output != *'prepared by'* ]]
    run -0 coaltally report month --lang zh
    [[ $output == *'进行中：已过 '*'不得签字'* && $output != *制表人* ]]
    [ "$(coaltally report month --format json | jq .running)" = true ]
    run -2 coaltally report month --prepared-by A
    [[ $output == *'is not over: expected neither --prepared-by nor --checked-by until it is'* ]]
    run -0 coaltally report month --month 2024-10 --prepared-by 李伟 --checked-by 王芳 --lang zh
    [[ $output == *'制表人：李伟    审核人：王芳    日期：____'* ]]
    [[ $output == *"日志链 $(sql 'SELECT substr(hash, 1, 16) FROM journal ORDER BY id DESC LIMIT 1')"* ]]
    run -2 coaltally report month --month 2024-10 --prepared-by A --checked-by A
    [[ $output == *'another person'* ]]
}

@test "a report goes to a file, whole, and replaces none by itself" {
    make_ledger
    fill_ledger
    local format
    for format in table csv json xlsx; do
        run -0 coaltally report day --date $DAY --format $format --output "$FOLDER/out.$format"
        [ -z "$output" ] && [ -s "$FOLDER/out.$format" ]
        run -2 coaltally report day --date $DAY --format $format --output "$FOLDER/out.$format"
        [[ $output == *"$FOLDER/out.$format is there already: choose another name, or replace it with --force"* ]]
        echo old >"$FOLDER/out.$format"
        run -0 coaltally report day --date $DAY --format $format --output "$FOLDER/out.$format" --force
        [ "$(cat "$FOLDER/out.$format" | tr -d '\0')" != old ]
    done
    ! compgen -G "$FOLDER/out.*.*" # nothing is left beside them
    coaltally report day --date $DAY --format csv | cmp - "$FOLDER/out.csv"
    coaltally report day --date $DAY --format xlsx --output - >"$FOLDER/piped.xlsx"
    [ "$(head -c 2 "$FOLDER/piped.xlsx")" = PK ]
    # the workbook says the same, and no cell is a formula
    /usr/bin/python3 - "$FOLDER/out.xlsx" "$FOLDER/out.csv" <<'PYTHON'
import csv, openpyxl, sys
rows = [[c for c in row] for row in openpyxl.load_workbook(sys.argv[1]).active.iter_rows()]
assert all(c.data_type != "f" for row in rows for c in row)
values = [[c.value for c in row] for row in rows]
head = next(r for r in values if "mine" in r)
lines = {r[head.index("mine")]: r for r in values}
for row in csv.DictReader(open(sys.argv[2])):
    line = lines.get(row["mine"]) or next(v for k, v in lines.items() if k and str(k).startswith(row["mine"]))
    assert line[head.index("done")] == (float(row["done"]) if row["done"] else None), (line, row)
assert abs(lines["total"][head.index("done")] - 2000.504) < 1e-9
PYTHON
    # in Chinese all of it: the sheet, the document's title, the heads; and what people wrote is a text, never a formula
    coaltally adjust --mine north --period $DAY --amount 1 --reason '=HYPERLINK("http://x","y")' --by '=1+1'
    coaltally report day --date $DAY --lang zh --output "$FOLDER/zh.xlsx"
    coaltally report integrity --from $DAY --to $DAY --detail --lang zh --output "$FOLDER/items.xlsx"
    coaltally report integrity --from $DAY --to $DAY --detail --lang en --output "$FOLDER/items.en.xlsx"
    /usr/bin/python3 - "$FOLDER"/{zh,items,items.en}.xlsx <<'PYTHON'
import openpyxl, re, sys
han = re.compile("[\u4e00-\u9fff]")
day, items, english = (openpyxl.load_workbook(path) for path in sys.argv[1:])
for book in (day, items):
    assert all(han.search(name) and len(name) <= 31 for name in book.sheetnames), book.sheetnames
    assert han.search(book.properties.title), book.properties.title
assert "日报" in day.properties.title and "数据完整性" in items.properties.title
names = english.sheetnames
assert "raw coal, totals" in names and "raw coal, items" in names and not any(map(han.search, names)), names
cells = [c for book in (day, items, english) for sheet in book for row in sheet.iter_rows() for c in row]
assert all(c.data_type != "f" for c in cells)
assert any(c.value == "=1+1" and c.data_type == "s" for c in cells), "who wrote it"
assert any("=HYPERLINK" in str(c.value) for c in cells), "what was written"
PYTHON
    # without --format it is what its name says, and never another thing
    for format in csv json xlsx; do
        run -0 coaltally report day --date $DAY --output "$FOLDER/named.$format"
        [ "$(head -c 2 "$FOLDER/named.$format")" = "$(head -c 2 "$FOLDER/out.$format")" ]
    done
    run -2 coaltally report day --date $DAY --format csv --output "$FOLDER/other.xlsx"
    [[ $output == *'its name says xlsx, but csv was asked for'* && ! -e $FOLDER/other.xlsx ]]
    run -2 coaltally report day --date $DAY --format xlsx
    [[ $output == *'--format xlsx is a file: expected --output FILE.xlsx with it'* ]]
    run -2 script -qec "'$BUILD/coaltally' report day --date $DAY --format xlsx --output -" /dev/null
    [[ $output == *'a workbook is not written onto a terminal'* ]]
    run -3 coaltally report day --date $DAY --output "$FOLDER/none/out.txt"
    [[ $output == *"$FOLDER/none/out.txt"* ]]
    # what is misspelt or does not go together
    run -2 coaltally report day --format pdf
    [[ $output == *'--format pdf: expected table, csv, json or xlsx'* ]]
    run -2 coaltally report day --for people
    run -2 coaltally report day --for spreadsheet --format json
    run -2 coaltally report day --force
    run -2 coaltally report day --month 2024-10
    [[ $output == *'--month does not go with report day'* ]]
    run -2 coaltally report week
    [[ $output == *'report week: expected '* ]]
}
