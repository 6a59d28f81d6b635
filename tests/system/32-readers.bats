#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A plain member of the ledger's group reads, whatever the daemon does; nobody else does.
load lib
load lib_cli

GROUP=65533 OUTSIDE=65532

# The daemon as its own user, its ledger and status file in a folder for its group, as the unit has it.
start_service() {
    local user=(setpriv --reuid=65531 --regid=$GROUP --clear-groups --inh-caps=-all --)
    rm -f "$FOLDER/state/status.json"
    (umask 0027; exec "${user[@]}" "$BUILD/coaltallyd") >>"$FOLDER/coaltallyd.log" 2>&1 3>&- &
    daemon=$!
    PIDS+=("$daemon")
    wait_for 20 test -e "$FOLDER/state/status.json"
    wait_for 20 counting
}

setup_service() {
    need_root "other users"
    programs_for_all
    DATABASE=$FOLDER/state/ledger.db
    install -d -o 65531 -g $GROUP -m 0750 "$FOLDER/state"
    start_scale --runtime "$FOLDER/state"
    chmod a+r "$COALTALLY_CONFIG"
    BUILD=$FOLDER/bin # which everybody may run
    unset COALTALLY_PROFILES
    start_service
}

member() { as_plain $GROUP coaltally "$@"; }

# Each way of reading gives what root is given.
member_reads() { # STATUS of `status`
    local verb
    for verb in shift day month year hours trace; do
        run -0 --separate-stderr member $verb
        [ -z "$stderr" ]
        [[ $output == *SIMULATED* ]]
    done
    run -0 member journal
    [[ $output == *"new meter"* ]]
    run -0 member verify
    run "-$1" member status
}

# A shift may begin between the two, and how much of it is gone changes.
same_page() { wait_for 20 same_shift; }
same_shift() { [ "$(member shift --format csv)" = "$(coaltally shift --format csv)" ]; }

@test "while it runs, after a clean stop, after a kill" {
    setup_service
    member_reads 0
    [[ $output == *"scale-1"* ]]
    [[ $output == *SIMULATED* ]]
    settle_scale
    total=$(counted scale-1)
    same_page

    stop_daemon
    member_reads 1
    [[ $output == *"does NOT run"* ]]
    [ "$(counted scale-1)" -eq "$total" ]
    same_page

    tell flows start
    start_service
    kill_daemon
    [ -e "$DATABASE-wal" ]
    member_reads 1
    [[ $output == *"does NOT run"* ]]
    same_page
    [ "$(find "$FOLDER/state" -user 65534 | wc -l)" -eq 0 ] # and a reader leaves nothing there
}

@test "somebody outside the group is told why not" {
    setup_service
    for verb in shift day month year hours trace journal verify status board; do
        run -3 --separate-stderr as_plain $OUTSIDE coaltally $verb
        [[ $stderr == *"$DATABASE: "*"check the rights to it and its folder: readers belong to its group"* ]]
        [[ $output != *"does NOT run"* ]] # of which they know nothing
    done
}

@test "a member cannot write, nor be a second daemon" {
    setup_service
    run -3 as_plain $GROUP coaltallyd
    [[ $output == *"the lock file cannot be made: Permission denied; check the rights to the folder"* ]]
    run -3 member backup "$FOLDER/state/copy.db"
    [[ $output == *"Permission denied"* ]]
    install -d -m 777 "$FOLDER/out"
    run -0 member backup "$FOLDER/out/copy.db"
    coaltally --database "$FOLDER/out/copy.db" verify
    settle_scale
    stop_daemon
    coaltally verify
}
