#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# verify finds whatever row somebody edits, adds or deletes by hand, in each table and column; but for those
# named below, and for a chain that was rebuilt whole, which it says.
load lib
load lib_cli

# What is no figure and leads to none, with the reason why verify leaves it be.
exempt() { # TABLE COLUMN
    case $1.$2 in
        *.rev) true ;;                  # in which order rows travel
        revision.*) true ;;             # the newest of those, and the time of the last commit
        boot.* | meter_state.boot | meter_state.wall_ms | meter_state.boot_ms) true ;; # clocks of a computer that runs
        minute.*) true ;;               # gauges, for display; they are deleted by age
        *) false ;;
    esac
}

at() { # TIME COMMAND...
    TZ=Asia/Shanghai FAKETIME="@$1" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" "$BUILD/coaltally" "${@:2}"
}
has() { [ "$(sql "SELECT count(*) FROM $1")" -ge 1 ]; }

# A ledger with every kind of row: breaks, a gap, closed periods, and what people did about it all.
make_ledger() {
    local now='2026-10-14 09:00:00' reset
    start_scale
    echo 'gap: 10s' >>"$COALTALLY_CONFIG"
    sed -i 's|^defaults: {|&alarm_after: 5s, |' "$COALTALLY_CONFIG"
    start_daemon_at '2026-10-13 15:59:15'
    wait_for 20 counting
    tell fault scale-1 jump 250.125
    wait_for 20 has "journal WHERE kind = 'jump'"
    tell fault scale-1 reset
    wait_for 20 has 'segment WHERE segment = 3'
    tell fault scale-1 silent for 12s
    wait_for 60 has 'gap WHERE amount > 0'
    wait_for 60 has 'shift_total WHERE shift = 2 AND metered > 0'
    tell flows stop
    read_anew
    stop_daemon

    at "$now" resolve "$(sql "SELECT id FROM journal WHERE kind = 'jump'")" --count --reason 'the belt ran' --by Li
    at "$now" close --mine sim-x --period 2026-10-13/2 --prepared-by Li --checked-by Wang --by Li
    at "$now" close --mine sim-x --period 2026-10-13/3 --prepared-by Li --checked-by Wang --by Li
    at "$now" close --mine sim-x --period 2026-10-13 --prepared-by Li --checked-by Wang --by Li
    reset=$(sql "SELECT datetime(from_ms / 1000, 'unixepoch', '+8 hours') FROM journal WHERE kind = 'reset'")
    at "$now" replace scale-1 --at "$reset" --old-last "$(fault_truth scale-1 reset before) kg" --new-first '0 kg' \
        --serial SIM-2 --reason worn --by Li
    at "$now" coefficient scale-1 0.950 --from 2026-10-13 --by Li
    at "$now" adjust --mine sim-x --period 2026-10-13 --amount +10t --reason 'a car' --by Li
    at "$now" enter --mine sim-x --item stock --period 2026-10-12 --value 5 --source book --by Li
    at "$now" hold scale-1 --for 40m --reason span --by Li
    at "$now" alarms ack "$(sql "SELECT min(id) FROM journal WHERE kind = 'alarm' AND subject = 'scale-1'")" --by Li --note seen
    at "$now" fault log --mine sim-x --device scale-1 --at '2026-10-13 15:00' --until '2026-10-13 15:10' --sign 'no data' \
        --handling cable --by Li
    at "$now" calibration log --mine sim-x --device scale-1 --kind zero --before '0.12 %' --after '0.01 %' --by Li
    sed -i '0,/^    calendar:$/s//&\n      - {from: 2026-10-12, day: "00:00", shifts: {a: "00:00", b: "08:00", c: "16:00"}}/' "$COALTALLY_CONFIG"
    at "$now" calendar --mine sim-x --from 2026-10-12 --reason late --by Li
    coaltally verify
    sqlite3 "$DATABASE" "VACUUM INTO '$FOLDER/sound.db'"
    sqlite3 "$FOLDER/sound.db" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'" |
        sqlite3 "$FOLDER/sound.db"
}

# edited SQL: verify of a copy that somebody changed so says so, and shows the row or its table.
edited() {
    local look
    cp "$FOLDER/sound.db" "$FOLDER/edited.db"
    [ "$(sqlite3 "$FOLDER/edited.db" "PRAGMA ignore_check_constraints = ON; $1; SELECT changes()" | tail -1)" -ge 1 ] ||
        { echo "nothing changed: $1"; return 1; }
    run "$BUILD/coaltally" --database "$FOLDER/edited.db" verify
    [ "$status" -eq 3 ] && [[ $output == *'cannot be read'* ]] && return # not even
    [ "$status" -eq 1 ] && [[ $output == *'it does NOT add up'* ]] || { echo "verify $status: $1"; echo "$output"; return 1; }
    look=$(sed -n 's/^  look: sqlite3 LEDGER "\(.*\)"$/\1/p' <<<"$output" | head -1)
    sqlite3 -readonly "$FOLDER/edited.db" "$look" >/dev/null
}

sound() { sqlite3 -readonly "$FOLDER/sound.db" "$1"; }
keys_of() { sound "SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info('$1') WHERE pk ORDER BY pk)"; }

# The row that is edited: the first, of a gap one that holds something.
which() { # TABLE
    local keys=$(keys_of "$1") where=1
    [ "$1" != gap ] || where='amount > 0'
    echo "(${keys:-rowid}) = (SELECT ${keys:-rowid} FROM $1 WHERE $where ORDER BY ${keys:-rowid} LIMIT 1)"
}

