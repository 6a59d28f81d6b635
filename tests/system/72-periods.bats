#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Periods: dekads, spans, comparisons, and calendars that are corrected afterwards.
load lib
load lib_cli

# A ledger without a reading of its own, then filled by SQL: mine sim-a from 2025-01-01 on, sim-b from
# 2026-03-10 on, both to 2026-11-20, every hour of a day (day of the month) tonnes, b twice as much.
make_ledger() {
    start_mines --mines 2 --seed 3
    stop_mines
    start_daemon
    stop_daemon
    sqlite3 "$DATABASE" <<'SQL'
PRAGMA synchronous = OFF;
BEGIN;
DELETE FROM meter_state;
CREATE TEMP TABLE hourly AS
    WITH RECURSIVE days(day) AS (SELECT unixepoch('2025-01-01') / 86400 UNION ALL
                                 SELECT day + 1 FROM days WHERE day < unixepoch('2026-11-20') / 86400)
    SELECT day, id AS meter, 1000 * CAST(strftime('%d', day * 86400, 'unixepoch') AS INTEGER) * iif(id = 5, 2, 1) AS amount,
           CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
           + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1 AS month
    FROM days, meter WHERE id = 1 OR (id = 5 AND day >= unixepoch('2026-03-10') / 86400);
INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms, last_raw, last_at_ms,
                  segment, high, wraps, rev)
    SELECT meter, at_ms, at_ms + 3600000, amount, 3600000, total, total - amount, at_ms, total, at_ms + 3599999, 1, total, 0, 0
    FROM (SELECT meter, (day * 24 + hour.value - 8) * 3600000 AS at_ms, amount,
                 sum(amount) OVER (PARTITION BY meter ORDER BY day, hour.value) AS total
          FROM hourly, generate_series(0, 23) AS hour) ORDER BY at_ms, meter;
INSERT INTO definition(id, hash, text, rev) VALUES(100, 'made', 'made up for the test', 0);
INSERT INTO segment(meter, segment, definition, modulus, times, over, opened_ms, closed_ms, first, high, wraps, base, counted, rev)
    SELECT meter, 1, 100, 4294967296, 1, 1, (min(day) * 24 - 8) * 3600000, NULL, 0, sum(24 * amount), 0, 0, sum(24 * amount), 0
    FROM hourly GROUP BY meter;
INSERT INTO meter_state(meter, boot, wall_ms, boot_ms, state)
    SELECT meter, (SELECT max(id) FROM boot), (max(day) * 24 + 16) * 3600000, 1000,
           '1 1 0 ' || sum(24 * amount) || ' ' || sum(24 * amount) || ' 0 ' || sum(24 * amount) ||
           ' 1000 1000 0 0 0 0 0 0 0 0 0 0 0 0 0 0'
    FROM hourly GROUP BY meter;
COMMIT;
SQL
    derive
    "$BATS_TEST_DIRNAME/rebuild_chain" "$DATABASE" # else its seals tell of what was put into it
}

# The totals of shifts of 8 hours, days from midnight, of what stands in the tallies.
derive() {
    sqlite3 "$DATABASE" <<'SQL'
DELETE FROM shift_total; DELETE FROM day_total; DELETE FROM month_total;
CREATE TEMP TABLE hour AS SELECT meter, metered, good_ms, (bucket_ms / 3600000 + 8) / 24 AS day,
                                 (bucket_ms / 3600000 + 8) % 24 / 8 AS shift FROM tally;
INSERT INTO shift_total(meter, day, shift, metered, good_ms, reported)
    SELECT meter, day, shift, sum(metered), sum(good_ms), sum(metered) FROM hour GROUP BY day, shift, meter;
INSERT INTO day_total(meter, day, metered, good_ms, reported)
    SELECT meter, day, sum(metered), sum(good_ms), sum(metered) FROM hour GROUP BY day, meter;
INSERT INTO month_total(meter, month, metered, good_ms, reported)
    SELECT meter, strftime('%Y', day * 86400, 'unixepoch') * 12 + strftime('%m', day * 86400, 'unixepoch') - 1 AS month,
           sum(metered), sum(good_ms), sum(metered) FROM hour GROUP BY month, meter;
SQL
}

