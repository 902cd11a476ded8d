#!/bin/bash
# A TUN interface with our host behind it, and the kernel's TCP as its peer, in a network namespace of its own: data
# there and back, with and without offload, at several MTUs; what is left behind; what is said where it cannot be.
#
# environment: TUN_OCTETS  there and back on each connection (1000000)
source tests/scripts/common.bash
echo_end=$(dirname "$GLASS")/tests/live/tun_echo
[ "$(id -u)" = 0 ] || { skip "TUN" "only root may make network interfaces"; exit 0; }
unshare -nm true 2>/dev/null || { skip "TUN" "no namespaces here"; exit 0; }
[ -c /dev/net/tun ] || { skip "TUN" "there is no /dev/net/tun"; exit 0; }
for needed in ip ping python3 setpriv; do
    command -v $needed >/dev/null || { skip "TUN" "there is no $needed"; exit 0; }
done
export TUN_OCTETS=${TUN_OCTETS:-1000000}

# peer.py ADDRESS [SMALL]: what is sent comes back the same; nothing listens at port 8.
cat >"$tmp/peer.py" <<'PEER'
import hashlib, os, random, socket, sys, threading
address, small = sys.argv[1], len(sys.argv) > 2
octets = int(os.environ["TUN_OCTETS"]) // (20 if small else 1)
stream = socket.create_connection((address, 7), timeout=20)
if small:
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
sent, came = hashlib.sha256(), hashlib.sha256()
def send():
    left, draw = octets, random.Random(7)
    while left:
        piece = draw.randbytes(min(left, draw.randrange(1, 3000 if small else 200000)))
        sent.update(piece)
        stream.sendall(piece)
        left -= len(piece)
    stream.shutdown(socket.SHUT_WR)
sender = threading.Thread(target=send)
sender.start()
count = 0
while piece := stream.recv(1 << 18):
    came.update(piece)
    count += len(piece)
sender.join()
assert count == octets and sent.digest() == came.digest(), f"{count} octets came back of {octets}"
try:
    socket.create_connection((address, 8), timeout=5)
    sys.exit("port 8 is open")
except ConnectionRefusedError:
    pass
datagram = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
datagram.connect((address, 9))
datagram.settimeout(5)
datagram.send(b"anybody there?")
try:
    datagram.recv(100)
    sys.exit("UDP is answered")
except ConnectionRefusedError:
    pass
PEER

# inside COMMANDS: in a network and a mount namespace, where $peer and $echo_end are known.
inside() {
    timeout -s KILL 120 env peer="$tmp/peer.py" echo_end="$echo_end" tmp="$tmp" unshare -nm bash -c "$1" \
        >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}

# There and back. How many packets it took tells whether super-segments went over.
for offload in 0 1; do
    for mtu in 1280 1500 9000; do
        inside '
            coproc '"$echo_end echo0 $mtu $offload"'
            read -t 10 ready <&${COPROC[0]}; [ "$ready" = ready ] || exit 3
            ip link show echo0 | grep -q "mtu '$mtu' " || exit 4
            for a in 10.7.0.2 fd07::2; do
                python3 $peer $a && python3 $peer $a small || exit 5
                ping -q -c 1 -W 5 -s 3000 $a >/dev/null || exit 6
            done
            sed -n "s/^ *echo0: *//p" /proc/net/dev | awk "{ print \$2; print \$10; print \$4 + \$12 }"
        '
        name="TUN: MTU $mtu, offload $offload"
        check "$name: data there and back, refusals, ping" [ "$status" -eq 0 ]
        least=$((TUN_OCTETS * 2 / mtu))
        for way in 1 2; do
            packets=$(sed -n ${way}p "$tmp/out")
            if [ $offload = 1 ]; then
                [ $mtu = 9000 ] && continue  # what is sent in small pieces is half of them there
                check "$name: few packets ($packets, way $way)" [ "${packets:-$least}" -lt $((least / 2)) ]
            else
                check "$name: packets of that size ($packets, way $way)" [ "${packets:-0}" -ge "$least" ]
            fi
        done
        check "$name: nothing was dropped" [ "$(sed -n 3p "$tmp/out")" = 0 ]
    done
