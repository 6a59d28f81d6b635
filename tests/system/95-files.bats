#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The ledger's way by file: what is exported at the sites and ingested at the county is there to the kilogram, in any
# order, twice, or mixed with what comes by line; what was cut off or altered is refused whole.
load lib
load lib_files

@test "two sites on a stick: the county's figures are theirs" {
    site sim-a
    more 500
    rest
    run -0 export_to a.rows --lang en
    [[ $output == *"rows of the ledger of sim-a, revs 1 to $(since a.rows)   SIMULATED"* ]]
    [[ $output == *"next time: --since $(since a.rows)"* ]]
    site sim-b 12
    rest
    export_to b.rows
    county
    run -0 ingest a.rows --by Li
    [[ $output == "sim-a: "*" rows new, 0 the same, 0 not counted; the county's copy is complete up to $(since a.rows)   SIMULATED" ]]
    ingest b.rows
    equal sim-a sim-b
    [ "$(sql "SELECT group_concat(actor || ' ' || verb || ' ' || outcome) FROM act WHERE id = 1")" = "Li ingest 1" ]
    run -0 ingest a.rows
    [[ $output == *"sim-a: 0 rows new, "*" the same, 0 not counted"* ]]
    equal sim-a sim-b
    coaltally verify
    [ -z "$(find "$TOP/county" -name '*.rows')" ] # nothing of the files is left
}

@test "three sticks in a chain: out of order, one missing, twice, the newest one again" {
    site sim-a
    export_to 1.rows
    more 100
    export_to 2.rows --since "$(since 1.rows)"
    more 100
    export_to 3.rows --since "$(since 2.rows)"
    rest
    export_to 4.rows --since "$(since 3.rows)"
    [ "$(since 1.rows)" -lt "$(since 2.rows)" ] && [ "$(since 2.rows)" -lt "$(since 3.rows)" ]
    county
    run -1 --separate-stderr ingest 2.rows # the first of a ledger is missing
    [[ $(unfolded "$stderr") == *"refused: the file begins after $(since 1.rows), and the county does not have"*"without --since"* ]]
    ingest 1.rows
    run -1 --separate-stderr ingest 3.rows
    [[ $(unfolded "$stderr") == *"rows are missing before it: the county has those of sim-a up to $(since 1.rows), and the file begins after $(since 2.rows)"*"--since $(since 1.rows)"* ]]
    ingest 2.rows
    ingest 3.rows
    run -0 ingest 2.rows # an old one
    [[ $output == *"nothing new: the county has had all of it (rows up to $(since 3.rows))"* ]]
    ingest 4.rows
    ingest 4.rows
    equal sim-a
    at sim-a
    export_to whole.rows # from the beginning on: goes on from where the county stands
    at county
    run -0 ingest whole.rows
    [[ $output == *"sim-a: 0 rows new, "*" the same"* ]]
    equal sim-a
}

@test "a file that was cut off or altered is refused whole" {
    site sim-a
    rest
    export_to good.rows
    county
    before=$(sql 'SELECT count(*) FROM journal')
    head -c -1 "$STICK/good.rows" >"$STICK/byte.rows"
    head -n -1 "$STICK/good.rows" >"$STICK/line.rows"
    sed '3y/0123456789/1234567890/' "$STICK/good.rows" >"$STICK/digit.rows"
    sed '3d' "$STICK/good.rows" >"$STICK/gone.rows"
    (cat "$STICK/good.rows"; echo) >"$STICK/longer.rows"
    sed 's/$/\r/' "$STICK/good.rows" >"$STICK/mail.rows"
    echo '{"coaltally":"ledger","v":2}' >"$STICK/newer.rows"
    sqlite3 "$STICK/other.rows" 'CREATE TABLE t(c)'
    : >"$STICK/empty.rows"
    for file in byte line empty; do
        run -1 --separate-stderr ingest $file.rows
        [[ $stderr == *"$file.rows: refused: it was cut off"* ]]
    done
    for file in digit gone longer mail; do
        run -1 --separate-stderr ingest $file.rows
        [[ $stderr == *"$file.rows: refused: "* ]]
    done
    run -1 --separate-stderr ingest newer.rows
    [[ $stderr == *'made by a newer coaltally (file version 2, this program knows 1)'* ]]
    run -1 --separate-stderr ingest other.rows
    [[ $stderr == *'refused: it '* ]]
    run -2 --separate-stderr ingest none.rows
    [ "$(sql 'SELECT count(*) FROM journal')" -eq "$before" ]
    [ "$(sql 'SELECT count(*) FROM replica')" -eq 0 ]
    ingest good.rows
    equal sim-a
}

@test "what an export is not" {
    site sim-a
    rest
    export_to a.rows
    run -2 --separate-stderr export_to a.rows
    [[ $stderr == *'exists already'* ]]
    run -2 --separate-stderr export_to b.rows --since 99999
    [[ $stderr == *"the ledger's newest row is $(since a.rows)"* ]]
    run -2 --separate-stderr export_to b.rows --since x
    run -2 --separate-stderr export_to b.rows --site sim-b
    [[ $stderr == *'this ledger is that of site sim-a, and holds none of other sites'* ]]
    coaltally export --output - >"$STICK/pipe.rows"
    cmp <(sed 's/"made_ms":[0-9]*//; $d' "$STICK/pipe.rows") <(sed 's/"made_ms":[0-9]*//; $d' "$STICK/a.rows")
    coaltally export --output "$STICK"
    [ -e "$STICK/sim-a-0-$(since a.rows).rows" ]
    run -1 --separate-stderr coaltally ingest "$STICK/a.rows" --lang en # a site's ledger takes none
    [[ $stderr == *"refused: this is a site's ledger"* ]]
}

