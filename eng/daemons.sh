# Sourced by ./demo: a Docker engine, an LXD or a libvirtd of its own below a directory, with one tiny image. Needs root. Nothing of the machine's own is touched.

# tiny_root DIRECTORY: a file system of a static busybox.
tiny_root() {
    mkdir -p "$1/bin" "$1/sbin" "$1/dev" "$1/proc" "$1/sys" "$1/etc" "$1/root" "$1/tmp" "$1/run" "$1/var"
    cp /bin/busybox "$1/bin/busybox"
    for name in sh sleep cat echo kill; do ln -s busybox "$1/bin/$name"; done
    printf '#!/bin/sh\ntrap "exit 0" PWR TERM INT\nwhile :; do sleep 1000000 & wait $!; done\n' >"$1/sbin/init"
    chmod 755 "$1/sbin/init"
}

# until_works WHAT COMMAND...: waits 20 s at most.
until_works() {
    what=$1 tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$tries" -lt 100 ] || { say "$what does not answer"; return 1; }
        tries=$((tries + 1))
        sleep 0.2
    done
}

# start_docker DIRECTORY: DOCKER_HOST is set, and the image muster-demo:1 is there.
start_docker() {
    containerd --address "$1/containerd.sock" --root "$1/containerd" --state "$1/state" >"$1/containerd.log" 2>&1 &
    echo $! >"$1/daemons"
    until_works containerd test -S "$1/containerd.sock"
    start_dockerd "$1"
    tiny_root "$1/root"
    tar -C "$1/root" -c . | docker import --change 'CMD ["/sbin/init"]' - muster-demo:1 >/dev/null
}

# start_dockerd DIRECTORY: the engine alone, again after stop_dockerd.
start_dockerd() {
    dockerd --data-root "$1/docker" --exec-root "$1/exec" --pidfile "$1/docker.pid" --host "unix://$1/docker.sock" \
        --containerd "$1/containerd.sock" --bridge none --iptables=false --ip6tables=false >>"$1/docker.log" 2>&1 &
    echo $! >"$1/dockerd"
    DOCKER_HOST="unix://$1/docker.sock"
    export DOCKER_HOST
    until_works dockerd docker version
}

# stop_dockerd DIRECTORY: its containers stop with it, and are there when it is back.
stop_dockerd() {
    kill "$(cat "$1/dockerd")" 2>/dev/null || true
    wait "$(cat "$1/dockerd")" 2>/dev/null || true
}

# start_lxd DIRECTORY: LXD_DIR is set, and the image muster-demo is there.
start_lxd() {
    # Containers run as users of their own, who must get through.
    chmod 711 "$1"
    LXD_DIR=$1/lxd LXD_CONF=$1/client
    export LXD_DIR LXD_CONF
    mkdir "$LXD_DIR"
    lxd --group root >"$1/lxd.log" 2>&1 &
    echo $! >"$1/daemons"
    until_works lxd lxc query /1.0
    lxc storage create default dir >/dev/null 2>&1
    lxc profile device add default root disk path=/ pool=default >/dev/null
    tiny_root "$1/image/rootfs"
    printf 'architecture: %s\ncreation_date: 1700000000\n' "$(uname -m)" >"$1/image/metadata.yaml"
    tar -C "$1/image" -czf "$1/image.tar.gz" metadata.yaml rootfs
    lxc image import "$1/image.tar.gz" --alias muster-demo >/dev/null 2>&1
}

# is_reaped: whether the first process reaps others as soon as they end.
is_reaped() { [ "$(cat /proc/1/comm)" = systemd ]; }

# libvirt_missing: adds what start_libvirt needs and is missing.
libvirt_missing() {
    command -v libvirtd >/dev/null || missing="$missing libvirt-daemon-system libvirt-clients"
    command -v virsh >/dev/null || missing="$missing libvirt-clients"
    is_reaped || command -v tini >/dev/null || missing="$missing tini"
    command -v qemu-system-x86_64 >/dev/null || missing="$missing qemu-system-x86"
    command -v qemu-img >/dev/null || missing="$missing qemu-utils"
}

# start_libvirt DIRECTORY: LIBVIRT_DEFAULT_URI is set, and the base volume tiny.img is there: it waits for its power button, and then switches
# itself off.
start_libvirt() {
    reaper=
    is_reaped || reaper=--reaper
    # shellcheck disable=SC2086 # one option or none
    eng/libvirt-host "$1" --own-network $reaper >"$1/libvirt.log" 2>&1 &
    echo $! >"$1/daemons"
    LIBVIRT_DEFAULT_URI="qemu:///system?socket=$1/run/libvirt-sock"
    export LIBVIRT_DEFAULT_URI
    until_works libvirtd virsh version
    # mov al,FBh; out 21h,al; mov al,FDh; out A1h,al: no interrupt but that of ACPI. mov dx,602h; mov ax,100h; out dx,ax: the power button is told.
    # again: sti; hlt; mov dx,600h; in ax,dx; test ah,1; jz again: until it is pressed. mov dx,604h; mov ax,2000h; out dx,ax; jmp again: off.
    printf '\260\373\346\041\260\375\346\241\272\002\006\270\000\001\357\373\364\272\000\006\355\366\304\001\164\365\272\004\006\270\000\040\357\353\354' \
        >"$1/lib/images/tiny.img"
    printf '\125\252' | dd of="$1/lib/images/tiny.img" bs=1 seek=510 conv=notrunc status=none
    truncate -s 1M "$1/lib/images/tiny.img"
    virsh pool-define-as default dir --target /var/lib/libvirt/images >/dev/null
    virsh pool-start default >/dev/null
}

# stop_daemons DIRECTORY: ends them with everything that runs in them.
stop_daemons() {
    [ -f "$1/daemons" ] || return 0
    if [ -n "${LIBVIRT_DEFAULT_URI:-}" ]; then
        for name in $(virsh list --name 2>/dev/null); do virsh destroy "$name" >/dev/null 2>&1 || true; done
    elif [ -n "${LXD_DIR:-}" ]; then
        for name in $(lxc list --format csv --columns n 2>/dev/null); do lxc delete --force "$name" >/dev/null 2>&1 || true; done
    else
        for id in $(docker ps --all --quiet 2>/dev/null); do docker rm --force "$id" >/dev/null 2>&1 || true; done
    fi
    # The engine before what it stands on.
    [ ! -f "$1/dockerd" ] || stop_dockerd "$1"
    pid=$(cat "$1/daemons")
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    # From the innermost out.
    awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount -l "$mounted"; done
}
