#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Metered, adjusted, reported: coefficients, adjustments, entries by hand and stock-takes, by people
# who act while the daemon runs and while it does not.
load lib
load lib_cli

# A mine with a scale before picking, and one that is not connected.
start_site() {
    start_scale "$@"
    sed -i -e 's/quantity: raw_coal/quantity: rom_coal/' \
        -e '/^mines:/a\  - {name: hand, simulated: true, calendar: [{from: 2020-01-01, day: "00:00", shifts: {all: "00:00"}}]}' \
        "$COALTALLY_CONFIG"
    METER=scale-1
    start_counting
    today=$(TZ=Asia/Shanghai date +%F) month=$(TZ=Asia/Shanghai date +%Y-%m)
}

# figure MINE FIELD VERB...: of the data of a page.
figure() { column_of <(coaltally "${@:3}" --quantity raw_coal --format csv) mine "$1" "$2"; }

# thousandths NUMBER: "12.345" -> 12345
thousandths() { tr -d . <<<"$1" | sed 's/^\(-\?\)0*\([0-9]\)/\1\2/'; }

live() { mosquitto_sub -h 127.0.0.1 -p "$port" -t coaltally/demo/sim-x/totals -C 1 -W 10 | jq -r ".totals$1"; }

# Half to even, by the shell: of what is metered in one shift.
half() { local n=$1 half=$(($1 / 2)); echo $((n % 2 && half % 2 ? half + 1 : half)); }

# The live totals are those of the page, and half of what is metered, with so much added to the day while it lasts.
live_is_half() { # ADDED thousandths
    local figure metered shift day
    read -r figure metered shift day < <(live '.raw_coal | "\(.figure) \(.metered.shift * 1000 | round) \(.shift * 1000 | round) \(.day * 1000 | round)"')
    [ "$(TZ=Asia/Shanghai date +%F)" = "$today" ] || set -- 0
    [ "$figure" = reported ] && [ "$metered" -gt 0 ] && [ "$shift" -eq "$(half "$metered")" ] && [ "$day" -ge $((shift + $1)) ]
}