@test "with a daemon at the county: it takes the file in" {
    site sim-a
    rest
    export_to a.rows
    county
    start_daemon
    run -0 ingest a.rows
    [[ $output == *' rows new, 0 the same, 0 not counted'* ]]
    equal sim-a
    [ -z "$(find "$FOLDER" -name '*.rows' -o -name '*.act')" ]
    run -0 ingest a.rows
    run -2 --separate-stderr export_to own.rows --lang en
    [[ $stderr == *'--site is missing: this ledger holds those of sim-a'* ]]
    export_to own.rows --site county
    run -1 --separate-stderr ingest own.rows
    [[ $stderr == *'the file is of this very ledger'* ]]
    stop_daemon
    equal sim-a
}

@test "a stick and the line, one after the other" {
    line
    site sim-a
    more 100
    export_to first.rows
    county
    ingest first.rows # before a line was laid
    start_daemon
    at sim-a
    stop_daemon
    to_county
    start_daemon
    more 100
    wait_for 20 arrived sim-a # goes on from the stick
    export_to second.rows --since "$(since first.rows)"
    signal TERM "$broker"
    more 100 # the line is cut
    export_to third.rows --since "$(since second.rows)"
    rest
    export_to fourth.rows
    at county
    run -0 ingest second.rows # the line was faster
    [[ $output == *'nothing new'* || $output == *'sim-a: 0 rows new'* ]]
    run -0 ingest third.rows
    ingest fourth.rows
    equal sim-a
    [ "$(sql "SELECT count(*) FROM replica")" -eq 1 ]
    mosquitto -c "$TOP/mosquitto.conf" >>"$TOP/mosquitto.log" 2>&1 3>&- &
    PIDS+=("$!")
    at sim-a
    tell flows start
    start_daemon
    more 100
    wait_for 40 arrived sim-a # and the line from the stick
    rest
    at county
    stop_daemon
    coaltally verify --against "$TOP/sim-a/ledger.db"
}

@test "who may: members hand files in, others are told what to do; without a daemon it waits" {
    need_root "other users"
    site sim-a
    rest
    export_to a.rows
    chmod -R a+rX "$TOP"
    county
    FOLDER=$TOP
    programs_for_all
    at county
    start_daemon
    plain() { COALTALLY_CONFIG=$FOLDER/coaltally.yaml FOLDER=$TOP as_plain "$@" --lang en; }
    chmod a+rx "$FOLDER"
    chmod a+r "$COALTALLY_CONFIG" "$FOLDER/roster.yaml" "$DATABASE"*
    run -3 --separate-stderr plain 65534 coaltally ingest "$STICK/a.rows"
    [[ $stderr == *'may not act: who acts belongs to the groups'* ]]
    local group=$(stat -c %g "$DATABASE-acts")
    chgrp 65534 "$DATABASE-acts"
    run -0 plain 65534 coaltally ingest "$STICK/a.rows" --by gateway
    [[ $output == *' rows new, 0 the same, 0 not counted'* ]]
    equal sim-a
    stop_daemon
    run -3 --separate-stderr plain 65534 coaltally ingest "$STICK/a.rows"
    [[ $stderr == *'the act waits, and is applied when coaltallyd next runs'* ]]
    [ -n "$(find "$DATABASE-acts" -name '*.rows')" ]
    start_daemon
    wait_for 20 nothing_waits
    [ "$(sql "SELECT outcome FROM act ORDER BY id DESC LIMIT 1")" -eq 1 ]
    chgrp "$group" "$DATABASE-acts"
}

nothing_waits() { [ -z "$(find "$DATABASE-acts" -name '*.rows' -o -name '*.act')" ]; }

@test "a disk too full for the file, and a command killed while it copies" {
    need_root "a small disk"
    site sim-a
    rest
    export_to a.rows
    county
    FOLDER=$TOP
    mount_disk 700k
    at county
    sed -i "s|^database: .*|database: $TOP/disk/ledger.db|" "$COALTALLY_CONFIG"
    DATABASE=$TOP/disk/ledger.db
    start_daemon
    stop_daemon
    dd if=/dev/zero of="$TOP/disk/full" bs=1k 2>/dev/null || true
    run -3 --separate-stderr ingest a.rows
    [[ $(unfolded "$stderr") == *'kB free, and the file of '*' kB needs twice its size; make room'* ]]
    [ -z "$(find "$TOP/disk" -name '*.rows')" ]
    rm "$TOP/disk/full"
    # What a killed command has left is no act, and is swept away after a day.
    touch -d '2 days ago' "$DATABASE-acts/.0123456789abcdef0123456789abcdef.rows"
    touch "$DATABASE-acts/.1123456789abcdef0123456789abcdef.rows"
    start_daemon
    [ "$(find "$DATABASE-acts" -name '*.rows' -printf '%f')" = .1123456789abcdef0123456789abcdef.rows ]
    ingest a.rows
    stop_daemon
    coaltally verify
}