done

# What is left behind: nothing.
for signal in none TERM KILL; do
    inside '
        coproc '"$echo_end"' glass%d 1500 1
        read -t 10 ready <&${COPROC[0]}
        ip -br link show glass0 >/dev/null && ip route get 10.8.1.1 | grep -q glass0 && ip route get fd08::1 | grep -q glass0 ||
            exit 3
        if ['" $signal"' = none ]; then exec {COPROC[1]}>&-; else kill -'$signal' $COPROC_PID; fi
        wait $COPROC_PID 2>/dev/null
        ip -o link | grep -vc "lo:"
        ip route | wc -l
    '
    check "TUN: nothing is left behind (signal: $signal)" [ "$(tr '\n' ' ' <"$tmp/out")" = "0 0 " ]
done

# An interface that somebody made for us: no privilege is needed, and it stays.
inside '
    ip tuntap add echo0 mode tun user root
    ip addr add 10.7.0.1/24 dev echo0; ip addr add fd07::1/64 dev echo0 nodad
    $echo_end echo0 0 1 exists 2>&1; [ $? -eq 2 ] || exit 3
    ip link set echo0 up mtu 1400
    for offload in 1 0; do
        coproc setpriv --bounding-set=-net_admin --inh-caps=-net_admin $echo_end echo0 0 $offload exists
        read -t 10 ready <&${COPROC[0]}; [ "$ready" = ready ] || exit 4
        $echo_end echo0 0 1 exists 2>&1 </dev/null; [ $? -eq 2 ] || exit 5
        python3 $peer 10.7.0.2 && python3 $peer fd07::2 || exit 6
        exec {COPROC[1]}>&-
        wait $COPROC_PID || exit 7
    done
    ip -br addr show echo0 | grep -q 10.7.0.1 || exit 8
'
check "TUN: an interface made by somebody else is used without privilege, and stays" [ "$status" -eq 0 ]
check "TUN: ... not while it is down" grep -q 'echo0: it is down: bring it up with "ip link set echo0 up"' "$tmp/out"
check "TUN: ... not by two at once" grep -q 'echo0: another program has it open' "$tmp/out"

# refused NAME WORDS COMMAND: exit status 2, and one line with these words.
refused() {
    inside "$3"
    if [ "$status" -ne 2 ]; then bad "$1" "exit status $status, not 2: $(head -c 300 "$tmp/err")"
    elif ! has_lines "$tmp/err" 1 || ! grep -q "$2" "$tmp/err"; then bad "$1" "says: $(head -c 400 "$tmp/err")"
    else ok "$1"; fi
}
unprivileged="setpriv --bounding-set=-net_admin --inh-caps=-net_admin"
refused "TUN: a name in use" "cannot make the TUN interface lo: the name is in use" '$echo_end lo 1500 1'
refused "TUN: a name that cannot be" "1 to 15 characters" '$echo_end an_interface_name 1500 1'
refused "TUN: without the right" "cannot make the TUN interface e0: no right" "$unprivileged $echo_end e0 1500 1"
refused "TUN: no such interface" "e0: no such interface" '$echo_end e0 1500 1 exists'
refused "TUN: not a TUN interface" "lo: not a TUN interface" 'ip link set lo up; $echo_end lo 1500 1 exists'
refused "TUN: not ours" "e0: no right to open it" \
    "ip tuntap add e0 mode tun user daemon; ip link set e0 up; $unprivileged $echo_end e0 1500 1 exists"
refused "TUN: an MTU that cannot be" "e0: cannot set the MTU to 99999: Invalid argument (mtu greater than device maximum)" \
    '$echo_end e0 99999 1'
refused "TUN: a route twice" "e0: cannot add the route to 10.8.0.9/16: File exists" \
    'ip tuntap add d0 mode tun; ip link set d0 up; ip route add 10.8.0.0/16 dev d0; $echo_end e0 1500 1'
refused "TUN: no device to make it with" "cannot open /dev/net/tun: No such file or directory" \
    'mount -t tmpfs none /dev/net 2>/dev/null && $echo_end e0 1500 1'
