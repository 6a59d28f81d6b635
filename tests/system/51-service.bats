#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The unit under a real systemd: this machine's own tree, booted in a container of its
# own, with the installed programs laid over it. Skips where that cannot be had.
load lib
load lib_cli

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 nsenter -t "$init" -a -- "$@"; }
property() { inside systemctl show coaltallyd -p "$1" --value; }
is() { [ "$(property "$1")" = "$2" ]; } # PROPERTY VALUE
member() { inside setpriv --reuid=65534 --regid=65534 --groups="$1" --inh-caps=-all -- "${@:2}"; }

boot_up() {
    need_root "a container"
    ! under_sanitizer || skip "a sanitizer's runtime needs what the unit forbids"
    local tool
    for tool in systemd-nspawn nsenter systemd-id128 systemd-sysusers; do
        command -v $tool >/dev/null || skip "no $tool here"
    done
    mount_disk 1g
    machine=ct-${FOLDER##*.}
    tree=$FOLDER/disk/tree
    mkdir "$FOLDER"/disk/{up,work,tree}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$FOLDER/disk/up,workdir=$FOLDER/disk/work" "$tree" 2>/dev/null ||
        skip "no overlay can be mounted here"
    rm -f "$tree/etc/machine-id"
    systemd-id128 new >"$tree/etc/machine-id"
    # Its own cgroup: containers that share one stop each other's units.
    groups=()
    for hierarchy in systemd unified; do
        mkdir "/sys/fs/cgroup/$hierarchy/$machine" 2>/dev/null && groups+=("/sys/fs/cgroup/$hierarchy/$machine") || true
    done
    # @clock: what the unit allows is the unit's own business.
    (for group in "${groups[@]}"; do echo $BASHPID >"$group/cgroup.procs"; done
     exec systemd-nspawn -q -D "$tree" --boot --register=no --keep-unit --private-network --machine=$machine \
         --system-call-filter=@clock --console=pipe systemd.unit=basic.target) </dev/null >"$FOLDER/console.log" 2>&1 3>&- &
    nspawn=$!
    wait_for 30 has_booted || skip "no system can be booted here: $(tail -n 1 "$FOLDER/console.log")"
}

fed_since() { [ "$(property WatchdogTimestampMonotonic)" -gt "$1" ]; }

has_booted() {
    init=$(pgrep -P "$nspawn" | head -n 1)
    [ -n "$init" ] && space=$(readlink "/proc/$init/ns/pid") && [ "$space" != "$(readlink /proc/self/ns/pid)" ] &&
        inside systemctl is-active -q basic.target
}

# The container's first process is what it was: of the same namespace. Once it has ended its number may be another's.
is_init() { [ -n "${space:-}" ] && [ "$(readlink "/proc/$init/ns/pid")" = "$space" ]; }

boot_down() {
    [ -n "${nspawn:-}" ] || return 0
    signal TERM "$nspawn" || true
    for _ in {1..100}; do is_running "$nspawn" || break; sleep 0.1; done
    signal KILL "$nspawn" || true
    ! is_init || kill -9 "$init" 2>/dev/null || true # outlives a killed nspawn
    wait "$nspawn" 2>/dev/null || true
}

eval "disk_$(declare -f teardown)" # lib_cli.bash's own
teardown() {
    boot_down
    [ -z "${tree:-}" ] || umount -l "$tree" 2>/dev/null || true
    for group in ${groups[@]+"${groups[@]}"}; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
    disk_teardown
}

# perl_under NAME SCRIPT SED...: a unit that is allowed what coaltallyd is, and runs perl.
perl_under() {
    sed -e '/^Restart/d; /^WatchdogSec/d; /^RuntimeDirectory/d; /^StateDirectory/d' -e 's/^Type=.*/Type=oneshot/' \
        -e "s|^ExecStart=.*|ExecStart=/usr/bin/perl -e '$2'|" "${@:3}" \
        "$tree/usr/lib/systemd/system/coaltallyd.service" >"$tree/etc/systemd/system/$1.service"
    inside systemctl daemon-reload
    inside systemctl start "$1"
}

@test "started, watched, killed, hung, stopped, refused" {
    boot_up
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$SOURCE" install DESTDIR="$tree" PREFIX=/usr \
        BUILD="$(realpath --relative-to="$SOURCE" "$BUILD")"
    rm -rf "$tree"/var/lib/coaltally "$tree"/etc/coaltally/coaltally.yaml
    inside systemd-sysusers /usr/lib/sysusers.d/coaltally.conf
    inside systemctl daemon-reload
    group=$(inside getent group coaltally | cut -d : -f 3)
    inside systemd-run -q --unit=mines minesim --mines 1 --control /run/mines.sock --truth /run/truth.tsv \
        --config-out /etc/coaltally/coaltally.yaml --commit 1s
    wait_for 20 test -S "/proc/$init/root/run/mines.sock"

    # Type=notify: start waits for it; no credential is there, and none is missed
    inside systemctl start coaltallyd
    is ActiveState active
    is User coaltally
    inside systemctl is-active -q coaltallyd

    # the watchdog is fed
    fed=$(property WatchdogTimestampMonotonic)
    [ "$fed" -gt 0 ]
    wait_for 20 fed_since "$fed"

    # a plain member reads, and nobody else
    wait_for 20 member "$group" coaltally status
    run -0 member "$group" coaltally shift
    [[ $output == *SIMULATED* ]]
    run -3 member 65534 coaltally status
    [[ $output == *"readers belong to its group"* ]]
    [ "$(stat -c %a "$tree/var/lib/coaltally" "$tree/var/lib/coaltally/ledger.db")" = $'750\n640' ]

    # a member of both groups acts, and is known by the system's name; one of the readers' group may not
    acting=$(inside getent group coaltally-act | cut -d : -f 3)
    enter=(coaltally enter --mine sim-a --item stock --period yesterday --value 84300 --source x --by Li)
    [ "$(inside stat -c '%a %U %G' /var/lib/coaltally/ledger.db-acts)" = '1770 coaltally coaltally-act' ]
    run -0 member "$group,$acting" "${enter[@]}"
    [[ $output == *"84,300.000 t, by hand, version 1   SIMULATED" ]]
    [[ $(member "$group" coaltally acts --format csv) == *,Li,nobody,enter,*,done,* ]]
    run -3 member "$group" "${enter[@]}"
    [[ $output == *"nobody may not act: who acts belongs to the groups coaltally and coaltally-act"* ]]

    # it may ask whether the clock is synchronised (adjtimex, read), and that is what the unit's line is for
    asks='my $$b = chr(0) x 256; exit(syscall(159, $$b) < 0 ? 1 : 0)'
    if [ "$(uname -m)" = x86_64 ]; then
        perl_under asks "$asks"
        run perl_under forbidden "$asks" -e '/^SystemCallFilter=adjtimex/d'
        [ "$status" -ne 0 ]
    fi

    # serial lines: /dev is there, and those that belong to their group can be opened
    inside install -m 660 -g dialout /dev/null /dev/ttyTEST
    perl_under lines 'open(my $$line, "+<", "/dev/ttyTEST") or die $$!'
    inside chgrp tty /dev/ttyTEST
    run perl_under lines 'open(my $$line, "+<", "/dev/ttyTEST") or die $$!'
    [ "$status" -ne 0 ]

    # killed: up again after a second
    main=$(property MainPID)
    inside kill -9 "$main"
    wait_for 20 is NRestarts 1
    wait_for 20 is ActiveState active
    [ "$(property MainPID)" != "$main" ]

    # hung: killed by the watchdog (a shorter one, not to wait for half a minute), and up again
    mkdir -p "$tree/etc/systemd/system/coaltallyd.service.d"
    printf '[Service]\nWatchdogSec=3s\n' >"$tree/etc/systemd/system/coaltallyd.service.d/short.conf"
    mkdir -p "$tree/etc/credstore"
    echo secret >"$tree/etc/credstore/coaltally.mqtt-password"
    echo key >"$tree/etc/credstore/coaltally.mqtt-key"
    inside systemctl daemon-reload
    inside systemctl restart coaltallyd
    [ "$(inside cat /run/credentials/coaltallyd.service/coaltally.mqtt-password)" = secret ]
    [ "$(inside cat /run/credentials/coaltallyd.service/coaltally.mqtt-key)" = key ]
    main=$(property MainPID)
    inside kill -STOP "$main"
    wait_for 30 is NRestarts 1
    wait_for 20 is ActiveState active
    [ "$(property MainPID)" != "$main" ]
    inside journalctl -u coaltallyd --no-pager | grep -q 'Watchdog timeout'

    # stopped: clean, and all of it in the ledger
    inside minesim --send /run/mines.sock flows stop
    sleep 1.5 # one more scan of each device
    inside systemctl stop coaltallyd
    is ActiveState inactive
    is Result success
    is ExecMainStatus 0
    inside coaltally verify
    run -1 member "$group" coaltally status
    [[ $output == *"does NOT run"* ]]

    # stopped, a member's act waits, and root's is applied at once, and what waited before it
    run -3 member "$group,$acting" "${enter[@]}"
    [[ $output == *"the act waits, and is applied when coaltallyd next runs"* ]]
    [[ $(inside coaltally acts) == *"1 waiting"* ]]
    run -0 inside "${enter[@]}"
    [[ $output == *"version 3   SIMULATED" ]]
    [ -z "$(inside find /var/lib/coaltally -user root)" ]
    inside coaltally verify

    # a broken configuration: failed, named, and not tried again
    sed -i 's/^commit: .*/commit: never/' "$tree/etc/coaltally/coaltally.yaml"
    run inside systemctl start coaltallyd
    [ "$status" -ne 0 ]
    is ActiveState failed
    is ExecMainStatus 2
    is NRestarts 0
    says_why() { inside journalctl -u coaltallyd --no-pager | grep 'coaltally.yaml:[0-9]*:[0-9]*: found "never", expected a duration'; }
    wait_for 20 says_why # the journal takes its time
}
