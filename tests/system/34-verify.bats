#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# backup while the daemon runs, and verify, which finds a row that somebody edited by hand.
load lib
load lib_cli

# A ledger with a segment before a reset and one after, a gap, and something counted after all that.
fill_ledger() {
    start_scale
    printf 'gap: 10s\n' >>"$COALTALLY_CONFIG"
    start_counting
    settle_scale # a reset while nothing moves lacks nothing
    tell fault scale-1 reset
    wait_for 20 has 'segment WHERE segment = 2'
    tell flows start
    tell fault scale-1 silent for 12s
    wait_for 60 has gap
}

has() { [ "$(sql "SELECT count(*) FROM $1")" -ge 1 ]; }

copied() { coaltally --database "$COPY" "$@"; }

# edited CHECK SQL: verify of a copy that somebody changed so names the row.
edited() {
    COPY=$FOLDER/edited.db
    cp "$FOLDER/sound.db" "$COPY"
    sqlite3 "$COPY" "$2; SELECT changes()" >"$FOLDER/changes"
    [ "$(tail -1 "$FOLDER/changes")" -ge 1 ] || { echo "nothing changed: $2"; return 1; }
    run -1 --separate-stderr copied verify
    [[ ${lines[0]} == "$1"* ]] || { echo "expected $1; $2"; echo "$output"; return 1; }
    [[ $output == *"it does NOT add up"* ]]
    [ "$(copied verify --format json | python3 -c 'import json, sys; page = json.load(sys.stdin)
print(page["rows"][0]["check"], page["holds"])')" = "${1%% *} False" ]
    # how to see the row is a statement that shows one
    local look
    look=$(sed -n 's/^  look: sqlite3 LEDGER "\(.*\)"$/\1/p' <<<"$output" | head -1)
    [ -n "$look" ]
    sqlite3 -readonly "$COPY" "$look" >"$FOLDER/shown"
    rm -f "$COPY" "$COPY"-*
}

@test "backup while the daemon runs, and every edit by hand is found" {
    fill_ledger
    for copy in 1 2 3 4 5; do
        run -0 --separate-stderr coaltally backup "$FOLDER/copy-$copy.db"
        [ -z "$stderr" ]
        [[ $output == *"a checked copy of $DATABASE"* ]]
        COPY=$FOLDER/copy-$copy.db
        copied verify
        copied day | grep -q SIMULATED
        [ ! -e "$COPY-wal" ]
        [ "$(stat -c %a "$COPY")" = 640 ]
    done
    settle_scale
    coaltally backup "$FOLDER/sound.db"
    [ "$(sqlite3 "$FOLDER/sound.db" 'SELECT sum(metered) FROM tally')" = "$(sql 'SELECT sum(metered) FROM tally')" ]

    # never over a file, never half of one
    before=$(sha256sum <"$FOLDER/copy-1.db")
    run -2 coaltally backup "$FOLDER/copy-1.db"
    [[ $output == *"exists already and is left as it is; name a new file"* ]]
    [ "$(sha256sum <"$FOLDER/copy-1.db")" = "$before" ]
    run -3 coaltally backup "$FOLDER/none/copy.db"
    [[ $output == *"No such file or directory"* ]]
    run -2 coaltally backup
    if [ "$(id -u)" -eq 0 ]; then
        mount_disk 32k
        run -3 coaltally backup "$FOLDER/disk/copy.db"
        [[ $output == *"make room on its disk"* ]]
        [ -z "$(ls "$FOLDER/disk")" ]
    fi
    stop_daemon
    reconcile

    COPY=$FOLDER/sound.db
    run -0 copied verify
    [[ $output == *"1 meters, 2 segments"*"1 gaps"*"all of it adds up"* ]]
    edited 'tally scale-1' 'UPDATE tally SET metered = metered + 1'
    edited 'tally scale-1' 'UPDATE tally SET end_count = end_count - 1, metered = metered - 1'
    edited 'tally scale-1' 'UPDATE tally SET good_ms = end_ms'
    edited 'tally scale-1' 'DELETE FROM tally WHERE bucket_ms = (SELECT max(bucket_ms) FROM tally)'
    edited 'segment scale-1' 'UPDATE segment SET counted = counted + 1 WHERE segment = 1'
    edited 'segment scale-1' 'UPDATE segment SET first = first + 1 WHERE segment = 2'
    edited 'segment scale-1' 'UPDATE segment SET wraps = wraps + 1'
    edited 'segment scale-1' 'DELETE FROM segment WHERE segment = 1'
    edited 'state scale-1' "UPDATE meter_state SET state = ''"
    edited 'total scale-1' 'UPDATE shift_total SET metered = metered - 1'
    edited 'total scale-1' 'UPDATE day_total SET metered = metered + 1000000'
    edited 'total scale-1' 'UPDATE month_total SET good_ms = 0'
    edited 'total scale-1' 'DELETE FROM shift_total'
    edited 'gap scale-1' 'UPDATE gap SET amount = -1'
    edited 'gap scale-1' 'UPDATE gap SET to_ms = from_ms - 1'
    edited 'gap scale-1' 'UPDATE gap SET amount = amount + 1000000'
    run sqlite3 "$DATABASE" 'UPDATE journal SET amount = 0'
    [[ $output == *"the journal is append-only"* ]]
    run sqlite3 "$DATABASE" 'DELETE FROM journal'
    [[ $output == *"the journal is append-only"* ]]
    dropped='DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;'
    edited 'journal' "$dropped UPDATE journal SET amount = amount + 1 WHERE kind = 'reset'"
    edited 'journal' "$dropped UPDATE journal SET at_ms = at_ms - 1 WHERE id = 2"
    edited 'journal' "$dropped UPDATE journal SET text = 'as it should be' WHERE id = 1"
    edited 'journal' "$dropped DELETE FROM journal WHERE kind = 'reset'"
}
