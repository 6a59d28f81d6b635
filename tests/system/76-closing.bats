#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Periods close by the clock and by people; what changes afterwards makes a new version, and nothing is overwritten.
load lib
load lib_cli

# closing_scale RULES: one scale, read often, and when its periods close.
closing_scale() {
    start_scale
    echo "closing: $1" >>"$COALTALLY_CONFIG"
}

# versions [CONDITION]: "kind-shift vN" of each row, in the order of their making.
versions() { sql "SELECT group_concat(kind || shift || 'v' || version, ' ') FROM (SELECT * FROM version WHERE ${1:-1} ORDER BY id)"; }

versions_are() { [ "$(versions)" = "$1" ]; }
has_version() { [ "$(sql "SELECT count(*) FROM version WHERE $1")" -gt 0 ]; }

# The command line in the time of the ledger.
at() { # TIME COMMAND...
    TZ=Asia/Shanghai FAKETIME="@$1" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)" "$BUILD/coaltally" "${@:2}"
}

ran_on() { tell truth >/dev/null; [ "$(truth scale-1 total1 advanced_milli)" -gt "$1" ]; }

verifies() { [[ $("$BUILD/coaltally" verify) == *'all of it adds up'* ]]; }

# Makes the edit, as somebody who knows SQL, and sees verify find it; then takes it back.
found_by_verify() { # SQL WORD
    cp "$DATABASE" "$FOLDER/before.db"
    sqlite3 "$DATABASE" "DROP TRIGGER version_no_update; DROP TRIGGER version_no_delete; DROP TRIGGER IF EXISTS version_stays; $1"
    run "$BUILD/coaltally" verify
    cp "$FOLDER/before.db" "$DATABASE"
    [ "$status" -eq 1 ] || { echo "not found: $1"; return 1; }
    [[ $output == *"$2"* ]] || { echo "$output"; return 1; }
}

@test "the clock closes a shift and a day; readings that come later make the next version" {
    needs_faketime
    closing_scale '{shift_after: 1s, day_after: 3s}'
    start_daemon_at '2026-10-13 23:59:50'
    wait_for 30 versions_are 'shift2v1 day-1v1' # shifts are counted from 0
    [ "$(sql "SELECT count(*) FROM version WHERE prepared_by || checked_by || despite || cause != ''")" -eq 0 ]
    [ "$(sql "SELECT DISTINCT reported = (SELECT metered FROM day_total ORDER BY day LIMIT 1) FROM version")" = 1 ]
    settle_scale
    stop_daemon
    verifies

    # Eight hours later the scale is silent at first: its shift closes without what it counted meanwhile.
    tell fault scale-1 silent
    tell flows start
    wait_for 20 ran_on $(($(counted scale-1) + 500))
    start_daemon_at '2026-10-14 08:00:05'
    wait_for 30 has_version 'from_day = 20740 AND shift = 0 AND version = 1'
    tell clear scale-1 silent
    wait_for 60 has_version 'from_day = 20740 AND shift = 0 AND version = 2'
    [[ $(sql 'SELECT cause FROM version WHERE version = 2 LIMIT 1') == *' -> '*': readings came later' ]]
    [ "$(sql "SELECT reported = (SELECT metered FROM shift_total WHERE day = 20740 AND shift = 0)
        FROM version WHERE from_day = 20740 AND shift = 0 AND version = 2")" = 1 ]
    settle_scale
    stop_daemon
    verifies
    reconcile
    [[ $(unfolded "$(at '2026-10-14 09:00:00' close --list)") == *'2026-10-14/1 '*' 2 '*'readings came later'* ]]
    head=$(sql 'SELECT substr(hash, 1, 16) FROM journal ORDER BY id DESC LIMIT 1')
    [[ $(at '2026-10-14 09:00:00' day --date 2026-10-13) == *'closed: sim-x v1 10-14 00:00'*"chain $head"* ]]
    [[ $(at '2026-10-14 09:00:00' shift --date 2026-10-14 --shift 1 --lang zh) == *'已结账：模拟 sim-x v2 10-14 08:00'* ]]
    [[ $(at '2026-11-14 09:00:00' month --month 2026-10) == *'provisional: sim-x'* ]]
    at '2026-10-14 09:00:00' shift --date 2026-10-14 --format csv >"$FOLDER/shifts.csv"
    [ "$(column_of "$FOLDER/shifts.csv" shift 1 closed_version)" = 2 ]
    [ -z "$(column_of "$FOLDER/shifts.csv" shift 2 closed_version)" ]

    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    found_by_verify 'UPDATE version SET reported = reported + 1 WHERE version = 1' 'version'
    found_by_verify 'UPDATE version SET at_ms = at_ms + 1 WHERE id = 2' 'version'
    found_by_verify "UPDATE version SET prepared_by = 'me' WHERE id = 1" 'version'
    found_by_verify 'DELETE FROM version WHERE id = 1' 'version'
    found_by_verify "UPDATE version SET hash = lower(hex(zeroblob(32))) WHERE id = 3" 'version'
    run sqlite3 "$DATABASE" 'UPDATE version SET reported = 0'
    [ "$status" -ne 0 ]
    [[ $output == *'closed versions are never changed'* ]]
}