at() { # TIME of Shanghai, COMMAND...
    TZ=Asia/Shanghai FAKETIME="@$1" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" "${@:2}"
}

# made MINE FROM TO: what SQL makes of these days, both included, in tonnes.
made() {
    local days="day BETWEEN unixepoch('$2') / 86400 AND unixepoch('$3') / 86400"
    sqlite3 "$DATABASE" "SELECT ifnull(sum(metered) / 1000, 'null') FROM day_total
        WHERE $days AND meter = $([ "$1" = sim-a ] && echo 1 || echo 5)"
}

# field MINE NAME: of the JSON on stdin
field() { jq -r --arg mine "$1" ".rows[] | select(.mine == \$mine and .quantity == \"raw_coal\") | .$2"; }

@test "dekads, months, own months, years, spans: the sums of their days" {
    local verb option first last mine
    make_ledger
    verified
    while read -r verb option first last; do
        for mine in sim-a sim-b; do
            run -0 --separate-stderr coaltally $verb ${option//_/ } --mine $mine --format json
            [ "$(field $mine "${verb/day/amount}" <<<"$output")" = "$(made $mine $first $last)" ] ||
                { echo "$verb $option of $mine: $output"; return 1; }
        done
    done <<'CASES'
dekad --dekad=2026-10/1 2026-10-01 2026-10-10
dekad --dekad=2026-10/2 2026-10-11 2026-10-20
dekad --dekad=2026-10/3 2026-10-21 2026-10-31
dekad --dekad=2026-02/3 2026-02-21 2026-02-28
dekad --date=2026-04-30 2026-04-21 2026-04-30
month --month=2026-02 2026-02-01 2026-02-28
month --date=2026-10-13 2026-10-01 2026-10-31
year --year=2025 2025-01-01 2025-12-31
day --from=2026-02-27_--to=2026-03-12 2026-02-27 2026-03-12
CASES
    # the mine's own months: January ends on its 25th day, March begins after February's
    sqlite3 "$DATABASE" 'UPDATE mine SET month_cutoff = 25 WHERE id = 1'
    [ "$(coaltally month --month 2026-01 --format json | field sim-a own_month)" = "$(made sim-a 2025-12-26 2026-01-25)" ]
    # what was adjusted of the one that holds the turn of the year is in neither year, and both name it
    sqlite3 "$DATABASE" "INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, shift, amount, reason, rev)
        VALUES(99, 1, 'raw_coal', 6, unixepoch('2025-12-26') / 86400, unixepoch('2026-01-26') / 86400, -1, 5000, 'stock', 1)"
    for year in 2025 2026; do
        [ "$(coaltally year --year $year --format json | field sim-a year)" = "$(made sim-a $year-01-01 $year-12-31)" ]
        run -0 coaltally year --year $year --mine sim-a --lang en
        grep -q 'of 2025-12-26 - 2026-01-25 adjusted by +5.000 t: stock' <<<"$output"
        tr -s ' \n' ' ' <<<"$output" | grep -q 'over the turn of the year, so in no figure of it'
        run -0 coaltally report year --year $year --mine sim-a --lang zh
        tr -d ' \n' <<<"$output" | grep -q '2025-12-26至2026-01-25调整+5.000（操作99），跨年，不计入本年任何数字'
    done
    sqlite3 "$DATABASE" 'UPDATE mine SET month_cutoff = 30 WHERE id = 1'
    [ "$(coaltally month --month 2026-02 --format json | field sim-a own_month)" = "$(made sim-a 2026-01-31 2026-02-28)" ]
    [ "$(coaltally month --month 2026-03 --format json | field sim-a own_month)" = "$(made sim-a 2026-03-01 2026-03-30)" ]
}

@test "a span says that both ends belong to it, and what is wrong with it" {
    make_ledger
    run -0 coaltally day --from 2026-10-01 --to 2026-10-13 --lang en
    [[ $output == *'2026-10-01 to 2026-10-13, both included'* ]]
    run -0 coaltally month --from 2026-10-01 --to 2026-10-13 --lang zh
    [[ $output == *'2026-10-01 至 2026-10-13（含首尾两日）'* ]]
    run -0 coaltally day --from 2026-10-13 --to 2026-10-13 --format csv
    [[ ${lines[1]} == *'2026-10-13,2026-10-13,sim-a,raw_coal,t,312.000,312.000,'* ]]
    run -0 coaltally dekad --dekad 2026-10/2 --lang zh
    [[ $output == *'2026-10 中旬（11 至 20 日）'* ]]
    run -2 coaltally day --from 2026-10-13 --to 2026-10-01
    [[ $output == *'--from 2026-10-13 --to 2026-10-01: expected the first day, then the last one'* ]]
    run -2 coaltally day --to 2026-10-01
    [[ $output == *'expected --from with it'* ]]
    run -2 coaltally month --from 2026-10-01 --month 2026-10
    [[ $output == *'--from and --month cannot go together'* ]]
    run -2 coaltally day --from 2026-10-01 --date 2026-10-02
    [[ $output == *'--from and --date cannot go together'* ]]
    run -2 coaltally day --from 1850-01-01 --to 2026-10-02
    [[ $output == *'expected at most 40000 days'* ]]
    run -2 coaltally day --from 2026-13-01
    [[ $output == *'--from 2026-13-01: expected today, yesterday or a date'* ]]
    run -2 coaltally dekad --dekad 2026-10/4
    [[ $output == *'--dekad 2026-10/4: expected this, last or a dekad like 2026-10/2'* ]]
    run -2 coaltally year --compare last
    [[ $output == *'--compare last: expected previous or year'* ]]
}

# compared MINE FIELD EXPECTED: of $output
compared() {
    [ "$(field "$1" "$2" <<<"$output")" = "$3" ] || { echo "$1 $2, expected $3: $output"; return 1; }
}

@test "comparisons: like with like, and who is left out is named" {
    make_ledger
    # over: whole months, 28 days with 31
    run -0 --separate-stderr coaltally month --month 2026-02 --compare previous --mine sim-a --format json
    compared sim-a month "$(made sim-a 2026-02-01 2026-02-28)"
    compared sim-a before "$(made sim-a 2026-01-01 2026-01-31)"
    compared sim-a change -2160
    compared sim-a change_percent -18.1
    # sim-b began on 10 March: out of April's comparison on both sides, in May's
    run -0 --separate-stderr coaltally month --month 2026-04 --compare previous --format json
    compared sim-b before null
    compared sim-b month "$(made sim-b 2026-04-01 2026-04-30)"
    [ "$(jq -r '.left_out | join(";")' <<<"$output")" = 'sim-b raw_coal (not recorded in all of that time)' ]
    run -0 coaltally month --month 2026-04 --compare previous --lang en
    [[ $output == *'left out on both sides: sim-b (not recorded in all of that time)'* ]]
    grep -qE '^total +33,480 +11,904 +-744 +-6\.3 %$' <<<"$output"
    run -0 coaltally month --month 2026-04 --compare year --lang zh
    [[ $output == *'两边均未计入：模拟B（当时未全程计量）'* && $output == *同比* && $output == *同期* ]]
    run -0 --separate-stderr coaltally month --month 2026-05 --compare previous --format json
    compared sim-b before "$(made sim-b 2026-04-01 2026-04-30)"
    # the same dekad, the same dates, a year ago
    run -0 --separate-stderr coaltally dekad --dekad 2026-10/3 --compare year --mine sim-a --format json
    compared sim-a before "$(made sim-a 2025-10-21 2025-10-31)"
    run -0 --separate-stderr coaltally day --from 2026-02-27 --to 2026-03-12 --compare year --mine sim-a --format json
    compared sim-a before "$(made sim-a 2025-02-27 2025-03-12)"
    run -0 --separate-stderr coaltally day --date 2026-03-01 --compare previous --mine sim-a --format json
    compared sim-a day 24
    compared sim-a before 672
}

@test "a running period is compared by the days that are over" {
    needs_faketime
    make_ledger
    # at noon of 20 November 19 days are over; the day that runs counts on neither side
    run -0 --separate-stderr at '2026-11-20 12:00:00' "$BUILD/coaltally" month --compare previous --mine sim-a --format json
    compared sim-a month "$(made sim-a 2026-11-01 2026-11-20)"
    compared sim-a compared "$(made sim-a 2026-11-01 2026-11-19)"
    compared sim-a before "$(made sim-a 2026-10-01 2026-10-19)"
    [ "$(jq -r '[.compared_from, .compared_to, .before_from, .before_to] | join(" ")' <<<"$output")" = \
        '2026-11-01 2026-11-19 2026-10-01 2026-10-19' ]
    run -0 --separate-stderr at '2026-11-20 12:00:00' "$BUILD/coaltally" year --compare year --mine sim-a --format json
    compared sim-a before "$(made sim-a 2025-01-01 2025-11-19)"
    run -0 --separate-stderr at '2026-11-20 12:00:00' "$BUILD/coaltally" day --compare previous --lang en
    [[ $output == *'no day of it is over yet: nothing to compare'* ]]
    # on 31 March 30 days are over, and February has 28
    run -0 at '2026-03-31 12:00:00' "$BUILD/coaltally" month --compare previous --mine sim-a --lang en
    [[ $output == *'compared: 2026-03-01 to 2026-03-30 (30 days) with 2026-02-01 to 2026-02-28 (28 days)'* ]]
    run -0 at '2026-11-20 12:00:00' "$BUILD/coaltally" dekad --dekad last --format json --mine sim-a
    compared sim-a dekad "$(made sim-a 2026-11-01 2026-11-10)"
}

# add_line 'LINE of a calendar': to that of sim-a, the first mine of the configuration
add_line() {
    sed -i "0,/^    calendar:\$/s//    calendar:\n      - $1/" "$COALTALLY_CONFIG"
}

shift_of() { # DATE N: what sim-a brought in that shift, in tonnes; the mark of its quality
    coaltally shift --date "$1" --shift "$2" --mine sim-a --format json |
        jq -r '.rows[] | select(.quantity == "raw_coal") | "\(.metered) \(.quality) \(.estimated)"'
}

# The day and each longer period are the same for both mines, whatever the shifts are.
days_as_before() {
    [ "$(sql 'SELECT group_concat(metered) FROM day_total')" = "$DAYS" ]
    [ "$(sql 'SELECT group_concat(metered) FROM month_total')" = "$MONTHS" ]
}

waits() { coaltally check 2>&1 | grep -c 'its date is past, so it waits for: coaltally calendar --mine sim-a --from'; }

@test "a line whose date is past waits for its act, and check, status and log say so" {
    make_ledger
    DAYS=$(sql 'SELECT group_concat(metered) FROM day_total')
    MONTHS=$(sql 'SELECT group_concat(metered) FROM month_total')
    [ "$(shift_of 2026-10-13 1)" = '104 measured 0' ]
    run -0 coaltally check
    [[ $output != *'it waits for'* ]]
    add_line '{from: 2026-09-01, day: "00:00", shifts: {early: "00:00", day: "06:30", late: "12:00", last: "18:00"}}'
    [ "$(waits)" -eq 1 ]
    run coaltally check --lang zh
    [[ $output == *'日期已过，须经此操作生效：coaltally calendar --mine sim-a --from 2026-09-01 --by'* ]]

    # starts leave it as it is, and say it once in the journal
    for _ in 1 2; do
        : >"$FOLDER/coaltallyd.log"
        start_daemon
        grep -q 'waits for: coaltally calendar --mine sim-a --from 2026-09-01 --by NAME' "$FOLDER/coaltallyd.log"
        run coaltally status
        [[ $(unfolded "$output") == *'waits for: coaltally calendar --mine sim-a --from 2026-09-01 --by NAME'* ]]
        stop_daemon
    done
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'calendar-waits'")" -eq 1 ]
    [ "$(shift_of 2026-10-13 1)" = '104 measured 0' ]
    verified

    # what is wrong with an act is said, and changes nothing
    run -2 coaltally calendar --mine sim-a --from 2026-09-01
    [[ $output == *'--by'* ]]
    run -2 coaltally calendar --mine sim-a --by Li
    [[ $output == *'expected --mine NAME --from DATE --by NAME'* ]]
    run -2 coaltally calendar --mine sim-a --from yesterday --by Li
    [[ $output == *'--from yesterday: expected a date like 2026-10-01'* ]]
    run -2 coaltally calendar --mine sim-z --from 2026-09-01 --by Li
    [[ $output == *'--mine sim-z'* ]]
    run -2 coaltally calendar --mine sim-a --from 2026-09-02 --by Li
    [[ $output == *'nothing waits'* ]]
    [ "$(waits)" -eq 1 ]

    # the act, with the daemon stopped
    run -0 coaltally calendar --mine sim-a --from 2026-09-01 --by 'Li Hua'
    [[ $output == *'sim-a: lines of the calendar put in force: 1, from 2026-09-01 on; totals made anew'* ]]
    [ "$(waits)" -eq 0 ]
    verified
    days_as_before
    # 13 t an hour: six hours and a half; what 06:00-07:00 gives to each is an estimate
    [ "$(shift_of 2026-10-13 1)" = '84.5 estimated 6.5' ]
    [ "$(shift_of 2026-10-13 2)" = '71.5 estimated 6.5' ]
    [ "$(shift_of 2026-10-13 3)" = '78 measured 0' ]
    [ "$(shift_of 2026-08-31 1)" = '248 measured 0' ]
    # the edge within the hour is explained by the readings around it
    run -0 coaltally trace --mine sim-a --quantity raw_coal --date 2026-10-13 --shift 1
    [[ $(unfolded "$output") == *'edge - A = 1800000 ms: floor(13.000 x 1800000 / 3599999) = 6.500 t before the edge'* ]]
    run -0 coaltally shift --date 2026-10-13 --mine sim-a --quantity raw_coal --lang en
    [[ $(unfolded "$output") == *'a-scale-1 10-13 06:00:00 to 10-13 07:00:00: 13.000 t, cut by a calendar corrected afterwards, divided by time'* ]]
    run -0 coaltally day --date 2026-10-13 --mine sim-a --quantity raw_coal --format json
    [ "$(jq -r '.rows[0] | "\(.day) \(.estimated)"' <<<"$output")" = '312 0' ]
    [ "$(sql "SELECT count(*) FROM tally WHERE meter = 5 AND split_act IS NOT NULL")" -eq 0 ]
    # each hour of a day is there, and the halves of the one that was cut
    [ "$(coaltally hours --date 2026-10-13 --mine sim-a --quantity raw_coal --format json | jq -c '[.rows[].metered] | [length, add]')" = '[25,312]' ]
    run -2 coaltally calendar --mine sim-a --from 2026-09-01 --by 'Li Hua'
    [[ $output == *'nothing waits'* ]]

    # a line with a date to come waits for nobody
    add_line '{from: 2099-01-01, day: "08:00", shifts: {one: "08:00", two: "20:00"}}'
    [ "$(waits)" -eq 0 ]
    start_daemon
    stop_daemon
    [ "$(sql "SELECT count(*) FROM calendar WHERE mine = 1 AND shifts <> '' AND act IS NULL")" -eq 2 ]
    # the other line goes again: what was cut stays cut, and adds up; the figures are those of before
    sed -i '/early: "00:00"/d' "$COALTALLY_CONFIG"
    [ "$(waits)" -eq 1 ]
    start_daemon
    run -0 coaltally calendar --mine sim-a --from 2026-09-01 --by 'Wang' --lang zh
    [[ $output == *'班制 1 行自 2026-09-01 起生效'* ]]
    stop_daemon
    verified
    days_as_before
    [ "$(shift_of 2026-10-13 1)" = '104 measured 0' ]
    [ "$(coaltally hours --date 2026-10-13 --mine sim-a --quantity raw_coal --format json | jq -c '[.rows[].metered] | [length, add]')" = '[24,312]' ]
    [ "$(sql "SELECT group_concat(actor || ' ' || outcome, ';') FROM act WHERE outcome = 1")" = 'Li Hua 1;Wang 1' ]
}

