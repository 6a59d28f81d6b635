#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A database that cannot be used: a clear message, the right exit status, and nothing lost.
load lib
load lib_cli

# refused STATUS TEXT COMMAND...: says so on stderr, within the time.
refused() {
    local limit=(timeout 30)
    ! declare -F "$3" >/dev/null || limit=() # a function has its own
    run "-$1" --separate-stderr "${limit[@]}" "${@:3}"
    [[ $stderr == *"$2"* ]] || { echo "expected: $2"; echo "said: $stderr"; return 1; }
    [ -z "$output" ]
}

# Whether either program refuses it, with the same words.
both_refuse() { # TEXT
    refused 3 "$1" "$BUILD/coaltallyd" # on stderr, as everything it says
    refused 3 "$1" "$BUILD/coaltally" shift
}

alarm_came_and_went() { # TEXT
    [ "$(sql "SELECT group_concat(kind) FROM journal WHERE text LIKE '%$1%'")" = alarm,alarm-cleared ]
}

@test "another program locks it: the daemon waits with what it counted, and says so" {
    start_scale
    echo 'alarms: {clear_after: 0s}' >>"$COALTALLY_CONFIG"
    start_counting
    hold_lock 'PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE;'
    wait_for 30 grep -q 'ledger.db: .*another program holds it; close that and try again' "$FOLDER/status.json"
    run coaltally shift # readers go on
    [ "$status" -eq 0 ]
    refused 3 'another coaltallyd runs on this ledger' "$BUILD/coaltallyd"
    release_lock
    settle_scale
    stop_daemon
    alarm_came_and_went 'another program holds it'
    reconcile
}

@test "locked by another program at the start" {
    start_scale
    start_counting
    stop_daemon
    hold_lock 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;'
    both_refuse 'another program holds it; close that and try again'
    release_lock
    start_daemon
    settle_scale
    stop_daemon
    reconcile
}

@test "missing, a folder, random bytes, another program's, a newer schema" {
    start_scale
    refused 3 'there is no ledger; coaltallyd makes it when it first starts' "$BUILD/coaltally" shift
    [ ! -e "$DATABASE" ]
    sed -i "s|^database: .*|database: $FOLDER/none/ledger.db|" "$COALTALLY_CONFIG"
    refused 3 "$FOLDER/none/ledger.db.lock: the lock file cannot be made: No such file or directory" "$BUILD/coaltallyd"
    sed -i "s|^database: .*|database: $DATABASE|" "$COALTALLY_CONFIG"

    mkdir "$DATABASE"
    both_refuse "$DATABASE"
    rmdir "$DATABASE"

    head -c 20000 /dev/urandom >"$DATABASE"
    both_refuse 'it is damaged or no ledger; keep the file, and restore the latest backup'
    head -c 20000 /dev/zero >"$DATABASE"
    both_refuse 'it is damaged or no ledger'
    rm "$DATABASE"*

    sqlite3 "$DATABASE" 'CREATE TABLE somebody (name)'
    both_refuse 'a database, but not a ledger of coaltally; name another file'
    [ "$(sqlite3 "$DATABASE" 'SELECT group_concat(name) FROM sqlite_schema')" = somebody ]
    rm "$DATABASE"*

    start_counting
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    before=$(sha256sum <"$DATABASE")
    both_refuse 'made by a newer coaltally'
    [ "$(sha256sum <"$DATABASE")" = "$before" ]
}

@test "damaged in the middle: said, and kept" {
    start_scale
    start_counting
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    size=$(stat -c %s "$DATABASE")
    [ "$size" -gt 20000 ]
    head -c $((size - 4096)) /dev/urandom | dd of="$DATABASE" bs=4096 seek=1 conv=notrunc status=none
    before=$(sha256sum <"$DATABASE")
    both_refuse 'it is damaged or no ledger; keep the file, and restore the latest backup'
    refused 3 'it is damaged or no ledger' "$BUILD/coaltally" verify
    [ "$(sha256sum <"$DATABASE")" = "$before" ]
}

@test "one page damaged, where nobody reads at the start: found by the check, and not written to" {
    start_scale
    start_counting
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    page=$(sql "SELECT rootpage FROM sqlite_schema WHERE name = 'minute'")
    printf 'nonsense' | dd of="$DATABASE" bs=1024 seek=$((page - 1)) conv=notrunc status=none
    before=$(sha256sum <"$DATABASE")
    refused 3 'nothing is written to it. Keep the file, and run: coaltally restore BACKUP' "$BUILD/coaltallyd"
    [ "$(sha256sum <"$DATABASE")" = "$before" ]
}

@test "read-only: the daemon says what to check, the command line reads" {
    start_scale
    start_counting
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    rm -rf "$DATABASE"-*
    programs_for_all
    chmod a+r "$COALTALLY_CONFIG"
    chmod a+rw "$DATABASE.lock"
    chmod 444 "$DATABASE"
    chmod 555 "$FOLDER"
    refused 3 'cannot be written; check its owner, its mode' as_plain 65534 coaltallyd
    read_the_same() { [ "$(as_plain 65534 coaltally shift --format json | grep -v as_of)" = "$(coaltally shift --format json | grep -v as_of)" ]; }
    run -0 as_plain 65534 coaltally shift --format json
    [[ $output == *'"simulated":true'* ]]
    wait_for 20 read_the_same # how much of a shift is gone changes between the two
}

@test "the disk is full, and has space again: all tonnes are there" {
    need_root "a small file system to fill"
    mount_disk 1m
    DATABASE=$FOLDER/disk/ledger.db
    start_scale
    start_counting
    dd if=/dev/zero of="$FOLDER/disk/fill" bs=1k status=none 2>/dev/null || true
    wait_for 60 grep -q 'make room on its disk' "$FOLDER/status.json"
    counted=$(sql 'SELECT sum(metered) FROM tally')
    run coaltally shift # still read
    [ "$status" -eq 0 ]
    is_running "$daemon"
    rm "$FOLDER/disk/fill"
    settle_scale
    [ "$(sql 'SELECT sum(metered) FROM tally')" -gt "$counted" ]
    wait_for 10 sh -c "! grep -q 'make room' '$FOLDER/status.json'"
    stop_daemon
    alarm_came_and_went 'make room on its disk'
    reconcile
}

@test "full from the start, and full at the stop" {
    need_root "a small file system to fill"
    mount_disk 1m
    DATABASE=$FOLDER/disk/ledger.db
    start_scale
    dd if=/dev/zero of="$FOLDER/disk/fill" bs=1k status=none 2>/dev/null || true
    refused 3 "$DATABASE" "$BUILD/coaltallyd"
    rm "$FOLDER/disk/fill"
    start_counting
    dd if=/dev/zero of="$FOLDER/disk/fill" bs=1k status=none 2>/dev/null || true
    wait_for 60 grep -q 'make room on its disk' "$FOLDER/status.json"
    status=0
    stop_daemon || status=$?
    [ "$status" -eq 3 ]
    grep -q 'counted again from the meters. totals at the next start' "$FOLDER/coaltallyd.log"
    rm "$FOLDER/disk/fill"
    start_daemon
    settle_scale
    stop_daemon
    reconcile
}
