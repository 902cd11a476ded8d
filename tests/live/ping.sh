#!/bin/bash
# Ping, both ways and both versions: ours of the kernel, and the kernel's of our stack; over a lossy link; and what is
# said where nobody answers.
source tests/live/namespace.bash
needs ping

glass ping -c 3 -i 0.05 10.7.0.1
check "glass ping: exit status 0" [ "$status" -eq 0 ]
check "glass ping: three answers" [ "$(grep -c '^64 bytes from 10.7.0.1: icmp_seq=[123] ttl=64 time=[0-9.]* ms$' "$tmp/out")" -eq 3 ]
check "glass ping: the sum" grep -q '^3 packets transmitted, 3 received, 0% packet loss' "$tmp/out"
check "glass ping: round trips" grep -Eq '^rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms$' "$tmp/out"
check "glass ping: not a word on standard error" is_empty "$tmp/err"

glass ping -c 2 -i 0.05 fd07::1
check "glass ping, IPv6" [ "$status" -eq 0 -a "$(grep -c '^64 bytes from fd07::1: ' "$tmp/out")" -eq 2 ]
glass ping -c 1 -s 4000 10.7.0.1
check "glass ping: a long one in fragments" grep -q '^4008 bytes from 10.7.0.1: icmp_seq=1 ' "$tmp/out"
glass ping -c 1 -s 4000 fd07::1
check "glass ping: a long one in fragments, IPv6" grep -q '^4008 bytes from fd07::1: icmp_seq=1 ' "$tmp/out"
glass ping -c 1 -s 0 10.7.0.1
check "glass ping: no data" grep -q '^8 bytes from 10.7.0.1: ' "$tmp/out"

glass ping -c 1 -W 0.2 10.7.0.77
check "glass ping: nobody is there: exit status 1" [ "$status" -eq 1 ]
check "glass ping: nobody is there: all is lost" grep -q '^1 packets transmitted, 0 received, .*100% packet loss' "$tmp/out"
inside ip route add unreachable 192.0.2.0/24
inside sysctl -qw net.ipv4.ip_forward=1
glass ping -c 1 192.0.2.1
check "glass ping: unreachable: the reason, and exit status 1" [ "$status" -eq 1 -a "$(grep -c '^From 10.7.0.1 icmp_seq=1 Destination .*Unreachable$' "$tmp/out")" -eq 1 ]

glass ping -c 3 -i 0.05 10.7.0.1 --link "rtt 30ms duplicate 100%" --record "$tmp/ping.pcapng"
check "glass ping over a link: it takes its time" grep -Eq 'icmp_seq=1 ttl=64 time=(3[0-9]|[4-9][0-9])' "$tmp/out"
check "glass ping over a link: duplicates are told" grep -q '(DUP!)$' "$tmp/out"
run decode "$tmp/ping.pcapng" -f 'icmp[0] == 8'
check "glass ping --record: the requests are there" has_lines "$tmp/out" 3
glass ping -c 2 -i 0.05 -W 0.1 10.7.0.1 --link "loss 100%"
check "glass ping over a link that loses all: exit status 1" [ "$status" -eq 1 ]

for to in "127.0.0.1 the kernel's loopback" '::1 loopback' '10.7.0.2 our own stack' '0.0.0.0 nobody' '224.0.0.1 not one host'; do
    glass ping -c 1 "${to%% *}"
    check "glass ping ${to%% *}: exit status 2, one line says why" \
        [ "$status" -eq 2 -a "$(grep -c "^glass: ${to%% *}: that is .*${to#* }" "$tmp/err")" -eq 1 ]
done
glass ping -c 1 10.7.0.1 --record /dev/full
check "glass ping --record to a full disk: exit status 2, one line" \
    [ "$status" -eq 2 -a "$(cat "$tmp/err")" = "glass: /dev/full: No space left on device" ]
inside timeout -s KILL 60 "$GLASS" ping -i 0.01 10.7.0.1 --record "$tmp/head.pcapng" 2>"$tmp/err" | head -n 2 >"$tmp/out"
check "glass ping | head: ends quietly" [ "${PIPESTATUS[0]}" -eq 0 -a ! -s "$tmp/err" ]
run check "$tmp/head.pcapng"
check "glass ping | head: the record is whole" [ "$status" -eq 0 ]

# Ctrl-C ends it with the sum.
start "$GLASS" ping -i 0.05 10.7.0.1 >"$tmp/out" 2>"$tmp/err"
until_true grep -q icmp_seq=2 "$tmp/out"
finish INT
check "Ctrl-C: exit status 0" [ "$status" -eq 0 ]
check "Ctrl-C: the sum" grep -q ' 0% packet loss' "$tmp/out"

start_server --quiet captures
from_kernel() { inside ping -q -W 2 "$@" >"$tmp/out" 2>"$tmp/err"; }
check "the kernel's ping, IPv4" from_kernel -c 2 -i 0.05 10.7.0.2
check "the kernel's ping, IPv6" from_kernel -c 2 -i 0.05 fd07::2
check "the kernel's ping in fragments, IPv4" from_kernel -c 1 -s 8000 10.7.0.2
check "the kernel's ping in fragments, IPv6" from_kernel -c 1 -s 8000 fd07::2
check "the kernel's flood ping" from_kernel -f -c 2000 10.7.0.2
check "the kernel's flood ping: nothing is lost" grep -q ' 0% packet loss' "$tmp/out"
finish INT
check "glass serve ends: exit status 0" [ "$status" -eq 0 ]
