# A network namespace for a live test, gone with it. Read it with `source`; sets `ns`, and what common.bash sets.
source tests/scripts/common.bash
live_test=$(basename "$0" .sh)

# skip_all WHY: nothing of this script can run here.
skip_all() { skip "$live_test" "$1"; exit 0; }

# needs PROGRAM...
needs() {
    local program
    for program; do command -v "$program" >/dev/null || skip_all "there is no $program"; done
}

[ "$(id -u)" = 0 ] || skip_all "only root may make network namespaces"
needs ip
ns=glass-$live_test-$$
ip netns add "$ns" 2>/dev/null || skip_all "no network namespaces here"
[ -c /dev/net/tun ] || { ip netns del "$ns"; skip_all "there is no /dev/net/tun"; }
leave() {
    ip netns pids "$ns" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
    wait 2>/dev/null
    ip netns del "$ns" 2>/dev/null
    rm -rf "$tmp"
}
trap leave EXIT
inside() { ip netns exec "$ns" "$@"; }
inside ip link set lo up

# glass ARGUMENT...: in the namespace; sets `status`, leaves $tmp/out and $tmp/err.
glass() {
    inside timeout -s KILL 60 "$GLASS" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}

# until_true COMMAND...: for ten seconds at the most.
until_true() {
    local i
    for i in $(seq 200); do
        "$@" 2>/dev/null && return 0
        sleep 0.05
    done
    return 1
}

# Somebody without any rights, for whom, as on most systems, the TUN device can be opened.
cat >"$tmp/as_user" <<'INSIDE'
mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 &&
    exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
INSIDE
as_user=(unshare -m sh "$tmp/as_user")

# start PROGRAM ARGUMENT...: in the namespace, in the background; sets `started`, its process. Output as redirected.
# It is ended after $longest seconds.
longest=100
start() {
    ip netns exec "$ns" timeout -s KILL $longest "$@" <&0 &  # else it would have no standard input
    waiter=$!
    until_true pgrep -P $waiter >/dev/null
    started=$(pgrep -P $waiter)  # the child of timeout
}
# finish SIGNAL: ends what was started; sets `status`.
finish() {
    kill -"$1" "$started"
    wait "$waiter" 2>/dev/null
    status=$?
}

# start_server ARGUMENT...: glass serve, with its output in $tmp/served. It is listening when this returns.
start_server() {
    start "$GLASS" serve "$@" >"$tmp/served" 2>"$tmp/server.err" </dev/null
    until_true grep -q '^Serving' "$tmp/served" || bad "serve $*" "does not start: $(cat "$tmp/server.err")"
}

same_sum() { [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]; }
