#!/bin/bash
# A byte pipe between our TCP and the kernel's: both who opens, both ways, half-close, abort, a slow reader and a window
# that stays closed. GLASS_ZERO_WINDOW says for how many seconds (2).
source tests/live/namespace.bash
needs socat ncat
closed_for=${GLASS_ZERO_WINDOW:-2}
limit=$((60 + 2 * closed_for))  # seconds for one pipe
head -c 3000000 /dev/urandom >"$tmp/up"
head -c 2000000 /dev/urandom >"$tmp/down"

# listening PORT: somebody of the kernel does, in the namespace.
listening() { until_true eval "inside ss -Hltn 'sport = :$1' | grep -q ." || bad "a peer of the kernel's at $1" "does not listen"; }
# kernel_server SOCAT-ADDRESS...: in the background.
kernel_server() { inside timeout -s KILL $limit socat "$@" 2>"$tmp/peer.err" & peer=$!; }
# nc ARGUMENT...: glass nc, whose files the caller names.
nc() { inside timeout -s KILL $limit "$GLASS" nc "$@" 2>"$tmp/err"; }

for version in 4 6; do
    [ $version = 4 ] && ours=10.7.0.2 kernel=10.7.0.1 || { ours=fd07::2 kernel=fd07::1; }

    # Our direction is closed first, then what the other says afterwards still comes.
    rm -f "$tmp/there" "$tmp/here"
    kernel_server TCP$version-LISTEN:7000,reuseaddr SYSTEM:"cat >$tmp/there; cat $tmp/down"
    listening 7000
    nc $kernel 7000 <"$tmp/up" >"$tmp/here"
    status=$?
    wait $peer
    check "IPv$version, we connect: exit status 0" [ "$status" -eq 0 ]
    check "IPv$version, we connect: all arrived there" same_file "$tmp/up" "$tmp/there"
    check "IPv$version, we connect: after our FIN all arrived here" same_file "$tmp/down" "$tmp/here"

    rm -f "$tmp/there" "$tmp/here"
    nc -l 7001 <"$tmp/up" >"$tmp/here" &
    server=$!
    until_true inside ping -q -c 1 -W 1 $ours >/dev/null
    inside timeout -s KILL $limit ncat $ours 7001 <"$tmp/down" >"$tmp/there" 2>"$tmp/peer.err"
    wait $server
    status=$?
    check "IPv$version, we listen: exit status 0" [ "$status" -eq 0 ]
    check "IPv$version, we listen: all arrived there" same_file "$tmp/up" "$tmp/there"
    check "IPv$version, we listen: all arrived here" same_file "$tmp/down" "$tmp/here"
done

# The kernel's netcat at both ends of the same.
inside timeout -s KILL $limit ncat -l 7002 <"$tmp/down" >"$tmp/there" &
peer=$!
listening 7002
nc 10.7.0.1 7002 <"$tmp/up" >"$tmp/here"
check "ncat: exit status 0" [ $? -eq 0 ]
wait $peer
check "ncat: all arrived there" same_file "$tmp/up" "$tmp/there"
check "ncat: all arrived here" same_file "$tmp/down" "$tmp/here"

# A window that closes and stays closed: the kernel does not read, then we do not.
kernel_server TCP4-LISTEN:7003,reuseaddr,rcvbuf=65536 SYSTEM:"sleep $closed_for; cat >$tmp/there"
listening 7003
nc 10.7.0.1 7003 <"$tmp/up" >/dev/null
check "the kernel's window was closed: exit status 0" [ $? -eq 0 ]
wait $peer
check "the kernel's window was closed: all arrived" same_file "$tmp/up" "$tmp/there"
kernel_server -u OPEN:"$tmp/down",rdonly TCP4-LISTEN:7004,reuseaddr
listening 7004
nc 10.7.0.1 7004 </dev/null | { sleep "$closed_for"; cat; } >"$tmp/here"
check "our window was closed: all arrived" same_file "$tmp/down" "$tmp/here"
wait $peer