columns_edited() { # TABLE
    local column more
    while IFS='|' read -r column more; do # keys get one that no other row has
        exempt "$1" "$column" && continue
        edited "UPDATE $1 SET $column = CASE WHEN typeof($column) = 'integer' THEN $column + $more
            WHEN $column IS NULL THEN 1 ELSE $column || 'x' END WHERE $(which "$1")" || missed+=("$1.$column")
    done < <(sound "SELECT name, iif(pk OR name IN ('version', 'journal', 'shift'), 1000, 1) FROM pragma_table_info('$1')")
}

# The same row again, under another key.
row_added() { # TABLE
    local columns
    columns=$(sound "SELECT group_concat(CASE WHEN pk AND type = 'INTEGER' OR name IN ('journal', 'version') THEN name || ' + 1000'
        WHEN pk OR name IN ('uid', 'hash', 'name', 'point') AND '$1' <> 'version' THEN name || '-x' ELSE name END) FROM pragma_table_info('$1')")
    columns=$(sed "s/\([a-z_]*\)-x/\1 || 'x'/g" <<<"$columns")
    edited "INSERT INTO $1 SELECT $columns FROM $1 WHERE $(which "$1")" || missed+=("$1: a row added")
}

# The printed text alone leads to every figure, of any period, and tells how it was closed.
traces_follow() {
    local period sum
    for period in --period=2026-10-13/2 '--date=2026-10-13 --shift=3' --period=2026-10-13 --period=2026-10/2 --month=2026-10 \
        --period=2026 '--from=2026-10-12 --to=2026-10-14'; do
        coaltally trace $period >"$FOLDER/trace.txt" || { cat "$FOLDER/trace.txt"; return 1; }
        sum=$("$BATS_TEST_DIRNAME/trace_check" <"$FOLDER/trace.txt") || { cat "$FOLDER/trace.txt"; return 1; }
        [ "$sum" -gt 0 ]
        coaltally trace $period --format json >"$FOLDER/trace.json"
        run -0 "$BATS_TEST_DIRNAME/trace_rows_check" <"$FOLDER/trace.json"
        [ "${output%% *}" -eq "$sum" ]
        grep -q "^chain $(sql 'SELECT hash FROM journal ORDER BY id DESC LIMIT 1'), row " "$FOLDER/trace.txt"
    done
    coaltally trace --period 2026-10-13 | rejoined >"$FOLDER/trace.txt"
    grep -q '^closed v1 .* prepared by Li, checked by Wang (act [0-9]*)$' "$FOLDER/trace.txt"
    grep -q '^closed v[0-9]* .*, coefficient by Li' "$FOLDER/trace.txt"
    run "$BATS_TEST_DIRNAME/trace_check" < <(sed 's/^\(closed .* reported \)/\11/' "$FOLDER/trace.txt")
    [ "$status" -eq 1 ]
    run "$BATS_TEST_DIRNAME/trace_check" < <(sed 's/ x 0.950 / x 0.951 /' "$FOLDER/trace.txt")
    [ "$status" -eq 1 ]
    run "$BATS_TEST_DIRNAME/trace_rows_check" < <(sed 's/"coefficient": *0.950*,/"coefficient":0.951,/' "$FOLDER/trace.json")
    [ "$status" -eq 1 ]
    run -2 coaltally trace --period 2026-10-13 --month 2026-10
    run -2 coaltally trace --from 2026-10-13
    run -2 coaltally trace --period soon
}

@test "each table, each column: an edited, an added, a deleted row" {
    needs_faketime
    local table missed=() exempted=' boot minute revision sqlite_stat1 '
    make_ledger
    traces_follow
    for table in $(sound "SELECT name FROM sqlite_schema WHERE type = 'table'
        AND name NOT LIKE 'replica%' AND name <> 'version_kept'"); do # those are a county's, which this ledger is not
        [[ $exempted != *" $table "* ]] || continue
        [ "$(sound "SELECT count(*) FROM $table")" -gt 0 ] || { missed+=("$table: has no row"); continue; }
        columns_edited "$table"
        row_added "$table"
        edited "DELETE FROM $table WHERE $(which "$table")" || missed+=("$table: a row deleted")
    done
    printf 'not found: %s\n' "${missed[@]}"
    [ ${#missed[@]} -eq 0 ]
}

@test "a chain that was rebuilt whole passes, and verify says where alone it can be found" {
    needs_faketime
    local head
    make_ledger
    cp "$FOLDER/sound.db" "$FOLDER/forged.db"
    sqlite3 "$FOLDER/forged.db" "UPDATE journal SET text = 'nothing happened' WHERE kind = 'reset';
        UPDATE mine SET title_en = 'Another mine'"
    run -1 "$BUILD/coaltally" --database "$FOLDER/forged.db" verify
    "$BATS_TEST_DIRNAME/rebuild_chain" "$FOLDER/forged.db"
    run "$BUILD/coaltally" --database "$FOLDER/forged.db" verify
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"only against the county's copy"* ]]
    head=$(sound 'SELECT hash FROM journal ORDER BY id DESC LIMIT 1')
    [[ $output != *"$head"* ]]
    [[ $("$BUILD/coaltally" --database "$FOLDER/sound.db" verify) == *"chain $head"* ]]
}

@test "what was altered while nobody looked stays told, though the table is sealed anew" {
    start_scale
    start_counting
    stop_daemon
    sqlite3 "$DATABASE" "UPDATE meter SET path = 'elsewhere'"
    run -1 coaltally verify
    [[ $output == *'table meter, 1 rows, is not what row '* ]]
    start_daemon
    wait_for 20 has "journal WHERE kind = 'altered' AND subject = 'meter'"
    stop_daemon
    run -1 coaltally verify
    [[ $output == *'by then table meter had been changed by another hand'* ]]
    [[ $output != *'is not what row '* ]]
}
