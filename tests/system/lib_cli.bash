# SPDX-License-Identifier: Apache-2.0
# What the tests of the store, the command line and the service share, besides lib.bash.
bats_require_minimum_version 1.5.0

# start_scale [OPTION of minesim...]: one mine with one quick main scale, and the
# script of $SCRIPT (lines of a scenario), if any.
start_scale() {
    { printf 'mines:\n  - name: sim-x\n    rate: 800 t/h\n    devices:\n'
      printf '      - {name: scale-1, profile: siemens-bw500, drives: main_belt, refresh: 0s}\n'
      [ -z "${SCRIPT:-}" ] || printf 'script:\n%s\n' "$SCRIPT"; } >"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" --seed 11 "$@"
}

counting() { [ "$(sql 'SELECT ifnull(sum(metered), 0) FROM tally')" -gt 0 ]; }

# start_counting: the daemon, until it has counted something and written it.
start_counting() {
    start_daemon "$@"
    wait_for 20 counting
}

# programs_for_all: copies that any user can run, wherever the checkout lies.
programs_for_all() {
    mkdir -p "$FOLDER/bin" "$FOLDER/share/coaltally"
    cp "$BUILD/coaltally" "$BUILD/coaltallyd" "$BUILD/minesim" "$FOLDER/bin"
    cp -r "$SOURCE/drivers/profiles" "$SOURCE/seeds" "$FOLDER/share/coaltally"
    chmod -R a+rX "$FOLDER/bin" "$FOLDER/share"
    chmod a+rx "$FOLDER"
}

# One of these, as a user without any rights of root, in group GROUP (a number) alone.
# Not root: as whoever we are.
as_plain() { # GROUP PROGRAM...
    local user=()
    [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid="$1" --clear-groups --inh-caps=-all --)
    env -u COALTALLY_PROFILES timeout 30 "${user[@]}" "$FOLDER/bin/$2" "${@:3}"
}

# mount_disk SIZE: a small file system at $FOLDER/disk, for as long as the test runs.
mount_disk() {
    mkdir "$FOLDER/disk"
    mount -t tmpfs -o size="$1" coaltally "$FOLDER/disk" || skip "no tmpfs can be mounted here"
}

eval "programs_$(declare -f teardown)" # lib.bash's own
teardown() {
    [ ! -d "$FOLDER/disk" ] || umount -l "$FOLDER/disk" || true
    chmod 755 "$FOLDER" # a test may have taken the right to write
    programs_teardown
}

need_root() { [ "$(id -u)" -eq 0 ] || skip "needs root: $1"; }

# hold_lock SQL: another program that holds the database until release_lock.
hold_lock() {
    mkfifo "$FOLDER/holder"
    sqlite3 "$DATABASE" <"$FOLDER/holder" >"$FOLDER/holder.out" 2>&1 3>&- &
    holder=$!
    PIDS+=("$holder")
    exec 4>"$FOLDER/holder"
    echo "$1 SELECT 'held';" >&4
    wait_for 10 grep -qx held "$FOLDER/holder.out"
}

release_lock() {
    echo .quit >&4
    exec 4>&-
    wait "$holder"
    rm "$FOLDER/holder"
}

# seeds_of YEAR: the seeds as if what the county published of 2026 were of that year.
seeds_of() {
    cp -r "$SOURCE/seeds" "$FOLDER/seeds"
    sed -i "s/of: 2026/of: $1/" "$FOLDER/seeds/indicators.yaml"
    export COALTALLY_SEEDS=$FOLDER/seeds
}

# Every row and figure of the ledger holds.
verified() { coaltally verify "$@"; }

# fits_a_page COMMAND...: what it prints has no line wider than 100 columns of a screen.
fits_a_page() {
    "$@" | /usr/bin/python3 -c 'import sys, unicodedata
wide = [line for line in sys.stdin if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n")) > 100]
sys.exit("".join(wide) or 0)'
}
