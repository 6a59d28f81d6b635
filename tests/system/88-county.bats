#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Made-up counties whose mines have facts that change and report by hand: every sum, ratio and count of the board, what
# would be, the ranking and the months judged against capacity, as an independent model (tests/model) has them, exactly.
load lib

# county SEED
county() {
    needs_faketime
    echo "# seed $1" >&3
    mkdir "$FOLDER/seeds" # of the real county only what is to be found, none of its mines
    cp "$SOURCE/seeds/indicators.yaml" "$SOURCE/seeds/limits.yaml" "$FOLDER/seeds"
    printf 'mines: []\n' >"$FOLDER/seeds/mines.yaml"
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SOURCE/tests/model/county.py" "$1" "$FOLDER" \
        "$(realpath "$BUILD")/coaltally" "$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
}

@test "a county of eleven mines" { county 2; }
@test "a county of any seed" { county "${SEED:-$RANDOM}"; }
