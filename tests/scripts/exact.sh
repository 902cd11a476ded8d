#!/bin/bash
# Exactness: a file goes from one kernel to another over links that lose, repeat and reorder frames. What is followed
# in the captures of both ends must be that file, to the last octet.
#
# environment: EXACT_MB  millions of octets that are sent in each case (5)
source tests/scripts/common.bash
megabytes=${EXACT_MB:-5}
name="following a file over an unruly link"
[ "$(id -u)" = 0 ] || { skip "$name" "only root may make network namespaces and capture"; exit 0; }
unshare -n true 2>/dev/null || { skip "$name" "no network namespaces here"; exit 0; }
for needed in ip ethtool tcpdump python3 sha256sum; do
    command -v $needed >/dev/null || { skip "$name" "there is no $needed"; exit 0; }
done

# ---- two hosts and the link between them ----------------------------------------------------------------------
tag=glass-exact-$$
hosts=(client link server)
pids=()

clear_away() {
    local pid host
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    wait
    for host in "${hosts[@]}"; do ip netns delete "$tag-$host" 2>/dev/null; done
    rm -rf "$tmp"
}
trap clear_away EXIT
trap 'exit 130' INT TERM

# on HOST COMMAND…: the shell becomes the command, so that $! is the command's process.
on() { exec ip netns exec "$tag-$1" "${@:2}"; }

# cable HOST NAME LINK-NAME: nothing is left to offload engines, frames are as long as on a wire.
cable() {
    ip link add "$2" netns "$tag-$1" type veth peer name "$3" netns "$tag-link" || return 1
    (on "$1" ethtool -K "$2" tx off rx off tso off gso off gro off) >/dev/null || return 1
    (on link ethtool -K "$3" tx off rx off tso off gso off gro off) >/dev/null || return 1
    (on "$1" ip link set "$2" up) && (on link ip link set "$3" up)
}

# give HOST ADDRESS: a lost retransmission is not waited for longer than so short a link asks for.
give() {
    (on "$1" ip address add "$2/24" dev eth0) &&
        (on "$1" ip route change 10.0.0.0/24 dev eth0 rto_min 20ms)
}

network() {
    local host
    for host in "${hosts[@]}"; do
        ip netns add "$tag-$host" || return 1
        (on "$host" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv4.tcp_no_metrics_save=1)
    done
    cable client eth0 left && cable server eth0 right && give client 10.0.0.1 && give server 10.0.0.2
}

if ! network 2>"$tmp/err"; then
    skip "$name" "the network cannot be made: $(head -1 "$tmp/err")"
    exit 0
fi

# until_said FILE WORDS: at most ten seconds.
until_said() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        ! grep -q "$2" "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}

# settled FILE...: tcpdump, which writes what waits once a second, has added nothing for two; at most half a minute.
settled() {
    local before now quiet=0 tries
    for ((tries = 0; tries < 60 && quiet < 4; tries++)); do
        sleep 0.5
        now=$(stat -c %s "$@")
        if [ "$now" = "${before-}" ]; then ((quiet += 1)); else quiet=0; fi
        before=$now
    done
}

# ---- who talks ------------------------------------------------------------------------------------------------
cat >"$tmp/receive.py" <<'PYTHON'
import hashlib, socket
listener = socket.create_server(("10.0.0.2", 9000))
print("listening", flush=True)
connection, _ = listener.accept()
connection.settimeout(600)
digest = hashlib.sha256()
while octets := connection.recv(1 << 18):
    digest.update(octets)
connection.close()
print(digest.hexdigest(), flush=True)
PYTHON
# The first sequence number is near the end of its range: repair mode lets a process choose it.
cat >"$tmp/send.py" <<'PYTHON'
import socket, struct, sys
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, SEND_QUEUE = 19, 20, 21, 2
sock = socket.socket()
sock.settimeout(600)
sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
sock.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", 0xFFF00000))
sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)
sock.connect(("10.0.0.2", 9000))
with open(sys.argv[1], "rb") as file:
    sock.sendfile(file)
sock.shutdown(socket.SHUT_WR)
while sock.recv(65536):
    pass
PYTHON
head -c "${megabytes}000000" /dev/urandom >"$tmp/sent"
sent=$(sha256sum <"$tmp/sent" | cut -d' ' -f1)

# record HOST: tcpdump at its end of the link, as $tmp/HOST.pcap.
record() {
    (on "$1" tcpdump -i eth0 -n -U -s 65535 -B 131072 -Z root -w "$tmp/$1.pcap" tcp) 2>"$tmp/$1.log" &
    pids+=($!)
    recorders+=($!)
    until_said "$tmp/$1.log" 'listening on'
}

# transfer LINK-OPTIONS…: one connection, recorded at both ends; the receiver's hash in $tmp/received.
transfer() {
    local recorders=() link receiver
    (on link python3 tests/scripts/unruly_link.py left right --counts "$tmp/counts" "$@") >"$tmp/link.log" 2>&1 &
    link=$!
    (on server python3 "$tmp/receive.py") >"$tmp/received" 2>"$tmp/err" &
    receiver=$!
    pids=($link $receiver)
    until_said "$tmp/link.log" carrying && until_said "$tmp/received" listening && record client && record server ||
        return 1
    (on client timeout 600 python3 "$tmp/send.py" "$tmp/sent") 2>>"$tmp/err" && wait $receiver || return 1
    settled "$tmp/client.pcap" "$tmp/server.pcap"
    kill -TERM $link "${recorders[@]}"
    wait $link "${recorders[@]}"
    pids=()
}

nothing_lost() { grep -q '^0 packets dropped by kernel' "$tmp/$1.log"; }
suffered() { python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))[sys.argv[2]] == 0)' "$tmp/counts" "$1"; }

# follows HOST: the client's octets, as that end's capture has them, are the file.
follows() {
    local got
    got=$("$GLASS" follow "$tmp/$1.pcap" 0 --client --raw 2>"$tmp/err" | sha256sum | cut -d' ' -f1)
    [ "$got" = "$sent" ]
}

# exact NAME FATES LINK-OPTIONS…: FATES are those that frames must have met with.
exact() {
    local name="$1, $megabytes MB" fates=$2 fate host
    shift 2
    rm -f "$tmp"/*.pcap
    if ! transfer "$@"; then
        bad "$name" "the transfer failed: $(cat "$tmp/err" "$tmp/link.log" | head -c 300 | tr '\n' '|')"
        return
    fi
    check "$name: the kernels carried it" grep -qx "$sent" "$tmp/received"
    for fate in $fates; do check "$name: frames were $fate" suffered "$fate"; done
    for host in client server; do
        if nothing_lost "$host"; then
            check "$name: followed in the $host's capture" follows "$host"
        else
            skip "$name: followed in the $host's capture" "tcpdump lost packets"
        fi
    done
}

exact "1 % lost" dropped --drop 1 --seed 1
exact "5 % lost" dropped --drop 5 --seed 2
exact "reordered and repeated" "late twice" --late 5 --twice 3 --seed 3
exact "lost, reordered and repeated" "dropped late twice" --drop 5 --late 5 --twice 3 --seed 4
