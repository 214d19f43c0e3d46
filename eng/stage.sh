# shellcheck shell=sh disable=SC2154 # data and muster are whose stage it is
# Sourced by the stages that try a cloud on the real thing: a server of Muster that is killed and started again, and what measures it.
# $data is a directory of the stage's own with muster.toml in it, $muster the executable.

server=

# start_server: MUSTER_ADDR says where it is.
start_server() {
    [ ! -f "$data/address" ] || cat "$data/address" >>"$data/server.log"
    # The last one's must not be taken for this one's.
    : >"$data/address"
    "$muster" server --config "$data/muster.toml" >>"$data/address" 2>&1 &
    server=$!
    tries=0
    until grep -qsi 'listening on ' "$data/address"; do
        kill -0 "$server" 2>/dev/null && [ "$tries" -lt 600 ] || exit 1
        tries=$((tries + 1))
        sleep 0.1
    done
    MUSTER_ADDR=$(sed -n 's/^.*listening on \([^, ]*\).*/\1/p' "$data/address" | head -n 1)
    export MUSTER_ADDR
}

# kill_server: at once, as a power cut does.
kill_server() {
    kill -9 "$server"
    wait "$server" 2>/dev/null || true
}

# drop_server STATUS: for the end of a stage; what it said is shown where the stage failed.
drop_server() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
    [ "$1" = 0 ] || { say "what the server said:"; cat "$data/server.log" "$data/address" 2>/dev/null | tail -n 60 >&2; }
}

# random BELOW
random() { echo $(($(od -An -N2 -tu2 /dev/urandom) % $1)); }

# pause MILLISECONDS: up to so many.
pause() { sleep "$(awk -v n="$(random "$1")" 'BEGIN { print n / 1000 }')"; }

now() { date +%s.%N; }

# within_minutes WHAT COMMAND...: waits until it succeeds, five minutes at most.
within_minutes() {
    what=$1 late=$(($(date +%s) + 300))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$late" ] || { say "waited five minutes for $what"; exit 1; }
        sleep 0.02
    done
}

# beside TURN BEGAN ENDED PEER BEGAN ENDED: how long Muster took, and its peer.
beside() {
    say "turn $1: $(awk -v a="$2" -v b="$3" -v peer="$4" -v c="$5" -v d="$6" \
        'BEGIN { printf "Muster %.1f s, %s %.1f s, ratio %.2f", b - a, peer, d - c, (b - a) / (d - c) }')"
}
