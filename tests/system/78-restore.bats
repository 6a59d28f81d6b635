#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A backup takes the ledger's place: whole or not at all, and the meters' totals give back what it does not have.
load lib
load lib_cli

entered() { "$BUILD/coaltally" enter --mine sim-x --item stock --period "$1" --value 100 --source test --by Li; }
restore() { "$BUILD/coaltally" restore "$@"; }
aside() { find "$FOLDER" -name 'ledger.db.replaced-*' ! -name '*-wal' ! -name '*-shm'; }

@test "the ledger is damaged: the backup is restored, and no coal is lost" {
    start_scale
    start_counting
    entered 2026-01-01
    "$BUILD/coaltally" backup "$FOLDER/backup.db"
    local then=$(counted scale-1)
    wait_for 20 has_counted scale-1 $((then + 500))
    entered 2026-01-02
    run -3 --separate-stderr restore "$FOLDER/backup.db" --by Li
    [[ $stderr == *'another coaltallyd runs on this ledger'* ]]
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    printf 'nonsense' | dd of="$DATABASE" bs=1024 seek=1 conv=notrunc status=none
    before=$(sha256sum <"$DATABASE")
    run -3 --separate-stderr "$BUILD/coaltallyd"
    [[ $stderr == *'coaltally restore'* ]]

    run -0 restore "$FOLDER/backup.db" --by Li
    [[ ${lines[0]} == *'restored as of 20'* ]]
    [[ $output == *"the former ledger is kept: $(aside)"* ]]
    [ "$(sha256sum <"$(aside)")" = "$before" ]
    [ -z "$(find "$FOLDER" -name '*.copying*' -o -name '*.restoring*')" ]
    "$BUILD/coaltally" verify
    [ "$(sql "SELECT group_concat(verb) FROM act")" = enter,restore ]
    [[ $(sql "SELECT actor || ' ' || answer FROM act WHERE verb = 'restore'") == "Li restored from $FOLDER/backup.db" ]]

    start_daemon
    settle_scale
    stop_daemon
    reconcile
    "$BUILD/coaltally" verify
}

@test "acts that are newer than the backup are counted, and can be looked at" {
    start_scale
    start_counting
    "$BUILD/coaltally" backup "$FOLDER/backup.db"
    entered 2026-01-02
    entered 2026-01-03
    stop_daemon
    run -0 restore "$FOLDER/backup.db" --by Li --lang en
    [[ $output == *'2 acts are newer than the backup'*"  coaltally acts --database $(aside)"* ]]
    [ "$("$BUILD/coaltally" acts --database "$(aside)" --format csv | grep -c ',enter,')" -eq 2 ]
}

@test "what is no backup changes nothing" {
    start_scale
    start_counting
    "$BUILD/coaltally" backup "$FOLDER/backup.db"
    stop_daemon
    sqlite3 "$DATABASE" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    before=$(sha256sum <"$DATABASE")
    cp "$FOLDER/backup.db" "$FOLDER/damaged.db"
    page=$(sqlite3 "$FOLDER/backup.db" "SELECT rootpage FROM sqlite_schema WHERE name = 'tally'")
    printf 'nonsense' | dd of="$FOLDER/damaged.db" bs=1024 seek=$((page - 1)) conv=notrunc status=none
    sqlite3 "$FOLDER/somebody.db" 'CREATE TABLE somebody (name)'
    : >"$FOLDER/empty.db"
    run -3 --separate-stderr restore "$FOLDER/damaged.db" --by Li
    [[ $stderr == *'damaged'* ]]
    run -3 --separate-stderr restore "$FOLDER/somebody.db" --by Li
    [[ $stderr == *'not a ledger of coaltally'* ]]
    run -3 --separate-stderr restore "$FOLDER/empty.db" --by Li
    [[ $stderr == *'no ledger of coaltally'* ]]
    run -3 --separate-stderr restore "$FOLDER/none.db" --by Li
    [[ $stderr == *'none.db: there is no'* ]]
    run -2 --separate-stderr restore "$FOLDER/backup.db"
    [[ $stderr == *'--by is missing'* ]]
    [ "$(sha256sum <"$DATABASE")" = "$before" ]
    [ -z "$(aside)" ]
    [ -z "$(find "$FOLDER" -name '*.copying*' -o -name '*.restoring*')" ]
}

# Killed after a random while, again and again: the ledger is the former one, or the restored one, or asks
# for the restore to be done again.
@test "kills at any moment of a restore" {
    start_scale
    start_counting
    "$BUILD/coaltally" backup "$FOLDER/backup.db"
    stop_daemon
    RANDOM=${SEED:-7}
    for _ in {1..12}; do
        "$BUILD/coaltally" restore "$FOLDER/backup.db" --by Li >/dev/null 2>&1 &
        local pid=$!
        sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
        signal KILL $pid || true
        wait $pid 2>/dev/null || true
        rm -f "$DATABASE".replaced-*
        if [ -e "$DATABASE.restoring" ]; then
            run -3 --separate-stderr "$BUILD/coaltallyd"
            [[ $stderr == *'a restore was broken off; do it again'* ]]
        else
            "$BUILD/coaltally" verify >/dev/null
        fi
    done
    restore "$FOLDER/backup.db" --by Li
    "$BUILD/coaltally" verify
    start_daemon
    settle_scale
    stop_daemon
    reconcile
}
