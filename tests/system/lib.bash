# SPDX-License-Identifier: Apache-2.0
# What the system tests share: the real programs, started and stopped. A test file
# begins with `load lib` and its sentences read: start_broker; start_mines --mines 1;
# start_daemon; ... Everything lives in $FOLDER and is stopped by pid at the end.

BUILD=${COALTALLY_BUILD:-$BATS_TEST_DIRNAME/../../build}
SOURCE=$BATS_TEST_DIRNAME/../..
export LC_ALL=C.UTF-8 COALTALLY_PROFILES=$SOURCE/drivers/profiles
PATH=$PATH:/usr/sbin

setup() {
    FOLDER=$(mktemp -d "${BATS_TMPDIR:-/tmp}/coaltally.XXXXXX")
    export COALTALLY_CONFIG=$FOLDER/coaltally.yaml
    DATABASE=$FOLDER/ledger.db
    CONTROL=$FOLDER/control
    TRUTH=$FOLDER/truth.tsv
    PIDS=()
    broker= mines= daemon=
}

teardown() {
    local pid
    for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${PIDS[@]}"; do
        for _ in {1..100}; do kill -0 "$pid" 2>/dev/null && sleep 0.05 || break; done
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        echo "# --- $BATS_TEST_DESCRIPTION"
        tail -n 20 "$FOLDER"/*.log 2>/dev/null | sed 's/^/# /'
    fi
    rm -rf "$FOLDER"
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is up.
wait_for() {
    local end=$((SECONDS + $1)) # waits for whole programs: generous everywhere
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "waited in vain for: $*"; return 1; }
        sleep 0.1
    done
}

# Programs are started with the test's own descriptors closed, so that bats does not wait for them.
start_broker() { # [PORT] [LINE of configuration...]
    local tries=10
    port=${1:-}
    [ -n "$port" ] && tries=1
    for ((; tries > 0; tries--)); do
        [ -n "${1:-}" ] || port=$((20000 + RANDOM % 20000))
        { printf 'listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n' "$port"
          printf '%s\n' "${@:2}"; } >"$FOLDER/mosquitto.conf"
        mosquitto -c "$FOLDER/mosquitto.conf" >"$FOLDER/mosquitto.log" 2>&1 3>&- &
        broker=$!
        PIDS+=("$broker")
        wait_for 5 mosquitto_pub -h 127.0.0.1 -p "$port" -t up -m 1 && kill -0 "$broker" && return
    done
    return 1
}

# start_mines [OPTION of minesim...]: writes $COALTALLY_CONFIG for the daemon; MQTT where a broker runs.
start_mines() {
    "$BUILD/minesim" --control "$CONTROL" --truth "$TRUTH" --config-out "$COALTALLY_CONFIG" --database "$DATABASE" \
        --runtime "$FOLDER" --commit 1s ${broker:+--mqtt 127.0.0.1:$port} "$@" >"$FOLDER/minesim.log" 2>&1 3>&- &
    mines=$!
    PIDS+=("$mines")
    wait_for 15 test -S "$CONTROL"
}

tell() { "$BUILD/minesim" --send "$CONTROL" "$@"; }

start_daemon() { # [COMMAND to run it under...]
    "$@" "$BUILD/coaltallyd" >>"$FOLDER/coaltallyd.log" 2>&1 3>&- &
    daemon=$!
    PIDS+=("$daemon")
    wait_for 20 test -e "$FOLDER/status.json"
}

stop_daemon() { # SIGTERM, and its exit status
    local status=0
    kill "$daemon"
    wait "$daemon" || status=$?
    rm -f "$FOLDER/status.json"
    daemon=
    return $status
}

kill_daemon() {
    kill -9 "$daemon"
    wait "$daemon" 2>/dev/null || true
    rm -f "$FOLDER/status.json"
    daemon=
}

# Totals stand, the meters have shown it (their refresh), and the daemon has read and committed it.
settle() {
    tell flows stop >/dev/null
    sleep "${1:-13}"
}

coaltally() { "$BUILD/coaltally" "$@"; }
sql() { sqlite3 -readonly "$DATABASE" "$@"; }
scans() { sql 'SELECT count(*) FROM tally WHERE last_raw IS NOT NULL'; }

# truth DEVICE POINT COLUMN: a figure of the truth file, by the column's name.
truth() {
    tell truth >/dev/null
    awk -F '\t' -v device="$1" -v point="$2" -v column="$3" '
        $1 == "#counter" { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "counter" && $3 == device && $4 == point { print $at[column] }' "$TRUTH"
}

# Every meter to the unit, and every sum of the ledger.
reconcile() {
    tell truth >/dev/null
    "$SOURCE/simulators/compare" "$TRUTH" "$DATABASE" && coaltally verify
}

journal_has() { # METER KIND
    [ "$(sql "SELECT count(*) FROM journal JOIN meter ON meter.id = journal.meter
              WHERE meter.name = '$1' AND journal.kind = '$2'")" -gt 0 ]
}

under_sanitizer() { case $BUILD in *address* | *thread*) return 0 ;; *) return 1 ;; esac; }