@test "people close a period: two of them, once it is over and what is unknown is decided" {
    needs_faketime
    closing_scale '{shift_after: 1d, day_after: 1d}'
    start_daemon_at '2026-10-13 22:00:00'
    wait_for 20 counting
    tell fault scale-1 jump 250.5
    wait_for 20 journal_has scale-1 jump
    settle_scale || true
    run -2 --separate-stderr at '2026-10-13 22:01:00' close --mine sim-x --period 2026-10-13 --prepared-by Li --checked-by Wang --by Li
    [[ $stderr == *'runs until 2026-10-14 00:00:00'* ]]
    stop_daemon

    local by=(--mine sim-x --period 2026-10-13 --prepared-by Li --by Li)
    run -2 --separate-stderr at '2026-10-14 08:00:00' close "${by[@]}"
    [[ $stderr == *'--checked-by is needed'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close "${by[@]}" --checked-by li
    [[ $stderr == *'li cannot check what Li prepared'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close "${by[@]}" --checked-by ' L i'
    [[ $stderr == *'cannot check what Li prepared'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close "${by[@]}" --checked-by Wang
    [[ $stderr == *'2026-10-13 is not reportable: 1 open'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close "${by[@]}" --checked-by Wang --despite
    [[ $stderr == *'--despite needs a --reason'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close --mine sim-y --period 2026-10-13 --prepared-by Li --checked-by Wang --by Li
    [[ $stderr == *'no mine sim-y; did you mean sim-x?'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close --mine sim-x --period 2026-10-13/9 --prepared-by Li --checked-by Wang --by Li
    [[ $stderr == *'--period'* || $stderr == *'only 3 shifts'* ]]
    run -2 --separate-stderr at '2026-10-14 08:00:00' close --mine sim-x --period 2026-10-12 --prepared-by Li --checked-by Wang --by Li
    [[ $stderr == *'nothing is recorded'* ]]
    [ "$(sql 'SELECT count(*) FROM version')" -eq 0 ]
    [[ $(at '2026-10-14 08:00:00' day --date 2026-10-13) == *'NOT REPORTABLE: sim-x ('*' unknown)'* ]]

    run -0 at '2026-10-14 08:00:00' close "${by[@]}" --checked-by Wang --despite --reason 'the display was read at shift change'
    [[ $output == 'sim-x 2026-10-13 closed as v1: reported '*' t   SIMULATED' ]]
    [ "$(sql 'SELECT prepared_by, checked_by, despite FROM version')" = 'Li|Wang|the display was read at shift change' ]
    run -2 --separate-stderr at '2026-10-14 08:01:00' close "${by[@]}" --checked-by Wang --despite --reason again
    [[ $stderr == *'closed already as v1, prepared by Li, checked by Wang'* ]]
    verifies
    [[ $(at '2026-10-14 08:00:00' day --date 2026-10-13) == *'sim-x closed despite what is unknown: the display was read at shift change'* ]]
    at '2026-10-14 08:30:00' adjust --mine sim-x --quantity raw_coal --period 2026-10-13 --amount 1t --reason 'the heap by the gate' --by Li
    [ "$(sql 'SELECT prepared_by, despite FROM version WHERE version = 2')" = '|the display was read at shift change' ]
    verifies
    [[ $(unfolded "$(at '2026-10-14 09:00:00' close --list)") == *'the display was read at shift change'* ]]
    [[ $(unfolded "$(at '2026-10-14 09:00:00' close --list --lang zh)") == *'已结账'* ]]
}