# A reader that takes its time: 64 kB at a time.
kernel_server -u OPEN:"$tmp/down",rdonly TCP4-LISTEN:7005,reuseaddr
listening 7005
nc 10.7.0.1 7005 </dev/null | python3 -c '
import sys, time
while True:
    octets = sys.stdin.buffer.read(65536)
    if not octets: break
    sys.stdout.buffer.write(octets)
    time.sleep(0.01)' >"$tmp/here"
check "a slow reader: all arrived" same_file "$tmp/down" "$tmp/here"
wait $peer

# A reader that goes away ends it; so does a peer that resets.
kernel_server -u OPEN:/dev/zero,rdonly TCP4-LISTEN:7006,reuseaddr
listening 7006
nc 10.7.0.1 7006 </dev/null | head -c 100000 | wc -c >"$tmp/here"
check "nobody reads any more: it ends" [ "$(cat "$tmp/here")" -eq 100000 ]
wait $peer
kernel_server TCP4-LISTEN:7007,reuseaddr,linger=0 SYSTEM:"sleep 0.2"
listening 7007
mkfifo "$tmp/open"
exec 3<>"$tmp/open"  # an input that does not end
nc 10.7.0.1 7007 <&3 >"$tmp/here"
status=$?
check "a reset: exit status 1" [ "$status" -eq 1 ]
check "a reset: one line says so" grep -q '^glass: 10.7.0.1:7007 broke the connection off$' "$tmp/err"
wait $peer

# Ctrl-C resets: the kernel sees it.
inside timeout -s KILL $limit python3 -c '
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 7008))
s.listen()
c = s.accept()[0]
print("here", flush=True)
try:
    while c.recv(1000): pass
    print("FIN")
except ConnectionResetError:
    print("RST")' >"$tmp/there" &
peer=$!
listening 7008
start "$GLASS" nc 10.7.0.1 7008 <&3 >"$tmp/here" 2>"$tmp/err"
until_true grep -q here "$tmp/there"
finish INT
wait $peer
check "Ctrl-C: the peer sees a reset" grep -q '^RST$' "$tmp/there"

# What cannot be is said in one line.
one_line() { has_lines "$tmp/err" 1 && grep -Eq "^glass: $1" "$tmp/err"; }
says() {
    check "$1: exit status $2" [ "$status" -eq "$2" ]
    check "$1: one line says why" one_line "$3"
}
glass nc 10.7.0.1 7999
says "refused" 1 '10.7.0.1:7999 refused the connection: '
inside ip route add unreachable 192.0.2.0/24
inside sysctl -qw net.ipv4.ip_forward=1
glass nc 192.0.2.1 80
says "unreachable" 1 '192.0.2.1:80 cannot be reached: '
glass nc --sockets 192.0.2.1 80
says "unreachable over sockets" 1 '192.0.2.1:80 cannot be reached: '
glass nc --sockets 127.0.0.1 7999
says "refused over sockets" 1 '127.0.0.1:7999 refused the connection: '
glass nc -l 10.7.0.9 7000
says "not our address" 2 '10.7.0.9:7000 is not our stack.s address: .*--address'
glass nc -l --sockets 192.0.2.9 7000
says "not the kernel's address" 2 '192.0.2.9:7000 is no address of this machine'
glass nc 0.0.0.0 80
says "no address to connect to" 1 "0.0.0.0:80: that is nobody's address"
glass nc 127.0.0.1 80
says "loopback" 1 "127.0.0.1:80: that is the kernel's loopback, .*10.7.0.1"
glass nc fd07::2 80
says "our own address" 1 '.fd07::2.:80: that is our own stack'
glass nc fd07::1 80 --address 10.7.0.2/24
says "no address of that version" 1 '.fd07::1.:80: our stack has no IPv6 address: .*--address'
