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
    broker= mines= daemon= port=
}

# is_running PID: a child of this shell that has not ended yet. Once it has, its number may be another process's.
is_running() { [[ $'\n'$(jobs -pr; jobs -ps)$'\n' == *$'\n'"$1"$'\n'* ]]; }

# signal NAME PID: to a child that still runs, and to nobody else.
signal() { is_running "$2" && kill "-$1" "$2" 2>/dev/null; }

teardown() {
    local pid
    for pid in "${PIDS[@]}"; do signal TERM "$pid" || true; done
    for pid in "${PIDS[@]}"; do
        for _ in {1..100}; do is_running "$pid" && sleep 0.05 || break; done
        signal KILL "$pid" || true
        wait "$pid" 2>/dev/null || true
    done
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        echo "# --- $BATS_TEST_DESCRIPTION"
        tail -n 20 "$FOLDER"/*.log 2>/dev/null | sed 's/^/# /'
    fi
    # What was left running, and what a sanitizer has found, though the program went on.
    local found=$(pgrep -af -- "$FOLDER/"; grep -h 'runtime error:\|WARNING: .*Sanitizer\|ERROR: .*Sanitizer' "$FOLDER"/*.log 2>/dev/null)
    rm -rf "$FOLDER"
    [ -z "$found" ] || { echo "$found"; return 1; }
}

under_sanitizer() { case $BUILD in *address* | *thread*) return 0 ;; *) return 1 ;; esac; }

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is up. A sanitizer has three times as long.
wait_for() {
    local end=$((SECONDS + $1)) # waits for whole programs: generous everywhere
    ! under_sanitizer || end=$((end + 2 * $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "waited in vain for: $*"; return 1; }
        sleep 0.1
    done
}

# --- programs ---
# They are started with the test's own descriptors closed, so that bats does not wait for them.

# free_port: a TCP port of the loopback that nobody listens on, into $port.
free_port() {
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000)) # below what the kernel gives to clients
        (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
    done
    return 1
}

# start_broker [PORT] [LINE of configuration...]; without a port (or with '') on a free one, $port.
start_broker() {
    local tries=10
    [ -n "${1:-}" ] && tries=1
    for ((; tries > 0; tries--)); do
        [ -n "${1:-}" ] && port=$1 || free_port
        { printf 'listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n' "$port"
          printf '%s\n' "${@:2}"; } >"$FOLDER/mosquitto.conf"
        mosquitto -c "$FOLDER/mosquitto.conf" >>"$FOLDER/mosquitto.log" 2>&1 3>&- &
        broker=$!
        PIDS+=("$broker")
        wait_for 5 mosquitto_pub -h 127.0.0.1 -p "$port" -t up -m 1 && is_running "$broker" && return
    done
    return 1
}

stop_broker() {
    signal TERM "$broker"
    wait "$broker" 2>/dev/null || true
    broker=
}

# start_mines [OPTION of minesim...]: writes $COALTALLY_CONFIG for the daemon; with MQTT once $port is
# known (start_broker, free_port). Polls every 200 ms: what takes some intervals takes no time. Waits long for
# an answer: one that comes too late on a busy machine counts as read for the simulator, and not for the daemon.
start_mines() {
    "$BUILD/minesim" --control "$CONTROL" --truth "$TRUTH" --config-out "$COALTALLY_CONFIG" \
        --database "$DATABASE" --runtime "$FOLDER" --commit 1s --interval 200ms --timeout 3s ${port:+--mqtt 127.0.0.1:$port} "$@" \
        >"$FOLDER/minesim.log" 2>&1 3>&- &
    mines=$!
    PIDS+=("$mines")
    wait_for 15 test -S "$CONTROL"
}

# stop_mines: for good. Their ports may be those of another test's mines next: nobody answers where they are sought now.
stop_mines() {
    signal TERM "$mines"
    wait "$mines" || true
    mines=
    sed -i 's/tcp: "127\.0\.0\.1:/tcp: "127.255.0.1:/' "$COALTALLY_CONFIG"
}

# start_scenario [OPTION of minesim...] <<MINES: mines of the test's own.
start_scenario() {
    cat >"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" "$@"
}

tell() { "$BUILD/minesim" --send "$CONTROL" "$@"; }

start_daemon() { # [COMMAND to run it under...]
    rm -f "$FOLDER/status.json"
    "$@" "$BUILD/coaltallyd" >>"$FOLDER/coaltallyd.log" 2>&1 3>&- &
    daemon=$!
    PIDS+=("$daemon")
    wait_for 20 test -e "$FOLDER/status.json"
}

# start_daemon_at_rest: nothing moves until the daemon has opened all its meters, so that the ledger begins where the
# truth does, whichever answer was the first to come in time: for tests in which answers are waited for shortly.
start_daemon_at_rest() {
    tell flows stop >/dev/null
    start_daemon
    wait_for 60 all_opened
    tell flows start >/dev/null
}

all_opened() {
    [ "$(sql "SELECT (SELECT count(*) FROM meter) BETWEEN 1 AND (SELECT count(DISTINCT meter) FROM segment)")" = 1 ]
}

# start_daemon_at TIME of Shanghai: all its clocks begin there and then run as they should.
start_daemon_at() {
    start_daemon env TZ=Asia/Shanghai FAKETIME="@$1" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
}

# libfaketime is preloaded, and so would be the sanitizers' own library.
needs_faketime() {
    case $BUILD in *address* | *thread*) skip "libfaketime cannot be preloaded under a sanitizer" ;; esac
}

stop_daemon() { # SIGTERM, and its exit status
    local status=0
    signal TERM "$daemon"
    wait "$daemon" || status=$?
    rm -f "$FOLDER/status.json"
    daemon=
    return $status
}

kill_daemon() {
    signal KILL "$daemon"
    wait "$daemon" 2>/dev/null || true
    rm -f "$FOLDER/status.json"
    daemon=
}

coaltally() { "$BUILD/coaltally" "$@"; }

# unfolded PAGE: its long lines, which go on below, and all else as one.
unfolded() { tr -s '\n ' ' ' <<<"$1"; }

# rejoined: the lines of a page on stdin, those that went on below as one, and their fields one space apart.
rejoined() { perl -0pe 's/\n(?:   |     |       )(?=\S)/ /g; s/(?<=\S) +/ /g'; }

# hear TOPIC...: all that is published there from now on, a line each, topic first, into $HEARD.
hear() {
    local topic topics=(-t hearing)
    for topic; do topics+=(-t "$topic"); done
    HEARD=$FOLDER/heard.txt
    mosquitto_sub -h 127.0.0.1 -p "$port" -v "${topics[@]}" >>"$HEARD" 2>/dev/null 3>&- &
    PIDS+=("$!")
    wait_for 10 heard_anything
}

heard_anything() {
    mosquitto_pub -h 127.0.0.1 -p "$port" -t hearing -m 1
    [ -s "$HEARD" ]
}

heard() { grep -c -- "$1" "$HEARD"; } # how many lines hold this; fails where none does

# longest_pause TOPIC [FROM TO]: the longest time between two scans heard there, ms; wall times of the scans.
longest_pause() {
    sed -n "s|^$1 {\"time\":\([0-9]*\),.*|\1|p" "$HEARD" | awk -v from="${2:-0}" -v to="${3:-9e15}" '
        $1 >= from && $1 <= to { if (last && $1 - last > longest) longest = $1 - last; last = $1; scans++ }
        END { print (scans > 1 ? longest + 0 : 9999999) }'
}

# usual_pause TOPIC: the median of those times: one that a busy machine was late with does not count.
usual_pause() {
    sed -n "s|^$1 {\"time\":\([0-9]*\),.*|\1|p" "$HEARD" | awk 'last { print $1 - last } { last = $1 }' | sort -n |
        awk '{ pause[NR] = $1 } END { print (NR ? pause[int((NR + 1) / 2)] : 9999999) }'
}

# --- the truth ---

# truth DEVICE POINT COLUMN: a counter's figure of the truth file, by the column's name.
truth() {
    tell truth >/dev/null
    awk -F '\t' -v device="$1" -v point="$2" -v column="$3" '
        $1 == "#counter" { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "counter" && $3 == device && $4 == point { print $at[column] }' "$TRUTH"
}

# asked DEVICE COLUMN: its requests (asked, answered, exceptions, spoiled, writes_refused).
asked() {
    tell truth >/dev/null
    awk -F '\t' -v device="$1" -v column="$2" '
        $1 == "#device" { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "device" && $3 == device { print $at[column] }' "$TRUTH"
}

# fault_truth DEVICE FAULT COLUMN: of the latest fault of that kind: before, after, advanced, begin_wall_ms ...
fault_truth() {
    tell truth >/dev/null
    awk -F '\t' -v device="$1" -v fault="$2" -v column="$3" '
        $1 == "#fault" { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "fault" && $3 == device && $5 == fault { found = $at[column] }
        END { print found }' "$TRUTH"
}

simulated_ms() { tell truth >/dev/null; awk -F '\t' '$1 == "world" { print $5 }' "$TRUTH"; }

# All counters have been read since a simulated time.
all_read_since() {
    tell truth >/dev/null
    awk -F '\t' -v since="$1" '$1 == "counter" && ($15 == "-" || $15 <= since) { late = 1 } END { exit late }' "$TRUTH"
}

# Every counter was read anew, and once more: by then the first of the two is in the ledger's hands.
read_anew() {
    wait_for 30 all_read_since "$(simulated_ms)"
    wait_for 30 all_read_since "$(simulated_ms)"
}

# The totals stand, and the daemon has read that they do. What it read is on disk once it has stopped.
settle() {
    tell flows stop >/dev/null
    read_anew
}

# --- the ledger ---

sql() { sqlite3 -readonly "$DATABASE" ".timeout 5000" "$@"; }

# counted METER: all that its tallies hold, in thousandths (of coal: kg).
counted() {
    sql "SELECT coalesce(sum(metered), 0) FROM tally JOIN meter ON meter.id = tally.meter WHERE meter.name = '$1'"
}

# The first production day of the ledger, and the latest one that has brought something: they stay when a day begins
# in the midst of a test.
first_day() { sql "SELECT date(min(day) * 86400, 'unixepoch') FROM day_total"; }
last_day() { sql "SELECT date(max(day) * 86400, 'unixepoch') FROM day_total WHERE metered > 0"; }

has_counted() { [ "$(counted "$1" 2>/dev/null || echo 0)" -gt "$2" ]; } # METER THOUSANDTHS

# journal METER KIND [COLUMNS of the journal]: one row a line, columns parted by '|'.
journal() {
    sql "SELECT ${3:-journal.id} FROM journal JOIN meter ON meter.id = journal.meter
         WHERE meter.name = '$1' AND journal.kind = '$2' ORDER BY journal.id"
}

journalled() { journal "$1" "$2" "journal.$3"; } # METER KIND COLUMN

# What befalls a meter again and again stands in one row an hour: the sum of a column over all of them.
journal_sum() { journal "$1" "$2" "sum(journal.$3)"; } # METER KIND COLUMN

journal_has() { [ -n "$(journal "$1" "$2")" ]; } # METER KIND

agrees() { tell truth >/dev/null && "$SOURCE/simulators/compare" "$TRUTH" "$DATABASE"; }

# The belts stop, and the ledger says to the kilogram what has passed them.
settle_scale() {
    tell flows stop >/dev/null
    wait_for 30 agrees
}

# Every meter to the unit, and every sum of the ledger.
reconcile() {
    tell truth >/dev/null
    local shared
    "$SOURCE/simulators/compare" "$TRUTH" "$DATABASE" && coaltally verify && shared=$(revs_shared) && [ -z "$shared" ]
}

# Rows that travel to a county have a rev of their own each: those that have not.
revs_shared() {
    local rows
    rows=$(sql "SELECT group_concat('SELECT rev, ''' || t.name || ''' AS name FROM ' || t.name, ' UNION ALL ')
        FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = 'rev'
        AND t.name NOT LIKE 'replica%' AND t.name <> 'revision'")
    sql "SELECT rev, group_concat(name) FROM ($rows) GROUP BY rev HAVING count(*) > 1"
}

# --- what the daemon says of itself ---

# status_of DEVICE FIELD: of `coaltally status`.
status_of() { coaltally status --format csv >"$FOLDER/status.csv"; column_of "$FOLDER/status.csv" device "$1" "$2"; }

status_is() { [ "$(status_of "$1" "$2")" = "$3" ]; } # DEVICE FIELD VALUE; said once a second

# column_of CSV KEY-COLUMN KEY COLUMN
column_of() {
    awk -F ',' -v key="$2" -v wanted="$3" -v column="$4" '
        /^"?#/ { next }
        !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1; next }
        $at[key] == wanted { print $at[column] }' "$1"
}
