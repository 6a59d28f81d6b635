#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Servers and a client that nobody here wrote, on the other end of the wire.
load lib

# stranger COMMAND...: a program of somebody else's, in the background.
stranger() {
    "$@" >>"$FOLDER/stranger.log" 2>&1 3>&- &
    PIDS+=("$!")
}

listening() { (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# A line whose two ends are ptys, $FOLDER/near and $FOLDER/far.
lay_line() {
    command -v socat || skip "no socat"
    stranger socat "pty,raw,echo=0,link=$FOLDER/near" "pty,raw,echo=0,link=$FOLDER/far"
    wait_for 20 test -e "$FOLDER/near"
    wait_for 20 test -e "$FOLDER/far"
}

# What the strangers hold, holding registers where nothing is said: 100 is 0x0001E240 (123456), 102 the float
# 123.5, 104 is -7; input register 5 is 4711; coil 3 is set.
write_profile() {
    mkdir -p "$FOLDER/profiles"
    cat >"$FOLDER/profiles/stranger.yaml" <<'PROFILE'
profile: stranger
title: A server of somebody else's
source: this test
address_base: 0
defaults: {kind: gauge, table: holding, order: ABCD, unit: t/h}
points:
  - {name: total, kind: counter, address: 100, type: uint32, unit: t}
  - {name: real, address: 102, type: float32, resolution: 0.1}
  - {name: below, address: 104, type: int16}
  - {name: input, table: input, address: 5, type: uint16}
  - {name: coil, kind: state, table: coil, address: 3}
PROFILE
    export COALTALLY_PROFILES=$FOLDER/profiles
}

# configure BUS: one mine whose scale is the stranger. The broker's port is $broker_port.
configure() {
    cat >"$COALTALLY_CONFIG" <<CONFIGURATION
site: {name: demo}
clock: {wait: 0s}
database: "$DATABASE"
runtime: "$FOLDER"
commit: 1s
mqtt: {host: 127.0.0.1, port: $broker_port}
defaults: {interval: 200ms, timeout: 1s}
mines:
  - {name: north, calendar: [{from: 2026-01-01, day: "00:00", shifts: {a: "00:00"}}]}
buses:
  - {name: wire, $1}
devices:
  - {name: scale, bus: wire, unit: 1, mine: north, profile: stranger}
meters:
  - {name: main, mine: north, quantity: raw_coal, point: scale.total, role: main, max_rate: 1200 t/h}
CONFIGURATION
}

# The daemon reads the stranger on BUS, and publishes what it holds.
daemon_reads() {
    start_broker
    broker_port=$port
    hear 'coaltally/demo/north/scale/scan'
    configure "$1"
    start_daemon
    wait_for 20 heard '"total":123456[,}]'
    for value in '"real":123.5' '"below":-7' '"input":4711'; do wait_for 20 heard "$value[,}]" || { cat "$HEARD"; return 1; }; done
    wait_for 20 heard '"coil":\(1\|true\)[,}]'
    stop_daemon
}

probe_reads() { # ADDRESS
    coaltally probe "$1" --profile stranger --format csv >"$FOLDER/probe.csv"
    for value in total,.*,123456, real,.*,123.5, below,.*,-7, input,.*,4711, coil,.*,1,; do
        grep -q "^$value" "$FOLDER/probe.csv" || { cat "$FOLDER/probe.csv"; return 1; }
    done
}

# pymodbus_serves TCP-PORT|PATH: Debian's pymodbus, with the system's python.
pymodbus_serves() {
    /usr/bin/python3 -c 'import pymodbus, serial_asyncio' 2>/dev/null || skip "no pymodbus with serial lines"
    cat >"$FOLDER/server.py" <<'SERVER'
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer
holding = [0] * 100 + [0x0001, 0xE240, 0x42F7, 0x0000, 0x10000 - 7] + [0] * 20
unit = ModbusSlaveContext(
    hr=ModbusSequentialDataBlock(0, holding),
    ir=ModbusSequentialDataBlock(0, [0] * 5 + [4711] + [0] * 20),
    co=ModbusSequentialDataBlock(0, [0, 0, 0, 1] + [0] * 20),
    zero_mode=True)
units = ModbusServerContext(slaves={1: unit}, single=False)
if sys.argv[1].isdigit():
    StartTcpServer(context=units, address=("127.0.0.1", int(sys.argv[1])))
else:
    StartSerialServer(context=units, framer=ModbusRtuFramer, port=sys.argv[1], baudrate=19200)
SERVER
    stranger /usr/bin/python3 "$FOLDER/server.py" "$1"
}

@test "pymodbus over TCP: probe and the daemon read what it holds, and its refusals" {
    write_profile
    free_port
    pymodbus_serves "$port"
    served=$port
    wait_for 20 listening
    probe_reads "tcp:127.0.0.1:$served"
    run coaltally probe "tcp:127.0.0.1:$served" --at holding:1000
    [ "$status" -eq 3 ]
    [[ $output == *"exception 2, illegal data address"* ]]
    daemon_reads "tcp: \"127.0.0.1:$served\""
}

@test "pymodbus on a serial line: the daemon reads what it holds" {
    write_profile
    lay_line
    pymodbus_serves "$FOLDER/far"
    daemon_reads "rtu: $FOLDER/near, baud: 19200"
}

@test "modbus-serial of npm: probe and the daemon read what it holds" {
    command -v node && command -v npm || skip "no node with npm"
    (cd "$FOLDER" && timeout 60 npm install --silent --no-audit --no-fund --omit=optional --ignore-scripts \
        --cache "$FOLDER/npm" --prefix . modbus-serial) >"$FOLDER/npm.log" 2>&1 3>&- || skip "npm has no modbus-serial for us"
    cat >"$FOLDER/server.js" <<'SERVER'
const modbus = require('modbus-serial');
const holding = {100: 0x0001, 101: 0xE240, 102: 0x42F7, 103: 0, 104: 0x10000 - 7};
new modbus.ServerTCP({
    getHoldingRegister: address => address in holding ? holding[address] : Promise.reject({modbusErrorCode: 4}),
    getInputRegister: address => address === 5 ? 4711 : 0,
    getCoil: address => address === 3,
}, {host: '127.0.0.1', port: +process.argv[2], unitID: 1});
SERVER
    write_profile
    free_port
    served=$port
    stranger env NODE_PATH="$FOLDER/node_modules" node "$FOLDER/server.js" "$served"
    wait_for 20 listening
    probe_reads "tcp:127.0.0.1:$served"
    run coaltally probe "tcp:127.0.0.1:$served" --at holding:200 --words 1
    [ "$status" -eq 3 ]
    [[ $output == *"exception 4, device failure"* ]]
    daemon_reads "tcp: \"127.0.0.1:$served\""
}

# It takes one connection in its life, always at port 1502, so it is started for each.
libmodbus_serves() {
    if [ -n "${server:-}" ]; then signal TERM "$server" || true; wait "$server" || true; fi
    stranger "$FOLDER/unit-test-server" tcp
    server=${PIDS[-1]}
    wait_for 20 listens_1502
}

# A connection would be its only one.
listens_1502() { grep -q ' 0100007F:05DE 00000000:0000 0A' /proc/net/tcp; }

# refuses ADDRESS WORDS TEXT [TIMEOUT]: what a probe of libmodbus' bad registers says.
refuses() {
    libmodbus_serves
    run coaltally probe tcp:127.0.0.1:1502 --unit 17 --at "holding:$1" --words "$2" --timeout "${4:-3s}"
    [ "$status" -eq 3 ]
    [[ $output == *"$3"* ]] || { echo "$output"; return 1; }
}

@test "libmodbus' own test server, and each of its bad registers" {
    examples=/usr/share/doc/libmodbus-dev/examples
    [ -e "$examples/unit-test-server.c" ] && [ -e "$examples/unit-test.h" ] || skip "libmodbus-dev has no examples here"
    ! listens_1502 || skip "port 1502 is taken"
    gcc -w -I"$examples" -o "$FOLDER/unit-test-server" "$examples/unit-test-server.c" $(pkg-config --cflags --libs libmodbus) ||
        skip "its test server cannot be built"
    libmodbus_serves
    run coaltally probe tcp:127.0.0.1:1502 --unit 17 --at input:264 --words 1 # 0x108
    [ "$status" -eq 0 ]
    [[ $output =~ 264\ +000A\ .*\ 10\  ]]
    refuses 368 1 'exception 6, device busy'                                  # 0x170
    refuses 369 1 'the answer has'                                            # 0x171: another's transaction
    refuses 370 1 'no answer from 127.0.0.1:1502 unit 17 within 300 ms' 300ms # 0x172: sleeps 0.5 s
    refuses 371 1 'the answer has'                                            # 0x173: drips the answer of unit 255
    refuses 352 2 'the answer has'                                            # 0x160: one value fewer than asked
}

@test "mbpoll reads a simulated scale over TCP and on a serial line" {
    command -v mbpoll || skip "no mbpoll"
    start_scenario <<MINES
ports:
  - {name: line-1, rtu: line-1, baud: 19200}
mines:
  - name: sim-x
    devices:
      - {name: on-tcp, profile: siemens-bw500, refresh: 0s}
      - {name: on-line, profile: siemens-bw500, port: line-1, unit: 17, refresh: 0s}
MINES
    tell flows stop
    tell fault on-tcp preset 4294960.123 # 0xFFFFE3FB
    tell fault on-line preset 1234.567   # 0x0012D687
    tcp=$(tell show | awk -F '\t' '$1 ~ "on-tcp$" { sub("port ", "", $2); print $2 }')
    mbpoll -m tcp -p "$tcp" -a 1 -t 4:hex -r 1016 -c 2 -1 127.0.0.1 >"$FOLDER/tcp.txt"
    grep -q '0xFFFF' "$FOLDER/tcp.txt"
    grep -q '0xE3FB' "$FOLDER/tcp.txt"
    mbpoll -m rtu -b 19200 -P none -a 17 -t 4:hex -r 1016 -c 2 -1 "$FOLDER/line-1" >"$FOLDER/line.txt"
    grep -q '0x0012' "$FOLDER/line.txt"
    grep -q '0xD687' "$FOLDER/line.txt"
}
