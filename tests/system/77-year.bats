#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A simulated year of three mines, leap years too, through imports and acts: every shift, day, dekad, month, own month
# and year, spans, and all versions of closed periods, as an independent model (tests/model) has them, to the kilogram.
load lib

# year SEED
year() {
    needs_faketime
    /usr/bin/python3 -c 'import zoneinfo, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || skip "no Python 3.10"
    echo "# seed $1" >&3
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SOURCE/tests/model/year.py" "$1" "$FOLDER" "$(realpath "$BUILD")/coaltally" \
        "$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
}

@test "a common year" { year 2; }
@test "a year, its third mine with more shifts than those with meters" { year 4; }
@test "a leap year, and a clock that is put forward and back" { year 5; }
@test "a year of any seed" { year "${SEED:-$((RANDOM * 2 + RANDOM % 2))}"; }