@test "a day that begins on the evening before, corrected: days and months move, the sum stays" {
    make_ledger
    local sum=$(sql 'SELECT sum(metered) FROM tally WHERE meter = 1')
    coaltally close --mine sim-a --period 2026-10-13 --prepared-by Zhang --checked-by Zhao --by Zhao
    coaltally close --mine sim-a --period 2026-08-30 --prepared-by Zhang --checked-by Zhao --by Zhao
    add_line '{from: 2026-09-01, day: "-1 19:20", shifts: {one: "19:20", two: "03:20", three: "11:20"}}'
    start_daemon
    run -0 coaltally calendar --mine sim-a --from 2026-09-01 --by 'Li Hua'
    stop_daemon
    verified
    # 31 August ends at 19:20; of the hour from 19:00 a third is its own
    [ "$(sql "SELECT metered FROM day_total WHERE meter = 1 AND day = unixepoch('2026-08-31') / 86400")" -eq $((19 * 31000 + 31000 / 3)) ]
    [ "$(sql "SELECT metered FROM day_total WHERE meter = 1 AND day = unixepoch('2026-10-13') / 86400")" -eq \
        $((12000 * 4 + 12000 - 12000 / 3 + 19 * 13000 + 13000 / 3)) ]
    # what was reported of a closed day stays; the correction made a new version of it, and of no other
    [ "$(sql "SELECT group_concat(version || ' ' || metered, ';') FROM version WHERE from_day = unixepoch('2026-10-13') / 86400")" = \
        "1 312000;2 $((12000 * 4 + 12000 - 12000 / 3 + 19 * 13000 + 13000 / 3))" ]
    [[ $(sql "SELECT cause FROM version WHERE version = 2") == *calendar*'Li Hua'* ]]
    [ "$(sql "SELECT count(*) FROM version WHERE from_day = unixepoch('2026-08-30') / 86400")" -eq 1 ]
    for table in shift_total day_total month_total; do
        [ "$(sql "SELECT sum(metered) FROM $table WHERE meter = 1")" -eq "$sum" ]
    done
}

minute() { TZ=Asia/Shanghai date -d "$1" +%H:%M; }

@test "corrected while the daemon counts: not a kilogram is lost, over the new start and a restart" {
    start_scale --mines 1
    start_counting
    # shifts that began two minutes ago and begin in the next minute cut the hour that runs
    local yesterday=$(TZ=Asia/Shanghai date -d yesterday +%F)
    local start=$(minute '-2 minutes') edge=$(minute '+1 minute')
    add_line "{from: $yesterday, day: \"$start\", shifts: {one: \"$start\", two: \"$edge\"}}"
    run -0 coaltally calendar --mine sim-x --from "$yesterday" --by Li
    [ "$(sql 'SELECT count(*) FROM calendar WHERE act IS NOT NULL')" -eq 1 ]
    verified
    begun() { [[ $(minute now) > $edge ]] || [ "$(minute now)" = "$edge" ]; }
    wait_for 100 begun # the cut in the hour that runs
    stop_daemon
    start_daemon
    wait_for 30 [ "$(sql 'SELECT count(*) FROM tally')" -gt 1 ]
    settle_scale
    verified
    stop_daemon
    verified
    agrees
}