@test "a site reports by its coefficients what its meters count" {
    start_broker
    start_site
    [ "$(live .rom_coal.figure)" = metered ]
    run -0 coaltally coefficient "$METER" 0.500 --from "$today" --by "Li Wei"
    [[ $output == "$METER: coefficient 0.500 from $today on, before 1; "* ]]
    wait_for 20 live_is_half 0
    run -0 coaltally adjust --mine sim-x --period "$today" --amount +10t --reason "a car not weighed" --by "Li Wei"
    [[ $output == "sim-x raw coal $today: adjusted by +10.000 t; "* ]]
    wait_for 20 live_is_half 10000

    settle_scale
    stop_daemon
    # the day is the sum of its shifts, and what is adjusted; the shifts are halves
    local by_meters=0 row
    for row in $(paste -d = <(figure sim-x metered shift --date "$today") <(figure sim-x reported shift --date "$today")); do
        [ "$row" != = ] || continue # not yet
        [ "$(thousandths "${row#*=}")" -eq "$(half "$(thousandths "${row%=*}")")" ]
        by_meters=$((by_meters + $(thousandths "${row#*=}")))
    done
    [ "$by_meters" -gt 0 ]
    [ "$(thousandths "$(figure sim-x by_meters day --date "$today")")" -eq "$by_meters" ]
    [ "$(figure sim-x adjusted day --date "$today")" = 10.000 ]
    [ "$(thousandths "$(figure sim-x day day --date "$today")")" -eq $((by_meters + 10000)) ]
    [ "$(figure sim-x metered day --date "$today")" = "$(coaltally day --date "$today" --figure metered --quantity rom_coal --format csv | awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 2 { print $at["day"] }')" ]
    run -0 coaltally day --date "$today" --mine sim-x --lang en
    [[ $output == *"raw coal, reported, t"*SIMULATED* ]]
    [[ $output == *"run-of-mine "*" t; coefficient sim-x 0.500"* ]]
    [[ $output == *" sim-x of $today adjusted by +10.000 t: a car not weighed (Li Wei, act 2)"* ]]
    run -0 coaltally trace --date "$today" --mine sim-x --quantity raw_coal --lang en
    page=$(unfolded "$output")
    [[ $page == *"$METER $today to $today: "*" x 0.500 (act 1) = "*" shifts rounded half to even"* ]]
    [[ $page == *"adjusted $today: +10.000 t a car not weighed (Li Wei, act 2)"* ]]
    [[ $page == *"= by meters "*" + by hand 0.000 + adjusted 10.000"* ]]
    run -0 coaltally day --date "$today" --mine sim-x --figure metered
    [[ $output == *"run-of-mine coal, metered, t"* && $output != *adjusted* ]]
    run -0 coaltally verify

    # what is stated later changes the past; the board sums up what is reported
    run -0 coaltally coefficient "$METER" 0.25 --from "$today" --by "Li Wei" --lang zh
    [[ $output == "$METER：折算系数 0.25，自 $today 起，原为 0.500；"* ]]
    run -0 coaltally verify
    local last=$(last_day)
    [ "$(COALTALLY_SEEDS=$SOURCE/seeds coaltally board --date "$last" --format json | jq -r '.rows[] | select(.id == "raw-coal") | .done * 10000000 | round')" -eq \
        "$(thousandths "$(figure sim-x year year --year "${last%%-*}")")" ]
    # an edit of a derived figure is found
    sqlite3 "$DATABASE" 'UPDATE day_total SET reported = reported + 1'
    run -1 coaltally verify
    [[ $output == *total*reported* ]]
}

@test "what people enter, adjust and take stock of" {
    start_site
    stop_daemon
    by=(--by "Wang Fang")
    # by hand: a mine that is not connected counts, a metered one does not
    run -0 coaltally enter --mine hand --item raw_coal --period "$today" --value 1200.5 --source "dispatch report" "${by[@]}"
    [ "$(figure hand by_hand day --date "$today")" = 1200.500 ]
    [ "$(figure hand reported month --month "$month")" = 1200.500 ]
    [ "$(figure hand quality day --date "$today")" = by-hand ]
    run -2 coaltally enter --mine sim-x --item raw_coal --period "$today" --value 5 --source x "${by[@]}"
    run -0 coaltally day --date "$today" --lang zh
    [[ $output == *手工填报* ]]
    # a month is the sum of its days and its adjustment
    before=$(thousandths "$(figure sim-x month month --month "$month")")
    run -0 coaltally adjust --mine sim-x --period "$month" --amount "-1.5 kt" --reason 盘点 "${by[@]}"
    [ "$(thousandths "$(figure sim-x month month --month "$month")")" -eq $((before - 1500000)) ]
    [ "$(figure sim-x adjusted day --date "$today")" = 0.000 ]
    run -0 coaltally month --month "$month" --lang en
    [[ $output == *"by meters"*adjusted*"sim-x of $month adjusted by -1,500.000 t: 盘点 (Wang Fang, act "* ]]

    # a plan, and what is done of it
    run -0 coaltally enter --mine hand --item plan --period "$today" --value 1000 --source plan "${by[@]}"
    [ "$(figure hand plan day --date "$today")" = 1000.000 ]
    [ "$(figure hand done_percent day --date "$today")" = 120.0 ]
    run -0 coaltally day --date "$today" --lang zh
    [[ $output == *计划*完成率* ]]

    # refused: each with what was found and expected
    says() { run -2 coaltally "${@:2}" --lang en "${by[@]}"; [[ $output == *"$1"* ]]; }
    says 'no mine sim-q; did you mean sim-x?' adjust --mine sim-q --period today --amount 1 --reason x
    says 'run-of-mine coal is reported as raw coal' adjust --mine sim-x --quantity rom_coal --period today --amount 1 --reason x
    says '--amount 0: expected' adjust --mine sim-x --period today --amount 0 --reason x
    says '--amount 1,5 t: expected' adjust --mine sim-x --period today --amount '1,5 t' --reason x
    says '--reason: expected' adjust --mine sim-x --period today --amount 1
    says '--period 2026-13: expected' adjust --mine sim-x --period 2026-13 --amount 1 --reason x
    says 'has not begun' adjust --mine sim-x --period 2099-01-01 --amount 1 --reason x
    says 'reports no heat' adjust --mine sim-x --quantity heat --period today --amount 1 --reason x
    says 'no meter belt-9' coefficient belt-9 0.95 --from "$today"
    says '2.5: expected a coefficient above 0 and at most 2' coefficient "$METER" 2.5 --from "$today"
    says '--from is missing' coefficient "$METER" 0.95
    run -2 coaltally adjust --mine sim-x --period today --amount 1 --reason x
    [[ $output == *--by* ]]

    # a stock-take: what is missing stops it and is named; then it is reckoned, and booked when asked to
    stock=(--mine hand --at "$today" --closing 84300t)
    yesterday=$(date -d "$today - 1 day" +%F)
    says "no stock is known before $today" stocktake "${stock[@]}"
    run -0 coaltally enter --mine hand --item stock --period "$yesterday" --value 84000 --source x "${by[@]}"
    says "own use is not known for $today to $today" stocktake "${stock[@]}"
    run -0 coaltally enter --mine hand --item shipped_rail --period "$today" --value 900 --source x "${by[@]}"
    run -0 coaltally enter --mine hand --item shipped --period "$today" --value 900 --source x "${by[@]}"
    says "$today is known twice: as shipped, and as shipped_rail" stocktake "${stock[@]}"
    run -0 coaltally enter --mine hand --item shipped --period "$today" --value 0 --source x "${by[@]}"
    for item in own_use loss; do
        run -0 coaltally enter --mine hand --item $item --period "$today" --value 10 --source x "${by[@]}"
    done
    run -0 coaltally stocktake "${stock[@]}" --lang en
    [[ $output == *SIMULATED* && $output == *"= production 1,220.000 t"* && $output == *"reported 1,200.500 t"* ]]
    [[ $output == *"GAIN 19.500 t, 1.62 %"* && $output == *"not booked"* ]]
    [ "$(figure hand adjusted month --month "$month")" = 0.000 ]
    run -0 coaltally stocktake "${stock[@]}" --book --lang zh "${by[@]}"
    [[ $output == *"盘盈 19.500 t, 1.62 %"* ]]
    [ "$(figure hand adjusted month --month "$month")" = 19.500 ]
    [ "$(figure hand month month --month "$month")" = 1220.000 ]
    run -0 coaltally stocktake "${stock[@]}" --lang en
    [[ $output == *"GAIN 0.000 t, 0.00 %"* ]] # it is not found twice
    run -0 coaltally verify

    # an edit of what an act made is found, of each kind
    sqlite3 "$DATABASE" ".backup $FOLDER/sound.db"
    newest() { echo "(SELECT max(id) FROM act WHERE outcome = 1 AND verb = '$1')"; }
    for edit in "UPDATE adjustment SET amount = amount + 1 WHERE act = $(newest adjust)" \
        "UPDATE adjustment SET to_day = to_day - 1 WHERE act = $(newest adjust)" \
        "DELETE FROM adjustment WHERE act = $(newest adjust)" "DELETE FROM adjustment WHERE act = $(newest stocktake)" \
        "UPDATE adjustment SET amount = 1 WHERE act = $(newest stocktake)" \
        "UPDATE entry SET value = 1 WHERE act = $(newest stocktake)"; do
        rm -f "$DATABASE" "$DATABASE"-{wal,shm}
        cp "$FOLDER/sound.db" "$DATABASE"
        sqlite3 "$DATABASE" "$(sqlite3 "$DATABASE" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'") $edit"
        run -1 coaltally verify
        [[ $output == *"act "* ]]
    done
}
