#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Two ways of measuring the same, compared once a shift.
load lib

# start_fast TIME of Shanghai: five seconds of the daemon's are one of ours.
start_fast() {
    start_daemon env TZ=Asia/Shanghai FAKETIME="@$1 x5" LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
}

# How many rows tell that meters differ in shifts that began by that time of the day; none stands twice.
differ() {
    sql "SELECT count(*) || ' ' || count(DISTINCT meter || ' ' || from_ms) FROM journal WHERE kind = 'differs'
         AND time(from_ms / 1000, 'unixepoch', '+8 hours') <= '$1'"
}
one_differs() { [ "$(sql "SELECT count(*) > 0 FROM journal WHERE kind = 'differs'")" = 1 ]; }

@test "belts in series that differ are an alarm and a row of the journal, once a shift and pair" {
    needs_faketime
    start_scenario --timeout 5s <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: belt-1, profile: siemens-bw500, drives: main_belt}
      - {name: belt-2, profile: siemens-bw500, drives: check_belt}
      - {name: belt-3, profile: siemens-bw500, drives: check_belt}
MINES
    # Shifts of a minute about eight. The belts of the simulator differ by some kilograms in such a time.
    sed -i 's/shifts: {.*}}/shifts: {a: "00:00", b: "08:00", c: "08:01", d: "08:02", e: "08:03"}}/' "$COALTALLY_CONFIG"
    printf '%s\n' 'alarms: {clear_after: 0s, difference: 0.001 %}' 'gap: 10s' >>"$COALTALLY_CONFIG"
    start_fast '2026-10-13 07:59:50'
    wait_for 90 one_differs
    run coaltally journal --kind differs --lang en
    [[ $(unfolded "$output") == *"belt-"*" t against "*" t of belt-1, shift 2026-10-13 08:0"*" % / 0.001 %"* ]]
    [[ $(coaltally journal --kind differs --lang zh | tr -d ' \n') == *计量点不符*"，belt-1为"* ]]
    [[ $(unfolded "$(coaltally shift --date 2026-10-13 --lang en)") == *"belt-"?" "*" t against "*" t of belt-1, shift 2026-10-13 08:0"* ]]
    [[ $(coaltally alarms --cleared --format csv) == *,amber,*,north,belt-?,differs,* ]]
    stop_daemon
    local before=$(differ 08:01:00)
    [ "${before% *}" = "${before#* }" ]
    start_fast '2026-10-13 08:03:05' # it judges the latest shift anew, and finds what it wrote
    sleep 5
    stop_daemon
    before=$(differ 08:59:00)
    [ "${before% *}" = "${before#* }" ]
    coaltally verify
}
